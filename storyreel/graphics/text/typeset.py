"""Text and mathematics on screen, typeset by Typst with the project's fonts, the same on every machine.

A typeset text has *slots*: named parts of it, such as the term that stands for a quantity of a trace. A slot
keeps its colour and can be moved on its own. Slots do not affect the layout: each is typeset in its own fill
colour, and the colours in Typst's SVG tell which glyph belongs to which slot.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Self
from xml.etree import ElementTree

import numpy as np
import svgelements
import typst
from manim import Rectangle, VGroup
from manim.mobject.svg.svg_mobject import VMobjectFromSVGPath

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.text.decimal_mark import decimal_mark
from storyreel.graphics.text.glyph import Glyph, GlyphPart, Points
from storyreel.storyboard.themes.in_use import theme_in_use
from storyreel.storyboard.themes.theme import Typeface
from storyreel.storyboard.typst_fonts import (
    MATHS_FONT,
    needs_more_fonts,
    set_in_svg,
    text_fonts,
    typst_string,
)

SET_SIZE = 20.0
"""The font size, in points, at which Typst typesets; glyphs are scaled afterwards."""
CAPITALS = 0.69
"""The height of capital letters, digits and letters like h over the baseline, in em."""
DESCENDERS = 0.21
"""The depth of letters like p below the baseline, in em."""
SVG = "{http://www.w3.org/2000/svg}"
_INDEXED = re.compile(r"\b([^\W\d_])([₀-₉]+)( = [0-9.]*[0-9])?")
"""A letter with an index below it, in a text, and a number that it equals."""
_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
HREF = "{http://www.w3.org/1999/xlink}href"

_PREAMBLE = f"""
#set page(width: auto, height: auto, margin: 2pt, fill: none)
#set text(size: {SET_SIZE}pt, fill: rgb("#ffffff"), hyphenate: false)
#set par(leading: 0.6em, justify: false)
#show math.equation: set text(font: "{MATHS_FONT}")
#let slot(number, body) = text(fill: rgb(0, 0, number), body)
"""


def slot(number: int, maths: str) -> str:
    """Typst maths that typesets `maths` as slot `number` (0 to 250)."""
    return f"#slot({number + 1}, ${maths}$)"


@dataclass(frozen=True)
class _SvgOutline:
    """An outline in Typst's SVG: its path, transformation and paint; `bar` is the width of a stroked line."""

    path: str
    matrix: svgelements.Matrix
    paint: str
    bar: float | None = None

    @property
    def outline(self) -> Points:
        """Its points before the transformation."""
        return _outline(self.path) if self.bar is None else _bar(self.path, self.bar)


def _layout(source: str) -> tuple[_SvgOutline, ...]:
    """The outlines that Typst makes of `source`. Raises StoryreelError for "not a number" in maths."""
    return _layout_in(source, theme_in_use().typeface)


@lru_cache(maxsize=1024)
def _layout_in(source: str, typeface: Typeface | None) -> tuple[_SvgOutline, ...]:
    try:
        fonts = text_fonts(needs_more_fonts(source), typeface)
        svg = set_in_svg(f"#set text(font: {fonts})\n{_PREAMBLE}{source}", typeface)
    except typst.TypstError:
        if shown(math.nan) not in source:
            raise
        raise StoryreelError(
            "a number is no longer one: the training diverges, and a smaller learning rate may help"
        ) from None
    root = ElementTree.fromstring(svg)
    symbols = {f"#{symbol.get('id')}": symbol[0].get("d", "") for symbol in root.iter(f"{SVG}symbol")}
    return tuple(_outlines_below(root, svgelements.Matrix(), symbols))


def _outlines_below(
    parent: ElementTree.Element, matrix: svgelements.Matrix, symbols: dict[str, str]
) -> Iterator[_SvgOutline]:
    """The outlines below an SVG element; `matrix` maps its coordinates to those of the page."""
    for element in parent:
        here = svgelements.Matrix(element.get("transform", "")) * matrix
        if element.tag == f"{SVG}g":
            yield from _outlines_below(element, here, symbols)
        elif element.tag == f"{SVG}use":
            here = svgelements.Matrix(f"translate({element.get('x')}, {element.get('y')})") * here
            yield _SvgOutline(symbols[element.get(HREF, "")], here, element.get("fill", ""))
        elif element.tag == f"{SVG}path" and element.get("fill") != "none":
            yield _SvgOutline(element.get("d", ""), here, element.get("fill", ""))
        elif element.tag == f"{SVG}path":
            thickness = float(element.get("stroke-width", "1"))
            yield _SvgOutline(element.get("d", ""), here, element.get("stroke", ""), thickness)


