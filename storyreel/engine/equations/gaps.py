"""The squared gaps between outputs and targets, of which half the sum is the loss."""

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.calculation import Calculation, calculation_by
from storyreel.engine.operation import GRADIENT, Operation
from storyreel.engine.trace import Trace

MOST_GAPS = 6
"""The most squared gaps that are all written."""


def gaps_calculation(trace: Trace) -> Calculation:
    """The loss of one example as half the sum of the squared gaps, each an output minus its target.

    Few gaps are all written. Raises StoryreelError for another loss than `half_squared_error`.
    """
    if trace.network.loss.name != "half_squared_error":
        raise StoryreelError("the loss of this network is not half the sum of the squared gaps")
    names = trace.network.names
    gaps = (trace.forward.activations[-1][0] - trace.targets[0]).tolist()
    numbers = {GRADIENT + name: gap for name, gap in zip(names.activations[-1], gaps, strict=True)}
    numbers["loss"] = trace.number("loss")
    places = [f"({{{k}}})^2" if gap < 0 else f"{{{k}}}^2" for k, gap in enumerate(gaps)]
    formula = f"1/2 ({' + '.join(places)})"
    operands = tuple(name for name in numbers if name != "loss")
    if len(gaps) <= MOST_GAPS:
        return Calculation("loss", numbers["loss"], formula, operands, tuple(gaps))
    return calculation_by("loss", Operation("loss", operands, formula), numbers.__getitem__)
