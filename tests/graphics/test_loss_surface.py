"""The loss over two weights in three dimensions: every place of the picture is read back by hand."""

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.measure import joints, middle, number, outlines
from helpers.stage import Cue, faults_at_every_frame, stage_after
from manim import Dot

from storyreel.core.arrays import Array
from storyreel.engine.experiment import Experiment
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.engine.optimizers import GradientDescent
from storyreel.graphics.layout import Frame
from storyreel.graphics.motion.trail import Trail
from storyreel.graphics.parts.surface_mesh import OVERLAP
from storyreel.graphics.plots.descent_layout import DescentLayout
from storyreel.graphics.plots.loss_bowl import LossBowl
from storyreel.graphics.plots.loss_curve import LossCurve
from storyreel.graphics.plots.maps.loss_map import LossMap
from storyreel.rendering.manim_patches.family import extract_mobject_family_members

Make = Callable[[], Experiment]
BOWLS = [
    (lessons.chain, ("w2", "w1")),
    (lessons.sigmoid_chain, ("w1", "w3")),
    (lessons.negative_chain, ("w2", "w1")),
    (lessons.dense, ("W2[1,0]", "b1[0]")),
]


def bowl_of(
    make: Make, names: tuple[str, str], aspect: str = "16:9"
) -> tuple[Experiment, LossBowl, LossCurve]:
    """A surface after its turn, and the axes of the slice from which it grows."""
    experiment, layout = make(), DescentLayout(Frame(aspect))
    axes, others = (LossCurve(layout.plot, LossLandscape.of(experiment, (name,))) for name in names)
    bowl = LossBowl(axes, others, layout.surface, LossLandscape.of(experiment, names))
    bowl.turn(1.0)
    return experiment, bowl, axes


class Reading:
    """The picture after the turn, solved for the weights and the loss: its edge is that of the weights."""

    def __init__(self, bowl: LossBowl, axes: LossCurve) -> None:
        self.corner, self.right, _, self.far = joints(bowl.edge)[:4]
        self.ranges, self.heights = (bowl.x_range, bowl.near_and_far), axes.y_range
        foot, head = joints(bowl.upright)[[0, -1]]
        # Upright lines are upright in the picture; the axis begins at the floor.
        assert foot[0] == pytest.approx(head[0])
        below = min(joints(bowl.edge)[:4], key=lambda corner: (round(abs(corner[0] - foot[0]), 6), corner[1]))
        self.floor = below[1]
        self.head, self.foot = head[1] - self.floor, foot[1] - self.floor

    def weights(self, shadow: Array) -> tuple[float, float]:
        """Those at a point of the floor, as multiples of its two edges."""
        edges = np.column_stack([self.right - self.corner, self.far - self.corner])
        shares = np.linalg.solve(edges, shadow[:2] - self.corner)
        across, into = (low + s * (high - low) for s, (low, high) in zip(shares, self.ranges, strict=True))
        return float(across), float(into)


def loss(experiment: Experiment, names: tuple[str, str], place: tuple[float, float]) -> float:
    return by_hand.numbers(experiment, dict(zip(names, place, strict=True)))["loss"]


def places_in(bowl: LossBowl, count: int = 12) -> Array:
    low, high = np.transpose([bowl.x_range, bowl.into_range])
    return np.random.default_rng(3).uniform(low, high, (count, 2))


@pytest.mark.parametrize(("make", "names"), BOWLS)
def test_points_stand_above_their_shadows_in_proportion_to_the_loss(
    make: Make, names: tuple[str, str]
) -> None:
    experiment, bowl, axes = bowl_of(make, names)
    read, rises, losses = Reading(bowl, axes), [], []
    for place in places_in(bowl):
        shadow, point = bowl.shadow(place), bowl.point(place)
        assert read.weights(shadow) == pytest.approx(tuple(place))
        assert shadow[0] == pytest.approx(point[0])
        rises.append(point[1] - shadow[1])
        losses.append(min(loss(experiment, names, tuple(place)), axes.y_range[1]))
    (low, top), (steep, foot) = axes.y_range, np.polyfit(losses, rises, 1)
    np.testing.assert_allclose(foot + steep * np.array(losses), rises, atol=1e-5)
    assert foot + steep * top == pytest.approx(read.head)
    lowest = low + bowl.mesh.lowest / (axes.top - axes.bottom) * (top - low)
    assert read.foot == pytest.approx(0, abs=1e-6)
    assert foot + steep * lowest == pytest.approx(0, abs=1e-6)  # so the axis begins at its lowest loss
    assert steep * (top - low) > 0.8


