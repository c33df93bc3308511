"""The loss as a curve over one weight: its points, its slope, and what walks along it, read at the ticks."""

from collections.abc import Callable

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.measure import joints, middle, number, reading
from helpers.stage import Cue, stage_after, texts_after

from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.graphics.layout import Frame
from storyreel.graphics.plots.adjustable.adjustable_loss_curve import AdjustableLossCurve
from storyreel.graphics.plots.curve_point import CurvePoint
from storyreel.graphics.plots.descent_layout import DescentLayout
from storyreel.graphics.plots.loss_curve import LossCurve
from storyreel.graphics.plots.tangent import Tangent

CURVES = [
    (lessons.chain, "w1"),
    (lessons.negative_chain, "w2"),
    (lessons.sigmoid_chain, "b2"),
    (lessons.dense, "W2[1,0]"),
]
Make = Callable[[], Experiment]


def adjustable(make: Make, weight: str) -> tuple[Experiment, AdjustableLossCurve]:
    """A curve over a weight, with its tangent."""
    experiment = make()
    curve = AdjustableLossCurve(DescentLayout(Frame()), LossLandscape.of(experiment, (weight,)))
    curve.add("tangent")
    return experiment, curve


def loss(experiment: Experiment, weight: str, value: float, **turned: float) -> float:
    return by_hand.numbers(experiment, {weight: value, **turned})["loss"]


def check(
    experiment: Experiment, curve: AdjustableLossCurve, value: float, **turned: float
) -> tuple[float, float]:
    """All that shows where the weight is shows this value, its loss, and the slope there."""
    read, weight, point = reading(curve.axes), curve.weight, curve.point
    its = loss(experiment, weight, value, **turned)
    assert read(middle(point.marker)) == pytest.approx((value, its), rel=1e-5, abs=1e-6)
    down, aside = (joints(line)[-1] for line in point.lines)
    assert (read(down)[0], read(aside)[1]) == pytest.approx((value, its), rel=1e-5, abs=1e-6)
    steepness = by_hand.slope(experiment, weight, {weight: value, **turned})
    tangent = curve.parts["tangent"]
    assert isinstance(tangent, Tangent)
    (x0, y0), (x1, y1) = (read(end) for end in joints(tangent)[[0, -1]])
    assert (y1 - y0) / (x1 - x0) == pytest.approx(steepness, rel=1e-5, abs=1e-6)
    assert y0 + (value - x0) * steepness == pytest.approx(its, rel=1e-5, abs=1e-6)
    for x, y in map(read, joints(curve.parts["graph"])[::7]):
        if y < 0.999 * curve.axes.y_range[1]:  # below where it is cut off
            # It is a polyline: between two samples of the curve, where it is cut, it runs straight.
            assert y == pytest.approx(loss(experiment, weight, x, **turned), rel=1e-5, abs=1e-6)
    return x1 - x0, y1 - y0


@pytest.mark.parametrize(("make", "weight"), CURVES)
def test_a_curve_a_point_and_a_tangent_show_the_loss_and_its_slope(make: Make, weight: str) -> None:
    experiment, curve = adjustable(make, weight)
    across, _ = check(experiment, curve, by_hand.numbers(experiment)[weight])
    xs = [reading(curve.axes)(point)[0] for point in joints(curve.parts["graph"])]
    assert np.ptp(xs) > 0.5 * np.ptp(curve.axes.x_range)
    assert across > 0.03 * np.ptp(curve.axes.x_range)


@pytest.mark.parametrize(("make", "weight"), CURVES)
def test_they_go_on_showing_them_while_the_weight_is_turned(make: Make, weight: str) -> None:
    experiment, curve = adjustable(make, weight)
    start = by_hand.numbers(experiment)[weight]
    end = start + 0.6 * (float(np.mean(curve.axes.x_range)) - start)
    move = curve.move(lambda share: (start + (end - start) * share, {}))
    move.begin()
    slopes = []
    for share in (0.3, 0.7, 1.0):
        move.interpolate(share)
        across, up = check(experiment, curve, start + (end - start) * share)
        slopes.append(up / across)
    assert max(slopes) > 1.05 * min(slopes)


