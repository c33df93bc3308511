"""The chain rule as an equation: ∂L/∂w₁ = ∂h/∂w₁ × ∂y/∂h × ∂L/∂y, in symbols and in numbers."""

from itertools import pairwise

from manim import VGroup

from storyreel.core.number_format import MINUS
from storyreel.engine.equations.calculation import chain_calculation
from storyreel.engine.equations.written import WrittenCalculation
from storyreel.engine.operation import GRADIENT
from storyreel.engine.weight_path import WeightPath
from storyreel.graphics.layout import Area
from storyreel.graphics.maths.arrangement import LEAST, largest_in
from storyreel.graphics.text.slot_list import SlotList
from storyreel.graphics.text.symbol import symbol


class ChainProduct(VGroup):
    """The product of the derivatives along `chain`, in `area`.

    From left to right, on one line or two: the gradient, the factors in symbols, the factors in numbers, the
    result. A factor and its number have the same colour: that of the input or the weight that the derivative
    is, or of gradients. `term` finds a part by its name.
    """

    def __init__(self, chain: WeightPath, area: Area) -> None:
        slots = SlotList()
        self.links = list(pairwise(chain.names))
        written = WrittenCalculation(chain_calculation(chain), chain.trace.notation)
        numbers, value = written.operands, written.result
        parts = [slots.add("left", symbol(GRADIENT + chain.parameter), "gradient")]
        for n, (before, after) in enumerate(self.links):
            fraction = f"frac(partial {symbol(after)}, partial {symbol(before)})"
            factor = slots.add(f"factor {n}", fraction, chain.derivative_kinds[n])
            parts.append(slots.add(f"sign {n}", f"{'times' if n else '='} {factor}", "text"))
        first = len(parts)
        for n, number in enumerate(numbers):
            is_bracketed = bool(n) and number.startswith(MINUS)
            sign = "times" if n else "=" if written.is_exact else "approx"
            kind = chain.derivative_kinds[n]
            term = slots.add(f"number {n}", f"({number})" if is_bracketed else number, kind)
            parts.append(slots.add(f"number sign {n}", f"{sign} {term}", "text"))
        sign = "=" if written.is_result_exact else "approx"
        result = slots.add("result", value, "gradient")
        parts.append(slots.add("result sign", f"{sign} {result}", "text"))
        lines = f"{parts[0]} &{' '.join(parts[1:first])} \\ &{' '.join(parts[first:])}"
        self.text = largest_in(area, slots, [" ".join(parts), lines], written.plain)
        super().__init__(area.place(self.text, least=LEAST))

    def parts_of(self, other: "ChainProduct") -> dict[str, str]:
        """The parts in symbols that another product has, too, with their names there: the gradient and the
        factors of links that are in both chains."""
        kept = {"left": "left", "sign 0": "sign 0"}
        for n, link in enumerate(self.links):
            if link in other.links:
                place = other.links.index(link)
                kept |= {f"factor {n}": f"factor {place}"} | (
                    {f"sign {n}": f"sign {place}"} if n and place else {}
                )
        return kept

    @property
    def numbers(self) -> VGroup:
        """The glyphs of the factors in numbers, of the result and of the signs before them."""
        names = [f"number{kind} {n}" for n in range(len(self.links)) for kind in (" sign", "")]
        return VGroup(*(glyph for name in (*names, "result sign", "result") for glyph in self.term(name)))

    def term(self, name: str) -> VGroup:
        """The glyphs of the part called `name`: `left`, `sign 0`, `factor 0`, …, `number sign 0`, `number 0`,
        …, `result sign`, `result`."""
        return self.text.named(name)[0]
