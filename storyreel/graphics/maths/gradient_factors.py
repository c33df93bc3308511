"""The product that a weight's gradient is, in numbers: ∂L/∂w₂ = 2 × 6."""

from collections.abc import Callable

from manim import VGroup

from storyreel.engine.equations.calculation import Calculation
from storyreel.engine.equations.notation import Notation
from storyreel.engine.equations.written import WrittenCalculation
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.text.slot_list import SlotList
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset


class GradientFactors(VGroup):
    """The product of a `calculation` in numbers, in the middle of `area`.

    `kind_of` gives the kind of quantity by which the theme colours a name; `operands` are those of the
    numbers, which `number_of` finds. `signs` are those between them, `rest` all else.
    """

    def __init__(
        self,
        calculation: Calculation,
        notation: Notation,
        kind_of: Callable[[str], str],
        area: Area,
    ) -> None:
        em = theme.SIZES.headline
        slots, written = SlotList(), WrittenCalculation(calculation, notation)
        self.operands = list(calculation.operands)
        left = slots.add("left", symbol(calculation.name), kind_of(calculation.name))
        terms = [
            slots.add(name, number, kind_of(name))
            for name, number in zip(self.operands, written.operands, strict=True)
        ]
        sign, plain_sign = ("=", "=") if written.is_exact else ("approx", "≈")
        plain = f"{calculation.name} {plain_sign} {' × '.join(written.operands)}"
        self.text: Typeset = slots.typeset(f"{left} {sign} {' times '.join(terms)}", plain, em)
        super().__init__(area.place(self.text, least=theme.SIZES.smallest / em))

    def number_of(self, operand: str) -> VGroup:
        """The number of an operand."""
        return self.text.named(operand)[0]

    @property
    def rest(self) -> VGroup:
        """The symbol of the gradient and the sign of equality."""
        return VGroup(*self.text.named("left")[0], *self.text.outside[:1])

    @property
    def signs(self) -> VGroup:
        """The signs of multiplication."""
        return VGroup(*self.text.outside[1:])
