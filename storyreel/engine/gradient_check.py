"""A check of backpropagation: its gradients against finite differences of the loss."""

import math

import numpy as np

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.experiment import Experiment
from storyreel.engine.trace import Trace

TOLERANCE = 1e-6  # relative
EPSILON = float(np.finfo(np.float64).eps)
WIDTHS = tuple(EPSILON ** (1 / 3) / narrower for narrower in (1, 30, 1000))  # narrow for steep losses
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
    count = min(len(names), MOST_PARAMETERS)
    for i in np.linspace(0, len(names) - 1, count).astype(int):
        scale = max(1.0, abs(experiment.network.parameters[i]))
        if not any(_agrees(trace, i, width * scale) for width in WIDTHS):
            analytic = float(trace.gradients.parameters[i])
            raise GradientCheckError(names[i], analytic, sum(_slopes(trace, i, WIDTHS[0] * scale)) / 2.0)


def _agrees(trace: Trace, i: int, width: float) -> bool:
    """True if the gradient of parameter i is the slope of the loss over ± `width`."""
    analytic = float(trace.gradients.parameters[i])
    return is_between(analytic, *_slopes(trace, i, width), _rounding(trace) / width)


def is_between(analytic: float, left: float, right: float, rounding: float) -> bool:
    """True if a gradient is the slope to the left and to the right of it, but for rounding.

    At a kink (ReLU at 0, |y − t| at t) these differ, and any gradient between them passes.
    """
    central = (left + right) / 2.0
    slack = TOLERANCE * max(abs(analytic), abs(central)) + rounding
    return math.isfinite(slack) and min(left, right) - slack <= analytic <= max(left, right) + slack


def _slopes(trace: Trace, i: int, width: float) -> tuple[float, float]:
    """The slope of the loss from parameter i − `width` to i, and from i to i + `width`."""
    step = np.zeros_like(trace.network.parameters)
    step[i] = width

    def loss(parameters: Array) -> float:
        moved = trace.network.with_parameters(parameters)
        return moved.loss_of(moved.forward(trace.inputs), trace.targets)

    below, above = loss(trace.network.parameters - step), loss(trace.network.parameters + step)
    return (trace.loss - below) / width, (above - trace.loss) / width


def _rounding(trace: Trace) -> float:
    """A bound on the rounding error of the loss: that of every product, propagated to the loss."""
    with np.errstate(all="ignore"):
        products = np.abs(trace.network.parameters * trace.gradients.parameters).sum()
        outputs = np.abs(trace.forward.prediction * trace.gradients.activations[-1]).sum()
        return float(10.0 * EPSILON * (abs(trace.loss) + products + outputs))