@pytest.mark.parametrize(("make", "names"), BOWLS)
def test_the_corners_of_all_polygons_are_places_of_the_surface(make: Make, names: tuple[str, str]) -> None:
    experiment, bowl, axes = bowl_of(make, names)
    top = axes.y_range[1]
    spots = np.concatenate([joints(polygon) for polygon in bowl.mesh])
    assert len(bowl.mesh) > 40
    seen = []
    for x, y in np.ndindex(13, 13):
        place = tuple(
            low + share / 12 * (high - low)
            for share, (low, high) in zip((x, y), (bowl.x_range, bowl.into_range), strict=True)
        )
        height = loss(experiment, names, place)
        if height < top:
            distances = np.linalg.norm(spots - bowl.point(np.array(place))[:2], axis=1)
            seen.append(float(distances.min()))
    assert len(seen) > 30 and max(seen) <= OVERLAP + 1e-6


def test_the_farthest_polygons_are_drawn_first_and_low_ones_are_darker() -> None:
    _, bowl, _ = bowl_of(lessons.chain, ("w2", "w1"))
    view = bowl.view
    ahead = np.array([math.sin(view.azimuth), math.cos(view.azimuth)])
    middles = {
        tuple(np.round(colour, 9)): place
        for colour, place in zip(bowl.mesh.shades, bowl.mesh.middles, strict=True)
    }
    drawn = [
        middles[tuple(np.round(shape.fill_rgbas[0, :3], 9))]
        for shape in extract_mobject_family_members([bowl.mesh], True, True)
    ]
    away = [float(place[:2] @ ahead) for place in drawn]
    assert len(middles) == len(drawn) and away == sorted(away, reverse=True)
    heights = np.array([place[2] for place in drawn])
    bright = np.array(
        [shape.get_fill_rgbas()[0, 0] for shape in extract_mobject_family_members([bowl.mesh], True, True)]
    )
    assert (
        bright[heights < np.quantile(heights, 0.2)].mean()
        < bright[heights > np.quantile(heights, 0.8)].mean()
    )


@pytest.mark.parametrize(("make", "names"), BOWLS)
def test_seen_from_the_front_it_is_the_curve_over_one_weight(make: Make, names: tuple[str, str]) -> None:
    _, bowl, axes = bowl_of(make, names)
    bowl.turn(0.0)
    graph = joints(axes.graph(LossLandscape.of(make(), names[:1])))
    slices = joints(bowl.slice)
    for point in graph[::8]:
        assert np.linalg.norm(slices - point, axis=1).min() < 0.08
    assert joints(bowl.edge)[:, 1] == pytest.approx([axes.bottom] * 5)
    assert all(shape.get_fill_opacity() == 0 for shape in bowl.mesh)
    assert middle(bowl.marker) == pytest.approx(axes.point(*by_hand_start(make, names))[:2])


@pytest.mark.parametrize(("make", "names"), BOWLS)
def test_seen_from_the_other_side_it_is_the_curve_over_the_other_weight(
    make: Make, names: tuple[str, str]
) -> None:
    experiment, bowl, _ = bowl_of(make, names)
    others = LossCurve(DescentLayout(Frame()).plot, LossLandscape.of(experiment, names[1:]))
    bowl.turn_on(1.0, places_in(bowl)[0])
    graph = joints(others.graph(LossLandscape.of(experiment, names[1:])))
    lowest = [point for point in graph if point[1] < joints(bowl.other_slice)[:, 1].max()]
    assert len(lowest) > 20
    for point in lowest[::6]:
        assert np.linalg.norm(joints(bowl.other_slice) - point, axis=1).min() < 0.12
    assert middle(bowl.marker) == pytest.approx(others.point(*by_hand_start(make, names[::-1]))[:2])


