"""The colours in a theme's file."""

import re
from collections.abc import Sequence
from dataclasses import replace

from storyreel.core.did_you_mean import did_you_mean, listed
from storyreel.reader.document import Document, Location
from storyreel.storyboard.themes.contrast import is_dark
from storyreel.storyboard.themes.faults import GROUNDS, colour_faults, fitting_classes, nearest_fit
from storyreel.storyboard.themes.theme import COLOURS, FOLLOWS, Theme, extended

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_SHORT = re.compile(r"#?([0-9A-Fa-f])([0-9A-Fa-f])([0-9A-Fa-f])")
_WITHOUT_SIGN = re.compile(r"[0-9A-Fa-f]{6}")
_DIFFER = "make it lighter or darker, or give it another hue"
_COMMENT = re.compile(r":\s+(#[0-9A-Fa-f]{3,8})\s*$")


def read_colours(document: Document, base: Theme) -> Theme:
    """`base` with the colours of the document; what is wrong with them is reported."""
    errors = document.source.errors
    changes: dict[str, str] = {}
    given = document.at(("colours",))
    for kind in given if isinstance(given, dict) else ():
        if kind not in COLOURS:
            hint = did_you_mean(kind, COLOURS) or f"; there are {listed(COLOURS)}"
            message = f"a theme has no colour `{kind}`{hint}"
            document.report(document.key_place(("colours", kind)), message)
        elif colour := _read_colour(document, ("colours", kind)):
            changes[kind] = colour
    classes = _read_classes(document, base)
    theme = replace(base, colours=extended(base.colours, changes), classes=classes)
    if document.source.errors == errors:
        _report_faults(document, theme, base)
    return theme


def _read_classes(document: Document, base: Theme) -> tuple[str, ...]:
    given = document.at(("classes",))
    if not isinstance(given, list):
        return base.classes
    if len(given) != len(base.classes):
        message = f"`classes` needs {len(base.classes)} colours, for as many classes; there are {len(given)}"
        document.report(document.key_place(("classes",)), message)
        return base.classes
    read = [_read_colour(document, ("classes", number)) for number in range(len(given))]
    return tuple(colour or other for colour, other in zip(read, base.classes, strict=True))


def _read_colour(document: Document, location: Location) -> str | None:
    """The colour at the location in capital letters; None if it is none, which is reported."""
    given = document.at(location)
    if isinstance(given, str) and _COLOUR.fullmatch(given):
        return given.upper()
    key = document.key_place(location)
    what = f"`{location[-1]}`" if isinstance(location[-1], str) else "a class"
    comment = _COMMENT.search(document.source.lines[key.line - 1])
    if given is None and comment:
        document.report(key, f'{what} has no value, as # begins a comment; write "{comment[1]}", in quotes')
        return None
    written = document.written(location).strip("\"'")
    document.report(document.place(location), f"{what} must be a colour, {_meant(written)}")
    return None


def _meant(written: str) -> str:
    """The end of a message: the colour that `written` may mean, or an example."""
    if short := _SHORT.fullmatch(written):
        return 'as in "#' + "".join(2 * digit for digit in short.groups()).upper() + '"'
    if _WITHOUT_SIGN.fullmatch(written):
        return f'as in "#{written.upper()}", in quotes'
    from PIL import ImageColor

    try:
        red, green, blue, *_ = ImageColor.getrgb(written)
    except ValueError:
        return 'six digits from 0 to F in quotes, as in "#2E9BFF"'
    return f'as in "#{red:02X}{green:02X}{blue:02X}", in quotes'


def _report_faults(document: Document, theme: Theme, base: Theme) -> None:
    """Report what cannot be read or told apart, at a colour that the author gives."""
    faults = colour_faults(theme)
    background = theme.colours["background"]
    if faults and is_dark(background) != is_dark(base.colours["background"]):
        now, before = ("dark", "light") if is_dark(background) else ("light", "dark")
        message = f"`background` {background} is {now}, and the other colours, of `{base.name}`, are for a"
        hint = f"{before} one; write `extends: {now}`"
        document.report(document.place(("colours", "background")), f"{message} {hint}")
        return
    given = document.at(("colours",)) or {}
    for names, message in faults:
        own = [kind for name in names for kind in (name, FOLLOWS.get(name, "")) if kind in given]
        if own:
            others = [name for name in names if name not in (*given, *GROUNDS)]
            remedy = _remedy([own[0], *others], theme, base)
            document.report(document.place(("colours", own[0])), f"{message}; {remedy}")
        else:
            key = ("classes",) if document.at(("classes",)) is not None else ("colours", "background")
            document.report(document.place(key), f"{message}; {_remedy_of_classes(theme)}")


def _remedy_of_classes(theme: Theme) -> str:
    """The colours of classes that there could be instead."""
    if (fitting := fitting_classes(theme)) is None:
        return _DIFFER
    return "write `classes: [" + ", ".join(f'"{colour}"' for colour in fitting) + "]`"


def _remedy(kinds: Sequence[str], theme: Theme, base: Theme) -> str:
    """The colours that one of these kinds could have instead."""
    fitting = [(kind, nearest_fit(kind, theme.colours, base.colours[kind])) for kind in kinds]
    found = [f'`{kind}`, such as "{colour}"' for kind, colour in fitting if colour]
    return f"write another {', or another '.join(found)}" if found else _DIFFER
