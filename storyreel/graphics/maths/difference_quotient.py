"""A gradient and a finite difference: (L(w₁ + 0.001) − L(w₁)) / 0.001 ≈ 3.335 ≈ 10/3 = ∂L/∂w₁."""

import math
from decimal import Decimal

from manim import VGroup

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import MINUS, MOST_DIGITS, decimals_for, in_full, rounded
from storyreel.engine.equations.rounding import decimal_of
from storyreel.engine.operation import GRADIENT
from storyreel.engine.trace import Trace
from storyreel.graphics.layout import Area
from storyreel.graphics.maths.arrangement import LEAST, largest_in
from storyreel.graphics.text.slot_list import SlotList
from storyreel.graphics.text.symbol import symbol

DIGITS = 4
"""Significant digits of the quotient; the losses have as many decimals as that needs."""
ROUNDING = 1e-8
"""The relative rounding error allowed in the difference of two losses."""
SIGNS = {True: ("=", "="), False: ("approx", "≈")}


class DifferenceQuotient(VGroup):
    """The change of the loss from `before` to `after` over the `nudge` of `parameter`, and its gradient.

    From left to right, on one line or two: "quotient" in symbols, "losses" in numbers, "slope" is its value,
    "gradient" the engine's in the form that it has everywhere, "name" its symbol. `part` finds each of them,
    and the numbers "after", "before" and "number" (of the gradient). Raises StoryreelError where the nudge
    changes nothing or the loss is not finite.
    """

    def __init__(self, before: Trace, after: Trace, parameter: str, nudge: float, area: Area) -> None:
        slope = (after.loss - before.loss) / nudge if nudge else math.nan
        if not math.isfinite(slope):
            raise StoryreelError(f"a nudge by {nudge:g} makes no difference that could be divided")
        slots, gradient = SlotList(), before.number(GRADIENT + parameter)
        decimals = decimals_for(slope or gradient, DIGITS)
        step = in_full(nudge)
        values = [rounded(slope, decimals), before.notation.text(GRADIENT + parameter, gradient)]
        is_same = _equals(slope, values[0], ROUNDING) and decimal_of(values[0]) == decimal_of(values[1])
        losses = _written_losses(after.loss, before.loss, nudge, values[0], decimals)
        are_whole = all(map(_equals, (after.loss, before.loss), losses))
        signs = [
            SIGNS[are_whole],
            SIGNS[are_whole and _equals(slope, values[0], ROUNDING)],
            SIGNS[is_same and math.isclose(slope, gradient, rel_tol=ROUNDING)],
            SIGNS[_equals(gradient, values[1])],
        ]
        weight, moved = symbol(parameter), f"{symbol(parameter)} {'' if nudge < 0 else '+'} {step}"
        symbols = [slots.add("quotient", f"L({inside})", "loss") for inside in (moved, weight)]
        numbers = [slots.add(n, text, "loss") for n, text in zip(("after", "before"), losses, strict=True)]
        number = slots.add("number", values[1], "gradient")
        name = slots.add("name", symbol(GRADIENT + parameter), "gradient")
        parts = [
            slots.add("quotient", f"frac({symbols[0]} - {symbols[1]}, {step})", "text"),
            slots.add("losses", f"{signs[0][0]} frac({numbers[0]} - {numbers[1]}, {step})", "text"),
            slots.add("slope", f"{signs[1][0]} {values[0]}", "text"),
            slots.add("gradient", f"{signs[2][0]} {number}", "text"),
            slots.add("name", f"{signs[3][0]} {name}", "text"),
        ]
        plain = (
            f"({losses[0]} {MINUS} {losses[1]}) / {step} {signs[1][1]} {values[0]}"
            f" {signs[2][1]} {values[1]} {signs[3][1]} {GRADIENT}{parameter}"
        )
        lines = f"{parts[0]} &{parts[1]} \\ &{' '.join(parts[2:])}"
        self.text = largest_in(area, slots, [" ".join(parts), lines], plain)
        super().__init__(area.place(self.text, least=LEAST))

    def part(self, name: str) -> VGroup:
        """The glyphs of the part `name`, without numbers that are parts of their own."""
        return VGroup(*(glyph for group in self.text.named(name) for glyph in group))


def _written_losses(after: float, before: float, nudge: float, slope: str, decimals: int) -> list[str]:
    """The two losses, with as few decimals as give the quotient `slope`, rounded to its `decimals`."""
    needed = max(0, decimals + math.ceil(-math.log10(abs(nudge))))
    losses: list[str] = []
    for more in range(MOST_DIGITS):
        losses = [rounded(loss, needed + more) for loss in (after, before)]
        quotient = (decimal_of(losses[0]) - decimal_of(losses[1])) / decimal_of(in_full(nudge))
        if abs(quotient - decimal_of(slope)) <= Decimal(5).scaleb(-decimals - 1):
            break
    return losses


def _equals(value: float, text: str, tolerance: float = 1e-12) -> bool:
    """True where a text is the value, up to a relative tolerance."""
    return math.isclose(float(decimal_of(text)), value, rel_tol=tolerance, abs_tol=1e-15)
