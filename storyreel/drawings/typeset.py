"""Text and mathematics on screen: one typesetter (Typst) for both, so fonts never differ between machines.

A piece of typeset text has *slots*: parts of it that carry a name, such as the quantity of a trace that a
term stands for. A slot keeps its colour and can be taken out, moved and transformed on its own. Slots cost
nothing in layout: Typst is asked to set each in a fill colour of its own, and the fill colours in its SVG
tell afterwards which glyph belongs to which slot.
"""

import io
from collections.abc import Sequence
from functools import cache

import svgelements
import typst
from manim import ORIGIN, RIGHT, Rectangle, VGroup, VMobject
from manim.mobject.svg.svg_mobject import VMobjectFromSVGPath

from storyreel import theme
from storyreel.drawings.glyph import Glyph, Piece
from storyreel.paths import FONTS

SET_SIZE = 20.0
"""Points at which Typst sets; the glyphs are scaled afterwards."""
PIXELS_PER_POINT = 4 / 3

_PREAMBLE = f"""
#set page(width: auto, height: auto, margin: 2pt, fill: none)
#set text(font: "{theme.TEXT_FONT}", size: {SET_SIZE}pt, fill: rgb("#ffffff"), hyphenate: false)
#set par(leading: 0.6em, justify: false)
#show math.equation: set text(font: "{theme.MATHS_FONT}")
#let slot(number, body) = text(fill: rgb(0, 0, number), body)
"""


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])
    return typst.Compiler(font_paths=fonts)


def quoted(text: str) -> str:
    """`text` as a Typst string literal: whatever an author writes stays text and is never run as code."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def slot(number: int, maths: str) -> str:
    """Typst maths that sets `maths` as slot `number` (0 to 250) of the piece that it is part of."""
    return f"#slot({number + 1}, ${maths}$)"


@cache
def _shapes(source: str) -> tuple[tuple[VMobject, int], ...]:
    """The shapes that Typst makes of `source`, each with the number of its slot, or -1 for none."""
    svg = _compiler().compile(input=(_PREAMBLE + source).encode(), format="svg")
    assert isinstance(svg, bytes)
    found = []
    for path in svgelements.SVG.parse(io.StringIO(svg.decode())).elements():
        if not isinstance(path, svgelements.Path) or not len(path):
            continue
        filled = path.fill.value is not None
        paint = path.fill if filled else path.stroke
        shape = _outline(path) if filled else _bar(path)
        if shape.has_points():
            number = paint.blue - 1 if (paint.red, paint.green) == (0, 0) else -1
            found.append((shape.set_stroke(width=0).set_fill(opacity=1), number))
    return tuple(found)


def _outline(path: svgelements.Path) -> VMobject:
    return VMobjectFromSVGPath(path, should_subdivide_sharp_curves=True, should_remove_null_curves=True)


def _bar(path: svgelements.Path) -> VMobject:
    """A stroked line, such as a fraction's bar, as a filled shape: it then scales like the glyphs."""
    left, top, right, bottom = path.bbox()
    thickness = path.stroke_width
    bar = Rectangle(width=max(right - left, thickness), height=max(bottom - top, thickness))
    return bar.move_to(((left + right) / 2, (top + bottom) / 2, 0.0))


class Typeset(VGroup):
    """Typst markup as glyphs, centred on the origin.

    `em` is the font size in Manim units, `plain` what the piece says in plain text (for whoever reads the
    stage), `slots` the names of its slots in their order in `source`, and `colours` the colour of each.
    `is_tick` marks the round numbers along a scale, which are no numbers of the lesson.
    """

    def __init__(
        self,
        source: str,
        *,
        plain: str,
        em: float = theme.SIZES.body,
        colour: str = theme.COLOURS["text"],
        slots: Sequence[str] = (),
        colours: Sequence[str] = (),
        is_tick: bool = False,
    ) -> None:
        super().__init__()
        self.plain = plain
        self.em = em
        self.slot_names = tuple(slots)
        piece, font_size = Piece(plain, is_tick), SET_SIZE * PIXELS_PER_POINT
        shapes = _shapes(source)
        self.slot_numbers = tuple(number for _, number in shapes)
        for shape, number in shapes:
            paint = colours[number] if 0 <= number < len(colours) else colour
            self.add(Glyph(shape, piece, font_size, paint))
        self.scale(em / font_size, about_point=ORIGIN)
        self.flip(RIGHT).center()

    def slot(self, number: int) -> VGroup:
        """The glyphs of slot `number`, which stay part of this piece."""
        return VGroup(*(glyph for glyph, its in zip(self, self.slot_numbers, strict=True) if its == number))

    def named(self, name: str) -> list[VGroup]:
        """The glyphs of every slot called `name`, one group for each time it occurs."""
        return [self.slot(number) for number, its in enumerate(self.slot_names) if its == name]

    @property
    def outside(self) -> VGroup:
        """The glyphs of no slot: operators, brackets, equals signs."""
        return VGroup(*(glyph for glyph, its in zip(self, self.slot_numbers, strict=True) if its < 0))


def words(
    text: str,
    *,
    em: float = theme.SIZES.body,
    colour: str = theme.COLOURS["text"],
    weight: str = "regular",
    width: float | None = None,
) -> Typeset:
    """Plain text in the theme's text font; broken into centred lines where it is wider than `width` units."""
    setting = f'#text(weight: "{weight}", {quoted(text)})'
    if width is not None:
        setting = f"#box(width: {width / em * SET_SIZE}pt, align(center, {setting[1:]}))"
    return Typeset(setting, plain=text, em=em, colour=colour)


def maths(
    source: str, *, plain: str, em: float = theme.SIZES.label, colour: str = theme.COLOURS["text"]
) -> Typeset:
    """A short piece of mathematics without slots: a symbol or a number."""
    return Typeset(f"${source}$", plain=plain, em=em, colour=colour)


def tick(number: str, em: float = theme.SIZES.small) -> Typeset:
    """The number at a tick of a scale."""
    return Typeset(f"${number}$", plain=number, em=em, colour=theme.colour("muted"), is_tick=True)
