"""A calculation in numbers, as it is written."""

from dataclasses import dataclass
from functools import cached_property

from storyreel.core.number_format import is_exact
from storyreel.engine.equations.calculation import Calculation
from storyreel.engine.equations.formula import UnknownFormula, parsed
from storyreel.engine.equations.notation import Notation
from storyreel.engine.equations.rounding import is_equal

_SIGNS = {True: "=", False: "≈"}


@dataclass(frozen=True)
class WrittenCalculation:
    """The texts of a calculation's numbers in a notation, and which of them are exact."""

    calculation: Calculation
    notation: Notation

    @cached_property
    def operands(self) -> list[str]:
        """The texts of the operands."""
        pairs = zip(self.calculation.operands, self.calculation.numbers, strict=True)
        return [self.notation.text(name, value) for name, value in pairs]

    @property
    def result(self) -> str:
        """The text of the result."""
        return self.notation.text(self.calculation.name, self.calculation.value)

    @cached_property
    def is_exact(self) -> bool:
        """True if the operands are written exactly, so that = may stand before them."""
        return all(map(is_exact, self.calculation.numbers, self.operands))

    @cached_property
    def is_result_exact(self) -> bool:
        """True if the operands are written exactly and come to exactly what is written as the result."""
        calculation = self.calculation
        return (
            self.is_exact
            and is_exact(calculation.value, self.result)
            and (calculation.is_elided or is_equal(calculation, self.notation))
        )

    @property
    def plain(self) -> str:
        """The equation as plain text: `h = 3 × 2 = 6`."""
        end = f"{_SIGNS[self.is_result_exact]} {self.result}"
        if self.calculation.is_copy:
            return f"{self.calculation.name} {end}"
        try:
            rule = parsed(self.calculation.formula).plain(self.operands)
        except UnknownFormula:  # of another package
            rule = " ".join(self.operands)
        return f"{self.calculation.name} {_SIGNS[self.is_exact]} {rule} {end}"