def test_a_surface_lower_than_its_slice_stands_on_its_floor() -> None:
    _, bowl, _ = bowl_of(lessons.dense, ("W2[1,0]", "b1[0]"))
    _, sunk, _ = bowl_of(lessons.dense, ("b1[0]", "W2[1,0]"))
    assert min(bowl.mesh.lowest, sunk.mesh.lowest) < 0
    for place in places_in(sunk):
        assert sunk.point(place)[1] >= sunk.shadow(place)[1]
    assert not sunk.can_turn_on or not bowl.can_turn_on
    assert bowl_of(lessons.chain, ("w2", "w1"))[1].can_turn_on


def test_a_slice_becomes_a_curve_that_can_be_walked_on(chain: Experiment) -> None:
    cues: list[Cue] = [("plot_bowl", {"across": "w2", "up": "w1"}), ("descend", {"steps": 2})]
    for over, value in (("w1", 3.0), ("w2", 5 / 6)):
        stage = stage_after("gradient_descent", chain, *cues, ("slice_bowl", {"over": over}))
        assert (stage.curve.weight, stage.curve.value, stage.surface) == (over, pytest.approx(value), None)
        there = {id(part) for part in stage.get_mobject_family_members()}
        assert {id(stage.curve.parts["graph"]), id(stage.curve.marker)} <= there
        dots = [part for part in stage.get_mobject_family_members() if isinstance(part, Dot)]
        assert len(there) < 200 and dots == [stage.curve.marker]  # nothing is left of the surface


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
@pytest.mark.parametrize(("make", "names"), BOWLS)
def test_seen_from_above_the_surface_is_the_map_with_its_ranges(
    make: Make, names: tuple[str, str], aspect: str
) -> None:
    _, bowl, _ = bowl_of(make, names, aspect)
    loss_map = LossMap(DescentLayout(Frame(aspect)).map, bowl.landscape, (bowl.x_range, bowl.into_range))
    axes = loss_map.axes
    bowl.turn_over(1.0, bowl.view_from_above(axes.left, axes.bottom, axes.right, axes.top))
    low, high = bowl.into_range
    for across, into in places_in(bowl):
        # Where the second weight grows towards the viewer, it grows downwards in this view.
        up = low + high - into if bowl.is_mirrored else into
        spot = bowl.point(np.array([across, into]))[:2]
        assert spot == pytest.approx(loss_map.point(np.array([across, up]))[:2], abs=1e-5)
        assert spot == pytest.approx(bowl.shadow(np.array([across, into]))[:2], abs=1e-5)


def test_the_surface_turns_to_its_map_unless_it_is_mirrored() -> None:
    for make, names in BOWLS:
        sides = dict(zip(("across", "up"), names, strict=True))
        cues: list[Cue] = [("plot_bowl", sides), ("descend", {"steps": 2})]
        before = stage_after("gradient_descent", make(), *cues)
        after = stage_after("gradient_descent", make(), *cues, ("plot_surface", sides))
        there, bowl = after.get_mobject_family_members(), before.surface
        assert [part for part in there if isinstance(part, Dot)] == [after.surface.marker]
        ranges = after.surface.axes.x_range, after.surface.axes.y_range
        is_turned = bowl.landscape.names == names and not bowl.is_mirrored
        assert (ranges == (bowl.x_range, bowl.into_range)) == is_turned
        if is_turned:  # the dot is where it was
            assert middle(after.surface.marker) == pytest.approx(after.surface.point(before.place)[:2])


def by_hand_start(make: Make, names: tuple[str, str]) -> tuple[float, float]:
    numbers = by_hand.numbers(make())
    return numbers[names[0]], numbers["loss"]


