"""Functions of one number for plots: the engine's activations and losses, and tables of data."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.losses import LOSSES

SAMPLES = 241
HEADROOM = 0.08
"""Free space above and below a curve, as a fraction of its height."""
NARROWEST, SMALLEST = 1e-13, 1e-290
"""The least width of a range, relative to its larger end and in itself: in a narrower one a computer has too
few numbers to draw with."""
SPREAD = 0.25
"""How far the number line of an output extends beyond the output, and beyond the same error on the other side
of its target, in distances of these two."""

Function = Callable[[float], float]


def is_wide(low: float, high: float) -> bool:
    """True where a range from `low` to `high` has enough numbers to draw with, and a finite width."""
    return max(SMALLEST, NARROWEST * max(abs(low), abs(high))) < high - low < math.inf


def require_wide(low: float, high: float) -> None:
    """Raise StoryreelError where nothing can be drawn along a range from `low` to `high`."""
    if not is_wide(low, high):
        raise StoryreelError(
            f"numbers from {float(low)!r} to {float(high)!r} cannot be drawn along an axis: they are too"
            " large, too small or too close together; use numbers of a more usual size"
        )


def around(values: list[float], margin: float) -> tuple[float, float]:
    """A range around `values`, with a margin on both sides of `margin` times their spread; never empty.

    Raises StoryreelError where they are too far apart for a computer.
    """
    low, high = min(values), max(values)
    spread = high - low if is_wide(low, high) else abs(high) if abs(high) > SMALLEST else 1.0
    low, high = low - margin * spread, high + margin * spread
    require_wide(low, high)
    return low, high


def output_range(value: float, target: float) -> tuple[float, float]:
    """The range of a number line on which an output can move: beyond its value, and beyond the same error on
    the other side of its target. Raises StoryreelError as `around` does."""
    return around([value, 2 * target - value], SPREAD)


def require_on_line(value: float, target: float, end: float, called: str) -> None:
    """Raise StoryreelError where `end` is not on the number line of an output with this value and target."""
    low, high = output_range(value, target)
    if not low <= end <= high:
        ends = f"from {shown(low)} to {shown(high)}"
        raise StoryreelError(f"{called!r} is not on the number line, which goes {ends}")


@dataclass(frozen=True)
class Plotted:
    """A function over a range of x: its `value`, and its `slope` if it has one.

    `names` are the names of the quantities x and y, `kinds` their kinds of quantity in the theme. `points`
    are the points of a table, (x, y).
    """

    value: Function
    slope: Function | None
    names: tuple[str, str]
    kinds: tuple[str, str]
    x_range: tuple[float, float]
    points: tuple[tuple[float, float], ...] = ()

    @cached_property
    def reach(self) -> tuple[float, float]:
        """The first and the last x of the curve: of the table, or of the samples with a finite value.

        Raises StoryreelError if fewer than two samples are finite.
        """
        if self.points:
            return self.points[0][0], self.points[-1][0]
        samples = np.linspace(*self.x_range, SAMPLES)
        finite = [float(x) for x in samples if np.isfinite(self.value(float(x)))]
        if len(finite) < 2:
            raise StoryreelError(f"there is no curve from {self.x_range[0]:g} to {self.x_range[1]:g}")
        return finite[0], finite[-1]

    @property
    def y_range(self) -> tuple[float, float]:
        """A range that holds all values with some headroom. It begins at 0 if 0 is near."""
        values = np.array([self.value(x) for x in np.linspace(*self.reach, SAMPLES)])
        low, high = float(values.min()), float(values.max())
        spread = high - low if is_wide(low, high) else abs(high) or 1.0
        start = 0.0 if 0 <= low <= 0.5 * spread else low - HEADROOM * spread
        return start, high + HEADROOM * spread


def has_curve(name: str) -> bool:
    """True for an activation of which each value depends on one pre-activation, unlike softmax."""
    function = ACTIVATIONS[name].value
    return bool(np.isclose(function(np.array([[0.5, 1.0]]))[0, 0], function(np.array([[0.5]]))[0, 0]))


def plotted_activation(name: str, low: float, high: float) -> Plotted:
    """An activation over its pre-activation z.

    Raises StoryreelError if each neuron depends on its neighbours, as in softmax.
    """
    activation = ACTIVATIONS[name]

    def value(z: float) -> float:
        return float(activation.value(np.array([[z]]))[0, 0])

    def slope(z: float) -> float:
        before = np.array([[z]])
        return float(activation.vjp(before, activation.value(before), np.ones((1, 1)))[0, 0])

    if not has_curve(name):
        raise StoryreelError(f"{name} has no curve: each of its values depends on several numbers")
    return Plotted(value, slope, ("z", "a"), ("pre_activation", "activation"), _range(low, high))


def plotted_loss(name: str, target: float, low: float, high: float) -> Plotted:
    """A loss over the output y of a network with one output, for this target."""
    loss, wanted = LOSSES[name], np.array([[target]])
    return Plotted(
        lambda y: float(loss.value(np.array([[y]]), wanted)[0]),
        lambda y: float(loss.gradient(np.array([[y]]), wanted)[0, 0]),
        ("y", "loss"),
        ("activation", "loss"),
        _range(low, high),
    )


def plotted_table(xs: Sequence[float], ys: Sequence[float], names: tuple[str, str]) -> Plotted:
    """A table of points, in the order of x, joined by straight lines.

    Raises StoryreelError if there are fewer than two points, not as many x as y, or the same x twice.
    """
    if len(xs) != len(ys):
        raise StoryreelError(f"a table has a y for each x, not {len(xs)} x and {len(ys)} y")
    if len(set(xs)) < max(2, len(xs)):
        raise StoryreelError("a table needs two points or more, and each x once")
    points = tuple(sorted(zip(map(float, xs), map(float, ys), strict=True)))
    x_values, y_values = (np.array(column) for column in zip(*points, strict=True))
    margin = HEADROOM * (points[-1][0] - points[0][0])
    reach = points[0][0] - margin, points[-1][0] + margin
    return Plotted(
        lambda x: float(np.interp(x, x_values, y_values)),
        None,
        names,
        ("activation", "target"),
        reach,
        points,
    )


def _range(low: float, high: float) -> tuple[float, float]:
    if low >= high:
        raise StoryreelError(f"`low` must be below `high`, which {low:g} and {high:g} are not")
    return low, high
