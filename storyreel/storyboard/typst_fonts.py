"""Typst with the project's fonts and no others, the same on every machine, and what these fonts can show.

A text with a letter that the fonts in `FONTS` do not have is set with more of them: those of the user's own
folder, and Chinese. So no other text depends on them.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category, normalize

from platformdirs import user_data_path

from storyreel.core.paths import FONTS, MORE_FONTS
from storyreel.storyboard.themes.font_folder import folder_of
from storyreel.storyboard.themes.in_use import theme_in_use
from storyreel.storyboard.themes.theme import Typeface

if TYPE_CHECKING:
    import typst

TEXT_FONT, MATHS_FONT = "Inter", "New Computer Modern Math"
_SIMPLIFIED = " SC"
"""The end of the name of a family for simplified Chinese, in a collection for several countries."""
_NONE = "\U0010fffd"
"""A character for private use, which no font has."""
_USE = re.compile(r'xlink:href="#(\w+)"')


def own_fonts_folder() -> str:
    """The folder for a user's own font files, as it is written in messages."""
    folder, home = own_fonts(), Path.home()
    return f"~/{folder.relative_to(home).as_posix()}" if folder.is_relative_to(home) else str(folder)


def own_fonts() -> Path:
    """The folder for a user's own font files."""
    return user_data_path("storyreel", appauthor=False) / "fonts"


def more_font_files() -> list[Path]:
    """The files of fonts that only some texts need: the user's own and then those of the project."""
    return [path for folder in (own_fonts(), MORE_FONTS) for path in sorted(folder.glob("*.[ot]t[fc]"))]


@cache
def _fonts(has_more: bool, typeface: Typeface | None) -> "typst.Fonts":
    import typst

    folders = [*([folder_of(typeface)] if typeface else []), FONTS]
    folders += [own_fonts(), MORE_FONTS] if has_more else []
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[str(folder) for folder in folders if folder.is_dir()],
    )


@cache
def _compiler(has_more: bool, typeface: Typeface | None) -> "typst.Compiler":
    import typst

    return typst.Compiler(font_paths=_fonts(has_more, typeface))


def set_in_svg(source: str, typeface: Typeface | None = None) -> bytes:
    """Typst's SVG of `source`. Importing typst takes time, so it is imported when it is needed."""
    svg = _compiler(needs_more_fonts(source), typeface).compile(input=source.encode(), format="svg")
    assert isinstance(svg, bytes)
    return svg


@cache
def text_fonts(has_more: bool, typeface: Typeface | None = None) -> str:
    """The families for text, as a Typst array: that of the `typeface`, then Inter.

    For what both lack, a user's own font has precedence.
    """
    import typst

    folder = own_fonts()
    own: list[str] = []
    if has_more and folder.is_dir():
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
        )
        own = sorted(fonts.families(), key=lambda name: (not name.endswith(_SIMPLIFIED), name))
    return f"({', '.join(map(typst_string, [*([typeface.family] if typeface else []), TEXT_FONT, *own]))},)"


def typst_string(text: str) -> str:
    """`text` as a Typst string literal, so that what an author writes is never run as code."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def lengths(expressions: str, typeface: Typeface | None = None) -> list[float]:
    """The values, in points, of a Typst array of lengths, in which `measure` may be called."""
    import typst

    source = f"#context [#metadata(({expressions},).map(it => it.pt())) <lengths>]"
    fonts = _fonts(needs_more_fonts(source), typeface)
    found = typst.query(source.encode(), "<lengths>", field="value", one=True, font_paths=fonts)
    return [float(length) for length in json.loads(found)]


def needs_more_fonts(text: str) -> bool:
    """True if the text has a letter that the fonts in `FONTS` do not have."""
    return not text.isascii() and any(not _has_font(letter, False, None) for letter in _letters(text))


def letters_without_font(text: str) -> list[str]:
    """The letters and signs of a text that no font has, not that of the theme in use either, each once."""
    typeface = theme_in_use().typeface
    return [letter for letter in _letters(text) if not _has_font(letter, True, typeface)]


def digest_of_more_fonts() -> str:
    """A hash, in hexadecimal digits, of the fonts that only some texts need."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in more_font_files())).hexdigest()


def _letters(text: str) -> Iterable[str]:
    return [letter for letter in dict.fromkeys(normalize("NFC", text)) if not letter.isascii()]


@cache
def _has_font(letter: str, has_more: bool, typeface: Typeface | None) -> bool:
    if category(letter) in ("Zs", "Cf", "Cc", "Mn", "Mc", "Me"):
        return True  # it is not drawn by itself
    return _glyphs(letter, has_more, typeface) != _glyphs(_NONE, has_more, typeface)


def _glyphs(letter: str, has_more: bool, typeface: Typeface | None) -> list[str]:
    """What Typst calls the glyphs of a letter: equal for equal outlines."""
    source = f"#set text(font: {text_fonts(has_more, typeface)})\n#{typst_string(letter)}"
    svg = _compiler(has_more, typeface).compile(input=source.encode(), format="svg")
    assert isinstance(svg, bytes)
    return _USE.findall(svg.decode())