@pytest.mark.parametrize(("make", "names"), BOWLS)
def test_a_pane_and_posts_join_the_surface_to_its_floor(make: Make, names: tuple[str, str]) -> None:
    experiment, bowl, axes = bowl_of(make, names)
    read, own = Reading(bowl, axes), by_hand.numbers(experiment)[names[1]]
    cut = [read.weights(np.array([*end, 0.0])) for end in joints(bowl.cut)[[0, -1]]]
    assert joints(bowl.cut)[[0, -1], 0] == pytest.approx(joints(bowl.slice)[[0, -1], 0])
    assert [into for _, into in cut] == pytest.approx([own, own])
    outline = joints(bowl.pane)
    half = len(outline) // 2
    above, below = outline[:half], outline[half : 2 * half][::-1]
    assert above[:, 0] == pytest.approx(below[:, 0]) and (above[:, 1] >= below[:, 1]).all()
    assert np.linalg.norm(joints(bowl.slice) - above[0], axis=1).min() < 1e-6
    corners = [(x, y) for x in bowl.x_range for y in bowl.into_range]
    seen = [corner for corner in corners if loss(experiment, names, corner) <= axes.y_range[1]]
    ends = {tuple(np.round(end, 5)) for post in outlines(bowl.posts) for end in (post[0], post[-1])}
    assert len(ends) <= 2 * len(seen)  # a post has no length where the loss is the lowest
    for corner in seen:
        for spot in (bowl.point(np.array(corner)), bowl.shadow(np.array(corner))):
            assert min(math.dist(spot[:2], end[:2]) for end in ends) < 1e-4


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_it_fills_its_part_of_the_frame(aspect: str) -> None:
    _, bowl, _ = bowl_of(lessons.chain, ("w2", "w1"), aspect)
    area = DescentLayout(Frame(aspect)).surface
    shapes = [*bowl.mesh, bowl.edge, bowl.upright, *bowl.names, *bowl.scales]
    low = np.min([shape.get_corner((-1, -1, 0))[:2] for shape in shapes], axis=0)
    high = np.max([shape.get_corner((1, 1, 0))[:2] for shape in shapes], axis=0)
    assert low[0] >= area.left and low[1] >= area.bottom and high[0] <= area.right and high[1] <= area.top
    assert max((high[0] - low[0]) / area.width, (high[1] - low[1]) / area.height) > 0.75


@pytest.mark.parametrize("curve", [[], [("plot_loss", {"over": "w2"})]])
def test_the_run_goes_down_the_surface_and_its_shadow_over_the_floor(curve: list[Cue]) -> None:
    experiment = lessons.chain()
    bowl_cue: Cue = ("plot_bowl", {"across": "w2", "up": "w1"})
    stage = stage_after("gradient_descent", experiment, *curve, bowl_cue, ("descend", {"steps": 4}))
    bowl = stage.surface
    read = Reading(bowl, LossCurve(stage.layout.plot, LossLandscape.of(experiment, ("w2",))))
    above, below = stage.trails
    path = [(turned["w2"], turned["w1"]) for turned in by_hand.descent(experiment, 4)]
    for dot, shadow, place in zip(above.dots, below.dots, path[:-1], strict=True):
        assert read.weights(middle(shadow)) == pytest.approx(place, rel=1e-4)
        assert middle(dot)[0] == pytest.approx(middle(shadow)[0], abs=1e-5)
        assert middle(dot) == pytest.approx(bowl.point(np.array(place))[:2], abs=1e-5)
    assert read.weights(middle(bowl.spot)) == pytest.approx(path[-1], rel=1e-4)
    assert middle(bowl.marker) == pytest.approx(bowl.point(np.array(path[-1]))[:2], abs=1e-5)
    assert joints(bowl.plumb)[0] == pytest.approx(middle(bowl.marker))
    assert joints(bowl.plumb)[-1] == pytest.approx(middle(bowl.spot))


