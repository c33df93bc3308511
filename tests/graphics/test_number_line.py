"""Number lines: what stands on them, moves on them and is measured on them, read at their ticks."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.measure import joints, middle, number, reading, scale
from helpers.stage import Cue, beat_ends, performance, stage_after

from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import StoryboardError
from storyreel.engine.equations.calculation import Calculation
from storyreel.engine.experiment import Experiment
from storyreel.engine.weight_path import WeightPath
from storyreel.graphics.layout import Frame
from storyreel.graphics.maths.chain_graph import ChainGraph
from storyreel.graphics.maths.chain_response import ChainResponse, Moment
from storyreel.graphics.plots.number_line import NumberLine
from storyreel.graphics.plots.number_line_marker import NumberLineMarker
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve
from storyreel.graphics.plots.squares.error_square import ErrorSquare
from storyreel.graphics.plots.squares.error_square_move import ErrorSquareMove
from storyreel.graphics.plots.squares.square_tiles import square_tiles
from storyreel.graphics.text.typeset import Typeset
from storyreel.rendering.play import watch
from storyreel.stage.stage import Stage

MIDDLE = (1.0, -1.0, 0.0)


def error_of(y: float, target: float) -> Calculation:
    return Calculation("grad.y", y - target, "{0} - {1}", ("y", "target"), (y, target))


def values(marker: NumberLineMarker, start: float) -> Callable[[float], float]:
    """The number at an x of the frame, by the ticks that can be seen and the ring around the start."""
    ticks = [tick for tick in marker.scale_ticks if tick.mark.get_stroke_opacity() > 0]
    assert all(np.isclose(tick.label.get_x(), tick.mark.get_x(), atol=1e-6) for tick in ticks)
    ring = marker.submobjects[1]
    return scale([(ring.get_x(), start), *((tick.mark.get_x(), number(tick.label.plain)) for tick in ticks)])


def check(marker: NumberLineMarker, start: float, value: float) -> None:
    """The dot stands at the value, and the arrow leads there from the start."""
    read = values(marker, start)
    fine = 1e-6 * abs(read(1.0) - read(0.0)) + 1e-9
    _, _, dot, shaft, head, _ = marker.submobjects
    assert read(middle(dot)[0]) == pytest.approx(value, abs=fine)
    if value != start:
        assert read(joints(shaft)[0, 0]) == pytest.approx(start, abs=fine)
        tip, *neck = joints(head)[:3, 0]
        assert read(tip) == pytest.approx(value, abs=fine)
        assert all((value - start) * (read(tip) - read(corner)) > 0 for corner in neck)


@pytest.mark.parametrize(
    ("start", "value", "reach", "side", "enlarged"),
    [
        (3.0, 3.5, 0.6, 1, 1),
        (-0.7, -0.7, 0.2, 1, 1),
        (2.0, 0.5, 2.0, -1, 1),
        (5.0, 5.004, 0.1, 1, 20),
    ],
)
def test_a_number_on_its_line_stands_where_the_ticks_say(
    start: float, value: float, reach: float, side: int, enlarged: int
) -> None:
    marker = NumberLineMarker(NumberLine("w1", "weight", start, MIDDLE, 4.0, side, enlarged), reach)
    marker.move_number(value, reach, 3)
    check(marker, start, value)


def test_a_number_stands_where_the_ticks_say_while_the_line_is_being_enlarged() -> None:
    marker = NumberLineMarker(NumberLine("h", "activation", 6.03, MIDDLE, 4.0), 1.2)
    for share in np.linspace(0.1, 1, 7).tolist():
        marker.move_number(6.13, 1.2 * 0.1**share, 2, speed=4 * share * (1 - share))
        check(marker, 6.03, 6.13)


@pytest.mark.parametrize(
    ("make", "nudge"),
    [
        (lessons.chain, 0.5),
        (lessons.chain, -0.25),
        (lessons.negative_chain, 0.4),
        (lessons.sigmoid_chain, 0.5),
        (lessons.sigmoid_chain, -0.8),
    ],
)
def test_every_number_of_a_chain_moves_as_far_as_the_nudge_makes_it(make: Any, nudge: float) -> None:
    experiment: Experiment = make()
    graph = ChainGraph(WeightPath(experiment.trace, "w1"), Frame().stage)
    response = ChainResponse(graph, nudge, Frame().whole.bottom)
    before = by_hand.numbers(experiment)
    for by in (nudge / 3, nudge):
        after = by_hand.numbers(experiment, shifted={"w1": by})
        for name in response.markers:
            response.show(name, Moment(by, response.half_range_for(nudge), nudge))
        for name, marker in response.markers.items():
            check(marker, before[name], after[name])
            assert abs(middle(marker.dot)[0] - marker.line.middle) < marker.line.half


def test_an_enlarged_line_says_how_often_it_is_enlarged() -> None:
    experiment = lessons.sigmoid_chain()
    response = ChainResponse(
        ChainGraph(WeightPath(experiment.trace, "w1"), Frame().stage), 0.5, Frame().whole.bottom
    )
    units = {}
    for name, marker in response.markers.items():
        read = values(marker, experiment.trace.number(name))
        units[name] = 1 / (read(1.0) - read(0.0))  # Manim units for each 1 of the number
        said = [part.plain for part in response.lines[name].submobjects if hasattr(part, "plain")]
        times = number(said[0].split()[0]) if said else 1.0
        assert units[name] == pytest.approx(times * units["w1"], rel=1e-6)
    assert len({round(unit, 6) for unit in units.values()}) > 1


@pytest.mark.parametrize("make", [lessons.chain, lessons.negative_chain, lessons.sigmoid_chain])
def test_the_error_is_a_length_and_its_square_an_area_on_the_line(make: Any) -> None:
    experiment: Experiment = make()
    here = by_hand.numbers(experiment)
    y, target = here["y"], here["target"]
    picture = ErrorSquare(Frame().main, error_of(y, target))
    read, level = line_of(picture)
    marker, error = picture.marker(y), picture.error(y)
    assert read(middle(marker.dot)[0]) == pytest.approx(y)
    assert read(middle(picture.target_marker.dot)[0]) == pytest.approx(target)
    assert [middle(one.dot)[1] for one in (marker, picture.target_marker)] == pytest.approx([level, level])
    segment, brace = error.shapes
    assert [read(x) for x in joints(segment)[:, 0]] == pytest.approx(sorted([y, target]))
    assert [read(x) for x in extent(brace)[:, 0]] == pytest.approx(sorted([y, target]), abs=1e-3)
    for halved in (False, True):
        whole, half = picture.square(y, halved).shapes
        area = area_by(read, whole)
        assert area == pytest.approx((y - target) ** 2)
        assert area_by(read, half) == pytest.approx(area / 2)
        assert [read(x) for x in extent(half)[:, 0]] == pytest.approx(sorted([y, target]))
        assert extent(whole)[0, 1] == pytest.approx(level) == extent(half)[0, 1]
        assert (half.get_fill_opacity() > whole.get_fill_opacity()) == halved


def test_long_numbers_at_the_ticks_of_the_line_stand_apart() -> None:
    labels = [
        part
        for part in ErrorSquare(Frame().main, error_of(12520786.77, -1.0)).line
        if isinstance(part, Typeset)
    ]
    assert len(labels) >= 2
    assert all(b.get_left()[0] > a.get_right()[0] for a, b in pairwise(labels))


def test_a_gap_of_two_spans_two_units_of_the_line() -> None:
    picture = ErrorSquare(Frame().main, error_of(5.0, 3.0))
    read, _ = line_of(picture)
    marks = [round(read(mark.get_x()), 6) for _, mark, _ in picture.ticks]
    assert marks == [0, 1, 2, 3, 4, 5, 6]
    assert {id(mark) for _, mark, _ in picture.ticks} <= {id(part) for part in picture.line}


def line_of(picture: ErrorSquare) -> tuple[Callable[[float], float], float]:
    """The number at an x of the frame, by the ticks of the line, and the height of the line."""
    pairs = []
    for _, mark, label in picture.ticks:
        if label is not None:
            assert label.get_x() == pytest.approx(mark.get_x(), abs=1e-6)
            pairs.append((mark.get_x(), number(label.plain)))
    return scale(pairs), float(picture.line[0].get_y())


def extent(shape: Any) -> np.ndarray:
    """The lower left and the upper right corner of a shape, as rows (x, y)."""
    points = joints(shape)
    return np.array([points.min(axis=0), points.max(axis=0)])


def area_by(read: Callable[[float], float], shape: Any) -> float:
    """The area of a rectangle in units of the line, which are the same upwards as along it."""
    (left, bottom), (right, top) = extent(shape)
    return (read(right) - read(left)) * (read(left + top - bottom) - read(left))


def test_gap_and_square_follow_the_prediction_while_it_slides(chain: Experiment) -> None:
    picture, curve = (
        ErrorSquare(Frame().main, error_of(5.0, 3.0)),
        OutputLossCurve(Frame().stage, chain.trace, "y"),
    )
    parts = {"marker": picture.marker(5.0), "error": picture.error(5.0), "square": picture.square(5.0, True)}
    move = ErrorSquareMove(picture, parts, curve, lambda share: 5.0 - 2.4 * share, halved=True)
    read, _ = line_of(picture)
    for share in (0.25, 0.6, 1.0):
        move.show(share)
        y = 5.0 - 2.4 * share
        assert read(middle(parts["marker"].dot)[0]) == pytest.approx(y)
        segment, _ = parts["error"].shapes
        assert [read(x) for x in joints(segment)[:, 0]] == pytest.approx(sorted([y, 3.0]))
        whole, half = parts["square"].shapes
        assert area_by(read, whole) == pytest.approx((y - 3) ** 2, rel=1e-4)
        assert area_by(read, half) == pytest.approx((y - 3) ** 2 / 2, rel=1e-4)


def test_the_prediction_that_slides_on_stage_is_also_the_point_on_its_curve(chain: Experiment) -> None:
    cues = [("number_line", {"output": "y"}), ("measure_gap", {}), ("square_gap", {}), ("halve_square", {})]
    cues += [("plot_loss", {}), ("slide", {"to": "target"}), ("slide", {"to": "h"})]
    stage = stage_after("loss", chain, *cues)
    read, _ = line_of(stage.picture)
    whole, half = stage.parts["square"].shapes
    assert read(middle(stage.marker.dot)[0]) == pytest.approx(6.0)
    assert area_by(read, whole) == pytest.approx(9.0)
    assert area_by(read, half) == pytest.approx(4.5)
    assert reading(stage.curve)(middle(stage.parts["point"].dot)) == pytest.approx((6.0, 4.5))


LINE: list[Cue] = [("number_line", {"output": "y"}), ("measure_gap", {}), ("square_gap", {})]


@pytest.mark.parametrize(("times", "y"), [(-1.0, 1.0), (0.5, 4.0), (1.5, 6.0)])
def test_a_stretched_gap_is_so_many_times_as_long_and_its_square_as_large_as_that_squared(
    chain: Experiment, times: float, y: float
) -> None:
    stage = stage_after("loss", chain, *LINE, ("stretch_gap", {"times": times}))
    read, _ = line_of(stage.picture)
    assert read(middle(stage.marker.dot)[0]) == pytest.approx(y)
    assert area_by(read, stage.parts["square"].shapes[0]) == pytest.approx(4 * times**2)
    assert stage.parts["error"].label.plain == f"{y:.0f} − 3 = {y - 3:.0f}".replace("-", "−")


@pytest.mark.parametrize("cue", [("stretch_gap", {"times": 1e9}), ("slide", {"to": "grad.w2"})])
def test_an_output_that_is_not_on_the_line_is_refused(chain: Experiment, cue: Cue) -> None:
    """The output 5 is 2 above its target, and the gradient of the second weight is 12."""
    with pytest.raises(StoryboardError, match=r"is not on the number line, which goes from 0 to 6"):
        stage_after("loss", chain, *LINE, cue)


@pytest.mark.parametrize(("first", "then", "count"), [(0.5, 1.0, 2), (-0.5, 1.5, 3), (-0.25, -1.0, 4)])
def test_copies_of_the_square_before_fill_a_grown_one(
    chain: Experiment, first: float, then: float, count: int
) -> None:
    cues = [*LINE, ("stretch_gap", {"times": first}), ("stretch_gap", {"times": then})]
    stage = stage_after("loss", chain, *cues)
    square, read = stage.parts["square"], line_of(stage.picture)[0]
    tiles = square_tiles(square, count, f"{(2 * first) ** 2:g}", is_from_right=then < 0)
    (left, bottom), (right, _) = extent(square.shapes[0])
    side, corners = (right - left) / count, set()
    for tile in tiles:
        assert area_by(read, tile.fill) == pytest.approx((2 * first) ** 2)  # the gap is 2
        corners.add(tuple(np.round((extent(tile.fill)[0] - (left, bottom)) / side, 3).tolist()))
        for written in tile[1:]:
            assert middle(written) == pytest.approx(middle(tile.fill), abs=1e-6)
    assert len(tiles) == len(corners)
    assert corners == {(column, row) for column in range(count) for row in range(count)}
    # Each has its area written in it, but where that would be tiny.
    assert sum(len(tile[1:]) for tile in tiles) == {2: 4, 3: 9, 4: 0}[count]


@pytest.mark.parametrize(("then", "most"), [(1.0, 4), (0.75, 0)])
def test_tiles_have_their_areas_before_the_whole_square_has_its_own(
    chain: Experiment, then: float, most: int
) -> None:
    cues: list[Cue] = [*LINE, ("stretch_gap", {"times": 0.5}), ("stretch_gap", {"times": then})]
    ones, wholes = list[int](), list[int]()

    def look(stage: Stage, *_: int) -> None:
        written = [label.piece.plain for label in Snapshot(stage, is_still=True).labels()]
        ones.append(written.count("1"))
        wholes.append(written.count("4") - 1)  # one is a tick's

    watch(performance("loss", chain, cues, fps=10), look)
    assert max(ones[len(ones) // 2 :]) == max(most, 1) and ones[-1] == 0
    assert all(four == 0 for four, one in zip(wholes, ones, strict=True) if one > 1)
    assert wholes[-1] == (1 if then == 1 else 0)


def test_the_small_square_stays_on_the_target_while_the_gap_is_doubled(chain: Experiment) -> None:
    stage = stage_after("loss", chain, *LINE, ("stretch_gap", {"times": -0.5}))
    before = extent(stage.parts["square"].shapes[0])
    whole = stage.picture.square(1.0, halved=False)
    first, *_ = square_tiles(whole, 2, "1", is_from_right=True)
    assert extent(first.fill) == pytest.approx(before, abs=1e-3)


def test_the_tag_of_the_prediction_comes_to_the_other_side_clear_of_the_square(chain: Experiment) -> None:
    stage = stage_after("loss", chain, *LINE)
    sliding = stage.stretch_gap(-1.0)
    sliding.begin()
    tag, target, levels = stage.marker.tag, stage.picture.target_marker, []
    for alpha in np.linspace(0, 1, 121):
        sliding.interpolate(float(alpha))
        (left, bottom), (right, _) = extent(tag.plate)
        dot = middle(stage.marker.dot)
        square = extent(stage.parts["square"].shapes[0])
        assert bottom > dot[1] + 0.13  # above the dot
        assert right <= square[0, 0] or left >= square[1, 0] or bottom >= square[1, 1] - 0.01
        levels.append(dot[0] - middle(target.dot)[0])
    assert levels[0] > 0 > levels[-1] and min(np.abs(levels)) < 0.05
    assert middle(tag)[0] < middle(stage.marker.dot)[0]
    assert extent(target.tag.plate)[1, 1] < middle(target.dot)[1]


def test_the_whole_square_is_twice_as_steep_as_the_loss_whose_slope_is_the_gap(chain: Experiment) -> None:
    cues: list[Cue] = [*LINE, ("halve_square", {}), ("plot_loss", {})]
    cues += [("compare_square", {"text": "slope"}), ("show_slope", {"text": "slope"})]
    stage = stage_after("loss", chain, *cues)
    read = reading(stage.curve)
    for slope, times in zip(stage.slopes, (2, 1), strict=True):
        (x0, y0), (x1, y1) = (read(end) for end in joints(slope.tangent)[[0, -1]])
        steepness = times * by_hand.slope(chain, "y")
        assert (y1 - y0) / (x1 - x0) == pytest.approx(steepness, rel=1e-4)
        assert y0 + (5 - x0) * steepness == pytest.approx(times * 2)
        assert slope.label.plain == f"slope = {times * 2}"
        assert abs(read(middle(slope.label))[1] - times * 2) < 0.5  # at the height of its point
    whole = stage.slopes[0]
    for place in joints(whole.curve)[::9]:
        y, height = read(place)
        assert height == pytest.approx((y - 3) ** 2, rel=0.01, abs=0.01)
    assert [name.plain for name in whole.names] == ["(y − target)²", "1/2 (y − target)²"]
    assert read(middle(whole.dot)) == pytest.approx((5, 4))
    curves = [joints(curve) for curve in (whole.curve, stage.curve.graph)]
    for name, own, other in zip(whole.names, curves, curves[::-1], strict=True):
        near, far = (np.linalg.norm(middle(name)[:2] - curve[:, :2], axis=1).min() for curve in (own, other))
        assert near < far  # each is nearest to its own curve
    there = {id(part) for part in stage.get_mobject_family_members()}
    assert id(stage.parts["point"].tag.plate) not in there


def test_the_tag_of_the_loss_returns_when_the_slopes_have_gone(chain: Experiment) -> None:
    cues: list[Cue] = [*LINE, ("halve_square", {}), ("plot_loss", {}), ("compare_square", {"text": "slope"})]
    stage = stage_after("loss", chain, *cues, ("slide", {"to": "target"}))
    there = {id(part) for part in stage.get_mobject_family_members()}
    assert not stage.slopes and id(stage.parts["point"].tag.plate) in there
    assert stage.parts["point"].tag.plate.get_fill_opacity() == 1


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
@pytest.mark.parametrize("times", [1.0, -0.5])
def test_a_number_line_that_makes_room_shows_the_same_numbers(aspect: str, times: float) -> None:
    frame, y = Frame(aspect), 3 + 2 * times
    picture = ErrorSquare(frame.main, error_of(5.0, 3.0))
    parts = {"marker": picture.marker(y), "error": picture.error(y), "square": picture.square(y, False)}
    for area in (frame.stage, frame.main):
        picture.stand_in(area, parts, y)
        read, level = line_of(picture)
        assert joints(picture.line[0])[[0, -1], 0] == pytest.approx([area.left, area.right])
        assert read(middle(parts["marker"].dot)[0]) == pytest.approx(y)
        assert middle(parts["marker"].dot)[1] == pytest.approx(level)
        assert read(middle(picture.target_marker.dot)[0]) == pytest.approx(3.0)
        assert area_by(read, parts["square"].shapes[0]) == pytest.approx(4 * times**2)
        assert [read(x) for x in joints(parts["error"].shapes[0])[:, 0]] == pytest.approx(sorted([y, 3.0]))


def test_the_tag_of_the_loss_stands_clear_of_the_curve_at_its_minimum(chain: Experiment) -> None:
    stage = stage_after("loss", chain, *LINE, ("plot_loss", {}), ("slide", {"to": "target"}))
    read = reading(stage.curve)
    (left, bottom), (right, _) = extent(stage.parts["point"].tag.plate)
    for x in np.linspace(left, right, 20).tolist():
        y, height = read((x, bottom))
        assert height > (y - 3) ** 2 / 2


def test_the_curve_stays_when_the_number_line_has_gone(chain: Experiment) -> None:
    stage = stage_after("loss", chain, *LINE, ("plot_loss", {}), ("clear_line", {}))
    there = {id(part) for part in stage.get_mobject_family_members()}
    assert id(stage.curve.graph) in there and id(stage.parts["point"].dot) in there
    assert id(stage.marker.dot) not in there and stage.picture is None


def test_slopes_of_the_curve_go_with_the_number_line(chain: Experiment) -> None:
    compared: list[Cue] = [("compare_square", {"text": "slope"}), ("show_slope", {"text": "slope"})]
    told = [*LINE, ("plot_loss", {}), *compared, ("clear_line", {})]
    *_, before, after = beat_ends("loss", chain, told)
    assert {"slope = 4", "slope = 2"} <= set(before.texts)
    assert not any("slope" in text for text in after.texts) and "loss = 2" in after.texts
