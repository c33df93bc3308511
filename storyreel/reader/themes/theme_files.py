"""The files that a theme names: its fonts and its logo. They are beside the theme's file or below it."""

from collections.abc import Sequence
from pathlib import Path

from storyreel.core.errors import StoryreelError
from storyreel.core.limits import beyond, limits
from storyreel.reader.document import Document, Location
from storyreel.reader.files.beside import read_file, read_image
from storyreel.reader.types import report_type
from storyreel.storyboard.themes.font_folder import font_folder
from storyreel.storyboard.themes.theme import ThemeFile, Typeface

BESIDE = "the theme"
_SIGNATURES = (b"\0\1\0\0", b"OTTO", b"true")


def read_logo(document: Document) -> ThemeFile | None:
    """The theme's logo, if it is a picture that can be shown; what is wrong is reported."""
    name = document.at(("logo",))
    file = read_file(document, ("logo",), name, BESIDE) if isinstance(name, str) else None
    image = read_image(document, ("logo",), file) if file else None
    return ThemeFile.at(Path(document.source.file).parent / image) if image else None


def read_typeface(document: Document) -> Typeface | None:
    """The theme's typeface; what is wrong with its files is reported."""
    given = document.at(("typeface",))
    locations: list[Location] = [("typeface",)]
    if isinstance(given, list):
        locations = [("typeface", number) for number in range(len(given))]
    fonts = [(location, font) for location in locations if (font := _read_font(document, location))]
    if len(fonts) < len(locations):
        return None
    families = [(location, _family(document, location, file)) for location, file in fonts]
    first = families[0][1]
    for location, family in families:
        if family and first and family != first:
            message = f"this font is of the family {family}, and the first one of {first}; give files of one"
            document.report(document.place(location), message)
            return None
    return (
        Typeface(first, tuple(file for _, file in fonts)) if first and all(dict(families).values()) else None
    )


def _read_font(document: Document, location: Location) -> ThemeFile | None:
    name = document.at(location)
    if not isinstance(name, str):
        report_type(document, location, "str", "`typeface`")
        return None
    file = read_file(document, location, name, BESIDE)
    if file is None:
        return None
    path = Path(document.source.file).parent / file
    try:
        size = path.stat().st_size
        if size > limits().font_bytes:
            raise StoryreelError(beyond("font_bytes", size, path.name))
        with path.open("rb") as opened:
            if opened.read(4) not in _SIGNATURES:
                raise StoryreelError(f"{path.name} is no OpenType or TrueType font, such as Lato-Regular.ttf")
        return ThemeFile.at(path)
    except OSError as error:
        document.report(document.place(location), f"{path.name} cannot be read: {error.strerror}")
    except StoryreelError as fault:
        document.report(document.place(location), str(fault))
    return None


def _family(document: Document, location: Location, file: ThemeFile) -> str | None:
    """The name of the font's family; None if Typst cannot read the font, which is reported."""
    families = _families([file])
    if len(families) == 1:
        return families[0]
    document.report(document.place(location), f"{file.path.name} is not a font that can be read")
    return None


def _families(files: Sequence[ThemeFile]) -> list[str]:
    import typst

    folder = str(font_folder(tuple(files)))
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    return list(fonts.families())
