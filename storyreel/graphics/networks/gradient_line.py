"""The calculation of a gradient on one line: products that are added up, or a gradient times a slope."""

from collections.abc import Sequence

from manim import VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Point
from storyreel.graphics.text.typeset import Typeset, in_line, slot

SIGNS = {"+": "plus", "−": "minus", "×": "times", "=": "=", "≈": "approx"}
"""Typst's names of the signs between numbers."""
FEWEST = 3
"""The least number of terms of a sum whose middle ones are left out."""


class GradientLine(VGroup):
    """`terms sign result`, each term with the sign before it, such as `− 0.49` or `× 0.35`.

    `kinds` are those of the terms, for their colours, `sign` is = or ≈. `terms` are the glyphs of each term,
    and `ending` those of the sign and the result, of which `result` is the latter.
    """

    def __init__(self, terms: Sequence[str], kinds: Sequence[str], sign: str, result: str, em: float) -> None:
        written = [slot(number, _source(term)) for number, term in enumerate(terms)]
        count = len(terms)
        self.text = Typeset(
            f"${' '.join(written)} {slot(count, SIGNS[sign])} {slot(count + 1, in_line(result))}$",
            plain=f"{' '.join(terms)} {sign} {result}",
            em=em,
            slots=("",) * (count + 2),
            colours=[theme.colour(kind) for kind in (*kinds, "muted", "gradient")],
        )
        self.terms = [self.text.slot(number) for number in range(count)]
        self.result = self.text.slot(count + 1)
        self.ending = VGroup(*self.text.slot(count), *self.result)
        super().__init__(self.text)


def sum_line(products: Sequence[str], sign: str, total: str, width: float, area: Area) -> GradientLine:
    """The line on which products are added up, no wider than `width` where it can be read so, and else than
    an area; where there is no room there either, the middle products are left out.

    Raises StoryreelError where even three have no room.
    """
    for most in range(len(products), min(len(products), FEWEST) - 1, -1):
        last = 0 if most == len(products) else 1
        shown = [*products[: most - last], *(["⋯"] if last else []), *products[len(products) - last :]]
        if not last:
            shown = list(products)
        line = fitted_line(_added(shown), ["gradient"] * len(shown), sign, total, width)
        if line.width <= area.width + 1e-6:
            return line
    raise StoryreelError("there is no room for this sum; give the network fewer `digits`")


def fitted_line(
    terms: Sequence[str], kinds: Sequence[str], sign: str, result: str, width: float
) -> GradientLine:
    """A line that is no wider than `width` Manim units, or as small as can be read."""
    line = GradientLine(terms, kinds, sign, result, theme.SIZES.body)
    if line.width <= width:
        return line
    em = max(theme.SIZES.body * width / line.width, theme.SIZES.smallest)
    return GradientLine(terms, kinds, sign, result, em)


def put_line(line: GradientLine, place: Point, area: Area) -> GradientLine:
    """Centre a line at a place, or as near to it as it is within the sides of an area."""
    half = line.width / 2
    x = min(max(place[0], area.left + half), area.right - half)
    line.move_to((x, place[1], 0.0))
    return line


def _added(products: Sequence[str]) -> list[str]:
    """Terms of a sum: each but the first with the sign before it."""
    first, *others = products
    return [first, *(f"− {text[1:]}" if text.startswith("−") else f"+ {text}" for text in others)]


def _source(term: str) -> str:
    """Typst maths for a term."""
    sign, _, number = term.rpartition(" ")
    text = "dots.c" if number == "⋯" else in_line(number)
    return f"med {SIGNS[sign]} med {text}" if sign else text
