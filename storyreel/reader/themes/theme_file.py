"""A theme, by its name or from its file."""

from dataclasses import replace
from pathlib import Path

from storyreel.core.did_you_mean import did_you_mean
from storyreel.core.errors import OutsideError, UsageError
from storyreel.core.plugins import offered
from storyreel.reader.document import Document
from storyreel.reader.files.beside import read_file
from storyreel.reader.mapping_check import read_part
from storyreel.reader.source_file import Source, read_source
from storyreel.reader.themes.colours import read_colours
from storyreel.reader.themes.theme_files import read_logo, read_typeface
from storyreel.reader.themes.theme_part import ThemePart
from storyreel.storyboard.themes.built_in import built_in_names, built_in_theme
from storyreel.storyboard.themes.in_use import using
from storyreel.storyboard.themes.theme import CORNERS, LOGO, Theme, ThemeFile, is_path, theme_name

GROUP = "storyreel.themes"
LONGEST_MARK = 24
"""Characters of a corner mark."""


def theme_names() -> list[str]:
    """The names of the themes that come with storyreel and with other packages."""
    return sorted({*built_in_names(), *(point.name for point in offered(GROUP))})


def chosen_theme(choice: Path | str, folder: Path) -> Theme:
    """The theme that somebody who renders chose: by its name, or a file, for a storyboard in `folder`.

    Raises UsageError if there is none, StoryboardError with all problems of its file.
    """
    name = theme_name(choice, folder)
    if str(choice) in theme_names():
        return _named(str(choice))
    if not is_path(str(choice)):
        known = theme_names()
        raise UsageError(
            f"no theme named `{choice}`{did_you_mean(str(choice), known)}, or a file: course.yaml"
        )
    source = read_source(Path(choice))
    theme = _read(source, name)
    source.stop_at_problems()
    return theme


def read_theme(document: Document) -> Theme:
    """The theme that a storyboard names; the default one if it names none.

    Problems are reported.
    """
    name, place = document.at(("theme",)), document.place(("theme",))
    if not isinstance(name, str):
        return built_in_theme()
    if name in theme_names():
        return _named(name)
    if not is_path(name):
        hint = "a theme of your own is a file beside the storyboard, as in course.yaml"
        document.report(place, f"no theme named `{name}`{did_you_mean(name, theme_names())}; {hint}")
        return built_in_theme()
    file = read_file(document, ("theme",), name)
    if file is None:
        return built_in_theme()
    path = Path(document.source.file).parent / file
    source = read_source(path)
    theme = _read(source, name)
    document.source.take_over(source)
    return theme if not source.errors else built_in_theme()


def _named(name: str) -> Theme:
    """The theme with this name, which is one of `theme_names`."""
    if name in built_in_names():
        return built_in_theme(name)
    (point,) = (point for point in offered(GROUP) if point.name == name)
    try:
        path = Path(point.load())
    except Exception as error:  # another package's code may raise anything
        raise OutsideError(f"cannot load the theme `{name}` ({GROUP}): {error}") from error
    source = read_source(path)
    theme = _read(source, name)
    source.stop_at_problems()
    return theme


def _read(source: Source, name: str) -> Theme:
    """The theme in a file; its problems are reported to `source`."""
    document = Document(source)
    part = read_part(document, ThemePart, ())
    base = _base(document, part.extends if part else "")
    if part is None:
        return base
    own = ThemeFile.at(Path(source.file))
    theme = replace(read_colours(document, base), name=name, sources=(*base.sources, own))
    if part.typeface is not None:
        theme = replace(theme, typeface=read_typeface(document))
    if part.logo is not None:
        theme = replace(theme, logo=read_logo(document))
    with using(theme):
        return _with_corner_mark(document, part, theme)


def _base(document: Document, name: str) -> Theme:
    if name in theme_names():
        return _named(name)
    if name:
        message = f"no theme named `{name}` to extend{did_you_mean(name, theme_names())}"
        document.report(document.place(("extends",)), message)
    return built_in_theme()


def _with_corner_mark(document: Document, part: ThemePart, theme: Theme) -> Theme:
    corner, mark = part.corner or theme.corner, part.corner_mark
    if corner not in CORNERS:
        message = f"`corner` cannot be `{corner}`{did_you_mean(corner, CORNERS)}"
        document.report(document.place(("corner",)), message)
        corner = theme.corner
    if mark is None:
        return replace(theme, corner=corner)
    place = document.place(("corner_mark",))
    if mark == LOGO and part.logo is None and theme.logo is None:
        document.report(place, "`corner_mark` is the logo, and there is none; give `logo`, a picture")
    elif len(mark) > LONGEST_MARK:
        message = f"`corner_mark` has at most {LONGEST_MARK} characters, not {len(mark)}; shorten it"
        document.report(place, message)
    else:
        document.check_letters(("corner_mark",), mark)
    return replace(theme, corner_mark=mark, corner=corner)
