"""Maps of the plane: a place has the band of its loss, or the colour of the class that is predicted there."""

from collections.abc import Callable

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.measure import is_inside, joints, middle, number, outlines, reading, share
from helpers.stage import Cue, stage_after
from manim import ManimColor, VMobject

from storyreel.core.arrays import Array
from storyreel.engine.experiment import Experiment
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.engine.network import Network
from storyreel.engine.regions.decision_regions import classes_of
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame
from storyreel.graphics.plots.descent_layout import DescentLayout
from storyreel.graphics.plots.maps.decision_map import DecisionMap
from storyreel.graphics.plots.maps.loss_map import LossMap

AREA = Area("test", -3, -2, 3, 2)
Make = Callable[[], Experiment]
MAPS = [
    (lessons.chain, ("w1", "w2")),
    (lessons.chain, ("w2", "w1")),
    (lessons.dense, ("W2[1,0]", "b1[0]")),
    (lessons.sigmoid_chain, ("w1", "w3")),
]


def loss_map(make: Make, names: tuple[str, str]) -> tuple[Experiment, LossMap]:
    experiment = make()
    return experiment, LossMap(DescentLayout(Frame()).plot, LossLandscape.of(experiment, names))


def loss(experiment: Experiment, names: tuple[str, str], place: tuple[float, float]) -> float:
    return by_hand.numbers(experiment, dict(zip(names, place, strict=True)))["loss"]


def strength(shape: VMobject) -> float:
    """How much of the colour of losses a shape is filled with, by its red, of which all hues from purple to
    orange have as much."""
    dark, bright = (ManimColor(theme.colour(kind)).to_rgb()[0] for kind in ("background", "loss"))
    return float((shape.get_fill_color().to_rgb()[0] - dark) / (bright - dark))


@pytest.mark.parametrize(("make", "names"), MAPS)
def test_a_place_of_the_map_is_as_bright_as_its_loss_is_high(make: Make, names: tuple[str, str]) -> None:
    experiment, picture = loss_map(make, names)
    axes, read = picture.axes, reading(picture.axes)
    low, high = heights_by_hand(experiment, names, picture)
    darkest, brightest = strength(picture.bands[-1]), strength(picture.background)
    spots = np.random.default_rng(2).uniform((axes.left, axes.bottom), (axes.right, axes.top), (40, 2))
    bands, seen = [(strength(band), outlines(band)) for band in picture.bands], set()
    for spot in spots:
        its = [shade for shade, sides in bands if is_inside(spot, sides)]
        shade = its[-1] if its else strength(picture.background)
        assert its == sorted(its, reverse=True)
        tenth = 1 + 9 * (shade - darkest) / (brightest - darkest)
        height = (loss(experiment, names, read(spot)) - low) / (high - low)
        # Bands are closer together where the ground is low: those of a round bowl are evenly wide.
        bounds = [
            0.0 if tenth < 1.5 else ((tenth - 1) / 10) ** 2,
            np.inf if tenth > 9.5 else (tenth / 10) ** 2,
        ]
        assert bounds[0] - 0.01 <= height <= bounds[1] + 0.01
        seen.add(round(tenth))
    assert len(seen) > 4


def heights_by_hand(experiment: Experiment, names: tuple[str, str], picture: LossMap) -> tuple[float, float]:
    """The lowest loss on the map, and the one below which 92 of 100 places lie."""
    places = np.linspace(*picture.axes.x_range, 31), np.linspace(*picture.axes.y_range, 31)
    losses = [loss(experiment, names, (x, y)) for x in places[0] for y in places[1]]
    low, high = min(losses), float(np.percentile(losses, 92))
    assert (picture.low, picture.high) == pytest.approx((low, high), rel=0.05, abs=0.02 * (high - low))
    return picture.low, picture.high


