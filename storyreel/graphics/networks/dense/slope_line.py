"""The calculation of an activation function's slope at a neuron's value: 1 − 0.82² ≈ 0.33."""

import re

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.formula import parsed
from storyreel.engine.equations.neuron_sum import NeuronSum
from storyreel.graphics import theme
from storyreel.graphics.text.typeset import Typeset, in_line, slot

_OPERAND = re.compile(r"\{0\}")


def slope_line(numbers: NeuronSum, width: float) -> Typeset:
    """The calculation of the slope by which the sum is multiplied, no wider than `width` Manim units, or as
    small as can be read. Raises StoryreelError where the slope does not follow from the neuron's value."""
    calculation = numbers.slope
    if calculation is None:
        raise StoryreelError("this slope is not worked out from the neuron’s value")
    value, sign, result = numbers.texts(calculation)
    rule = _OPERAND.sub(slot(0, in_line(value)), calculation.formula)
    line = Typeset(
        f"${rule} {'=' if sign == '=' else 'approx'} {slot(1, in_line(result))}$",
        plain=f"{parsed(calculation.formula).plain([value])} {sign} {result}",
        em=theme.SIZES.body,
        slots=("", ""),
        colours=(theme.colour("activation"), theme.colour("activation")),
    )
    return line.scale(max(min(1.0, width / line.width), theme.SIZES.smallest / theme.SIZES.body))
