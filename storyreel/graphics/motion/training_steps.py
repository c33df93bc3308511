"""An animation of what follows a training, step by step."""

import math
from collections.abc import Callable

from manim import Animation, Mobject, UpdateFromAlphaFunc
from manim.utils.rate_functions import linear

SLOW_START = 2.0
"""The power of the time with which the steps of a training pass."""


def training_steps(shape: Mobject, start: int, steps: int, show: Callable[[int], None]) -> Animation:
    """`shape` follows the next `steps` steps of a training after `start` of them: `show` is called once for
    each step that a frame reaches. The first steps are the slowest, as they change the most."""
    shown = -1

    def follow(_: Mobject, share: float) -> None:
        nonlocal shown
        step = start + math.floor(steps * share**SLOW_START + 1e-9)
        if step != shown:
            shown = step
            show(step)

    return UpdateFromAlphaFunc(shape, follow, rate_func=linear)