@cache
def _digits() -> dict[str, str]:
    """The SVG path of each digit in the maths font."""
    return {digit: _layout(f"${digit}$")[0].path for digit in "0123456789"}


def _with_digits(source: str) -> tuple[_SvgOutline, ...]:
    """The outlines that Typst makes of `source`; numbers with decimals share the layout of zeros.

    Digits in the maths font are equally wide but for an italic correction of 1.3 % of an em after a 7, which
    would make a rolling number jitter. So Typst lays out zeros, whose paths are then replaced. A source whose
    zeros could not be identified afterwards is typeset as it is.
    """
    zeros = _DECIMAL.sub(lambda number: re.sub("[0-9]", "0", number[0]), source)
    if not source.startswith("$") or '"' in source or "0" in _DECIMAL.sub("", source) or zeros == source:
        return _layout(source)
    digits = [digit for number in _DECIMAL.findall(source) for digit in number if digit != "."]
    pieces, rolling, zero = _layout(zeros), iter(digits), _digits()["0"]
    if sum(piece.path == zero for piece in pieces) != len(digits):
        return _layout(source)
    return tuple(
        replace(piece, path=_digits()[next(rolling)]) if piece.path == zero else piece for piece in pieces
    )


def _with_mark(pieces: tuple[_SvgOutline, ...], mark: str) -> tuple[_SvgOutline, ...]:
    """The same with another decimal mark. In the maths font, a comma is as wide as a point."""
    point, other = (_layout(f"${character}$")[0].path for character in (".", mark))
    return tuple(replace(piece, path=other) if piece.path == point else piece for piece in pieces)


def _placed(outline: Points, matrix: svgelements.Matrix, paint: str) -> tuple[Points, int]:
    """`outline` transformed by `matrix`, and the slot number that the fill colour `paint` encodes."""
    turn = np.array([[matrix.a, matrix.b, 0.0], [matrix.c, matrix.d, 0.0], [0.0, 0.0, 1.0]])
    number = int(paint[5:], 16) - 1 if paint.startswith("#0000") else -1
    return outline @ turn + (matrix.e, matrix.f, 0.0), number


@cache
def _outline(path: str) -> Points:
    """The points of an SVG path; cached, because changing numbers are made of the same few glyphs."""
    parsed = svgelements.Path(path)
    return VMobjectFromSVGPath(
        parsed, should_subdivide_sharp_curves=True, should_remove_null_curves=True
    ).points


def outlines(source: str, em: float) -> tuple[tuple[Points, float, int], ...]:
    """The glyphs of `source` at the font size `em` (Manim units), centred on the origin.

    Each is its outline, its size in em (the larger of width and height) and its slot number, -1 for none.
    """
    return _outlines(source, em, decimal_mark(), theme_in_use().typeface)


@lru_cache(maxsize=1024)
def _outlines(source: str, em: float, mark: str, _: Typeface | None) -> tuple[tuple[Points, float, int], ...]:
    pieces = _with_digits(source) if mark == "." else _with_mark(_with_digits(source), mark)
    shapes = [_placed(piece.outline, piece.matrix, piece.paint) for piece in pieces]
    if not shapes:
        return ()
    # As in Manim, the bounds of a shape are those of the ends of its curves.
    bounds = np.array([_bounds(outline) for outline, _ in shapes])
    lowest, highest = bounds[:, 0].min(axis=0), bounds[:, 1].max(axis=0)
    scale = np.array([1.0, -1.0, 1.0]) * em / SET_SIZE  # an SVG's y grows downwards
    middle = (lowest + highest) / 2
    sizes = (bounds[:, 1] - bounds[:, 0]).max(axis=1) / SET_SIZE
    return tuple(
        ((outline - middle) * scale, float(size), number)
        for (outline, number), size in zip(shapes, sizes, strict=True)
    )


@lru_cache(maxsize=1024)
def _descent(source: str) -> float:
    """How far the first glyph of `source` reaches below its baseline, in em."""
    first = _layout(source)[0]
    outline, _ = _placed(first.outline, first.matrix, first.paint)
    return float(_bounds(outline)[1][1] - first.matrix.f) / SET_SIZE


def _bounds(outline: Points) -> tuple[Points, Points]:
    ends = np.concatenate([outline[0::4], outline[3::4]])
    return ends.min(axis=0), ends.max(axis=0)


