"""How a network is trained, whatever it is made of: its optimizer, learning rate and cost."""

from collections.abc import Iterator
from typing import Any, get_args

from annotated_types import Gt

from storyreel.core.symbol_parts import L2, LEARNING_RATE, WEIGHT_DECAY
from storyreel.engine.graph.model import Reduction
from storyreel.engine.optimizers import OPTIMIZERS, Optimizer
from storyreel.engine.schedules import SCHEDULES
from storyreel.reader.document import Document, Location
from storyreel.reader.mapping_check import fits
from storyreel.reader.named_rules import read_choice, read_rule
from storyreel.reader.schema_classes import TrainedPart

INITIAL = "initial"
"""The key of the first learning rate of a schedule."""


def read_optimizer(document: Document, location: Location, part: TrainedPart) -> Optimizer:
    """The optimizer of the network at the location, with its learning rate; faults are reported."""
    rule = (*location, "optimizer")
    rate = _read_rate(document, (*location, "learning_rate"), part)
    optimizer: Optimizer = OPTIMIZERS["gradient_descent"](**rate)
    if document.at(rule) is not None:
        optimizer = read_rule(document, rule, "optimizer", OPTIMIZERS, rate) or optimizer
    if part.batch_size is not None and not optimizer.uses_batches:
        message = "gradient_descent uses all examples in each step; for batches take `optimizer: sgd`"
        document.report(document.key_place((*location, "batch_size")), message)
    return optimizer


def read_reduction(document: Document, location: Location) -> Reduction | None:
    """Whether the cost of the network at the location is a mean or a sum; None if there is a fault, which is
    reported."""
    place = (*location, "cost")
    choice = read_choice(document, place, "cost", get_args(Reduction)) if document.at(place) else "mean"
    if choice == "sum" and document.at((*location, "data")) is None:
        message = "`cost` is over `data`, and this network has only the loss of its one example"
        document.report(document.key_place(place), message)
        return None
    return "sum" if choice == "sum" else "mean" if choice else None


def written_settings(
    document: Document, location: Location, part: TrainedPart, optimizer: Optimizer
) -> Iterator[tuple[str, float, Location]]:
    """The numbers of training that the author wrote: the name of each, its value, and where it is."""
    rate = (*location, "learning_rate")
    if document.at(rate) is not None:
        place = (*rate, INITIAL) if isinstance(part.learning_rate, dict) else rate
        yield LEARNING_RATE, optimizer.learning_rate, place
    for name, value, key in (
        (L2, part.l2, ("l2",)),
        (WEIGHT_DECAY, optimizer.weight_decay, ("optimizer", "weight_decay")),
    ):
        if value:
            yield from ((one, value, (*location, *key)) for one in (name, key[-1]))


def _read_rate(document: Document, location: Location, part: TrainedPart) -> dict[str, Any]:
    """The learning rate and its schedule, as settings of an optimizer; what has a fault, which is reported,
    is missing."""
    if not isinstance(part.learning_rate, dict):
        is_rate = document.at(location) is None or fits(document, location, float, (Gt(0),))
        return {"learning_rate": part.learning_rate} if is_rate else {}
    schedule = read_rule(document, location, "learning-rate schedule", SCHEDULES, {}, besides=INITIAL)
    if INITIAL not in part.learning_rate:
        message = f"a learning-rate schedule needs `{INITIAL}`, the rate of the first step"
        document.report(document.place(location), message)
        return {}
    is_rate = fits(document, (*location, INITIAL), float, (Gt(0),))
    if schedule is None or not is_rate:
        return {}
    return {"learning_rate": part.learning_rate[INITIAL], "schedule": schedule}
