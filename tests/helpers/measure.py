"""Measuring a picture: what its shapes say to somebody who sees them, read without asking what drew them."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from manim import ManimColor, VMobject

from storyreel.core.arrays import Array
from storyreel.core.number_format import read_back
from storyreel.graphics.plots.axes import Axes

Place = tuple[float, float]


def number(text: str) -> float:
    """The number that a text says; a power of ten may stand alone, as `10⁻³` does at a tick."""
    return float(read_back(f"1×{text}" if text[-1] in "⁰¹²³⁴⁵⁶⁷⁸⁹" and "×" not in text else text))


def joints(shape: VMobject) -> Array:
    """Where the curves of a shape begin and end, one after another, as rows (x, y)."""
    return np.concatenate([shape.points[:1, :2], shape.points[3::4, :2]])


def middle(shape: VMobject) -> Array:
    """The middle of a shape's box, (x, y)."""
    return np.asarray(shape.get_center()[:2])


def outlines(shape: VMobject) -> list[Array]:
    """The corners of each outline of a shape of straight sides, as rows (x, y)."""
    return [np.concatenate([path[::4, :2], path[-1:, :2]]) for path in shape.get_subpaths()]


def is_inside(place: Array, outlines: Iterable[Array]) -> bool:
    """Whether outlines enclose a place: a ray from there crosses them an odd number of times."""
    crossings = 0
    for outline in outlines:
        x, y = (outline - place).T
        u, v = np.roll(x, -1), np.roll(y, -1)
        passes = (y > 0) != (v > 0)
        crossings += int((x[passes] - y[passes] * (u - x)[passes] / (v - y)[passes] > 0).sum())
    return crossings % 2 == 1


def scale(ticks: Iterable[tuple[float, float]]) -> Callable[[float], float]:
    """The number at a place of a scale, as its ticks tell it: pairs of a tick's place and its number.

    Fails where there are fewer than two, or where they are not evenly spaced.
    """
    places, numbers = np.array(sorted(ticks)).T
    slope = (numbers[-1] - numbers[0]) / (places[-1] - places[0])
    assert slope
    np.testing.assert_allclose(
        numbers, numbers[0] + slope * (places - places[0]), atol=1e-6 * np.ptp(numbers)
    )
    return lambda place: float(numbers[0] + slope * (place - places[0]))


def reading(axes: Axes) -> Callable[[Sequence[float]], Place]:
    """The numbers x and y at a point of the frame, as the numbers at the ticks of both axes tell them."""
    across, up = [], []
    for mark, label in zip(axes.ticks[::2], axes.ticks[1::2], strict=True):
        (x, y, _), end, its = mark.get_start(), mark.get_end(), number(label.plain)
        if np.isclose(x, end[0]):
            assert np.isclose(label.get_x(), x, atol=1e-6)
            across.append((x, its))
        else:
            assert np.isclose(label.get_y(), y, atol=1e-6)
            up.append((y, np.log10(its) if axes.is_log else its))
    x_of, y_of = scale(across), scale(up)
    return lambda point: (x_of(point[0]), 10 ** y_of(point[1]) if axes.is_log else y_of(point[1]))


def share(colour: ManimColor, dark: str, bright: str) -> float:
    """How far a colour is on the way from a dark one to a bright one, 0 to 1; fails where it is not on it."""
    here, start, end = (ManimColor(one).to_rgb() for one in (colour, dark, bright))
    way = end - start
    far = float((here - start) @ way / (way @ way))
    np.testing.assert_allclose(start + far * way, here, atol=5e-3)
    return far


def line_through(sizes: Sequence[float], seen: Sequence[float]) -> tuple[float, float]:
    """The `a` and `b` of `seen = a + b × size`; fails where what is seen does not grow in proportion."""
    b, a = np.polyfit(sizes, seen, 1)
    np.testing.assert_allclose(a + b * np.asarray(sizes), seen, atol=2e-3 * np.ptp(seen))
    assert b > 0
    return float(a), float(b)


def factor(numbers: Sequence[float], seen: Sequence[float]) -> float:
    """What all numbers are multiplied by in a picture, signs and all; fails where there is no one factor."""
    here, there = np.asarray(numbers, float), np.asarray(seen, float)
    found = float(here @ there / (here @ here))
    np.testing.assert_allclose(found * here, there, atol=1e-4 * np.abs(there).max())
    assert found > 0
    return found
