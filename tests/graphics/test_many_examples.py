"""Pictures of training on many examples: each bar is a derivative, each curve the cost of a training."""

from collections.abc import Iterable

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.measure import factor, is_inside, number, outlines, reading
from helpers.stage import Cue, stage_after
from manim import VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryboardError
from storyreel.engine.experiment import Experiment
from storyreel.engine.network import Network
from storyreel.graphics import theme
from storyreel.graphics.text.glyph import Glyph
from storyreel.graphics.text.typeset import Typeset

WEIGHTS = ("W1[0,0]", "W2[1,2]", "b2[0]")
GRID: Cue = ("show_example_gradients", {"of": WEIGHTS, "mean": "mean"})


def slopes(experiment: Experiment) -> Array:
    """∂L/∂w of each example's own loss, by central differences: (weights, examples)."""
    examples = [experiment.focused(k) for k in range(experiment.data_rows)]
    return np.array([[by_hand.slope(example, name) for example in examples] for name in WEIGHTS])


def bars(shapes: Iterable[VMobject]) -> list[tuple[float, float, float, str]]:
    """The middle, the foot and the height (below 0 downwards) of each bar, and its colour."""
    found = []
    for shape in shapes:
        for corners in shape.points.reshape(-1, 16, 3)[:, ::4]:  # four sides of four points
            (left, foot, _), (right, _, _), (_, top, _), _ = corners.tolist()
            found.append(((left + right) / 2, foot, top - foot, shape.get_fill_color().to_hex()))
    return found


def test_each_bar_is_the_gradient_of_an_examples_loss(clusters: Experiment) -> None:
    stage = stage_after("layers", clusters, GRID)
    grid, wanted = stage.example_gradients, slopes(clusters)
    drawn = sorted(bars(grid.bars), key=lambda bar: (-bar[1], bar[0]))
    heights = np.array([bar[2] for bar in drawn]).reshape(wanted.shape)
    assert factor(wanted.ravel(), heights.ravel().tolist()) == pytest.approx(grid.unit)
    classes = clusters.data_targets.argmax(axis=1)
    colours = [theme.class_colours()[kind].upper() for kind in classes] * len(WEIGHTS)
    assert [bar[3].upper() for bar in drawn] == colours
    columns = [float(marker.get_x()) for marker in grid.markers]
    assert [bar[0] for bar in drawn] == pytest.approx(columns * len(WEIGHTS))
    assert len({bar[1] for bar in drawn}) == len(WEIGHTS) and min(np.abs(np.diff(columns))) > 0


def test_the_bars_of_the_means_are_the_means_at_the_scale_of_the_others(clusters: Experiment) -> None:
    stage = stage_after("layers", clusters, GRID, ("average_gradients", {}))
    grid = stage.example_gradients
    means = [clusters.number(f"cost.grad.{name}") for name in WEIGHTS]
    assert means == pytest.approx(slopes(clusters).mean(axis=1), abs=1e-6)
    found = bars(grid.means)
    assert factor(means, [bar[2] for bar in found]) == pytest.approx(grid.unit)
    assert [number(badge.number.plain) for badge in grid.badges] == pytest.approx(means, abs=0.006)
    seen = [[bar.get_fill_opacity() for bar in bars] for bars in (grid.copies, grid.means, grid.bars)]
    assert (set(seen[0]), set(seen[1]), set(seen[2])) == ({0}, {1}, {1})
    assert told(grid.axes, grid.bases) == pytest.approx([grid.unit] * len(WEIGHTS))


def test_the_mean_of_a_batch_stands_beside_that_of_all(clusters: Experiment) -> None:
    """The bars of its examples level out to it, in front of the others, which go dim."""
    size, batch = 3, ("average_batch", {"batch_size": 3, "text": "some"})
    grid = stage_after("layers", clusters, GRID, ("average_gradients", {}), batch).example_gradients
    picked = np.random.default_rng(clusters.seed).permutation(clusters.data_rows)[:size]
    wanted = slopes(clusters)[:, picked].mean(axis=1)
    found = bars(grid.batch.means)
    assert factor(wanted, [bar[2] for bar in found]) == pytest.approx(grid.unit)
    assert [number(badge.number.plain) for badge in grid.batch.badges] == pytest.approx(wanted, abs=0.006)
    assert [bar[0] for bar in found] == pytest.approx([grid.batch.x] * len(WEIGHTS))
    assert grid.batch.x > grid.mean_x
    wide = [bar for bar in bars(grid.batch.bars) if bar[2]]
    heights = {round(bar[2] / grid.unit, 4) for bar in wide}
    assert heights >= {round(float(mean), 4) for mean in wanted}
    assert all(bar.get_fill_opacity() < 1 for bar in grid.bars)


