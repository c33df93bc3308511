"""The readout of a point on a plot: the same mobjects wherever it is, and in the end as one made there."""

from dataclasses import replace

import numpy as np
import pytest
from manim import VMobject

from storyreel.core.arrays import Array
from storyreel.engine.curves import Plotted, plotted_activation, plotted_table
from storyreel.graphics.layout import Frame, LayoutError
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.plot_readout import PlotReadout

TANH = plotted_activation("tanh", -4, 4)
TABLE = plotted_table([2010, 2011, 2012], [28.2, 5, 120], ("year", "error in percent"))

ASIDE = replace(Frame().side, left=3.55)


def readout(plotted: Plotted, x: float) -> PlotReadout:
    """The readout at x."""
    axes = Axes(Frame().main, plotted.x_range, plotted.y_range, ("x", "y"), plotted.kinds)
    return PlotReadout(axes, plotted, x, ASIDE)


def points(shape: VMobject) -> Array:
    """All points of a shape and its parts, one after another."""
    return np.concatenate([part.points for part in shape.get_family()])


def texts(readout: PlotReadout) -> list[str]:
    """The texts of the plates."""
    return [state.plain for state in readout.states]


@pytest.mark.parametrize(("plotted", "start", "end"), [(TANH, -4.0, 0.5), (TABLE, 2010.0, 2012.0)])
def test_a_readout_that_has_moved_is_the_same_as_one_made_there(
    plotted: Plotted, start: float, end: float
) -> None:
    moved, made = readout(plotted, start), readout(plotted, end)
    show = moved.travel(lambda share: start + (end - start) * share)
    shapes = moved.get_family()
    for alpha in (0.0, 0.3, 0.9, 1.0):
        show(alpha)
    assert moved.get_family() == shapes
    assert moved.x == end
    assert texts(moved) == texts(made)
    assert np.allclose(points(moved), points(made))


@pytest.mark.parametrize(("plotted", "start", "end"), [(TANH, -4.0, 0.5), (TABLE, 2010.0, 2012.0)])
def test_no_plate_jumps_while_its_number_changes(plotted: Plotted, start: float, end: float) -> None:
    moved = readout(plotted, start)
    show = moved.travel(lambda share: start + (end - start) * share)
    corners = []
    for alpha in np.linspace(0, 1, 121).tolist():
        show(alpha)
        corners.append([plate.plate.get_corner((1, -1, 0)) for plate in moved.plates])
    steps = np.diff(corners, axis=0)
    assert np.abs(steps).max() < 0.1
    assert np.abs(np.diff(steps, axis=0)).max() < 0.03


def test_an_added_slope_follows_the_point() -> None:
    moved = readout(TANH, 0.0)
    tangent, _ = moved.add_slope()
    assert texts(moved) == ["z = 0", "a = 0", "1"]
    moved.travel(lambda share: 2 * share)(1)
    assert texts(moved)[-1] == "0.071"
    rise, run = (tangent.points[-1] - tangent.points[0])[[1, 0]]
    across, up = (moved.axes.point(1, 1) - moved.axes.point(0, 0))[:2]
    assert rise / run == pytest.approx((1 - np.tanh(2) ** 2) * up / across)


def test_between_two_points_of_a_table_the_nearer_one_is_shown() -> None:
    moved = readout(TABLE, 2010.0)
    show = moved.travel(lambda share: 2010 + share)
    for share, year in ((0.45, "2010"), (0.55, "2011")):
        show(share)
        assert texts(moved)[0] == year


def test_a_name_that_does_not_fit_beside_the_plot_is_an_error() -> None:
    names = ('"a name that is as long as the whole picture"', "a")
    with pytest.raises(LayoutError, match="too long to be written beside the plot"):
        readout(Plotted(TANH.value, TANH.slope, names, TANH.kinds, TANH.x_range), 1.0)
