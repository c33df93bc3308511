"""The equation by which a number of the trace was computed: h = w₁ × x = 3 × 2 = 6.

It has four parts from left to right, which scenes show one after another: the left side, the rule in symbols,
the rule in numbers, the result. Every term is a slot with the trace's name for it, in the colour of its kind.
"""

import re

from manim import VGroup

from storyreel.core.number_format import MINUS, is_exact, shown
from storyreel.engine.operation import GRADIENT, Operation
from storyreel.engine.trace import Trace
from storyreel.graphics.layout import Area
from storyreel.graphics.text.slot_list import SlotList
from storyreel.graphics.text.symbol import symbol

LONGEST_SUM = 3
"""The most terms of a sum that are all written; of a longer sum, the first two and the last are."""

SIGNS = {True: "=", False: "≈"}
"""The sign before exact numbers and before rounded ones."""

_OPERAND = re.compile(r"\{(\d+)\}")


class Equation(VGroup):
    """The equation of `name` (`h`, `grad.w1`) in `area`, on one line or two, whichever is larger.

    Its parts are `left`, `symbols`, `numbers` and `result`. `quantity` is the name of the number, `operands`
    are those of the operands that are written.
    """

    def __init__(self, trace: Trace, name: str, area: Area) -> None:
        self.trace = trace
        self.quantity = name
        self._slots = slots = SlotList()
        operation = self.operation
        formula = _elided(operation)
        self.operands = [operation.operands[int(number)] for number in _OPERAND.findall(formula)]
        texts = [shown(self.number(operand)) for operand in self.operands]
        exact = all(is_exact(self.number(n), text) for n, text in zip(self.operands, texts, strict=True))
        value = shown(self.number(name))
        sign = "=" if exact and is_exact(self.number(name), value) else "approx"
        left = slots.add("left", symbol(name), self.kind(name))
        # A copy, such as the gradient of a bias, has no calculation to show in numbers.
        parts = [left, self._part("symbols", "=", formula, operation, as_numbers=False)]
        if operation.kind != "copy":
            parts.append(
                self._part("numbers", "=" if exact else "approx", formula, operation, as_numbers=True)
            )
        result = slots.add("result", value, self.kind(name))
        parts.append(slots.add("result", f"{sign} {result}"))
        arrangements = [" ".join(parts), f"{parts[0]} &{parts[1]} \\ &{' '.join(parts[2:])}"]
        plain = f"{name} {SIGNS[exact]} {' '.join(texts)} {SIGNS[sign == '=']} {value}"
        self.text = max((slots.typeset(lines, plain) for lines in arrangements), key=area.scale_of)
        super().__init__(area.place(self.text))

    @property
    def operation(self) -> Operation:
        """The operation that computed the number."""
        return operation_of(self.trace, self.quantity)

    def number(self, name: str) -> float:
        """The value of an operand or of the result."""
        return self.trace.number(name)

    def kind(self, name: str) -> str:
        """The kind of quantity by which the theme colours `name`."""
        return kind_of(self.trace, name)

    def _part(self, part: str, sign: str, formula: str, operation: Operation, as_numbers: bool) -> str:
        def term(match: re.Match[str]) -> str:
            operand = operation.operands[int(match[1])]
            maths = shown(self.number(operand)) if as_numbers else symbol(operand)
            filled = self._slots.add(f"{part}:{operand}", maths, self.kind(operand))
            before = formula[: match.start()].rstrip()
            is_first = not before or before.endswith("(")
            return f"({filled})" if as_numbers and maths.startswith(MINUS) and not is_first else filled

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


def operation_of(trace: Trace, name: str) -> Operation:
    """The operation that computed `name` (`h`, `grad.w1`); raises KeyError where it has no gradient."""
    if not name.startswith(GRADIENT):
        return trace[name].operation
    operation = trace[name.removeprefix(GRADIENT)].gradient_operation
    if operation is None:
        raise KeyError(name)
    return operation


def kind_of(trace: Trace, name: str) -> str:
    """The kind of quantity by which the theme colours `name`."""
    return "gradient" if name.startswith(GRADIENT) else trace[name].kind


def _elided(operation: Operation) -> str:
    """The formula without the middle terms of a long sum; brackets enclose whole sums and stay paired."""
    terms = operation.formula.split(" + ")
    if len(terms) <= LONGEST_SUM:
        return operation.formula
    return " + ".join([*terms[:2], "dots.c", terms[-1]])
