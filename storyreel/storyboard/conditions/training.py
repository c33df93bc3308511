"""Conditions on what the chapter's network is trained with: its examples, its loss, its steps."""

import math
from dataclasses import replace

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.cost import not_a_mean
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.engine.losses import LOSSES, SQUARED
from storyreel.engine.optimizers import GradientDescent
from storyreel.storyboard.budget import operations_of_step
from storyreel.storyboard.conditions import experiment_of
from storyreel.storyboard.things import StageContents

MOST_POINTS = 300
"""The most examples of which a plot of a fit is drawn."""
MOST_OPERATIONS = 50_000_000
"""Of a run, of about a second, to find out that it diverges; a longer one is left to whoever renders."""


def has_one_example(stage: StageContents) -> str | None:
    """There is no cost, so that gradients are those of the loss of the one example."""
    experiment = experiment_of(stage)
    if experiment.data_rows:
        return "with data, a gradient is a mean and no product"
    return "with L2, a gradient is a sum and no product" if experiment.has_cost else None


def has_data(stage: StageContents) -> str | None:
    """The network has data."""
    if experiment_of(stage).data_inputs is None:
        return "the network has nothing to train on; give it `data`"
    return None


def has_data_for(stage: StageContents, example: int | None) -> str | None:
    """The network has data, if an example of it is given."""
    return None if example is None else has_data(stage)


def has_points(stage: StageContents, network: str) -> str | None:
    """The network called `network` has data of one input and one target, which are points of a plot."""
    if network not in stage.experiments:
        return None  # it has faults of its own
    experiment = stage.experiments[network]
    if experiment.data_inputs is None or experiment.data_targets is None:
        return f"the network {network} has no `data` to be points of a plot"
    if experiment.data_inputs.shape[1] == experiment.data_targets.shape[1] == 1:
        return None
    return f"the data of the network {network} are no points of a plot: it needs one input and one output"


def fits_examples(stage: StageContents) -> str | None:
    """The network has data of one target, which a plot can show."""
    experiment = experiment_of(stage)
    if experiment.data_inputs is None or experiment.data_targets is None:
        return f"the network {experiment.name} has no `data` that it could fit"
    return fit_fault(experiment.data_targets)


def fit_fault(targets: Array) -> str | None:
    """Why a plot cannot show a fit to these targets; None if it can."""
    if (outputs := targets.shape[1]) != 1:
        return f"a fit is shown for a network with one output, and this one has {outputs}"
    if len(targets) > MOST_POINTS:
        return f"a plot of a fit has at most {MOST_POINTS} points, and there are {len(targets)} examples"
    return None


def has_mean_cost(stage: StageContents) -> str | None:
    """The cost is the mean of the losses, so that its gradient is the mean of theirs."""
    cost = experiment_of(stage).cost
    if cost is None or cost.is_mean:
        return None
    return f"the gradient of the cost is not the mean of these: {not_a_mean(cost)}"


def is_example(stage: StageContents) -> str | None:
    """The inputs that the storyboard gives the network are those of an example of its data."""
    experiment = experiment_of(stage)
    rows = experiment.data_inputs
    if rows is None or not (rows == experiment.inputs).all(axis=1).any():
        return "the network’s own inputs are not among the examples of its data; give it those of one of them"
    return None


def squares(stage: StageContents) -> str | None:
    """The loss is a squared error."""
    loss = experiment_of(stage).network.loss.name
    return None if loss in SQUARED else f"the loss {loss} squares nothing"


def halves(stage: StageContents) -> str | None:
    """The loss is the half squared error."""
    loss = experiment_of(stage).network.loss.name
    return None if loss == SQUARED[0] else f"the loss {loss} is not half of a square"


def has_test(stage: StageContents) -> str | None:
    """There are examples that the network is tested with."""
    if experiment_of(stage).test is None:
        return "the network has nothing to be tested with; give it a `test`"
    return None


def is_loss_by_output(stage: StageContents, name: str) -> str | None:
    """The loss of all outputs is the mean or the sum of what it makes of each alone."""
    trace = experiment_of(stage).trace
    y, t = trace.forward.prediction, trace.targets
    loss = LOSSES.get(name)
    if loss is None:
        return None  # it has a fault of its own
    with np.errstate(all="ignore"):
        terms = np.array([loss.value(y[:, k : k + 1], t[:, k : k + 1])[0] for k in range(y.shape[1])])
        whole = float(loss.value(y, t)[0])
    if any(math.isclose(whole, float(total), rel_tol=1e-9) for total in (terms.mean(), terms.sum())):
        return None
    return f"the loss {name} is not made of one mark for each output"


def is_finite_run(stage: StageContents, steps: int | None) -> str | None:
    """The loss stays finite for so many steps of training, if any."""
    experiment = experiment_of(stage)
    if (
        not steps
        or steps * operations_of_step(experiment) > MOST_OPERATIONS
        or np.isfinite(experiment.run(steps).loss).all()
    ):
        return None
    return f"this network diverges within {steps} steps; lower its learning rate"


def is_finite_run_of(stage: StageContents, other: str | None, steps: int | None) -> str | None:
    """The loss of the network called `other`, by default the chapter's, stays finite for so many steps of
    training."""
    if other is None:
        return is_finite_run(stage, steps)
    if other not in stage.experiments:
        return None  # it has faults of its own
    fault = is_finite_run(replace(stage, network=other), steps)
    return fault and f"{other!r}: {fault}"


def has_same_data(stage: StageContents, other: str) -> str | None:
    """The network called `other` is trained on the same data as that of the chapter."""
    if other not in stage.experiments:
        return None  # it has faults of its own
    ours, theirs = experiment_of(stage).examples, stage.experiments[other].examples
    if all(np.array_equal(mine, its) for mine, its in zip(ours, theirs, strict=True)):
        return None
    return f"{other!r} is trained on other data than the chapter’s network; give both the same"


def is_finite_descent(stage: StageContents, steps: int, learning_rate: float | None) -> str | None:
    """The first steps on the map, of the network's optimiser or with a learning rate, stay finite."""
    picture, experiment = stage.find("map"), experiment_of(stage)
    names = tuple(str(picture.given.get(side)) for side in ("across", "up")) if picture else ()
    are_known = set(names) <= {*experiment.network.names.parameters}
    is_long = steps * operations_of_step(experiment) > MOST_OPERATIONS
    is_rate = learning_rate is None or 0 < learning_rate < math.inf
    if not (names and are_known and is_rate) or is_long or stage.has("descent"):
        return None
    if not any(name in experiment.network.trained for name in names):
        return f"neither {names[0]!r} nor {names[1]!r} is trained, so no step changes them"
    optimizer = experiment.optimizer if learning_rate is None else GradientDescent(learning_rate)
    if np.isfinite(LossLandscape.of(experiment, names).path(optimizer, steps)).all():
        return None
    return f"this network diverges within {steps} steps; lower its learning rate"