def _bar(path: str, thickness: float) -> Points:
    """A stroked line, such as a fraction bar, as a filled outline, which scales like the glyphs."""
    left, top, right, bottom = svgelements.Path(path).bbox()
    bar = Rectangle(width=max(right - left, thickness), height=max(bottom - top, thickness))
    return bar.move_to(((left + right) / 2, (top + bottom) / 2, 0.0)).points


def in_line(number: str) -> str:
    """Typst maths for a number on one line: Typst sets `5/6` with one number above the other."""
    return number.replace("/", "\\/")


def number_source(number: str) -> tuple[str, str]:
    """A number on one line: its Typst markup and its plain text."""
    return f"${in_line(number)}$", number


class Typeset(VGroup):
    """Typst markup as glyphs, centred on the origin.

    `em` is the font size in Manim units, `plain` the same as plain text, for checks and tests that read the
    stage. `colour` is that of text if it is None. `slots` are the names of its slots in their order in
    `source`, `colours` their colours. `is_tick` is true for the numbers along a scale, which are not numbers
    of the lesson.
    """

    def __init__(
        self,
        source: str,
        *,
        plain: str,
        em: float = theme.SIZES.body,
        colour: str | None = None,
        slots: Sequence[str] = (),
        colours: Sequence[str] = (),
        is_tick: bool = False,
    ) -> None:
        super().__init__()
        self.source, self.plain = source, plain
        self.em = em
        self.slot_names = tuple(slots)
        self.colour, self.colours = colour or theme.colour("text"), tuple(colours)
        piece = GlyphPart(plain, is_tick)
        shapes = outlines(source, em)
        self.slot_numbers = tuple(number for _, _, number in shapes)
        paints = (
            colours[number] if 0 <= number < len(colours) else self.colour for number in self.slot_numbers
        )
        self.add(
            *(
                Glyph(outline, piece, size_in_em, paint)
                for (outline, size_in_em, _), paint in zip(shapes, paints, strict=True)
            )
        )

    @property
    def first_baseline(self) -> float:
        """The y coordinate of the baseline of its first glyph."""
        first = self[0]
        assert isinstance(first, Glyph)
        return float(first.get_bottom()[1] + _descent(self.source) * first.em)

    def on_baseline(self, y: float) -> Self:
        """Move it so that its first baseline is at `y`; so texts line up whatever their letters."""
        return self.shift((0.0, y - self.first_baseline, 0.0))

    def slot(self, number: int) -> VGroup:
        """The glyphs of slot `number`; they stay part of this text."""
        return VGroup(*(glyph for glyph, its in zip(self, self.slot_numbers, strict=True) if its == number))

    def named(self, name: str) -> list[VGroup]:
        """The glyphs of each slot called `name`, one group for each occurrence."""
        return [self.slot(number) for number, its in enumerate(self.slot_names) if its == name]

    @property
    def outside(self) -> VGroup:
        """The glyphs outside all slots: operators, brackets, equals signs."""
        return VGroup(*(glyph for glyph, its in zip(self, self.slot_numbers, strict=True) if its < 0))


def words(
    text: str,
    *,
    em: float = theme.SIZES.body,
    colour: str | None = None,
    weight: str = "regular",
    width: float | None = None,
) -> Typeset:
    """Plain text in the theme's text font, broken into centred lines where it is wider than `width` units.

    A letter with an index, such as w₁, and a number that it equals, are set as in formulas.
    """
    setting = f'#text(weight: "{weight}", {typst_string(text)})'
    if _INDEXED.search(text):
        setting = f'#text(weight: "{weight}")[{_with_symbols(text)}]'
    if width is not None:
        setting = f"#box(width: {width / em * SET_SIZE}pt, align(center, {setting[1:]}))"
    return Typeset(setting, plain=text, em=em, colour=colour)


def _with_symbols(text: str) -> str:
    """Typst's content of a text in which letters with indices are maths."""
    parts, end = list[str](), 0
    for found in _INDEXED.finditer(text):
        letter, index, number = found.groups(default="")
        parts += [
            f"#{typst_string(text[end : found.start()])}",
            f"${letter}_({index.translate(_DIGITS)}){number}$",
        ]
        end = found.end()
    return "".join([*parts, f"#{typst_string(text[end:])}"])


def maths(source: str, *, plain: str, em: float = theme.SIZES.label, colour: str | None = None) -> Typeset:
    """Typst maths without slots, such as a symbol or a number."""
    return Typeset(f"${source}$", plain=plain, em=em, colour=colour)


def tick(number: str, em: float = theme.SIZES.small) -> Typeset:
    """The label of a tick on a scale."""
    return Typeset(f"${number}$", plain=number, em=em, colour=theme.colour("muted"), is_tick=True)