def test_the_bars_of_one_weight_have_all_of_the_height(clusters: Experiment) -> None:
    """The scale is that of the ticks, and from the lowest to the highest bar there is no more than that."""
    for name in WEIGHTS:
        cue: Cue = ("show_example_gradients", {"of": (name,), "mean": "mean", "text": "slope"})
        grid = stage_after("layers", clusters, cue).example_gradients
        own = grid.gradients[0] * grid.unit
        several = stage_after("layers", clusters, GRID).example_gradients
        assert grid.unit > 1.5 * several.unit
        axis = grid.axes[0][0]
        assert axis.get_bottom()[1] - 1e-6 <= grid.bases[0] + own.min()
        assert grid.bases[0] + own.max() <= axis.get_top()[1] + 1e-6


def told(axes: VMobject, bases: Iterable[float]) -> list[float]:
    """The units of a gradient of 1 as the ticks of each row tell it, around its zero line."""
    texts = [part for part in axes.get_family() if isinstance(part, Typeset)]
    rows = np.array_split(np.array(texts, dtype=object), len(WEIGHTS))
    units = []
    for row, base in zip(rows, bases, strict=True):
        pairs = [(number(text.plain), text.get_y() - base) for text in row]
        units.append(factor(*map(list, zip(*(pair for pair in pairs if pair[0]), strict=True))))
    return units


def test_bars_level_out_to_the_mean_in_their_places_one_row_after_the_other(clusters: Experiment) -> None:
    grid = stage_after("layers", clusters, GRID, ("average_gradients", {})).example_gradients
    wanted = slopes(clusters)
    for turn, own in enumerate(wanted):
        grid.average((turn + 0.7) / len(wanted))
        for row, base in enumerate(grid.bases):
            copies = [bar for bar in bars(grid.copies) if bar[1] == pytest.approx(base)]
            assert sorted(bar[0] for bar in copies) == pytest.approx(sorted(grid.xs))
            heights = sorted(bar[2] for bar in copies)
            level = [wanted[row].mean()] * len(own) if row <= turn else sorted(wanted[row])
            assert heights == pytest.approx([grid.unit * height for height in level], abs=1e-4)
        waiting = [bar[2] for bar in bars(grid.means)][turn + 1 :]
        assert waiting == pytest.approx([0.0] * len(waiting))


def test_too_many_examples_have_no_room() -> None:
    many = np.tile(lessons.clusters().examples[0], (40, 1)), np.tile(lessons.clusters().examples[1], (40, 1))
    one = lessons.clusters()
    crowd = Experiment("e", one.network, one.inputs, one.targets, "gradient_descent", *many)
    with pytest.raises(StoryboardError, match="there is no room for the gradients of"):
        stage_after("layers", crowd, GRID)


WORDS = {"full": "all", "batches": "some", "step_word": ("step", "steps"), "example_word": ("row", "rows")}


def trained_by_hand(experiment: Experiment, batches: Iterable[Array]) -> list[Network]:
    """The networks before the first step and after each, from the gradients of each batch's own examples."""
    networks = [experiment.network]
    for batch in batches:
        inputs, targets = (each[batch] for each in experiment.examples)
        network = networks[-1]
        gradient = network.backward(network.forward(inputs), targets).parameters
        rate = experiment.optimizer.learning_rate
        networks.append(network.with_parameters(network.parameters - rate * gradient))
    return networks