def test_they_go_on_showing_them_while_another_weight_is_turned() -> None:
    experiment, curve = adjustable(lessons.chain, "w1")
    move = curve.move(lambda share: (3.0, {"w2": 5 / 6 - 0.3 * share}))
    move.begin()
    for share in (0.5, 1.0):
        move.interpolate(share)
        check(experiment, curve, 3.0, w2=5 / 6 - 0.3 * share)
    back = curve.reset()
    back.begin()
    back.interpolate(1.0)
    check(experiment, curve, 3.0)


def test_a_sweep_goes_to_both_ends_of_the_curve_and_back(chain: Experiment) -> None:
    _, curve = adjustable(lessons.chain, "w1")
    sweep, read = curve.sweep(), reading(curve.axes)
    sweep.begin()
    places = []
    for share in np.linspace(0, 1, 41).tolist():
        sweep.interpolate(share)
        places.append(read(middle(curve.point.marker)))
        assert places[-1][1] == pytest.approx(loss(chain, "w1", places[-1][0]), rel=1e-4, abs=1e-5)
    xs = [x for x, _ in places]
    drawn = [read(point) for point in joints(curve.parts["graph"])]
    full = [x for x, y in drawn if y < 0.999 * curve.axes.y_range[1]]
    assert (xs[0], xs[-1]) == pytest.approx((3.0, 3.0))
    assert np.abs(np.diff(xs)).max() < 0.2 * np.ptp(xs)
    assert (min(xs), max(xs)) == pytest.approx((min(full), max(full)), abs=0.05)


@pytest.mark.parametrize(
    ("value", "w2", "tip"), [(40.0, 0.8, (1, 0)), (-40.0, 0.8, (-1, 0)), (3.0, 3.0, (0, 1))]
)
def test_beyond_the_axes_an_arrowhead_at_their_end_points_to_where_the_weight_is(
    value: float, w2: float, tip: tuple[int, int]
) -> None:
    landscape = LossLandscape.of(lessons.chain(), ("w1",))
    axes, turned = LossCurve(DescentLayout(Frame()).plot, landscape), landscape.turned("w2", w2)
    marker = CurvePoint(axes, turned, value).marker
    corners = joints(marker)[:3] - joints(marker)[:3].mean(axis=0)
    assert max(corners @ np.array(tip)) == pytest.approx(np.linalg.norm(corners[0]))
    ends = {(1, 0): axes.right, (-1, 0): axes.left, (0, 1): axes.top}
    assert abs(middle(marker) @ np.array(tip)) == pytest.approx(abs(ends[tip]), abs=0.02)


@pytest.mark.parametrize(("x", "slope"), [(1.0, np.inf), (1.0, np.nan), (100.0, 1.0)])
def test_there_is_no_tangent_where_there_is_no_slope_or_no_place(x: float, slope: float) -> None:
    axes = LossCurve(DescentLayout(Frame()).plot, LossLandscape.of(lessons.chain(), ("w1",)))
    assert np.ptp(Tangent(axes, x, 1.0, slope).points, axis=0).max() == 0


@pytest.mark.parametrize("rate", [0.2, 0.45])
def test_steps_leave_a_trail_at_the_places_of_gradient_descent(chain: Experiment, rate: float) -> None:
    step: Cue = ("step", {"learning_rate": rate, "times": 3})
    stage = stage_after("gradient_descent", chain, ("plot_loss", {"over": "w1"}), step)
    read, (trail,) = reading(stage.curve.axes), stage.trails
    path = [turned["w1"] for turned in by_hand.descent(chain, 3, ("w1",), rate)]
    places = [(w1, loss(chain, "w1", w1)) for w1 in path]
    for dot, place in zip(trail.dots, places[:-1], strict=True):
        assert read(middle(dot)) == pytest.approx(place, rel=1e-4, abs=1e-5)
    for line, here, there in zip(trail.lines, places[:-1], places[1:], strict=True):
        assert read(line.get_start()) == pytest.approx(here, rel=1e-4, abs=1e-5)
        assert read(line.get_end()) == pytest.approx(there, rel=1e-4, abs=1e-5)
    assert read(middle(stage.curve.marker)) == pytest.approx(places[-1], rel=1e-4, abs=1e-5)


