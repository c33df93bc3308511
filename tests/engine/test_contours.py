import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyreel.core.arrays import Array
from storyreel.engine.regions.contours import areas_below


def area(outline: Array) -> float:
    """The area that lies to the left of a closed outline (negative where it runs clockwise)."""
    (x, y), (u, v) = outline[:-1].T, outline[1:].T
    return float((x * v - u * y).sum() / 2)


def test_a_round_valley_has_a_circle_around_it() -> None:
    across, up = np.meshgrid(np.linspace(-2, 2, 81), np.linspace(-2, 2, 81))
    (outline,) = areas_below(across**2 + up**2, 1.0)
    np.testing.assert_array_equal(outline[0], outline[-1])
    radius = np.linalg.norm(outline - 40, axis=1) / 20
    np.testing.assert_allclose(radius, 1.0, atol=1e-3)
    assert area(outline) == pytest.approx(np.pi * 400, rel=1e-2)


def test_a_hill_is_a_hole_that_runs_the_other_way_round() -> None:
    heights = np.zeros((5, 6))
    heights[2, 2] = 1.0
    areas = sorted(area(outline) for outline in areas_below(heights, 0.5))
    assert areas == pytest.approx([-0.5, 20.0])


@pytest.mark.parametrize(("level", "count"), [(0.4, 2), (0.6, 1)])
def test_low_corners_of_a_saddle_hang_together_where_its_middle_is_low(level: float, count: int) -> None:
    assert len(areas_below(np.array([[0, 1], [1, 0]]), level)) == count


def test_what_is_nowhere_low_or_everywhere() -> None:
    heights = np.array([[1.0, 2.0, np.inf], [3.0, np.nan, 1.0]])
    assert areas_below(heights, 0.5) == []
    (all_of_it,) = areas_below(np.zeros((3, 4)), 0.5)
    assert area(all_of_it) == pytest.approx(6.0)


@given(st.lists(st.lists(st.integers(0, 5), min_size=5, max_size=5), min_size=2, max_size=6))
def test_every_outline_is_closed(rows: list[list[int]]) -> None:
    for outline in areas_below(np.array(rows), 2.5):
        np.testing.assert_array_equal(outline[0], outline[-1])
