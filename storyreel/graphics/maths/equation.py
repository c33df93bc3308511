"""The equation by which a number was computed: h = w₁ × x = 3 × 2 = 6.

It has four parts from left to right, which scenes show one after another: the left side, the rule in symbols,
the rule in numbers, the result. Every term is a slot with the trace's name for it, in the colour of its kind.
"""

import re
from collections.abc import Callable

from manim import VGroup

from storyreel.core.number_format import MINUS
from storyreel.core.symbol_parts import EPSILON, L2, LEARNING_RATE, WEIGHT_DECAY
from storyreel.engine.equations.calculation import Calculation
from storyreel.engine.equations.notation import Notation, base_name
from storyreel.engine.equations.written import WrittenCalculation
from storyreel.engine.operation import COST, GRADIENTS_OF
from storyreel.engine.optimizers import is_state
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.maths.arrangement import largest_in
from storyreel.graphics.text.slot_list import SlotList
from storyreel.graphics.text.symbol import symbol

SIGNS = {True: "=", False: "approx"}
"""The sign, in Typst maths, before exact numbers and before rounded ones."""

_OPERAND = re.compile(r"\{(\d+)\}")


class Equation(VGroup):
    """The equation of a calculation in `area`, on one line or two, whichever is larger, at the size `em` or
    smaller.

    Its numbers are written in `notation`; `kind_of` gives the kind of quantity by which the theme colours a
    name, `symbol_of` its symbol in Typst maths. Its parts are `left`, `symbols`, `numbers` and `result`.
    `quantity` is the name of the number, `operands` are those of the operands that are written.
    """

    def __init__(
        self,
        calculation: Calculation,
        notation: Notation,
        kind_of: Callable[[str], str],
        area: Area,
        em: float = theme.SIZES.formula,
        symbol_of: Callable[[str], str] = symbol,
    ) -> None:
        # Manim copies drawings that it animates, so this one keeps names and texts.
        self.quantity, self.operands = calculation.name, list(calculation.operands)
        self._slots = slots = SlotList()
        written = WrittenCalculation(calculation, notation)
        kinds = [kind_of(operand) for operand in self.operands]
        symbols = [symbol_of(operand) for operand in self.operands]
        left = slots.add("left", symbol_of(self.quantity), kind_of(self.quantity))
        # A copy, such as the gradient of a bias, has no calculation to show in numbers.
        parts = [left, self._part("symbols", "=", calculation.formula, symbols, kinds)]
        if not calculation.is_copy:
            sign = SIGNS[written.is_exact]
            parts.append(self._part("numbers", sign, calculation.formula, written.operands, kinds))
        result = slots.add("result", written.result, kind_of(self.quantity))
        parts.append(slots.add("result", f"{SIGNS[written.is_result_exact]} {result}"))
        arrangements = [" ".join(parts), f"{parts[0]} &{parts[1]} \\ &{' '.join(parts[2:])}"]
        self.text = largest_in(area, slots, arrangements, written.plain, em)
        super().__init__(area.place(self.text, least=theme.SIZES.smallest / em))

    def _part(self, part: str, sign: str, formula: str, terms: list[str], kinds: list[str]) -> str:
        def term(match: re.Match[str]) -> str:
            place = int(match[1])
            maths = terms[place]
            filled = self._slots.add(f"{part}:{self.operands[place]}", maths, kinds[place])
            before = formula[: match.start()].rstrip()
            is_first = not before or before.endswith("(")
            is_power_of_it = formula.startswith("^", match.end())
            is_bracketed = maths.startswith(MINUS) and not is_first
            is_bracketed |= part == "numbers" and is_power_of_it and bool(re.search("[/×]", maths))
            return f"({filled})" if is_bracketed else filled

        return self._slots.add(part, f"{sign} {_OPERAND.sub(term, formula)}")

    def _of(self, part: str) -> VGroup:
        slots = (n for n, name in enumerate(self._slots.names) if name.partition(":")[0] == part)
        return VGroup(*(glyph for n in slots for glyph in self.text.slot(n)))

    @property
    def left(self) -> VGroup:
        """The left side."""
        return self._of("left")

    @property
    def symbols(self) -> VGroup:
        """The rule in symbols, with the sign before it."""
        return self._of("symbols")

    @property
    def numbers(self) -> VGroup:
        """The rule in numbers, with the sign before it; empty for a copy."""
        return self._of("numbers")

    @property
    def result(self) -> VGroup:
        """The result, with the sign before it."""
        return self._of("result")

    def number_of(self, operand: str) -> list[VGroup]:
        """The terms that show the value of `operand`."""
        return self.text.named(f"numbers:{operand}")

    @property
    def operators(self) -> VGroup:
        """The signs in the rule in numbers: everything that is not a term."""
        return VGroup(*(glyph for group in self.text.named("numbers") for glyph in group))

    @property
    def result_number(self) -> VGroup:
        """The result without the sign before it."""
        return self.text.named("result")[0]


def kind_of(trace: Trace, name: str) -> str:
    """The kind of quantity by which the theme colours `name`; what a network does not have is a bias."""
    if name in (LEARNING_RATE, L2, WEIGHT_DECAY, EPSILON):
        return "text"
    name = base_name(name)
    is_derivative = any(map(name.startswith, GRADIENTS_OF.values())) or is_state(name)
    return (
        "gradient"
        if is_derivative
        else "loss"
        if name == COST
        else trace[name].kind
        if name in trace
        else "bias"
    )