def test_the_key_goes_from_the_shade_of_the_lowest_ground_to_that_of_the_highest() -> None:
    _, picture = loss_map(lessons.chain, ("w1", "w2"))
    _, bar, low, high = picture.key(DescentLayout(Frame()).key)
    shades = [strength(square) for square in bar]
    assert np.diff(shades) == pytest.approx((shades[-1] - shades[0]) / 9, abs=5e-3)
    drawn = [*picture.bands[::-1], picture.background]
    assert shades == pytest.approx([strength(band) for band in drawn], abs=5e-3)
    assert number(low.plain) == pytest.approx(picture.low, abs=0.05 * picture.high)
    assert number(high.plain) == pytest.approx(picture.high, rel=0.05)
    assert low.get_x() == pytest.approx(bar[0].get_x()) and high.get_x() == pytest.approx(bar[-1].get_x())


@pytest.mark.parametrize(("make", "names"), MAPS)
def test_both_weights_of_a_map_have_the_same_scale(make: Make, names: tuple[str, str]) -> None:
    _, picture = loss_map(make, names)
    read, spot = reading(picture.axes), np.array([0.0, 0.0])
    across, up = (np.subtract(read(spot + step), read(spot)) for step in ((1.0, 0.0), (0.0, 1.0)))
    assert across[0] == pytest.approx(up[1], rel=1e-6)


@pytest.mark.parametrize(("make", "names"), MAPS)
def test_the_point_and_the_cut_stand_where_the_network_does(make: Make, names: tuple[str, str]) -> None:
    experiment, picture = loss_map(make, names)
    read, here = reading(picture.axes), by_hand.numbers(experiment)
    place = (here[names[0]], here[names[1]])
    assert read(middle(picture.marker)) == pytest.approx(place)
    for weight, number_of, still in ((names[0], 0, 1), (names[1], 1, 0)):
        ends = [read(end) for end in joints(picture.cut(weight))]
        assert [end[still] for end in ends] == pytest.approx([place[still]] * 2)
        span = picture.axes.x_range if number_of == 0 else picture.axes.y_range
        assert [end[number_of] for end in ends] == pytest.approx(span)


@pytest.mark.parametrize("rate", [None, 0.05])
def test_the_way_down_the_map_is_that_of_gradient_descent(chain: Experiment, rate: float | None) -> None:
    cues: list[Cue] = [("plot_surface", {"across": "w1", "up": "w2"})]
    cues.append(("descend", {"steps": 4} if rate is None else {"steps": 4, "learning_rate": rate}))
    stage = stage_after("gradient_descent", chain, *cues)
    read, (trail,) = reading(stage.surface.axes), stage.trails
    path = [(turned["w1"], turned["w2"]) for turned in by_hand.descent(chain, 4, rate=rate)]
    for dot, place in zip(trail.dots, path[:-1], strict=True):
        assert read(middle(dot)) == pytest.approx(place, rel=1e-5)
    for line, here, there in zip(trail.lines, path[:-1], path[1:], strict=True):
        assert read(line.get_start()) == pytest.approx(here, rel=1e-4)
        assert read(line.get_end()) == pytest.approx(there, rel=1e-4)
    assert read(middle(stage.surface.marker)) == pytest.approx(path[-1], rel=1e-5)
    loss_there = by_hand.numbers(chain, dict(zip(("w1", "w2"), path[-1], strict=True)))["loss"]
    assert number(stage.tags[0].text.plain.split(" = ")[1]) == pytest.approx(loss_there, abs=0.005)


def predicted(network: Network, inputs: Array) -> Array:
    """The scores of the classes, (places, classes), of a network with one hidden layer of tanh."""
    hidden, last = network.layers
    return np.tanh(inputs @ hidden.weights.T + hidden.bias) @ last.weights.T + last.bias


def cross_entropy(network: Network, inputs: Array, targets: Array) -> float:
    """The mean over examples of −ln of what is predicted for the class that is wanted."""
    scores = predicted(network, inputs)
    return float(np.mean(np.log(np.exp(scores).sum(axis=1)) - (scores * targets).sum(axis=1)))


