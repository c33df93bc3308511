"""Numbers for scenes: any that a storyboard can name of the chapter's network."""

import re
from dataclasses import dataclass, replace

from storyreel.core.errors import StoryreelError
from storyreel.engine.experiment import Experiment
from storyreel.engine.operation import COST, GRADIENT, NEXT
from storyreel.storyboard.lookup import Lookup, UnknownName

_OF_EXAMPLE = re.compile(r"^data\[\d+\]\.")


@dataclass(frozen=True)
class LessonNumber:
    """A number, its `name` in the storyboard, and its `text`; `kind` is its kind of quantity in the theme."""

    name: str
    value: float
    text: str
    kind: str


def lesson_number(experiment: Experiment, name: str) -> LessonNumber:
    """The number called `name` (`h`, `grad.w1`, `next.y`, `run.loss[20]`) of an experiment.

    Raises StoryreelError if there is none.
    """
    try:
        lookup = Lookup({experiment.name: experiment})
        value, text = lookup.value(experiment.name, name), lookup.text(experiment.name, name)
    except UnknownName as fault:
        raise StoryreelError(str(fault)) from None
    if GRADIENT in name:
        return LessonNumber(name, value, text, "gradient")
    quantity = name.removeprefix(f"{experiment.name}.").removeprefix(NEXT)
    if quantity.startswith("run."):
        quantity = quantity.removeprefix("run.").rpartition("[")[0]
    quantity = "loss" if quantity == COST else _OF_EXAMPLE.sub("", quantity)
    trace = experiment.trace
    return LessonNumber(name, value, text, trace[quantity].kind if quantity in trace else "text")


def number_after(experiment: Experiment, number: LessonNumber, steps: int) -> LessonNumber:
    """A number after some more steps of training; what no step changes is as it was."""
    name = number.name.removeprefix(f"{experiment.name}.")
    own_name, at = name.removeprefix(NEXT), steps + name.startswith(NEXT)
    try:
        value, text = experiment.number(own_name, at), experiment.text(own_name, at)
    except KeyError:
        return number
    return replace(number, value=value, text=text)
