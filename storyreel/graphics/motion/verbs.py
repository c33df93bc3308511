"""How things move: a few verbs, so that the same kind of event looks the same in every chapter.

All of them start at once and settle at the end: the picture has visibly changed in the very first frame of
a cue, which is on its word.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from manim import (
    DOWN,
    Animation,
    Create,
    FadeIn,
    FadeOut,
    GrowFromCenter,
    LaggedStart,
    Mobject,
    Succession,
    TransformFromCopy,
    UpdateFromAlphaFunc,
    VMobject,
)
from manim.utils.rate_functions import linear, unit_interval

from storyreel.graphics.motion.spark import Spark

FLIGHT_ARC = 0.6
"""The angle, in radians, of the arc along which numbers fly."""
DEPARTURE = 0.15
"""The share of a spark's time in which it lights up."""
ARRIVAL = 0.85
"""The share of a spark's time after which it has arrived and goes out."""


@unit_interval
def settle(t: float) -> float:
    """The easing of every move, from 0 to 1: fast at first, at rest in the end (a cubic ease-out)."""
    return 1 - (1 - t) ** 3


@unit_interval
def glide(t: float) -> float:
    """The easing of what travels: almost even, so that the eye can follow, at rest in the end."""
    return t * (1.7 - 0.7 * t)


@unit_interval
def gather(t: float) -> float:
    """The easing of a run of many steps: the first can be followed one by one, at rest in the end."""
    return t * (0.5 + 1.5 * t - t * t)


def appear(shape: VMobject, from_above: float = 0.0) -> Animation:
    """Fade in, from `from_above` units higher."""
    return FadeIn(shape, shift=DOWN * from_above, rate_func=settle)


def appear_from(shape: VMobject, spot: np.ndarray) -> Animation:
    """Fade in on the way from `spot`, where it begins small."""
    return FadeIn(shape, target_position=spot, scale=0.5, rate_func=settle)


def vanish(shape: VMobject) -> Animation:
    """Fade out; the shape is gone afterwards."""
    return FadeOut(shape, rate_func=settle)


def pop(shape: VMobject) -> Animation:
    """Grow from nothing at its own middle."""
    return GrowFromCenter(shape, rate_func=settle)


def draw(shape: VMobject) -> Animation:
    """Draw the outline from its start to its end."""
    return Create(shape, rate_func=settle)


def change(shape: VMobject, easing: Callable[[float], float] = settle) -> Any:
    """Whatever is called on the result (`change(dot).shift(RIGHT).build()`) happens to `shape` gradually."""
    return shape.animate(rate_func=easing)  # type: ignore[operator]


class Flight(TransformFromCopy):
    """A copy travels from one shape to another; while `is_under_way` it may pass over all else."""

    is_under_way = False

    def interpolate(self, alpha: float) -> None:
        """Called by Manim with the share of the way, from 0 to 1."""
        self.is_under_way = alpha < 1
        super().interpolate(alpha)


def write(shape: VMobject) -> Animation:
    """The parts of `shape`, such as the letters of a text, appear one after another, each softly."""
    parts = list(shape)
    soft = max(4.0, len(parts) / 6)  # how many are on their way at a time
    shown: list[float | None] = [None] * len(parts)

    def show(_: Mobject, alpha: float) -> None:
        front = alpha * (len(parts) + soft)
        for number, part in enumerate(parts):
            opacity = min(1.0, max(0.0, (front - number) / soft))
            if opacity != shown[number]:
                shown[number] = opacity
                part.set_fill(opacity=opacity)

    return UpdateFromAlphaFunc(shape, show, introducer=True, rate_func=glide)


def in_place_of(old: VMobject, arrival: Animation) -> Animation:
    """What is over fades away, if there is anything in `old`, and then `arrival` takes its place."""
    if not len(old):
        return arrival
    departure = vanish(old)
    departure.run_time = 0.3 * arrival.run_time
    return Succession(departure, arrival)


def fly(source: VMobject, target: VMobject) -> Animation:
    """A copy of `source`, as it stands when the flight begins, travels above all else, to be `target`."""
    target.set_z_index(1)
    # Manim runs this animation backwards, from the target to the source: its easing has to be turned round.
    return Flight(source, target, introducer=True, rate_func=lambda t: 1 - settle(1 - t), path_arc=FLIGHT_ARC)


def pulse(path: VMobject, kind: str) -> Animation:
    """A spark in the colour of `kind` runs along `path` and is gone."""
    spark = Spark(kind)
    opacities = [part.get_fill_opacity() for part in spark]

    def run(_: Mobject, alpha: float) -> None:
        spark.move_to(path.point_from_proportion(glide(min(1.0, alpha / ARRIVAL))))
        # A spark that waits for its turn in a group of moves is not to be seen.
        glow = min(1.0, alpha / DEPARTURE, (1 - alpha) / (1 - ARRIVAL))
        for part, opacity in zip(spark, opacities, strict=True):
            part.set_fill(opacity=opacity * glow)

    return UpdateFromAlphaFunc(spark, run, introducer=True, remover=True, rate_func=linear)


def one_after_another(animations: Iterable[Animation], overlap: float = 0.6) -> Animation:
    """Each begins when the one before it has `overlap` of its time to go."""
    return LaggedStart(*animations, lag_ratio=1 - overlap)
