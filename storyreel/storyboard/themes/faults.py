"""What nobody could read, or tell apart, in the colours of a theme, and colours that one could."""

import colorsys
from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import NamedTuple

from storyreel.storyboard.themes.contrast import SHAPES, TEXT, contrast
from storyreel.storyboard.themes.difference import VISIONS, difference
from storyreel.storyboard.themes.theme import COLOURS, FALLING, FOLLOWS, QUANTITIES, SIGNS, Theme, extended

APART = 12.0
"""The least difference of two quantities' colours, in CIEDE2000.

The yardstick is the palette of Okabe and Ito (2008), which is made for all kinds of colour vision: its two
most similar colours are 11.7 apart to protanopes and deuteranopes and 7.9 to tritanopes.
"""
TO_TRITANOPES = 2 / 3
"""The share of the least difference that is enough for people who see no blue, who are rare."""
CLASSES_APART = 7.5
"""The least difference of two classes' colours, whose points also differ in shape."""
GROUNDS = ("background", "surface")
TOLD_APART = tuple(kind for kind in QUANTITIES if kind not in FOLLOWS)
"""The quantities whose colours must differ: one kind for each colour."""
_PAIRS = (
    *combinations((*TOLD_APART, "text"), 2),
    *((kind, neutral) for kind in TOLD_APART for neutral in ("muted", "line")),
    SIGNS,
    ("gradient", FALLING),
)
_TURNS = (0.0, 0.015, -0.015, 0.03, -0.03, 0.06, -0.06, 0.1, -0.1, 0.15, -0.15)
_LIGHTER = tuple(step / 50 for step in range(-20, 21))
_PALER = (0.0, -0.15, -0.3, 0.15)
"""By how much suggestions differ in hue (shares of the circle), lightness and saturation."""


class ColourFault(NamedTuple):
    """A fault of the colours called `names`, such as `weight` and `background`, and a message about it."""

    names: tuple[str, ...]
    message: str


def colour_faults(theme: Theme) -> list[ColourFault]:
    """All faults of a theme's colours."""
    return [*_invisible(theme.colours), *_alike(theme.colours), *_faults_of_classes(theme)]


def nearest_fit(kind: str, colours: Mapping[str, str], usual: str) -> str | None:
    """The colour most like that of `kind` that has no fault beside the others; None if none is found.

    It is one of many that are similar, or else the `usual` colour.
    """
    own = colours[kind]
    shades = {usual, *(_changed(own, *by) for by in product(_TURNS, _LIGHTER, _PALER))}
    for shade in sorted(shades, key=lambda shade: (difference(own, shade), shade)):
        changed = extended(colours, {kind: shade})
        kinds = {kind, *(follower for follower, other in FOLLOWS.items() if other == kind)}
        if not any(kinds & {*fault.names} for fault in (*_invisible(changed), *_alike(changed, kind))):
            return shade
    return None


def fitting_classes(theme: Theme) -> tuple[str, ...] | None:
    """The colours of classes, those that have a fault replaced by the most similar that have none; None if
    none is found."""
    classes = list(theme.classes)

    def has_fault(number: int, shade: str) -> bool:
        others = [one for place, one in enumerate(classes) if place != number]
        is_alike = any(_too_similar("", "", shade, other, CLASSES_APART) for other in others)
        return contrast(shade, theme.colours["background"]) < SHAPES or is_alike

    for number, own in enumerate(theme.classes):
        if has_fault(number, own):
            shades = {_changed(own, *by) for by in product(_TURNS, _LIGHTER, _PALER)}
            fitting = (shade for shade in shades if not has_fault(number, shade))
            nearest = min(
                fitting, key=lambda shade: (difference(theme.classes[number], shade), shade), default=None
            )
            if nearest is None:
                return None
            classes[number] = nearest
    return tuple(classes)


def _invisible(colours: Mapping[str, str]) -> Iterator[ColourFault]:
    for kind in COLOURS:
        colour = colours[kind]
        if kind in GROUNDS or colours.get(FOLLOWS.get(kind, "")) == colour:
            continue
        least, what = (SHAPES, "lines need") if kind in ("line", *SIGNS, FALLING) else (TEXT, "text needs")
        for ground in GROUNDS:
            found = contrast(colour, colours[ground])
            if found < least:
                where = f"`{kind}` {colour} on `{ground}` {colours[ground]}"
                message = f"{where} has a contrast of {_below(found)}, and {what} at least {least:g}"
                yield ColourFault((kind, ground), message)
                break


def _alike(colours: Mapping[str, str], kind: str | None = None) -> Iterator[ColourFault]:
    """The pairs that look alike; only those with `kind`, if it is given."""
    for one, other in _PAIRS:
        if kind is None or kind in (one, other):
            fault = _too_similar(f"`{one}`", f"`{other}`", colours[one], colours[other], APART)
            if fault:
                yield ColourFault((one, other), fault)


def _faults_of_classes(theme: Theme) -> Iterator[ColourFault]:
    ground = theme.colours["background"]
    for number, colour in enumerate(theme.classes, 1):
        found = contrast(colour, ground)
        if found < SHAPES:
            where = f"class {number}, {colour}, on `background` {ground}"
            message = f"{where} has a contrast of {_below(found)}, and shapes need at least {SHAPES:g}"
            yield ColourFault(("classes",), message)
    for (one, first), (other, second) in combinations(enumerate(theme.classes, 1), 2):
        if fault := _too_similar(f"class {one}", f"class {other}", first, second, CLASSES_APART):
            yield ColourFault(("classes",), fault)


def _too_similar(name: str, other_name: str, colour: str, other: str, least: float) -> str | None:
    """What to say of two colours that look alike to somebody; None if they do to nobody."""
    for whose, vision in VISIONS.items():
        found, enough = (
            difference(colour, other, vision),
            least * (TO_TRITANOPES if vision == "tritan" else 1),
        )
        if found < enough:
            measured = f"they differ by {_below(found)}, and must by {enough:g} (CIEDE2000)"
            return f"{name} {colour} and {other_name} {other} look alike to {whose}: {measured}"
    return None


def _changed(colour: str, turn: float, lighter: float, paler: float) -> str:
    """The colour with another hue, lightness and saturation."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    kept = [min(1.0, max(0.0, share)) for share in (lightness + lighter, saturation + paler)]
    shares = colorsys.hls_to_rgb((hue + turn) % 1, *kept)
    return "#" + "".join(f"{round(255 * share):02X}" for share in shares)


def _below(number: float) -> str:
    """A number that is too small, rounded down, so that it is never written as the least that is enough."""
    return f"{int(number * 10) / 10:g}"
