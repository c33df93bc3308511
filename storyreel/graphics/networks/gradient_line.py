"""The calculation of a gradient on one line: another one times a number."""

from collections.abc import Sequence

from manim import VGroup

from storyreel.graphics import theme
from storyreel.graphics.text.typeset import Typeset, in_line, slot

SIGNS = {"+": "plus", "−": "minus", "×": "times", "=": "=", "≈": "approx"}
"""Typst's names of the signs between numbers."""


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


def fitted_line(
    terms: Sequence[str], kinds: Sequence[str], sign: str, result: str, width: float
) -> GradientLine:
    """A line that is no wider than `width` Manim units, or as small as can be read."""
    line = GradientLine(terms, kinds, sign, result, theme.SIZES.body)
    if line.width <= width:
        return line
    em = max(theme.SIZES.body * width / line.width, theme.SIZES.smallest)
    return GradientLine(terms, kinds, sign, result, em)


def _source(term: str) -> str:
    """Typst maths for a term."""
    sign, _, number = term.rpartition(" ")
    text = in_line(number)
    if sign == "×" and number.startswith("−"):
        text = f"({text})"
    return f"med {SIGNS[sign]} med {text}" if sign else text