def test_what_walks_along_a_curve_keeps_its_pace_however_steep_it_is(chain: Experiment) -> None:
    landscape = LossLandscape.of(chain, ("w1",))
    curve = LossCurve(DescentLayout(Frame()).plot, landscape)
    start, end = 3.0, 0.5
    way = curve.along(landscape, start, end)
    weights = [way(share) for share in np.linspace(0, 1, 21).tolist()]
    assert weights[0] == start and weights[-1] == pytest.approx(end)
    spots = np.array([curve.point(weight, landscape.loss([weight])) for weight in weights])
    steps = np.linalg.norm(np.diff(spots, axis=0), axis=1)
    assert steps == pytest.approx(steps.mean(), rel=0.02)
    assert max(np.abs(np.diff(weights))) > 1.5 * min(np.abs(np.diff(weights)))


def test_a_tangent_that_turns_round_in_a_step_is_short_half_way_and_whole_at_the_ends(
    chain: Experiment,
) -> None:
    stage = stage_after("gradient_descent", chain, ("plot_loss", {"over": "w1"}), ("show_slope", {}))
    tangent = stage.curve.parts["tangent"]
    whole, lengths = np.ptp(joints(tangent), axis=0), list[float]()
    _, stepping, _ = stage.step(0.75).animations
    stepping.begin()
    for alpha in np.linspace(0, 1, 101):
        stepping.interpolate(float(alpha))
        lengths.append(float(np.linalg.norm(np.ptp(joints(tangent), axis=0))))
    assert lengths[0] == pytest.approx(np.linalg.norm(whole))
    assert min(lengths) < 0.3 * lengths[0] < lengths[-1]


def test_what_walks_beyond_the_top_of_the_axes_walks_along_it(chain: Experiment) -> None:
    landscape = LossLandscape.of(chain, ("w1",))
    curve = LossCurve(DescentLayout(Frame()).plot, landscape)
    assert landscape.loss([40.0]) > 2 * curve.y_range[1]
    assert curve.along(landscape, 40.0, 41.0)(0.5) == pytest.approx(40.5)


def test_the_tags_stay_where_they_are_while_the_point_leaps_across_the_valley(chain: Experiment) -> None:
    stage = stage_after("gradient_descent", chain, ("plot_loss", {"over": "w2"}), ("show_slope", {}))
    _, stepping, _ = stage.step(0.06, 3).animations
    stepping.begin()
    lefts = {name: set[tuple[float, float]]() for name in stage.curve.tags}
    for alpha in np.linspace(0, 1, 41):
        stepping.interpolate(float(alpha))
        for name, tag in stage.curve.tags.items():
            lefts[name].add((round(float(tag.plate.get_left()[0]), 3), round(float(tag.plate.get_y()), 3)))
    assert all(len(places) == 1 for places in lefts.values())
    assert min(x for places in lefts.values() for x, _ in places) > stage.curve.axes.right


def test_only_the_row_of_the_last_run_is_lit_up(chain: Experiment) -> None:
    cues: list[Cue] = [("plot_loss", {"over": "w2"})]
    cues += [("step", {"learning_rate": rate, "times": 2, "text": "steps"}) for rate in (0.001, 0.01, 0.02)]
    stage = stage_after("gradient_descent", chain, *cues)
    there = {id(part) for part in stage.get_mobject_family_members()}
    assert [id(row.plate) in there for row in stage.rows] == [False, False, True]
    assert all(id(glyph) in there for row in stage.rows for glyph in (*row.rate, *row.remark, *row.result))
    for row in stage.rows:
        assert len({round(cell.first_baseline, 5) for cell in (row.rate, row.remark, row.result)}) == 1


def test_the_plate_of_an_earlier_run_does_not_light_up_again(chain: Experiment) -> None:
    cues: list[Cue] = [("plot_loss", {"over": "w2"})]
    cues += [("step", {"learning_rate": rate, "times": 2}) for rate in (0.001, 0.01)]
    stage = stage_after("gradient_descent", chain, *cues)
    first, second = stage.rows
    begun = stage.step(0.02, 2).animations[0]
    begun.begin()
    begun.interpolate(0.0)
    family = {id(part) for part in begun.mobject.get_family()}
    assert id(second.plate) in family and id(first.plate) not in family
    assert id(first.plate) not in {id(part) for row in stage.rows for part in row.get_family()}


