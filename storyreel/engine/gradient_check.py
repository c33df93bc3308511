"""A check of backpropagation: its gradients against finite differences of the loss."""

import math

import numpy as np
from numpy.typing import NDArray

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.experiment import Experiment
from storyreel.engine.trace import Trace

TOLERANCE = 1e-6  # relative
EPSILON = float(np.finfo(np.float64).eps)
WIDTHS = tuple(EPSILON ** (1 / 3) / narrower for narrower in (1, 30, 1000))  # narrow for steep losses
MOST_AT_ONCE = 500_000  # numbers of parameters in one forward pass
MOST_PARAMETERS = 500  # in a larger network this many are checked, spread evenly over its parameters


class GradientCheckError(StoryreelError):
    """Backpropagation and finite differences disagree on the gradient of the parameter `name`.

    The name `loss` means that the loss itself is not finite.
    """

    exit_status = 1

    def __init__(self, name: str, analytic: float, numeric: float) -> None:
        self.name, self.analytic, self.numeric = name, analytic, numeric
        if name == "loss":
            message = f"the loss is {analytic}: a number is too large, or outside of what the loss allows"
        else:
            message = f"the gradient of {name} is {analytic:g} by backpropagation, {numeric:g} by differences"
        super().__init__(message)


def check_gradients(experiment: Experiment) -> None:
    """Compare the gradient of every parameter, on the lesson's example, with central differences.

    Raises GradientCheckError for the first parameter whose gradient differs from those of all `WIDTHS` by
    more than `TOLERANCE` and rounding.
    """
    trace, names = experiment.trace, experiment.network.names.parameters
    if not math.isfinite(trace.loss):
        raise GradientCheckError("loss", trace.loss, trace.loss)
    network, analytic = experiment.network, trace.gradients.parameters
    count = min(len(names), MOST_PARAMETERS)
    left = np.linspace(0, len(names) - 1, count).astype(int)
    scales, rounding = np.maximum(1.0, np.abs(network.parameters)), _rounding(trace)
    for factor in WIDTHS:
        widths = factor * scales[left]
        cases = zip(analytic[left].tolist(), *_slopes(trace, left, widths), rounding / widths, strict=True)
        left = left[[not is_between(*case) for case in cases]]
        if not len(left):
            return
    first = left[:1]
    before, after = _slopes(trace, first, WIDTHS[0] * scales[first])
    numeric = float(before[0] + after[0]) / 2.0
    raise GradientCheckError(names[first[0]], float(analytic[first[0]]), numeric)


def is_between(analytic: float, left: float, right: float, rounding: float) -> bool:
    """True if a gradient is the slope to the left and to the right of it, but for rounding.

    At a kink (ReLU at 0, |y − t| at t) these differ, and any gradient between them passes.
    """
    central = (left + right) / 2.0
    slack = TOLERANCE * max(abs(analytic), abs(central)) + rounding
    return math.isfinite(slack) and min(left, right) - slack <= analytic <= max(left, right) + slack


def _slopes(trace: Trace, which: NDArray[np.int64], widths: Array) -> tuple[Array, Array]:
    """For each of these parameters, the slope of the loss from it − its width to it, and from it to it + its
    width: (parameters,) each."""
    network, count = trace.network, max(1, MOST_AT_ONCE // trace.network.parameters.size)
    parts = []
    for start in range(0, len(which), count):
        part = which[start : start + count]
        steps = np.zeros((len(part), network.parameters.size))
        steps[range(len(part)), part] = widths[start : start + count]
        moved = np.concatenate([network.parameters - steps, network.parameters + steps])
        parts.append(network.losses(moved, trace.inputs, trace.targets).reshape(2, -1))
    below, above = np.concatenate(parts, axis=1)
    with np.errstate(all="ignore"):
        return (trace.loss - below) / widths, (above - trace.loss) / widths


def _rounding(trace: Trace) -> float:
    """A bound on the rounding error of the loss: that of every product, propagated to the loss."""
    with np.errstate(all="ignore"):
        products = np.abs(trace.network.parameters * trace.gradients.parameters).sum()
        outputs = np.abs(trace.forward.prediction * trace.gradients.activations[-1]).sum()
        return float(10.0 * EPSILON * (abs(trace.loss) + products + outputs))
