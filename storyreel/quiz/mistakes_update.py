"""Usual mistakes in an update: in a weight or a bias after one step.

Each takes the number that is asked for and returns the wrong one, or None if the mistake is impossible.
"""

from storyreel.engine.operation import NEXT
from storyreel.engine.optimizers import StochasticGradientDescent
from storyreel.quiz.asked_number import AskedNumber


def uphill(asked: AskedNumber) -> float | None:
    """A step in the direction of the gradient, not against it."""
    before = _before(asked)
    return None if before is None else 2 * before - asked.value


def step_alone(asked: AskedNumber) -> float | None:
    """The step alone, not subtracted from the old value."""
    before = _before(asked)
    return None if before is None else before - asked.value


def without_rate(asked: AskedNumber) -> float | None:
    """The whole gradient subtracted, not scaled by the learning rate."""
    before, experiment = _before(asked), asked.experiment
    if not isinstance(experiment.optimizer, StochasticGradientDescent) or experiment.uses_mini_batches:
        return None
    if before is None or experiment.optimizer.weight_decay:
        return None
    return before - experiment.number(experiment.objective_gradient + asked.name.removeprefix(NEXT))


def _before(asked: AskedNumber) -> float | None:
    """The weight or bias before the update; None if the number asked for is none that an update changes."""
    if not asked.is_next or asked.canonical_name.removeprefix(NEXT) not in asked.experiment.network.trained:
        return None
    return asked.experiment.trace.number(asked.name.removeprefix(NEXT))
