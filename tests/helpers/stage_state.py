"""All that is on a stage, down to the last bit, for tests that compare two ways to get there."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

import numpy as np
from manim import Mobject

from storyreel.stage.stage import Stage

IRRELEVANT = ("original_id", "updaters", "target")
"""Where a copy came from, and what is compared by its effect, or is not on stage."""


def stage_state(stage: Stage) -> list[Any]:
    """Every mobject of the lists that Manim draws from, with its attributes and where it occurs again."""
    lists = [
        list(mobjects or ())
        for mobjects in (
            stage.mobjects,
            stage.moving_mobjects,
            stage.static_mobjects,
            stage.foreground_mobjects,
        )
    ]
    return [[len(mobjects) for mobjects in lists], family_state(chain(*lists))]


def family_state(mobjects: Iterable[Mobject]) -> list[Any]:
    """These mobjects and all below them, each described once and then by its number."""
    numbers: dict[int, int] = {}
    described: list[Any] = []

    def describe(mobject: Mobject) -> None:
        if id(mobject) in numbers:
            described.append(numbers[id(mobject)])
            return
        numbers[id(mobject)] = len(numbers)
        attributes = sorted(vars(mobject).items())
        described.append(type(mobject).__name__)
        described.append([(name, _bits(value)) for name, value in attributes if name not in IRRELEVANT])
        for member in mobject.submobjects:
            describe(member)

    for mobject in mobjects:
        describe(mobject)
    return described


def _bits(value: Any) -> Any:
    """What tells any two values apart: an array's type, shape and bytes, what a number is, a thing's kind."""
    if isinstance(value, np.ndarray) and value.dtype == object:
        return _bits(value.tolist())
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, (bool, int, float, str, type(None))):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return [_bits(item) for item in value]
    if isinstance(value, dict):
        return [(_bits(name), _bits(item)) for name, item in value.items()]
    return type(value).__name__