@pytest.mark.parametrize(("make", "names"), BOWLS)
@pytest.mark.parametrize("aspect", ["16:9", "1:1"])
def test_the_ticks_stand_at_their_numbers(make: Make, names: tuple[str, str], aspect: str) -> None:
    experiment, bowl, axes = bowl_of(make, names, aspect)
    read, (across, into, up) = Reading(bowl, axes), bowl.scales
    for number_of, scale in enumerate((across, into)):
        for mark, label in zip(scale.marks, scale.labels, strict=True):
            places = [read.weights(point) for point in (mark.get_start(), mark.get_end())]
            assert places[0][number_of] == pytest.approx(number(label.plain), abs=1e-6)
            edge = places[0][1 - number_of]
            low, high = read.ranges[1 - number_of]
            assert min(abs(edge - low), abs(edge - high)) < 1e-6  # on an edge of the floor, and out of it
            assert not low <= places[1][1 - number_of] <= high or number_of
    place = bowl.landscape.start
    height = loss(experiment, names, tuple(place))
    spots = [
        (number(label.plain), mark.get_start()[1]) for mark, label in zip(up.marks, up.labels, strict=True)
    ]
    if len(spots) > 1:
        # The surface is seen from above: heights at the axis and at the dot have one scale, upwards.
        steep = (spots[-1][1] - spots[0][1]) / (spots[-1][0] - spots[0][0])
        tops = bowl.point(place)[1] - bowl.shadow(place)[1]
        foot = spots[0][1] - steep * spots[0][0] - read.floor
        assert foot + steep * height == pytest.approx(tops, abs=1e-5)
    for scale in bowl.scales:
        for one, other in itertools.pairwise(scale.labels):
            apart = np.abs(one.get_center() - other.get_center())
            sizes = (one.width + other.width) / 2, (one.height + other.height) / 2
            assert apart[0] > sizes[0] or apart[1] > sizes[1]


def test_a_surface_over_a_flat_slice_begins_with_the_other() -> None:
    network = lessons.layered((2, 2, 2), "tanh", "sigmoid", "mean_squared_error")
    made = Experiment("made", network, np.array([0.9, 0.2]), np.array([1.0, 0.0]), GradientDescent(2.0))
    spans = {
        name: np.ptp(LossLandscape.of(made, (name,)).losses(np.linspace(-5, 5, 101)[:, None]))
        for name in network.parameter_names
    }
    flat, steep = (pick(spans, key=spans.__getitem__) for pick in (min, max))
    cue = ("plot_bowl", {"across": flat, "up": steep})
    assert stage_after("gradient_descent", made, cue).surface.landscape.names == (steep, flat)
    assert faults_at_every_frame("gradient_descent", made, [cue]) == []


@pytest.mark.parametrize("curve", [[], [("plot_loss", {"over": "w2"})]])
@pytest.mark.parametrize("rate", [0.05, 0.16])
def test_the_floor_is_wide_enough_for_the_steps_that_are_told(curve: list[Cue], rate: float) -> None:
    experiment, names = lessons.chain(), ("w2", "w1")
    told = {"across": "w2", "up": "w1", "learning_rate": rate, "steps": 2}
    descend: Cue = ("descend", {"steps": 2, "learning_rate": rate})
    stage = stage_after("gradient_descent", experiment, *curve, ("plot_bowl", told), descend)
    read = Reading(stage.surface, LossCurve(stage.layout.plot, LossLandscape.of(experiment, ("w2",))))
    here = np.array([experiment.trace.number(name) for name in names])
    for dot in stage.trails[1].dots:
        assert read.weights(middle(dot)) == pytest.approx(tuple(here), rel=1e-4)
        here = here - rate * np.array([slope(experiment, names, here, place) for place in (0, 1)])
    assert read.weights(middle(stage.surface.spot)) == pytest.approx(tuple(here), rel=1e-4)


def slope(experiment: Experiment, names: tuple[str, str], here: Array, place: int) -> float:
    """The derivative of the loss by one of two weights, by a central difference."""
    nudge = np.eye(2)[place] * 1e-5
    ends = [loss(experiment, names, tuple(here + way * nudge)) for way in (1, -1)]
    return (ends[0] - ends[1]) / 2e-5


