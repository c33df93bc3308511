"""Conditions on numbers in a picture: their places, their equations, their changes by a nudge."""

import math

import numpy as np

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.calculation import (
    ADDED,
    CHAIN,
    CHAIN_BY_SUMS,
    RULE,
    calculation_of,
    require_trained,
)
from storyreel.engine.operation import GRADIENT, NEXT
from storyreel.engine.weight_path import WeightPath
from storyreel.storyboard.conditions import experiment_of
from storyreel.storyboard.cue import WHOLE_PICTURE
from storyreel.storyboard.things import StageContents


def has_place(stage: StageContents, name: str) -> str | None:
    """The result of the equation of `name`, if it is a gradient, has a place in the picture."""
    if name.startswith(NEXT) and stage.is_updating and not stage.has("network"):
        return "weights are updated in a network; draw one with `draw_network`"
    if not name.startswith(GRADIENT) or stage.has(name):
        return None
    return has_gradient_place(stage, name.removeprefix(GRADIENT))


def has_part(stage: StageContents, name: str) -> str | None:
    """Something in the picture stands for the quantity, or for the whole picture."""
    is_parameter = stage.has("network") and stage.kind(name) in ("weight", "bias")
    if name == WHOLE_PICTURE or is_parameter or stage.shows_quantity(name):
        return None
    return f"nothing in this picture stands for {name!r}"


def has_gradient_place(stage: StageContents, quantity: str) -> str | None:
    """The gradient of a quantity has a place in the picture."""
    kind = stage.kind(quantity)
    is_in_network = stage.has("network") and kind in ("weight", "bias")
    is_in_tree = stage.has("tree") and kind not in ("", "input", "target")
    if kind == "pre_activation" or is_in_network or is_in_tree or stage.shows_quantity(quantity):
        return None
    return f"nothing in this picture stands for {quantity!r}, so there is no place for its gradient"


def has_equation(stage: StageContents, name: str) -> str | None:
    """There is an equation of the number; what the chain rule writes is a matter of its ways."""
    name = name.removeprefix(RULE)
    if name.startswith((CHAIN, CHAIN_BY_SUMS, ADDED)):
        return None
    try:
        calculation_of(experiment_of(stage), name)
    except KeyError:
        return f"there is no equation for `{name}`"
    except StoryreelError as fault:
        return str(fault)
    return None


def is_trained(stage: StageContents, name: str | None) -> str | None:
    """Training changes the weight or bias, if one is given."""
    network = experiment_of(stage).network
    if name not in network.names.parameters:
        return None  # it has faults of its own
    try:
        require_trained(network, name)
    except StoryreelError as fault:
        return str(fault)
    return None


def is_term(stage: StageContents, name: str, of: str) -> str | None:
    """The equation of the number `of` has the number `name` in it."""
    try:
        operands = calculation_of(experiment_of(stage), of).operands
    except (KeyError, StoryreelError):
        return None  # it has faults of its own
    return None if name in operands else f"there is no `{name}` in the equation of `{of}`"


def is_of_now(stage: StageContents, name: str) -> str | None:
    """The equation of the number is not one of weights that have been replaced."""
    if name.startswith(NEXT) or not any(thing.name.startswith(NEXT) for thing in stage.things):
        return None
    return f"{name!r} would be of the weights before the update; put this before `update`"


def are_updated(stage: StageContents) -> str | None:
    """All weights and biases that are trained have been updated."""
    left = [name for name in experiment_of(stage).network.trained if not stage.has(NEXT + name)]
    if left:
        return f"{left[0]!r} is still the old one; an `update` without a weight updates all that are left"
    return None


def leads_to(stage: StageContents, name: str) -> str | None:
    """Connections lead forward to the quantity."""
    kind = stage.kind(name)
    if kind == "activation" or (kind == "loss" and stage.has("loss")):
        return None
    return f"no connection leads to {name!r}, so nothing can flow to it"


def leads_back_to(stage: StageContents, name: str) -> str | None:
    """Connections lead back to the quantity."""
    kind = stage.kind(name)
    if stage.has("network"):
        names = experiment_of(stage).network.names
        is_output = name in names.activations[-1]
        is_there = kind in ("weight", "bias", "input", "activation") and (not is_output or stage.has("loss"))
    elif stage.has("graph"):
        is_there = stage.shows_quantity(name) and kind not in ("loss", "target")
    else:
        chain = stage.argument("chain")
        if chain == "*":  # of a cue that could not be read
            return None
        is_there = chain is not None and name in WeightPath(experiment_of(stage).trace, chain).names[:-1]
    return None if is_there else f"no connection leads to {name!r}, so nothing can flow to it"


def is_in_graph(stage: StageContents, name: str) -> str | None:
    """The computation graph shows the quantity, and it has a gradient."""
    if stage.is_in_graph(name) and stage.kind(name) != "target":
        return None
    return f"the computation graph has no gradient of {name!r}"


def is_in_network(stage: StageContents, name: str) -> str | None:
    """A network shows the quantity, and it has a gradient."""
    if stage.kind(name) in ("input", "weight", "bias", "activation"):
        return None
    return f"nothing in this picture stands for the gradient of {name!r}"


def differs(stage: StageContents, parameters: str | tuple[str, ...], nudge: float) -> str | None:
    """The nudge of each parameter changes the loss to a finite one, by so much that a quotient is finite."""
    loss = experiment_of(stage).trace.loss
    each = (parameters,) if isinstance(parameters, str) else parameters
    if nudge and all(math.isfinite((_nudged(stage, one, nudge)[-1] - loss) / nudge) for one in each):
        return None
    return f"a nudge by {nudge:g} makes no difference that could be divided"


def _nudged(stage: StageContents, parameter: str, nudge: float) -> list[float]:
    """The activations, and the loss, with a nudged parameter."""
    trace = experiment_of(stage).trace
    network = trace.network.nudged(parameter, nudge)
    forward = network.forward(trace.inputs)
    return [*np.concatenate(forward.activations, axis=1)[0].tolist(), network.loss_of(forward, trace.targets)]


def is_drawn_nudge(stage: StageContents, parameter: str, nudge: float) -> str | None:
    """The nudge is not 0, and makes no number infinite."""
    if nudge and is_finite_nudge(stage, parameter, nudge) is None:
        return None
    return f"a nudge by {nudge:g} cannot be drawn"


def is_finite_nudge(stage: StageContents, parameter: str | None, nudge: float) -> str | None:
    """The nudge makes no number on the path infinite."""
    if (
        parameter is None
        or np.isfinite(WeightPath(experiment_of(stage).trace, parameter).values(nudge)).all()
    ):
        return None
    return f"a nudge by {nudge:g} makes a number infinite"
