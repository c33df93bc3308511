"""Axes: every point of a curve, and whatever stands on it, is where the numbers at the ticks say."""

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.measure import joints, middle, reading
from manim import VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.curves import around, plotted_activation, plotted_loss, plotted_table
from storyreel.engine.experiment import Experiment
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.graphics.layout import Area, Frame
from storyreel.graphics.motion.verbs import ease_run
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.loss_curve import LossCurve
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve
from storyreel.graphics.plots.plot_picture import PlotPicture
from storyreel.graphics.plots.run_plot import RunPlot
from storyreel.graphics.plots.ticks import ticks

ACTIVATIONS = {
    "tanh": np.tanh,
    "relu": lambda z: max(z, 0.0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}


@pytest.mark.parametrize(
    ("x_range", "y_range", "is_log"),
    [
        ((0.0, 12.0), (0.0, 2.0), False),
        ((-3.7, 0.4), (-0.05, 0.011), False),
        ((1e3, 5e6), (0.004, 700.0), True),
    ],
)
def test_axes_reach_from_end_to_end_of_their_ranges(
    x_range: tuple[float, float], y_range: tuple[float, float], is_log: bool
) -> None:
    axes = Axes(Frame().stage, x_range, y_range, ("x", "y"), ("weight", "loss"), is_log)
    low, high = (axes.left, axes.bottom), (axes.right, axes.top)
    read = reading(axes)
    assert read(low) == pytest.approx((x_range[0], y_range[0]), rel=1e-6, abs=1e-9)
    assert read(high) == pytest.approx((x_range[1], y_range[1]), rel=1e-6, abs=1e-9)
    assert [tuple(arrow.get_start()[:2]) for arrow in axes.arrows] == [pytest.approx(low)] * 2
    assert read(axes.point(x_range[1], y_range[1])) == pytest.approx((x_range[1], y_range[1]), rel=1e-6)


@pytest.mark.parametrize("make", [lessons.chain, lessons.negative_chain])
def test_the_loss_over_an_output_is_half_of_its_squared_error(make) -> None:
    experiment: Experiment = make()
    curve, target = OutputLossCurve(Frame().side, experiment.trace, "y"), float(experiment.targets[0, 0])
    read = reading(curve)
    points = np.array([read(point) for point in joints(curve.graph)])
    assert points[:, 1] == pytest.approx((points[:, 0] - target) ** 2 / 2, abs=1e-6)
    assert np.ptp(points[:, 0]) > 2 * abs(by_hand.numbers(experiment)["y"] - target)


def test_the_symbol_of_the_loss_keeps_off_the_axis_as_one_curve_turns_into_another(chain: Experiment) -> None:
    before = OutputLossCurve(Frame().side, chain.trace, "y")
    after = LossCurve(Frame().whole, LossLandscape.of(chain, ["w1"]))
    for share in np.linspace(0, 1, 11):
        pairs = ((one.names[1].get_right()[0], one.left) for one in (before, after))
        symbol_end, axis = (1 - share) * np.array(next(pairs)) + share * np.array(next(pairs))
        assert symbol_end < axis - 0.1


def test_a_loss_that_is_not_defined_around_the_target_has_no_curve(dense: Experiment) -> None:
    # The target of y₂ is 0: to its left the cross-entropy is no number.
    with pytest.raises(
        StoryreelError, match=r"no curve over 'a2\[1\]': it is not finite from −0\.\d+ to 0\."
    ):
        OutputLossCurve(Frame().side, dense.trace, "a2[1]")


def test_a_point_on_a_curve_has_dashed_lines_to_the_numbers_that_it_is_at(chain: Experiment) -> None:
    curve = OutputLossCurve(Frame().side, chain.trace, "y")
    read, marker = reading(curve), curve.marker_at(4.5)
    assert read(middle(marker.dot)) == pytest.approx((4.5, 1.5**2 / 2))
    down, aside = (joints(line)[-1] for line in marker.lines)
    assert read(down) == pytest.approx((4.5, 0.0), abs=1e-6)
    assert read(aside)[1] == pytest.approx(1.5**2 / 2)
    assert aside[0] == pytest.approx(curve.left)
    assert [tuple(joints(line)[0]) for line in marker.lines] == [pytest.approx(middle(marker.dot))] * 2


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_plot_of_an_activation_is_that_function(name: str) -> None:
    picture = PlotPicture(plotted_activation(name, -3.0, 4.0), Frame())
    read = reading(picture.axes)
    points = np.array([read(point) for point in joints(picture.curve)])
    assert points[[0, -1], 0] == pytest.approx([-3.0, 4.0])
    assert points[:, 1] == pytest.approx([ACTIVATIONS[name](z) for z in points[:, 0]], abs=1e-6)


def test_the_plot_of_a_loss_is_that_function() -> None:
    picture = PlotPicture(plotted_loss("huber", 1.0, -2.0, 5.0), Frame())
    read = reading(picture.axes)
    y, loss = np.array([read(point) for point in joints(picture.curve)]).T
    far = np.abs(y - 1.0)
    assert loss == pytest.approx(np.where(far <= 1, far**2 / 2, far - 0.5), abs=1e-6)


def test_the_points_of_a_table_stand_at_its_numbers() -> None:
    picture = PlotPicture(plotted_table([2012, 2010, 2011], [16.4, 28.2, 25.8], ("year", "error")), Frame())
    read = reading(picture.axes)
    table = [(2010, 28.2), (2011, 25.8), (2012, 16.4)]
    for dot, point in zip(picture.dots, table, strict=True):
        assert read(middle(dot)) == pytest.approx(point)
    corners = np.array([read(point) for point in joints(picture.curve)])
    assert corners[:, 1] == pytest.approx(np.interp(corners[:, 0], *np.array(table).T))


@pytest.mark.parametrize(("start", "end"), [(-3.0, 1.2), (3.9, -0.4)])
def test_what_travels_along_a_plot_reads_the_numbers_at_its_ticks(start: float, end: float) -> None:
    picture = PlotPicture(plotted_activation("tanh", -4.0, 4.0), Frame())
    read, travelling = reading(picture.axes), picture.readout_at(start)
    tangent, _ = travelling.add_slope()
    show = travelling.travel(lambda share: start + (end - start) * share)
    for share in (0.0, 0.35, 1.0):
        show(share)
        z = start + (end - start) * share
        assert read(middle(travelling.point)) == pytest.approx((z, np.tanh(z)), abs=1e-6)
        down, aside = (joints(line)[-1] for line in travelling.lines)
        assert (read(down)[0], read(aside)[1]) == pytest.approx((z, np.tanh(z)), abs=1e-6)
        (x0, y0), (x1, y1) = (read(point) for point in joints(tangent)[[0, -1]])
        steepness = (np.tanh(z + 1e-6) - np.tanh(z - 1e-6)) / 2e-6
        assert (y1 - y0) / (x1 - x0) == pytest.approx(steepness, abs=1e-6)
        assert y0 + (z - x0) * steepness == pytest.approx(np.tanh(z), abs=1e-6)


@pytest.mark.parametrize("is_log", [False, True])
def test_the_plot_of_a_run_goes_through_the_losses_of_its_steps(chain: Experiment, is_log: bool) -> None:
    losses = [by_hand.numbers(chain, turned)["loss"] for turned in by_hand.descent(chain, 9)]
    plot = RunPlot(Frame().stage, "loss", "loss", chain.run(9).loss, is_log=is_log)
    plot.show_step(9)
    read = reading(plot)
    points = np.array([read(point) for point in joints(plot.graph)])
    assert points[:10, 0] == pytest.approx(range(10), abs=1e-6)
    assert points[:10, 1] == pytest.approx(losses, rel=1e-5)
    assert read(middle(plot.head)) == pytest.approx((9, losses[9]), rel=1e-5)


def test_the_plot_of_a_run_reaches_as_far_as_the_run_has_come(chain: Experiment) -> None:
    losses = [by_hand.numbers(chain, turned)["loss"] for turned in by_hand.descent(chain, 9)]
    plot = RunPlot(Frame().stage, "loss", "loss", chain.run(9).loss)
    show = plot.follow(lambda share: 8 * share)
    read = reading(plot)
    for share, step in ((0.45, 3.6), (1.0, 8.0)):
        show(share)
        there = step, np.interp(step, range(10), losses)
        assert read(middle(plot.head)) == pytest.approx(there, rel=1e-5)
        assert read(joints(plot.graph)[-1]) == pytest.approx(there, rel=1e-5)


@pytest.mark.parametrize(("name", "target"), [("loss", None), ("y", 3.0)])
def test_the_number_of_a_run_is_the_height_of_its_dot(
    chain: Experiment, name: str, target: float | None
) -> None:
    by_step = np.array([by_hand.numbers(chain, turned)[name] for turned in by_hand.descent(chain, 16)])
    plot = RunPlot(Frame().side, name, "loss", by_step, target)
    show, read = plot.follow(lambda share: 16 * ease_run(share)), reading(plot)
    for share in np.linspace(0, 1, 97).tolist():
        show(share)
        text = plot.badge.number.plain
        unit = 10.0 ** -len(text.partition(".")[2])
        assert float(text) == pytest.approx(read(middle(plot.head))[1], abs=0.51 * unit), share


def test_the_number_of_a_short_run_is_always_the_loss_of_a_step(chain: Experiment) -> None:
    losses = [by_hand.numbers(chain, turned)["loss"] for turned in by_hand.descent(chain, 4)]
    plot = RunPlot(Frame().side, "loss", "loss", np.array(losses))
    show = plot.follow(lambda share: 4 * share)
    for share in (0.2, 0.3, 0.45, 0.6, 0.7):  # neither at the ends, where digits come and go, nor at a step
        show(share)
        text = plot.badge.number.plain
        unit = 10.0 ** -len(text.partition(".")[2])
        assert float(text) == pytest.approx(losses[int(4 * share)], abs=0.51 * unit), share


def test_two_plots_of_the_same_steps_have_the_same_ticks() -> None:
    plots = [Axes(Frame().side, (0.0, 8.0), (0.0, top), ("x", "y"), ("text", "loss")) for top in (2.0, 0.002)]
    marks = [[part.plain for part in plot.ticks[1::2] if part.get_y() < plot.bottom] for plot in plots]
    assert plots[0].left < plots[1].left
    assert marks[0] == marks[1] == ["0", "2", "4", "6", "8"]


def test_the_line_of_a_target_is_level_with_it(chain: Experiment) -> None:
    outputs = [by_hand.numbers(chain, turned)["y"] for turned in by_hand.descent(chain, 6)]
    plot = RunPlot(Frame().stage, "y", "activation", chain.run(6).numbers("y"), target=3.0)
    plot.show_step(6)
    read = reading(plot)
    (line,) = (part for part in plot.submobjects if type(part).__name__ == "Dashes")
    (x0, y0), (x1, y1) = (read(end) for end in (line.get_start(), line.get_end()))
    assert (x0, y0, y1) == pytest.approx((0.0, 3.0, 3.0), abs=1e-6)
    assert 5.5 < x1 <= 6 + 1e-9
    assert [read(point)[1] for point in joints(plot.graph)][:7] == pytest.approx(outputs, rel=1e-5)


def test_ticks_that_are_close_together_have_the_digits_that_tell_them_apart() -> None:
    axes = Axes(Frame().stage, (0.0, 4.0), (0.99994, 0.99998), ("x", "y"), ("text", "loss"))
    texts = {part.plain for part in axes.ticks if getattr(part, "plain", "").startswith("0.9999")}
    assert len(texts) >= 2
    assert all(0.99994 <= float(text) <= 0.99998 for text in texts)


@pytest.mark.parametrize(
    ("values", "target"),
    [([10.0, 7.6, 4.0, 0.8, -0.86], 4.0), ([0.999954, 0.999955], 1.0), ([1.0, 3.9, 4.9, 4.2], 4.0)],
)
def test_the_number_of_a_run_covers_no_name_of_its_plot(values: list[float], target: float) -> None:
    plot = RunPlot(Frame().side, "y", "activation", np.array(values), target=target)
    show = plot.follow(lambda share: share * (len(values) - 1))
    for share in np.linspace(0, 1, 41).tolist():
        show(share)
        assert not [name for name in plot.names if overlap(plot.badge, name)], share


def test_the_number_of_a_low_plot_stays_below_the_name_of_its_axis() -> None:
    plot = RunPlot(Area("low", -2.3, -0.16, 2.3, 1.46), "loss", "loss", np.array([2.0, 0.76, 0.29, 0.12]))
    show = plot.follow(lambda share: 3 * share)
    for share in np.linspace(0, 1, 41).tolist():
        show(share)
        assert plot.badge.get_top()[1] < plot.names[1].get_bottom()[1], share


def overlap(one: VMobject, other: VMobject) -> bool:
    """True where the rectangles around two shapes meet."""
    apart = np.abs(one.get_center() - other.get_center())[:2]
    return bool((apart < np.array([one.width + other.width, one.height + other.height]) / 2).all())


def test_the_number_of_a_run_has_the_digits_that_tell_it_from_the_target() -> None:
    plot = RunPlot(Frame().stage, "y", "activation", np.array([0.999954, 0.999955]), target=1.0)
    plot.show_step(1)
    assert 0.99995 < float(plot.badge.number[0].piece.plain) < 1.0


@pytest.mark.parametrize("is_log", [False, True])
def test_a_loss_that_hardly_falls_stays_below_the_name_of_its_axis(is_log: bool) -> None:
    plot = RunPlot(Frame().side, "loss", "loss", np.array([36.0, 35.9, 35.8, 35.7, 35.6]), is_log=is_log)
    assert plot.point(0, 36.0)[1] < plot.names[1].get_bottom()[1]


@pytest.mark.parametrize(
    ("low", "high"), [(-1.7e308, 1.7e308), (1e16, 1e16), (1.0, 1.0000000000000002), (0.0, 1e-320)]
)
def test_an_axis_for_which_a_computer_has_no_numbers_says_so(low: float, high: float) -> None:
    with pytest.raises(StoryreelError, match="cannot be drawn along an axis"):
        Axes(Frame().side, (low, high), (0.0, 1.0), ("x", "y"), ("input", "loss"))


def test_numbers_that_are_as_good_as_equal_have_a_range_around_them() -> None:
    low, high = around([1e16, 1.0000000000000002e16], 0.25)
    assert (low, high) == pytest.approx((0.75e16, 1.25e16))


def test_ticks_of_small_numbers_differ() -> None:
    assert ticks(0.0, 4e-20, 4) == [0.0, 1e-20, 2e-20, 3e-20, 4e-20]


def test_marks_are_on_the_curve_at_each_so_many_steps_up_to_now() -> None:
    values = np.array([8.0, 5.0, 4.0, 3.0, 2.5, 2.25, 2.0])
    plot = RunPlot(Frame().stage, "loss", "loss", values, mark_every=3)
    plot.show_step(4.5)
    assert [mark.get_fill_opacity() for mark in plot.marks] == [1.0, 1.0, 0.0]
    for step, mark in zip((0, 3, 6), plot.marks, strict=True):
        assert mark.get_center() == pytest.approx(plot.point(step, values[step]))
    assert plot.names[-1].plain == "8"
    assert plot.names[-1].get_bottom()[1] > plot.top - 0.2