def inputs_at(picture: DecisionMap, inputs: Array) -> Callable[[Array], Array]:
    """The inputs at places of the map, as the points of the examples tell: both on one scale."""
    places = np.array([middle(example) for example in picture.examples])
    (across, left), (up, bottom) = (np.polyfit(places[:, k], inputs[:, k], 1) for k in (0, 1))
    assert across == pytest.approx(up)
    np.testing.assert_allclose(places * across + (left, bottom), inputs, atol=1e-6)
    return lambda spots: spots * across + (left, bottom)


@pytest.mark.parametrize("steps", [0, 12, 60])
def test_every_place_has_the_colour_of_the_class_that_the_network_predicts(
    clusters: Experiment, steps: int
) -> None:
    inputs, targets = clusters.examples
    run = clusters.run(steps)
    picture = DecisionMap(run.networks[0], inputs, targets, AREA)
    picture.colour(run.networks[-1])
    read, half = inputs_at(picture, inputs), picture.side / 2
    spots = middle(picture.frame) + np.random.default_rng(4).uniform(-half, half, (60, 2))
    scores = predicted(run.networks[-1], read(spots))
    first, second = np.sort(scores, axis=1)[:, -1], np.sort(scores, axis=1)[:, -2]
    for spot, its, is_clear in zip(spots, scores, first - second > 0.05, strict=True):
        if is_clear:
            found = [number for number, region in enumerate(picture.regions) if in_quads(spot, region)]
            assert found == [its.argmax()]
    assert (first - second > 0.05).sum() > 40


@pytest.mark.parametrize("steps", [5, 60])
def test_borders_run_where_two_classes_have_the_same_score(clusters: Experiment, steps: int) -> None:
    inputs, targets = clusters.examples
    network = clusters.run(steps).networks[-1]
    picture = DecisionMap(network, inputs, targets, AREA)
    read, random = inputs_at(picture, inputs), np.random.default_rng(6)
    middle_of, half, found = middle(picture.frame), 0.97 * picture.side / 2, 0
    for here, there in middle_of + random.uniform(-half, half, (40, 2, 2)):
        ends = [here, there]
        first, last = predicted(network, read(np.array(ends))).argmax(axis=1)
        for _ in range(30):
            half_way = (ends[0] + ends[1]) / 2
            ends[int(predicted(network, read(half_way[np.newaxis])).argmax() != first)] = half_way
        aside = 0.004 * picture.side * (there - here) / np.linalg.norm(there - here)
        classes = predicted(network, read(np.array([ends[0] - aside, ends[1] + aside]))).argmax(axis=1)
        if first != last and classes[0] != classes[1]:
            found += 1
            assert in_quads(ends[0] - aside, picture.regions[classes[0]])
            assert in_quads(ends[1] + aside, picture.regions[classes[1]])
    assert found > 15


def in_quads(spot: Array, region: VMobject) -> bool:
    """Whether one of the quadrilaterals of a region, of four curves each, covers a place."""
    corners = region.points.reshape(-1, 16, 3)[:, ::4, :2]
    following = np.roll(corners, -1, axis=1)
    (x, y), (u, v) = np.moveaxis(following - corners, 2, 0), np.moveaxis(spot - corners, 2, 0)
    aside = x * v - y * u
    return bool((aside >= -1e-9).all(axis=1).any())


def test_points_and_regions_have_the_colours_of_their_classes(clusters: Experiment) -> None:
    inputs, targets = clusters.examples
    picture = DecisionMap(clusters.network, inputs, targets, AREA)
    for example, wanted in zip(picture.examples, targets.argmax(axis=1), strict=True):
        assert example.get_fill_color().to_hex() == theme.class_colours()[wanted]
    shades = [
        share(region.get_fill_color(), theme.colour("background"), paint)
        for region, paint in zip(picture.regions, theme.class_colours(), strict=False)
    ]
    assert shades == pytest.approx([shades[0]] * 5, abs=5e-3)


