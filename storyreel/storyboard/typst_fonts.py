"""Typst with the project's fonts and no others, the same on every machine, and what these fonts can show."""

import json
import re
from functools import cache
from typing import TYPE_CHECKING
from unicodedata import category, normalize

from storyreel.core.paths import FONTS

if TYPE_CHECKING:
    import typst

TEXT_FONT = "Inter"
_NONE = "\U0010fffd"
"""A character for private use, which no font has."""
_USE = re.compile(r'xlink:href="#(\w+)"')


@cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])


@cache
def compiler() -> "typst.Compiler":
    """A compiler of Typst markup. Importing typst takes time, so it is imported when it is needed."""
    import typst

    return typst.Compiler(font_paths=_fonts())


def typst_string(text: str) -> str:
    """`text` as a Typst string literal, so that what an author writes is never run as code."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def lengths(expressions: str) -> list[float]:
    """The values, in points, of a Typst array of lengths, in which `measure` may be called."""
    import typst

    source = f"#context [#metadata(({expressions},).map(it => it.pt())) <lengths>]"
    found = typst.query(source.encode(), "<lengths>", field="value", one=True, font_paths=_fonts())
    return [float(length) for length in json.loads(found)]


def letters_without_font(text: str) -> list[str]:
    """The letters and signs of a text that no font has, each once."""
    letters = dict.fromkeys(normalize("NFC", text))
    return [letter for letter in letters if not letter.isascii() and not _has_font(letter)]


@cache
def _has_font(letter: str) -> bool:
    if category(letter) in ("Zs", "Cf", "Cc", "Mn", "Mc", "Me"):
        return True  # it is not drawn by itself
    drawn, missing = _glyphs(letter), _glyphs(_NONE)
    return drawn != missing


def _glyphs(letter: str) -> list[str]:
    """What Typst calls the glyphs of a letter: equal for equal outlines."""
    source = f'#set text(font: "{TEXT_FONT}")\n#{typst_string(letter)}'
    svg = compiler().compile(input=source.encode(), format="svg")
    assert isinstance(svg, bytes)
    return _USE.findall(svg.decode())