def test_costs_are_those_of_two_trainings_from_the_same_start(clusters: Experiment) -> None:
    """Each is recomputed here, step by step, from the gradients of its own examples."""
    passes, size, rows = 3, 2, clusters.data_rows
    given = {"batch_size": size, "steps": passes * -(-rows // size), **WORDS}
    picture = stage_after("layers", clusters, ("compare_batches", given)).batch_costs
    order = np.random.default_rng(clusters.seed)
    epochs = [order.permutation(rows) for _ in range(passes)]
    batches = ([np.arange(rows)] * passes, [e[k : k + size] for e in epochs for k in range(0, rows, size)])
    read = reading(picture.axes)
    pictured = zip(picture.lines, picture.marks, picture.tips, picture.tags, picture.counts, strict=True)
    for (line, marks, tip, tag, counts), chosen in zip(pictured, batches, strict=True):
        pieces = [glyph.piece.plain for glyph in counts.get_family() if isinstance(glyph, Glyph)]
        said = list(dict.fromkeys(pieces))
        assert said[0].startswith(f"{len(chosen)} steps")
        assert said[1].removeprefix("= ") == f"{sum(map(len, chosen))} rows"
        networks = trained_by_hand(clusters, chosen)
        costs = [each.loss_of(each.forward(clusters.examples[0]), clusters.examples[1]) for each in networks]
        used = np.cumsum([0, *map(len, chosen)])
        wanted = np.stack([used, costs], axis=-1)
        spots = marks.points.reshape(len(networks), -1, 3).mean(axis=1)
        np.testing.assert_allclose([read(spot) for spot in spots], wanted, atol=2e-3)
        assert read(tip.get_center()) == pytest.approx(wanted[-1], abs=2e-3)
        corners = [line.points[0], *line.points[3::4]][: len(networks)]
        np.testing.assert_allclose([read(corner) for corner in corners], wanted, atol=2e-3)
        assert number(tag.text.plain.split()[-1]) == pytest.approx(costs[-1], abs=0.006)


def test_each_map_has_the_regions_of_its_own_training(clusters: Experiment) -> None:
    """Each example lies in the region of the class that its training's network, trained here, gives it."""
    rows = clusters.data_rows
    given = {"batch_size": 1, "steps": 2 * rows, **WORDS}
    picture = stage_after("layers", clusters, ("compare_batches", given)).batch_costs
    singles = [np.array([row]) for row in np.random.default_rng(clusters.seed).permutation(rows)]
    picture.show_pass(1.0)
    for plane, batches in zip(picture.maps, ([np.arange(rows)], singles), strict=True):
        network = trained_by_hand(clusters, batches)[-1]
        inputs = clusters.examples[0]
        classes = network.forward(inputs).activations[-1].argmax(axis=1)
        for place, kind in zip(inputs, classes.tolist(), strict=True):
            assert is_inside(plane.place_of(place)[:2], outlines(plane.regions[kind]))


def test_a_network_without_a_plane_has_no_maps() -> None:
    wide = lessons.wide(2)
    inputs, targets = np.array([[1.0, 0, 0], [0, 1.0, 0]]), np.array([[1.0, 0], [0, 1.0]])
    experiment = Experiment("wide", wide.network, inputs[0], targets[0], wide.optimizer, inputs, targets)
    picture = stage_after("layers", experiment, ("compare_batches", {"batch_size": 1, "steps": 2, **WORDS}))
    assert picture.batch_costs.maps == []


def test_batches_on_the_map_are_those_of_the_training(clusters: Experiment) -> None:
    """The examples that are not dimmed in the middle of a step are those of its mini-batch, and the curve
    ends at the cost after all steps."""
    size, steps = 2, 3
    trained: list[Cue] = [("show_data", {}), ("colour_plane", {}), ("train", {"steps": 5})]
    stage = stage_after("layers", clusters, *trained, ("take_batches", {"batch_size": size, "steps": steps}))
    points, rows = stage.plane.examples, clusters.data_rows
    assert {point.get_fill_opacity() for point in points} == {1}
    order = np.random.default_rng(clusters.seed).permutation(rows)
    network, batches = clusters.network, [order[k * size : (k + 1) * size] for k in range(steps)]
    for k, batch in enumerate(batches):
        stage.training.take_steps((k + 0.4) / steps)
        lit = {number for number, point in enumerate(points) if point.get_fill_opacity() > 0.9}
        assert lit == set(batch.tolist())
        inputs, targets = (each[batch] for each in clusters.examples)
        slopes = network.backward(network.forward(inputs), targets).parameters
        rate = clusters.optimizer.learning_rate
        network = network.with_parameters(network.parameters - rate * slopes)
    stage.training.take_steps(1.0)
    cost = network.loss_of(network.forward(clusters.examples[0]), clusters.examples[1])
    assert number(stage.training.plot.badge.number.plain) == pytest.approx(cost, abs=0.006)


def test_brief_curves_have_no_maps_and_are_larger(clusters: Experiment) -> None:
    given = {"batch_size": 2, "steps": 6, **WORDS, "brief": True}
    costs = stage_after("layers", clusters, ("compare_batches", given)).batch_costs
    assert costs.maps == []
    full = stage_after("layers", clusters, ("compare_batches", {**given, "brief": False})).batch_costs
    assert costs.axes.width > 1.2 * full.axes.width


def test_one_step_with_one_example_is_written_as_one(clusters: Experiment) -> None:
    given = {"batch_size": 1, "steps": clusters.data_rows, **WORDS}
    full, single = stage_after("layers", clusters, ("compare_batches", given)).batch_costs.counts
    rows = clusters.data_rows
    written = [
        list(dict.fromkeys(glyph.piece.plain for glyph in counts.get_family() if isinstance(glyph, Glyph)))
        for counts in (full, single)
    ]
    assert written == [[f"1 step × {rows}", f"= {rows} rows"], [f"{rows} steps × 1", f"= {rows} rows"]]


def test_a_word_takes_the_place_of_the_symbol_of_one_weight(clusters: Experiment) -> None:
    one: Cue = ("show_example_gradients", {"of": WEIGHTS[:1], "mean": "mean", "text": "slope"})
    assert [name.plain for name in stage_after("layers", clusters, one).example_gradients.names] == ["slope"]
    several: Cue = ("show_example_gradients", {"of": WEIGHTS, "mean": "mean", "text": "slope"})
    with pytest.raises(StoryboardError, match="`text` is for the gradients of one weight"):
        stage_after("layers", clusters, several)