def test_the_map_that_is_trained_on_stage_is_that_of_the_trained_network(clusters: Experiment) -> None:
    cues: list[Cue] = [("show_data", {}), ("colour_plane", {}), ("train", {"steps": 25})]
    stage = stage_after("layers", clusters, *cues)
    inputs = clusters.examples[0]
    read, half = inputs_at(stage.plane, inputs), stage.plane.side / 2
    spots = middle(stage.plane.frame) + np.random.default_rng(5).uniform(-half, half, (30, 2))
    scores = predicted(clusters.run(25).networks[-1], read(spots))
    curve = stage.shown[-2]
    losses = [cross_entropy(network, *clusters.examples) for network in clusters.run(25).networks]
    assert reading(curve)(middle(curve.head)) == pytest.approx((25, losses[25]), rel=1e-5)
    drawn = [reading(curve)(point)[1] for point in joints(curve.graph)[:26]]
    assert drawn == pytest.approx(losses, rel=1e-5)
    margins = np.diff(np.sort(scores, axis=1)[:, -2:], axis=1)[:, 0]
    for spot, its in zip(spots[margins > 0.05], scores[margins > 0.05], strict=True):
        assert in_quads(spot, stage.plane.regions[int(its.argmax())])


def areas(picture: DecisionMap) -> Array:
    """The share of the map that each region covers."""
    covered = []
    for region in picture.regions:
        x, y = np.moveaxis(region.points.reshape(-1, 16, 3)[:, ::4, :2], 2, 0)
        doubled = x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)
        covered.append(doubled.sum() / 2 / picture.side**2)
    return np.array(covered)


def test_the_regions_cover_the_map_as_the_network_predicts(clusters: Experiment) -> None:
    inputs, targets = clusters.examples
    network = clusters.run(40).networks[-1]
    picture = DecisionMap(network, inputs, targets, AREA)
    places = np.random.default_rng(5).uniform(size=(40_000, 2)) * picture.side / picture.unit + picture.low
    predicted = np.bincount(classes_of(network.forward(places).prediction), minlength=5) / len(places)
    assert areas(picture).sum() == pytest.approx(1.0, abs=1e-9)
    assert areas(picture) == pytest.approx(predicted, abs=0.01)


def test_the_regions_glide_while_the_network_learns(clusters: Experiment) -> None:
    inputs, targets = clusters.examples
    run = clusters.run(3)
    picture = DecisionMap(run.networks[0], inputs, targets, AREA)

    def largest_change(frames: int) -> float:
        seen = []
        for step in np.linspace(0, 3, frames):
            picture.colour(run.network_at(float(step)))
            seen.append(areas(picture))
        return float(np.abs(np.diff(seen, axis=0)).max())

    assert largest_change(600) < largest_change(31) / 8


def test_regions_with_margins_and_rings_say_how_sure_and_how_right_a_network_is(clusters: Experiment) -> None:
    inputs, targets = clusters.examples
    network = clusters.run(12).networks[-1]
    picture = DecisionMap(network, inputs, targets, AREA, shows_margins=True)
    read, half = inputs_at(picture, inputs), picture.side / 2
    spots = middle(picture.frame) + np.random.default_rng(8).uniform(-half, half, (60, 2))
    scores = np.exp(predicted(network, read(spots)))
    shares = np.sort(scores / scores.sum(axis=1, keepdims=True), axis=1)
    leads, classes = shares[:, -1] - shares[:, -2], scores.argmax(axis=1)
    checked = 0
    for level, (margin, _) in enumerate(picture.margins):
        of_level = picture.regions[level * 5 : (level + 1) * 5]
        for spot, lead, its in zip(spots, leads, classes, strict=True):
            if abs(lead - margin) > 0.06 and lead > 0.06:
                found = [number for number, region in enumerate(of_level) if in_quads(spot, region)]
                assert found == ([its] if lead > margin else [])
                checked += 1
    assert checked > 150
    wrong = predicted(network, inputs).argmax(axis=1) != targets.argmax(axis=1)
    assert [bool(ring.get_stroke_opacity()) for ring in picture.rings] == wrong.tolist()
