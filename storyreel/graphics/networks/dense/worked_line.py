"""A calculation in numbers below a network: L ≈ −ln 0.18 ≈ 1.7."""

import re

from manim import VGroup

from storyreel.engine.equations.calculation import Calculation
from storyreel.engine.equations.notation import Notation
from storyreel.engine.equations.written import WrittenCalculation
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, in_line, slot

_OPERAND = re.compile(r"\{(\d+)\}")
_SIGNS = {True: "=", False: "approx"}


class WorkedLine(VGroup):
    """A calculation without its rule in symbols, on one line in an `area`, in numbers of a `notation`.

    `kinds` are those of its result and of its operands, for their colours; `text` is all of it. Raises
    LayoutError where there is no room for it.
    """

    def __init__(
        self, calculation: Calculation, notation: Notation, kinds: tuple[str, str], area: Area
    ) -> None:
        written = WrittenCalculation(calculation, notation)
        operands = written.operands
        rule = _OPERAND.sub(lambda match: slot(1, in_line(operands[int(match[1])])), calculation.formula)
        signs = _SIGNS[written.is_exact], _SIGNS[written.is_result_exact]
        left, result = slot(0, symbol(calculation.name)), slot(0, in_line(written.result))
        self.text = Typeset(
            f"$display({left} {signs[0]} {rule} {signs[1]} {result})$",
            plain=written.plain,
            em=theme.SIZES.label,
            slots=("", ""),
            colours=tuple(map(theme.colour, kinds)),
        )
        super().__init__(area.place(self.text, least=theme.SIZES.smallest / theme.SIZES.label))