def test_each_way_begins_where_the_network_is_and_has_its_own_colour_and_rate() -> None:
    experiment = lessons.chain()
    told = {"across": "w2", "up": "w1", "learning_rate": 0.02, "steps": 3}
    ways: list[Cue] = [
        ("descend", {"steps": 3, "learning_rate": rate, "again": bool(number)})
        for number, rate in enumerate((0.001, 0.01, 0.02))
    ]
    stage = stage_after("gradient_descent", experiment, ("plot_bowl", told), *ways)
    starts = [middle(trail.dots[0]) for trail in stage.trails[::2]]
    assert starts == [pytest.approx(starts[0])] * len(ways)
    colours = [trail.lines[0].get_stroke_color().to_hex() for trail in stage.trails[::2]]
    assert len(set(colours)) == len(ways)
    assert [row.rate.plain for row in stage.ways] == [
        f"learning_rate = {rate}" for rate in ("0.001", "0.01", "0.02")
    ]
    assert [row.rate[0].get_fill_color().to_hex() for row in stage.ways] == colours
    fourth: Cue = ("descend", {"steps": 2, "learning_rate": 0.005, "again": True})
    after = stage_after("gradient_descent", experiment, ("plot_bowl", told), *ways, fourth)
    assert [row.rate.plain for row in after.ways] == ["learning_rate = 0.005"]
    on_stage = [part for shape in after.mobjects for part in shape.get_family() if isinstance(part, Trail)]
    assert len(after.trails) == len(on_stage) == 2
    assert after.trails[0].lines[0].get_stroke_color().to_hex() == colours[0]
    assert after.ways[0].rate[0].get_fill_color().to_hex() == colours[0]
    first = stage_after("gradient_descent", experiment, ("plot_bowl", told), ways[0])
    assert after.ways[0].get_y() == pytest.approx(first.ways[0].get_y(), abs=0.01)


def test_fog_hides_what_is_far_from_the_dot() -> None:
    cues: list[Cue] = [("plot_bowl", {"across": "w2", "up": "w1"}), ("bring_fog", {})]
    cues.append(("descend", {"steps": 2}))
    stage = stage_after("gradient_descent", lessons.chain(), *cues)
    bowl = stage.surface
    away = [math.dist(middle(polygon), middle(bowl.marker)) for polygon in bowl.mesh]
    opacities = [polygon.get_fill_opacity() for polygon in bowl.mesh]
    assert opacities[int(np.argmin(away))] > 0.9 > 0.1 > opacities[int(np.argmax(away))]
    lifted = stage_after("gradient_descent", lessons.chain(), *cues, ("lift_fog", {}))
    assert {polygon.get_fill_opacity() for polygon in lifted.surface.mesh} == {1.0}


def test_a_surface_is_around_where_training_has_led_to_and_flat_where_its_slopes_say() -> None:
    experiment, names = lessons.chain(), ("w2", "w1")
    told = {"across": "w2", "up": "w1", "learning_rate": 0.01, "trained_for": 7, "reach": 2.0}
    stage = stage_after("gradient_descent", experiment, ("plot_bowl", told), ("show_slopes", {}))
    here = np.array([experiment.trace.number(name) for name in names])
    for _ in range(7):
        here = here - 0.01 * np.array([slope(experiment, names, here, place) for place in (0, 1)])
    bowl = stage.surface
    assert bowl.landscape.start == pytest.approx(here, rel=1e-4)
    assert np.mean([bowl.x_range, bowl.into_range], axis=1) == pytest.approx(here, rel=1e-4)
    assert bowl._axes.y_range[0] == 0.0
    shown = [float(tag.text.plain.split(" = ")[1].replace("\N{MINUS SIGN}", "-")) for tag in stage.slopes]
    expected = [slope(experiment, names, here, place) for place in (0, 1)]
    assert shown == pytest.approx(expected, rel=0.06)
    assert (
        faults_at_every_frame("gradient_descent", experiment, [("plot_bowl", told), ("show_slopes", {})])
        == []
    )