@pytest.mark.parametrize(("make", "weight"), CURVES)
@pytest.mark.parametrize("run", [0.05, -0.05])
def test_the_slope_is_the_rise_of_the_tangent_over_the_run(make: Make, weight: str, run: float) -> None:
    experiment = make()
    plot: Cue = ("plot_loss", {"over": weight})
    stage = stage_after("gradient_descent", experiment, plot, ("measure_slope", {"run": run}))
    read, triangle = reading(stage.curve.axes), stage.measured[0]
    here = experiment.trace.number(weight), by_hand.numbers(experiment)["loss"]
    rise = run * by_hand.slope(experiment, weight)
    corner, end = (here[0] + run, here[1]), (here[0] + run, here[1] + rise)
    for leg, ends in zip(
        (triangle.run[0], triangle.rise[0], triangle.tangent),
        ((here, corner), (corner, end), (here, end)),
        strict=True,
    ):
        for spot, wanted in zip(joints(leg)[[0, -1]], ends, strict=True):
            assert read(spot) == pytest.approx(wanted, rel=1e-5, abs=1e-6)
    assert number(triangle.run[1].plain) == run
    assert number(triangle.rise[1].plain) == pytest.approx(rise, rel=0.01)


@pytest.mark.parametrize(("make", "weight"), CURVES)
def test_the_arrow_of_a_step_points_to_where_the_loss_falls(make: Make, weight: str) -> None:
    experiment = make()
    cues: list[Cue] = [
        ("plot_loss", {"over": weight}),
        ("measure_slope", {"run": 0.02}),
        ("show_direction", {}),
    ]
    stage = stage_after("gradient_descent", experiment, *cues)
    read, (arrow,) = reading(stage.curve.axes), stage.measured
    start, end = read(arrow.get_start())[0], read(arrow.get_end())[0]
    assert start < end if by_hand.slope(experiment, weight) < 0 else end < start
    value = experiment.trace.number(weight)
    assert loss(experiment, weight, value + 0.01 * (end - start)) < loss(experiment, weight, value)


@pytest.mark.parametrize(("make", "weight"), CURVES)
def test_with_a_learning_rate_the_arrow_ends_where_the_step_does(make: Make, weight: str) -> None:
    experiment = make()
    value, slope = experiment.trace.number(weight), by_hand.slope(experiment, weight)
    rate = float(f"{0.3 / abs(slope):.1g}")
    plot: Cue = ("plot_loss", {"over": weight})
    stage = stage_after("gradient_descent", experiment, plot, ("show_direction", {"learning_rate": rate}))
    read, (arrow,) = reading(stage.curve.axes), stage.measured
    assert read(arrow.get_end())[0] == pytest.approx(value - rate * slope, rel=1e-3)
    stage = stage_after("gradient_descent", experiment, plot, ("step", {"learning_rate": rate}))
    assert read(arrow.get_end())[0] == pytest.approx(read(stage.curve.marker.get_center())[0], rel=1e-3)


def test_more_steps_with_a_learning_rate_go_on_in_its_row(chain: Experiment) -> None:
    step: Cue = ("step", {"learning_rate": 0.01})
    cues: list[Cue] = [("plot_loss", {"over": "w1"}), step, ("step", {"learning_rate": 0.01, "times": 2})]
    texts = texts_after("gradient_descent", chain, *cues)
    last = stage_after("gradient_descent", chain, *cues).curve.value
    assert texts.count("learning_rate = 0.01") == 1
    reached = f"loss = {shown(loss(chain, 'w1', last))}"
    assert texts.count(reached) == 2  # beside the curve, and in the row
    for other in ([("back", {}), step], [("step", {"learning_rate": 0.02})]):
        rows = stage_after("gradient_descent", chain, *cues, *other).rows
        assert len(rows) == 2


def test_the_curve_of_the_network_stays_pale_behind_one_that_is_turned(chain: Experiment) -> None:
    cues: list[Cue] = [("plot_loss", {"over": "w1"}), ("show_slope", {})]
    turns: list[Cue] = [("turn", {"weight": "w2", "to": to}) for to in (1.0, 0.3)]
    for more in (turns[:1], turns):
        stage = stage_after("gradient_descent", chain, *cues, *more)
        read, (graph, tangent) = reading(stage.curve.axes), stage.faint
        for x, y in map(read, joints(graph)[::9]):
            if y < 0.999 * stage.curve.axes.y_range[1]:
                assert y == pytest.approx(loss(chain, "w1", x), rel=1e-5, abs=1e-6)
        (x0, y0), (x1, y1) = (read(end) for end in joints(tangent)[[0, -1]])
        assert (y1 - y0) / (x1 - x0) == pytest.approx(10 / 3, rel=1e-4)
        there = {id(part) for part in stage.get_mobject_family_members()}
        assert {id(graph), id(tangent)} <= there and graph.get_stroke_opacity() < 0.5
    stage = stage_after("gradient_descent", chain, *cues, *turns, ("back", {}))
    assert {id(graph), id(tangent)}.isdisjoint(id(part) for part in stage.get_mobject_family_members())
    assert not len(stage.faint)


def test_no_number_of_a_tick_touches_the_name_of_its_axis(chain: Experiment) -> None:
    curve = LossCurve(DescentLayout(Frame()).plot, LossLandscape.of(chain, ("w1",)))
    numbers = [label for label in curve.ticks[1::2] if label.get_x() < curve.left]
    assert curve.y_range[1] > 6  # at which there would be one more
    assert [label.plain for label in numbers] == ["2", "4"]
    assert all(label in curve.submobjects for label in numbers)


def test_a_weight_has_all_its_decimals_from_the_first_frame_of_a_move_on(chain: Experiment) -> None:
    curve = AdjustableLossCurve(DescentLayout(Frame()), LossLandscape.of(chain, ("w2",)))
    move = curve.move(lambda alpha: (5 / 6 - alpha / 3, {}))
    seen = []
    for frame in range(1, 60):
        move.interpolate(frame / 60)
        seen.append(curve.tags["weight"].text.plain)
    assert seen == [f"w2 = {5 / 6 - frame / 180:.2f}" for frame in range(1, 60)]


def test_a_leap_is_straight_and_its_numbers_are_those_of_the_places_that_it_has_reached(
    chain: Experiment,
) -> None:
    curve = AdjustableLossCurve(DescentLayout(Frame()), LossLandscape.of(chain, ("w2",)))
    curve.add("tangent")
    read, stops = reading(curve.axes), [5 / 6, 0.1, 0.95]
    places = np.array([(w, (6 * w - 3) ** 2 / 2) for w in stops])  # ½(w · 6 − 3)²
    leap, shares, seen = curve.leap(np.array(stops)), list[float](), list[str]()
    for frame in range(1, 60):
        leap.interpolate(frame / 60)
        here, (start, end) = np.array(read(middle(curve.marker))), places[frame // 30 : frame // 30 + 2]
        share = float((here - start)[0] / (end - start)[0])
        assert here == pytest.approx(start + share * (end - start), abs=1e-5)
        shares.append(share)
        seen.append(curve.tags["loss"].text.plain)
        if share < 0.95:
            assert seen[-1] == f"loss = {start[1]:.2f}"
        if 0.3 < share < 0.7:
            assert all(line.get_stroke_opacity() == 0 for line in curve.point.lines)
    assert {round(share, 1) for share in shares} >= {0.0, 1.0} and any(0.3 < share < 0.7 for share in shares)
    assert list(dict.fromkeys(seen)) == [f"loss = {loss:.2f}" for _, loss in places]
    leap.interpolate(1)
    check(chain, curve, 0.95)


def test_a_tag_keeps_its_width_while_its_number_changes(chain: Experiment) -> None:
    curve = AdjustableLossCurve(DescentLayout(Frame()), LossLandscape.of(chain, ("w2",)))
    curve.add("slope")
    widths = {name: tag.plate.width for name, tag in curve.tags.items()}
    move = curve.move(lambda alpha: (5 / 6 - 0.8 * alpha, {}))  # its slope goes from 12 to −16.8
    for frame in range(61):
        move.interpolate(frame / 60)
        for name, tag in curve.tags.items():
            assert tag.plate.width == pytest.approx(widths[name], abs=1e-3), (name, frame)


def test_a_point_that_begins_anew_is_at_no_place_between() -> None:
    _, curve = adjustable(lessons.chain, "w2")
    leap = curve.leap(np.array([5 / 6, 0.6]))
    leap.begin()
    leap.interpolate(1.0)
    ends, opacities = [middle(curve.point.marker)[0], curve.axes.point(5 / 6, 0)[0]], []
    back = curve.reset()
    back.begin()
    for share in np.linspace(0, 1, 11).tolist():
        back.interpolate(share)
        assert min(abs(middle(curve.point.marker)[0] - end) for end in ends) < 1e-6
        opacities.append(curve.marker.get_fill_opacity())
    assert opacities[0] == opacities[-1] == 1 and min(opacities) < 0.1
    assert curve.value == pytest.approx(5 / 6)
