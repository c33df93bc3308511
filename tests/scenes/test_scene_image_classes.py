"""The scene `image_classes`: lengths, areas and counts in its pictures are the engine's."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.random_cues import empty_stage, fault_of
from helpers.stage import Cue, faults_at_every_frame, stage_after, texts_after
from manim import VMobject

from storyreel.core.errors import StoryboardError
from storyreel.engine.experiment import Experiment
from storyreel.engine.optimizers import GradientDescent
from storyreel.graphics import theme
from storyreel.graphics.networks.images.gradient_table import FAINTEST
from storyreel.graphics.networks.images.level_arrow import LevelArrow
from storyreel.graphics.text.typeset import words
from storyreel.storyboard.vocabulary import scene_types

SCENE = "image_classes"
SIZES, CLASSES, PIXELS, NUDGE = (6, 5), 4, 9, 1e-6


def _experiment() -> Experiment:
    network = lessons.layered((PIXELS, *SIZES, CLASSES), "sigmoid", "sigmoid", "half_squared_error")
    random = np.random.default_rng(3)
    inputs, targets = random.uniform(0, 1, (12, PIXELS)), np.eye(CLASSES)[np.arange(12) % CLASSES]
    optimizer = GradientDescent(4.0)
    made = Experiment("made", network, inputs[2], targets[2], optimizer, inputs[:8], targets[:8])
    return replace(made, test=(inputs[4:], targets[4:]))


EXPERIMENT = _experiment()
NAMES = EXPERIMENT.network.names
HIDDEN, OUTPUTS = NAMES.activations[2], NAMES.activations[3]
ROWS: list[Cue] = [("show_outputs", {}), ("show_targets", {}), ("show_errors", {}), ("square_errors", {})]
NEURON: list[Cue] = [
    ("draw_output", {"of": OUTPUTS[2]}),
    ("show_descent", {}),
    ("change_bias", {"text": "bias"}),
    ("change_inputs", {"of": "weights", "text": "change", "factor": "activation"}),
    ("light_sources", {}),
    ("change_inputs", {"of": "activations", "text": "change", "factor": "weight"}),
]
BACK: list[Cue] = [
    ("pass_back", {"to": HIDDEN[1]}),
    ("times_weights", {}),
    ("add_arrows", {}),
    ("scale_total", {}),
]
FURTHER_BACK: list[Cue] = [*BACK, ("pass_back", {"to": NAMES.activations[1][2]}), *BACK[1:]]
OF_EXAMPLES: list[Cue] = [
    ("draw_examples_of", {"weight": "W3[0,2]", "count": 5}),
    ("point_out_example", {"number": 2}),
    ("add_arrows", {}),
    ("scale_total", {}),
]
ROWS_OF_GRID = ["W3[0,2]", "W3[3,1]", "W2[1,4]"]
EXAMPLES: list[Cue] = [
    ("draw_examples", {"weights": ROWS_OF_GRID, "count": 5, "mean": "mean"}),
    ("average_examples", {"of": ROWS_OF_GRID[1]}),
    ("average_examples", {}),
    ("name_cost_gradient", {}),
]
NUDGES: list[Cue] = [
    ("draw_output", {"of": OUTPUTS[2]}),
    ("compare_nudges", {"of": ["W3[2,1]", "W3[2,3]"], "nudge": 2.0}),
    ("try_nudge", {"of": "W3[2,1]"}),
    ("try_nudge", {"of": "W3[2,3]"}),
]
STEPS = 12
CONFUSION: list[Cue] = [
    ("show_confusion", {"shown": "class", "answer": "answer", "right": "right", "steps": STEPS}),
]
ANSWERS: list[Cue] = [("show_answers", {"text": "right", "of": OUTPUTS[1], "answers": "ones"})]

PICTURES = [
    [*ROWS, ("sum_squares", {})],
    [NEURON[0], ("show_gate", {}), *NEURON[1:]],
    NUDGES,
    FURTHER_BACK,
    OF_EXAMPLES,
    EXAMPLES,
    CONFUSION,
    ANSWERS,
]


def outputs_of(experiment: Experiment = EXPERIMENT) -> np.ndarray:
    return np.array([experiment.trace.number(name) for name in OUTPUTS])


def length(arrow: LevelArrow) -> float:
    """The length of an arrow to the right, or minus that of one to the left."""
    xs = arrow.points[:, 0]
    tip = xs[np.argmax(np.abs(xs - arrow.foot[0]))]
    return float(tip - arrow.foot[0])


def slope(name: str) -> float:
    """The derivative of the loss with respect to a weight or a bias, by a central difference."""
    ends = []
    for by in (NUDGE, -NUDGE):
        network = EXPERIMENT.network.nudged(name, by)
        ends.append(0.5 * ((network.forward(EXPERIMENT.inputs).prediction - EXPERIMENT.targets) ** 2).sum())
    return float(ends[0] - ends[1]) / (2 * NUDGE)


def test_bars_and_errors_and_targets_are_as_long_as_their_numbers() -> None:
    stage = stage_after(SCENE, EXPERIMENT, *ROWS[:3])
    rows, wanted = stage.rows, EXPERIMENT.targets[0]
    for place, value in enumerate(outputs_of()):
        assert rows.bars[place].width == pytest.approx(value * rows.unit, abs=0.02)
        assert rows.targets[place].width == pytest.approx(max(wanted[place] * rows.unit, 0.02))
        start, end = rows.errors[place].get_start()[0], rows.errors[place].get_end()[0]
        assert end - start == pytest.approx((wanted[place] - value) * rows.unit)
        assert start == pytest.approx(rows.bars[place].get_right()[0], abs=0.02)
    texts = texts_after(SCENE, EXPERIMENT, ROWS[0])
    assert sorted(texts) == sorted([*map(str, range(CLASSES)), *(f"{value:.2f}" for value in outputs_of())])


def test_each_square_has_the_error_as_its_side_and_they_add_up_to_twice_the_loss() -> None:
    stage = stage_after(SCENE, EXPERIMENT, *ROWS, ("sum_squares", {}))
    errors, squares = outputs_of() - EXPERIMENT.targets[0], stage.squares
    for error, square in zip(errors, squares.squares, strict=True):
        assert square.width == pytest.approx(max(abs(error) * squares.unit, 0.02))
        assert square.height == pytest.approx(square.width)
    area = sum(square.width * square.height for square in squares.squares) / squares.unit**2
    assert area / 2 == pytest.approx(EXPERIMENT.trace.loss, rel=1e-3)
    texts = texts_after(SCENE, EXPERIMENT, *ROWS, ("sum_squares", {}))
    assert {f"{error * error:.3f}" for error in errors} <= set(texts)
    total = f"{(errors**2).sum():.3f}"
    assert total in texts  # the sum, as it was counted
    assert f"L ≈ 1/2 · {total} ≈ {EXPERIMENT.trace.loss:.3f}" in texts


def test_squares_have_room_beside_the_rows_and_do_not_overlap() -> None:
    squares = stage_after(SCENE, EXPERIMENT, *ROWS).squares
    boxes = [(*square.get_corner((-1, -1, 0))[:2], square.width) for square in squares.squares]
    for k, (x, y, side) in enumerate(boxes):
        for other_x, other_y, other in boxes[k + 1 :]:
            apart = (x + side < other_x, other_x + other < x, y + side < other_y, other_y + other < y)
            assert any(apart)


@pytest.mark.parametrize("cue", [("show_descents", {}), ("carry_outputs", {})])
def test_the_arrow_of_an_output_leads_to_its_target(cue: Cue) -> None:
    cues = [cue] if cue[0] == "carry_outputs" else [*ROWS[:3], cue]
    stage = stage_after(SCENE, EXPERIMENT, *cues)
    arrows = [part for part in stage.get_mobject_family_members() if isinstance(part, LevelArrow)]
    assert len(arrows) == CLASSES
    gaps = EXPERIMENT.targets[0] - outputs_of()
    assert [length(arrow) / stage.rows.unit for arrow in arrows] == pytest.approx(list(gaps))


def test_the_three_ways_have_arrows_in_proportion_to_minus_their_gradients() -> None:
    neuron = stage_after(SCENE, EXPERIMENT, *NEURON[:3]).neuron
    arrow, *_ = neuron.bias_arrow(words("bias"))
    assert length(arrow) / neuron.unit == pytest.approx(-slope("b3[2]"), rel=1e-4)
    weights = NAMES.weights[3][2]
    found = [length(each) / neuron.unit for each in neuron.arrows("weights")]
    assert found == pytest.approx([-slope(name) for name in weights], rel=1e-4)
    # Through this output alone, an activation acts as the bias does, times its weight.
    acting = [-slope("b3[2]") * EXPERIMENT.trace.number(name) for name in weights]
    found = [length(each) / neuron.unit for each in neuron.arrows("activations")]
    assert found == pytest.approx(acting, rel=1e-4)


def test_beside_each_way_are_its_numbers_and_those_that_they_are_in_proportion_to() -> None:
    weights = NAMES.weights[3][2]
    activations = [f"{EXPERIMENT.trace.number(name):.2f}" for name in HIDDEN]
    texts = texts_after(SCENE, EXPERIMENT, *NEURON[:4])
    for name, activation in zip(weights, activations, strict=True):
        assert activation in texts
        assert f"{-slope(name):+.2f}".replace("-", "−").replace("+0.00", "0.00") in texts
    texts = texts_after(SCENE, EXPERIMENT, *NEURON)
    others = {f"{EXPERIMENT.trace.number(name):.2f}".replace("-", "−") for name in weights}
    assert others <= set(texts)
    assert not (set(activations) - others - {f"{outputs_of()[2]:.2f}"}) & set(texts)


def spans(stage: Any) -> np.ndarray:
    """Where the arrows of the rows on stage begin and end, from the zero line on, on their scale."""
    rows = stage.rows_of_arrows
    zero = rows.sum.zero[0].get_x()
    return np.array([[ends - zero for ends in span(arrow)] for arrow in rows.arrows]) / rows.unit


def span(arrow: VMobject) -> tuple[float, float]:
    """The x coordinates of an arrow's foot and tip."""
    xs = arrow.points[:, 0]
    return float(xs[0]), float(xs[np.argmax(np.abs(xs - xs[0]))])


@pytest.mark.parametrize(
    ("cues", "neuron", "layer"), [(BACK, HIDDEN[1], 3), (FURTHER_BACK, NAMES.activations[1][2], 2)]
)
def test_arrows_of_a_layer_are_multiplied_by_weights_and_put_end_to_end(
    cues: list[Cue], neuron: str, layer: int
) -> None:
    first, (place,) = len(cues) - 4, NAMES[neuron].index
    sums, weights = NAMES.pre_activations[layer], [row[place] for row in NAMES.weights[layer]]
    starts = [-by_hand.slope(EXPERIMENT, name) for name in sums]
    shares = [start * EXPERIMENT.trace.number(name) for start, name in zip(starts, weights, strict=True)]
    found = [spans(stage_after(SCENE, EXPERIMENT, *cues[: first + count])) for count in (1, 2, 3)]
    assert found[0] == pytest.approx(np.array([[0.0, start] for start in starts]), abs=1e-6)
    assert found[1] == pytest.approx(np.array([[0.0, share] for share in shares]), abs=1e-6)
    ends = np.cumsum(shares)
    assert found[2] == pytest.approx(np.stack([ends - shares, ends], axis=1), abs=1e-6)
    stage = stage_after(SCENE, EXPERIMENT, *cues)
    rows, own = stage.rows_of_arrows, stage.own_arrow[0]
    lengths = [(np.diff(span(arrow)) / rows.unit)[0] for arrow in (rows.sum.total, rows.sum.product[0], own)]
    pre_activation = NAMES.pre_activations[layer - 1][place]
    slopes = [by_hand.slope(EXPERIMENT, name) for name in (neuron, pre_activation, pre_activation)]
    assert lengths == pytest.approx([-each for each in slopes], abs=1e-6)
    assert ends[-1] == pytest.approx(lengths[0], abs=1e-6)


def test_numbers_of_rows_hold_as_they_are_written() -> None:
    for cues in (BACK, FURTHER_BACK):
        rows = stage_after(SCENE, EXPERIMENT, *cues).rows_of_arrows
        read = [
            [float(part.plain.lstrip("× ").strip("()").replace("−", "-")) for part in column]
            for column in (rows.starts, rows.factors, rows.numbers)
        ]
        decimals = len(rows.numbers[0].plain.partition(".")[2])
        for start, factor, product in zip(*read, strict=True):
            assert round(start * factor, decimals) == pytest.approx(product, abs=10.0**-decimals / 2)
        assert len({len(start.plain.partition(".")[2]) for start in rows.starts}) == 1


def test_the_zero_line_reaches_the_rows_of_a_total_only_when_this_is_there() -> None:
    for count, is_longer in ((2, False), (3, True)):
        stage = stage_after(SCENE, EXPERIMENT, *BACK[:count])
        rows, seen = stage.rows_of_arrows, stage.get_mobject_family_members()
        line = rows.sum.zero[0]
        lowest = min(part.get_bottom()[1] for part in (line, rows.longer_zero) if part in seen)
        below = rows.ys[-1] if is_longer else rows.ys[len(rows.arrows) - 1]
        assert below - rows.sum.pitch <= lowest < below


def test_where_a_product_is_written_as_0_its_row_has_no_numbers() -> None:
    weak = EXPERIMENT.network.nudged("W3[3,1]", -EXPERIMENT.trace.number("W3[3,1]"))  # it is 0 now
    stage = stage_after(SCENE, replace(EXPERIMENT, network=weak), *BACK[:2])
    rows, seen = stage.rows_of_arrows, stage.get_mobject_family_members()
    for term, *column in zip(rows.shown.terms, rows.starts, rows.factors, rows.numbers, strict=True):
        is_seen = any(digit in term.text for digit in "123456789")
        assert [part in seen for part in column] == [is_seen] * 3
    assert not any(digit in rows.shown.terms[3].text for digit in "123456789")


def test_a_neuron_goes_on_to_its_row_in_the_layer_after_the_next_one() -> None:
    before = stage_after(SCENE, EXPERIMENT, *BACK)
    after = stage_after(SCENE, EXPERIMENT, *FURTHER_BACK[:5])
    start, end = spans(after)[1]
    arrow = span(before.own_arrow[0])
    assert end - start == pytest.approx((arrow[1] - arrow[0]) / before.rows_of_arrows.unit)


def test_a_weight_has_an_arrow_for_each_example_and_their_mean() -> None:
    slopes = [by_hand.slope(EXPERIMENT.focused(number), "W3[0,2]") for number in range(5)]
    stage = stage_after(SCENE, EXPERIMENT, *OF_EXAMPLES[:1])
    assert spans(stage) == pytest.approx(np.array([[0.0, -each] for each in slopes]), abs=1e-6)
    rows = stage_after(SCENE, EXPERIMENT, *OF_EXAMPLES).rows_of_arrows
    mean = (np.diff(span(rows.sum.product[0])) / rows.unit)[0]
    assert mean == pytest.approx(-np.mean(slopes), abs=1e-6)
    with pytest.raises(StoryboardError, match="there is no example 5"):
        stage_after(SCENE, EXPERIMENT, OF_EXAMPLES[0], ("point_out_example", {"number": 5}))


def test_a_layer_without_room_for_its_rows_is_refused() -> None:
    large = lessons.layered((PIXELS, 5, 40, CLASSES), "sigmoid", "sigmoid", "half_squared_error")
    experiment = Experiment("large", large, EXPERIMENT.inputs[0], EXPERIMENT.targets[0], GradientDescent(1.0))
    with pytest.raises(StoryboardError, match="40 rows of arrows and their sum do not fit into the frame"):
        stage_after(SCENE, experiment, ("pass_back", {"to": large.names.activations[1][0]}))


def test_the_dot_of_the_gate_is_at_the_weighted_sum_and_the_output() -> None:
    cues: list[Cue] = [NEURON[0], ("show_gate", {}), NEURON[2]]
    for count in (2, 3):  # a bias that rises falls back
        stage = stage_after(SCENE, EXPERIMENT, *cues[:count])
        numbers = by_hand.numbers(EXPERIMENT)
        z, gate = numbers[NAMES.pre_activations[3][2]], stage.gate.gate
        assert gate.dot.get_center() == pytest.approx(gate.place(z, outputs_of()[2]))
        texts = texts_after(SCENE, EXPERIMENT, *cues[:count])
        assert f"z = {z:.2f}".replace("-", "−") in texts
        assert texts.count(f"{outputs_of()[2]:.2f}") == 2


def test_each_example_has_a_number_for_each_weight_and_their_means_are_those_of_all() -> None:
    stage = stage_after(SCENE, EXPERIMENT, *EXAMPLES)
    grid, texts = stage.grid, texts_after(SCENE, EXPERIMENT, *EXAMPLES)
    every = [[-by_hand.slope(EXPERIMENT.focused(k), name) for k in range(8)] for name in ROWS_OF_GRID]
    decimals = max(len(text.partition(".")[2]) for text in grid.texts[0])
    for row, slopes in enumerate(every):
        numbers = [float(text.replace("−", "-")) for text in (*grid.texts[row], grid.mean_texts[row])]
        assert numbers == pytest.approx([*slopes[:5], np.mean(slopes)], abs=0.51 * 10**-decimals)
        assert {*grid.texts[row], grid.mean_texts[row]} <= set(texts)
    assert "−∇C" in texts and "mean" not in texts


def test_a_cell_of_the_table_is_tinted_by_sign_and_size() -> None:
    cells = stage_after(SCENE, EXPERIMENT, EXAMPLES[0]).grid.cells[0]
    slopes = [-by_hand.slope(EXPERIMENT.focused(k), ROWS_OF_GRID[0]) for k in range(5)]
    for value, cell in zip(slopes, cells, strict=True):
        paint = theme.colour("falling" if value < 0 else "gradient")
        assert cell.get_fill_color().to_hex().upper() == paint.upper()
    by_size = np.argsort(np.abs(slopes)).tolist()
    assert by_size == sorted(range(5), key=lambda k: cells[k].get_fill_opacity())


def test_the_numbers_of_a_table_have_room_in_their_cells() -> None:
    examples: Cue = ("draw_examples", {"weights": ["W2[1,4]"], "count": 5, "mean": "mean"})
    grid = stage_after(SCENE, EXPERIMENT, examples).grid
    assert grid.em > theme.SIZES.body
    assert max(len(text) for text in grid.texts[0]) > len("+0.01")
    for row, numbers in zip(grid.cells, grid.numbers, strict=True):
        assert all(number.width < cell.width for cell, number in zip(row, numbers, strict=True))


def test_the_rows_of_examples_become_the_first_row_of_the_table() -> None:
    rows: Cue = ("draw_examples_of", {"weight": ROWS_OF_GRID[0], "count": 5})
    cues: list[Cue] = [rows, ("add_arrows", {}), EXAMPLES[0]]
    after = texts_after(SCENE, EXPERIMENT, *cues)
    assert sorted(after) == sorted(texts_after(SCENE, EXPERIMENT, EXAMPLES[0]))
    assert faults_at_every_frame(SCENE, EXPERIMENT, cues) == []


def test_answers_are_those_of_the_network_and_are_counted() -> None:
    steps, alone = 20, replace(EXPERIMENT, data_inputs=None, data_targets=None)
    parameters = by_hand.descent(alone, steps)
    inputs, targets = EXPERIMENT.test or (np.zeros(0), np.zeros(0))
    for cues, step in ((ANSWERS, 0), ([*ANSWERS, ("train_answers", {"steps": steps})], steps)):
        found = []
        for image in inputs:
            numbers = by_hand.numbers(replace(EXPERIMENT, inputs=image[None]), parameters[step])
            found.append(int(np.argmax([numbers[name] for name in OUTPUTS])))
        right = [answer == int(np.argmax(target)) for answer, target in zip(found, targets, strict=True)]
        texts = texts_after(SCENE, alone, *cues)
        counts = [str(sum(right)), "right", str(found.count(1)), "ones"]
        assert sorted(texts) == sorted([*map(str, found), *counts])
        grid = stage_after(SCENE, alone, *cues).answers
        for number, is_right in enumerate(right):
            assert grid.frames[number].get_stroke_opacity() == (0.0 if is_right else 1.0)
            paint = theme.colour("target" if is_right else "loss").upper()
            assert grid.answers[number][0].get_fill_color().to_hex().upper() == paint


def test_mistakes_stand_out_because_the_others_are_dimmed() -> None:
    grid = stage_after(SCENE, EXPERIMENT, *ANSWERS, ("point_out_mistakes", {})).answers
    assert 0 < len(grid.wrong) < len(grid.images)
    bright = [number for number, image in enumerate(grid.images) if image[0].get_fill_opacity() == 1]
    assert bright == grid.wrong


@pytest.mark.parametrize(
    ("cues", "of"),
    [
        (ROWS[:1], OUTPUTS[3]),
        (NEURON[:4], HIDDEN[1]),
        (BACK[:2], OUTPUTS[2]),
        (EXAMPLES[:1], ROWS_OF_GRID[2]),
    ],
)
def test_a_row_is_framed_and_the_frame_goes_on_to_another(cues: list[Cue], of: str) -> None:
    first = next(names[0] for names in (OUTPUTS, HIDDEN, ROWS_OF_GRID) if of in names)
    pointed: list[Cue] = [("point_out_row", {"of": name}) for name in (first, of)]
    stage = stage_after(SCENE, EXPERIMENT, *cues, *pointed)
    (frame,) = stage.row_frame
    assert frame.get_center()[1] == pytest.approx(stage.row_of(of).centre[1])
    assert len(stage_after(SCENE, EXPERIMENT, *cues, *pointed, ("clear_row", {})).row_frame) == 0
    with pytest.raises(StoryboardError, match="has no row on stage"):
        stage_after(SCENE, EXPERIMENT, *cues, ("point_out_row", {"of": "loss"}))


@pytest.mark.parametrize("cues", PICTURES)
def test_a_picture_takes_the_place_of_any_other(cues: list[Cue]) -> None:
    after: Any = texts_after(SCENE, EXPERIMENT, *cues, *ANSWERS)
    assert sorted(after) == sorted(texts_after(SCENE, EXPERIMENT, *ANSWERS))
    image: Cue = ("show_image_network", {})
    both = texts_after(SCENE, EXPERIMENT, *cues, image)
    assert sorted(both) == sorted(texts_after(SCENE, EXPERIMENT, image))


@pytest.mark.parametrize("cues", PICTURES)
def test_nothing_overlaps_at_any_frame(cues: list[Cue]) -> None:
    assert faults_at_every_frame(SCENE, EXPERIMENT, cues) == []


def test_the_squares_of_weights_have_areas_in_proportion_and_those_of_negative_ones_are_hollow() -> None:
    steps = 3
    trained: list[Cue] = [*ANSWERS, ("train_answers", {"steps": steps}), ("show_weight_images", {})]
    images = stage_after(SCENE, EXPERIMENT, *trained).weight_images
    weights = EXPERIMENT.run(steps).networks[steps].layers[0].weights
    assert len(images) == SIZES[0]
    largest = np.abs(weights).max()
    for image, own in zip(images, weights, strict=True):
        _, positive, negative = image
        shapes = (positive, own[own > 0], 1), (negative, own[own < 0], 2)
        for shape, its, outlines in shapes:
            corners = shape.points.reshape(-1, 16, 3)  # four sides of four points
            assert len(corners) == outlines * len(its)
            sides = np.ptp(corners[: len(its), :, 0], axis=1)
            shares = (sides / (0.92 * image.pitch)) ** 2
            assert shares == pytest.approx(np.abs(its) / largest)


def test_the_first_image_of_weights_is_larger_and_beside_those_of_all() -> None:
    given = {"first": "a1[2]", "positive": "up", "negative": "down", "title": "one"}
    shown: Cue = ("show_weight_images", given)
    images = stage_after(SCENE, EXPERIMENT, shown).weight_images
    weights = EXPERIMENT.network.layers[0].weights
    large, others = images[-1][0], images[:-1]
    assert len(others) == SIZES[0] and large.width > 1.5 * others[0].width
    assert large.halves / large.pitch == pytest.approx(
        0.46 * np.sqrt(np.abs(weights[2]) / np.abs(weights).max())
    )
    assert others[3].halves / others[3].pitch == pytest.approx(
        0.46 * np.sqrt(np.abs(weights[3]) / np.abs(weights).max())
    )
    assert {"up", "down", "one"} <= set(texts_after(SCENE, EXPERIMENT, shown))


def test_steps_of_training_are_counted_below_the_answers() -> None:
    answers: Cue = ("show_answers", {"text": "right", "trained": "steps"})
    training: Cue = ("train_answers", {"steps": 3})
    stage = stage_after(SCENE, EXPERIMENT, answers, training, training)
    assert stage.answers.counts[0].count == 6


def test_nudges_move_the_loss_as_far_as_their_arrows_are_long() -> None:
    stage = stage_after(SCENE, EXPERIMENT, *NUDGES)
    texts = texts_after(SCENE, EXPERIMENT, *NUDGES)
    assert texts.count("Δw = 2") == 2
    for name in ("W3[2,1]", "W3[2,3]"):
        change = by_hand.numbers(EXPERIMENT, shifted={name: 2.0})["loss"] - EXPERIMENT.trace.loss
        arrow = stage.effects.effects[name].arrow
        assert length(arrow) / stage.effects.unit == pytest.approx(change)
        assert f"ΔL ≈ {change:.3f}".replace("-", "\N{MINUS SIGN}") in texts
    (_, _, filled, _, number) = stage.neuron.bar
    value = float(outputs_of()[2])  # the last nudge is undone
    assert filled.width == pytest.approx(value * stage.neuron.bar_unit)
    assert f"{value:.2f}" in texts and len(number.family_members_with_points()) >= 4


def test_while_a_weight_is_nudged_the_bar_has_the_output_that_belongs_to_it() -> None:
    stage = stage_after(SCENE, EXPERIMENT, *NUDGES[:2])
    nudged = by_hand.numbers(EXPERIMENT, shifted={"W3[2,1]": 2.0})[OUTPUTS[2]]
    stage.neuron.show_output(nudged)
    assert stage.neuron.bar[2].width == pytest.approx(nudged * stage.neuron.bar_unit)
    assert stage.neuron.bar[2].get_left()[0] == pytest.approx(stage.neuron.foot)


@pytest.mark.parametrize("of", [["W3[1,0]"], ["W3[2,0]", "W3[2,1]", "W3[2,2]"]])
def test_only_one_or_two_weights_into_the_output_on_stage_are_nudged(of: list[str]) -> None:
    with pytest.raises(StoryboardError, match=r"one weight into .* can be nudged, or two of them"):
        stage_after(SCENE, EXPERIMENT, NUDGES[0], ("compare_nudges", {"of": of, "nudge": 1.0}))


@pytest.mark.parametrize("slope", [None, "slope"])
def test_the_arrow_of_the_bias_is_that_of_the_output_times_the_slope(slope: str | None) -> None:
    bias: Cue = ("change_bias", {"text": "bias", **({"slope": slope} if slope else {})})
    stage = stage_after(SCENE, EXPERIMENT, NEURON[0], ("show_gate", {}), bias)
    texts = texts_after(SCENE, EXPERIMENT, NEURON[0], ("show_gate", {}), bias)
    output, target = outputs_of()[2], EXPERIMENT.trace.targets[0, 2]
    step, steep = target - output, output * (1 - output)
    product = f"{step:.2f} × {steep:.2f} ≈ {step * steep:+.2f}".replace("-", "\N{MINUS SIGN}")
    assert (product in texts) == (slope is not None)
    assert (f"{steep:.2f}" in texts) == (slope is not None)
    if slope:  # the tangent is as steep as the curve, on the scale of the plot
        gate = stage.gate.gate
        here, there = gate.place(0.0, 0.0), gate.place(1.0, 1.0)
        (x0, y0), (x1, y1) = (point[:2] for point in gate[-2].points[[0, -1]])
        across, up = (there - here)[:2]
        assert (y1 - y0) / up / ((x1 - x0) / across) == pytest.approx(steep, rel=1e-3)


def test_a_formula_has_room_beside_an_output_with_all_that_changes_it() -> None:
    formula: Cue = ("write_formula", {"formula": "z = w_1 a_1 + dots.c + w_6 a_6 + b"})
    cues: list[Cue] = [
        *(NEURON[0], formula, ("show_gate", {}), ("change_bias", {"text": "bias", "slope": "slope"})),
        *NEURON[3:],
    ]
    assert faults_at_every_frame(SCENE, EXPERIMENT, cues) == []
    assert any(text.startswith("z = w") for text in texts_after(SCENE, EXPERIMENT, *cues))
    assert not any(text.startswith("z = w") for text in texts_after(SCENE, EXPERIMENT, *cues, *ANSWERS))


@pytest.mark.parametrize("largest", [0.3, 0.91, 1.0])
def test_a_bar_is_as_long_a_part_of_its_track_as_its_answer_is_of_1(largest: float) -> None:
    """Even where no target says that an output could be 1."""
    network = EXPERIMENT.network
    inputs = EXPERIMENT.trace.forward.activations[0][0]
    bias = np.full(CLASSES, -9.0)
    bias[1] = np.log(largest / (1 - largest)) if largest < 1 else 30.0
    last = replace(network.layers[-1], weights=np.zeros_like(network.layers[-1].weights), bias=bias)
    network = replace(network, layers=(*network.layers[:-1], last))
    made = Experiment("made", network, inputs, np.zeros(CLASSES), GradientDescent(4.0))
    bars = stage_after(SCENE, made, ("show_image_network", {})).classifier.bars
    assert bars.bars[1].width / bars.tracks[1].width == pytest.approx(largest, abs=1e-3)


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_numbers_of_the_table_are_in_their_cells(aspect: str) -> None:
    grid = stage_after(SCENE, EXPERIMENT, *EXAMPLES, aspect=aspect).grid
    assert 2 <= grid.columns <= 5
    rows = [*zip(grid.cells, grid.numbers, strict=True), (grid.mean_cells, grid.mean_numbers)]
    for cells, numbers in rows:
        for cell, number in zip(cells, numbers, strict=True):
            assert number.get_center()[:2] == pytest.approx(cell.get_center()[:2])
            assert number.width < cell.width and number.height < cell.height


@pytest.mark.parametrize("step", [0, STEPS])
def test_a_confusion_matrix_counts_the_answers_to_each_class(step: int) -> None:
    assert EXPERIMENT.test is not None
    inputs, targets = EXPERIMENT.test
    cues = CONFUSION if step == 0 else [*CONFUSION, ("train_confusion", {})]
    stage = stage_after(SCENE, EXPERIMENT, *cues)
    outputs = EXPERIMENT.run(step).networks[step].forward(inputs).prediction
    pairs = list(zip(targets.argmax(axis=1).tolist(), outputs.argmax(axis=1).tolist(), strict=True))
    matrix, right = stage.matrix, sum(row == column for row, column in pairs)
    for row in range(CLASSES):
        total = sum(pair[0] == row for pair in pairs)
        for column in range(CLASSES):
            count = pairs.count((row, column))
            cell, number = (each[row * CLASSES + column] for each in (matrix.cells, matrix.counts))
            assert (cell.get_fill_opacity() / 0.62) ** 2 == pytest.approx(count / total)
            assert cell.get_center() == pytest.approx(matrix.place(row, column))
            assert bool(number.family_members_with_points()) == (count > 0)
            paint = theme.colour("target" if row == column else "loss").upper()
            assert cell.get_fill_color().to_hex().upper() == paint
    head = stage.curve_of_right.head.get_center()
    assert head == pytest.approx(stage.curve_of_right.point(step, right))


def test_cells_of_a_class_and_of_an_answer_are_framed() -> None:
    for row, column in ((1, 2), (1, None), (None, 2)):
        cue: Cue = ("point_out_cells", {"shown": row, "answer": column})
        stage = stage_after(SCENE, EXPERIMENT, *CONFUSION, cue)
        (frame,), matrix = stage.row_frame, stage.matrix
        x, y, _ = frame.get_center()
        if row is not None:
            assert y == pytest.approx(matrix.place(row, 0)[1])
        if column is not None:
            assert x == pytest.approx(matrix.place(0, column)[0])
        assert (frame.width > 2 * matrix.side) == (column is None)
        assert (frame.height > 2 * matrix.side) == (row is None)
    with pytest.raises(StoryboardError, match="there are 4 classes on stage, counted from 0"):
        stage_after(SCENE, EXPERIMENT, *CONFUSION, ("point_out_cells", {"shown": 4}))


def test_the_arrow_of_a_weight_is_worked_out_from_that_in_front_and_the_activation_behind() -> None:
    cues: list[Cue] = [
        ("show_image_network", {}),
        ("show_gradients", {}),
        ("work_out_arrow", {"weight": "W3[2,1]", "front": "in front", "behind": "behind"}),
    ]
    texts = texts_after(SCENE, EXPERIMENT, *cues)
    activation = EXPERIMENT.trace.number(HIDDEN[1])
    in_front = -slope("b3[2]")  # a bias moves the weighted sum as far as itself
    for number in (f"{in_front:+.3f}", f"{activation:.2f}", f"{-slope('W3[2,1]'):+.3f}"):
        assert number.replace("-", "\N{MINUS SIGN}") in texts
    stage = stage_after(SCENE, EXPERIMENT, *cues)
    assert all(bundle.light < 0.5 for bundle in stage.classifier.gradients)
    after = stage_after(SCENE, EXPERIMENT, *cues, ("show_title", {"title": "All"}))
    assert all(bundle.light == 1 for bundle in after.classifier.gradients)
    assert "in front" not in texts_after(SCENE, EXPERIMENT, *cues, ("show_title", {"title": "All"}))


def test_a_carried_output_is_as_it_was_kept() -> None:
    way = {"text": "change", "factor": "weight"}
    kept = texts_after(SCENE, EXPERIMENT, NEURON[0], ("show_gate", {}), *NEURON[1:], ("keep_way", {}))
    carried: Cue = ("carry_output", {"of": OUTPUTS[2], "way": "activations", **way})
    assert sorted(texts_after(SCENE, EXPERIMENT, carried)) == sorted(kept)
    places = [
        [arrow.get_center() for arrow in stage.way_parts[: len(HIDDEN)]]
        for stage in (
            stage_after(SCENE, EXPERIMENT, *NEURON, ("keep_way", {})),
            stage_after(SCENE, EXPERIMENT, carried),
        )
    ]
    np.testing.assert_allclose(*places)
    back = stage_after(SCENE, EXPERIMENT, carried, ("pass_back", {"to": HIDDEN[1]}))
    assert back.neuron is None and back.backward.place == 1
    assert back.backward.number.plain == "2" and back.backward.number in back.get_mobject_family_members()


def test_only_numbered_neurons_have_numbers_and_these_are_larger() -> None:
    numbered = [HIDDEN[0], HIDDEN[2]]
    cues: list[Cue] = [("draw_output", {"of": OUTPUTS[2], "numbered": numbered}), *NEURON[1:4]]
    stage, every = stage_after(SCENE, EXPERIMENT, *cues), stage_after(SCENE, EXPERIMENT, *NEURON[:4])
    wanted = [f"{EXPERIMENT.trace.number(name):.2f}" for name in numbered]
    wanted += [f"{-slope(f'W3[2,{place}]'):+.2f}".replace("-", "−") for place in (0, 2)]
    columns = [*stage.way_parts[len(HIDDEN)], *stage.way_parts[len(HIDDEN) + 1]]
    assert [number.plain for number in columns] == wanted
    assert stage.neuron.em > every.neuron.em
    way = {"way": "weights", "text": "change", "factor": "activation"}
    carried: Cue = ("carry_output", {"of": OUTPUTS[2], "numbered": numbered, **way})
    kept = texts_after(SCENE, EXPERIMENT, *cues, ("keep_way", {}))
    assert sorted(texts_after(SCENE, EXPERIMENT, carried)) == sorted(kept)
    with pytest.raises(StoryboardError, match="is not in the layer before"):
        wrong = NAMES.activations[1][0]
        stage_after(SCENE, EXPERIMENT, ("draw_output", {"of": OUTPUTS[2], "numbered": [wrong]}))


def test_connections_get_thicker_in_proportion_to_their_arrows_and_return() -> None:
    stage = stage_after(SCENE, EXPERIMENT, *NEURON[:4])
    before = [edge.get_stroke_width() for edge in stage.neuron.edges]
    animation = stage.strengthen_weights()
    animation.begin()
    animation.interpolate(0.5)
    more = [edge.get_stroke_width() - width for edge, width in zip(stage.neuron.edges, before, strict=True)]
    slopes = [-slope(f"W3[2,{place}]") for place in range(len(HIDDEN))]
    ratios = np.array(more) / np.array(slopes)
    assert min(slopes) > 0 and max(more) > 5  # this output should rise, and sigmoids are above 0
    np.testing.assert_allclose(ratios, ratios[0], rtol=1e-4)
    animation.interpolate(1.0)
    np.testing.assert_allclose([edge.get_stroke_width() for edge in stage.neuron.edges], before)


def test_only_the_connection_of_one_neuron_gets_thicker_and_both_its_ends_light_up() -> None:
    stage = stage_after(SCENE, EXPERIMENT, *NEURON[:4])
    neuron = stage.neuron
    before = [edge.get_stroke_width() for edge in neuron.edges]
    fills = [circle.get_fill_color() for circle in (*neuron.circles, neuron.node.circle)]
    animation = stage.strengthen_weights(HIDDEN[1])
    animation.begin()
    animation.interpolate(0.5)
    more = [edge.get_stroke_width() - width for edge, width in zip(neuron.edges, before, strict=True)]
    assert [place for place, each in enumerate(more) if each] == [1] and more[1] > 1
    now = [circle.get_fill_color() for circle in (*neuron.circles, neuron.node.circle)]
    changed = [place for place, (old, new) in enumerate(zip(fills, now, strict=True)) if old != new]
    assert changed == [1, len(HIDDEN)]
    with pytest.raises(StoryboardError, match="so no weight joins them"):
        stage_after(SCENE, EXPERIMENT, *NEURON[:4], ("strengthen_weights", {"of": NAMES.activations[1][0]}))


WAVE: list[Cue] = [("show_image_network", {"wide": True}), ("run_backward", {})]


def test_arrows_on_neurons_are_as_long_as_minus_the_gradients_of_their_sums() -> None:
    arrows = stage_after(SCENE, EXPERIMENT, *WAVE).classifier.neuron_arrows
    ratios = []
    for layer, of_layer in enumerate(arrows, start=1):
        for place, arrow in enumerate(of_layer):
            step = -slope(f"b{layer}[{place}]")  # a bias moves the weighted sum as far as itself
            xs = arrow.points[:, 0]
            ratios.append((xs.max() - xs.min()) / abs(step))
            (tip,) = set(xs[np.abs(arrow.points[:, 1] - arrow.foot[1]) < 1e-9].round(9))
            assert (tip > (xs.min() + xs.max()) / 2) == (step > 0)
    np.testing.assert_allclose(ratios, ratios[0], rtol=1e-3)


def test_arrows_add_up_from_what_arrives() -> None:
    stage = stage_after(SCENE, EXPERIMENT, WAVE[0])
    arrows, fans = stage.classifier.add_wave()
    for before, fan in zip(arrows[:-1], fans[1:], strict=True):
        np.testing.assert_allclose(fan.arriving.sum(axis=0), before.values, atol=1e-12)


def test_what_is_tried_at_a_way_leaves_with_the_bias() -> None:
    tried = texts_after(SCENE, EXPERIMENT, NUDGES[0], NEURON[3], *NUDGES[1:])
    kept = texts_after(SCENE, EXPERIMENT, NUDGES[0], NEURON[3], *NUDGES[1:], ("keep_way", {}))
    assert any(text.startswith("ΔL") for text in tried)
    assert not any(text.startswith("Δ") for text in kept) and "change" in kept


@pytest.mark.parametrize(("place", "letter", "kind"), [(2, "b", "weight"), (3, "w", "weight")])
def test_the_symbol_of_a_way_is_lit_in_the_formula(place: int, letter: str, kind: str) -> None:
    formula: Cue = ("write_formula", {"formula": "z = w_1 a_1 + dots.c + b"})
    stage = stage_after(SCENE, EXPERIMENT, NEURON[0], formula, NEURON[place])
    lit = {id(glyph) for symbol in stage.formula.symbols_of(letter) for glyph in symbol}
    assert lit
    for glyph in stage.formula.text:
        is_lit = glyph.get_fill_color().to_hex().upper() == theme.colour(kind).upper()
        assert is_lit == (id(glyph) in lit) == (glyph.get_fill_opacity() == 1)


@pytest.mark.parametrize("sign", ["positive", "negative"])
def test_one_word_of_the_key_stands_beside_the_square_of_its_sign(sign: str) -> None:
    cues: list[Cue] = [("show_weight_images", {"first": "a1[0]", sign: "word"})]
    (row,) = stage_after(SCENE, EXPERIMENT, *cues).weight_images[-1][1]
    assert row[0].get_fill_color().to_hex().upper() == theme.colour(sign).upper()


def test_the_answers_of_a_class_are_counted_before_a_word_for_them() -> None:
    stage = empty_stage(scene_types()[SCENE], "made", {"made": EXPERIMENT})
    assert fault_of(stage, [("show_answers", {"text": "right", "of": OUTPUTS[1]})]) is not None
    stage = empty_stage(scene_types()[SCENE], "made", {"made": EXPERIMENT})
    assert fault_of(stage, ANSWERS) is None


def test_signs_that_are_named_again_and_a_bias_that_changes_again_have_new_words() -> None:
    names: list[Cue] = [
        ("name_signs", {"positive": f"more {number}", "negative": f"less {number}"}) for number in "12"
    ]
    texts = texts_after(SCENE, EXPERIMENT, NEURON[0], *names)
    assert {"more 2", "less 2"} <= set(texts) and not {"more 1", "less 1"} & set(texts)
    biases: list[Cue] = [("change_bias", {"text": f"bias {n}", "slope": f"slope {n}"}) for n in "12"]
    cues = [NEURON[0], ("show_gate", {}), *biases]
    texts = texts_after(SCENE, EXPERIMENT, *cues)
    assert {"bias 2", "slope 2"} <= set(texts) and not {"bias 1", "slope 1"} & set(texts)
    assert faults_at_every_frame(SCENE, EXPERIMENT, cues) == []
    kept = texts_after(SCENE, EXPERIMENT, *cues, NEURON[3], ("keep_way", {}))
    assert not {"bias 2", "slope 2"} & set(kept)


RECAP: list[Cue] = [
    ("recall", {"of": of, "text": text})
    for of, text in (("errors", "one"), ("gradients", "two"), ("means", "three"), ("errors", "four"))
]


def test_four_small_pictures_stand_in_two_rows_and_a_fifth_begins_anew() -> None:
    stage = stage_after(SCENE, EXPERIMENT, *ANSWERS, *RECAP)
    centres = [recalled.get_center()[:2] for recalled in stage.recalled]
    assert [(x > 0, y > centres[2][1]) for x, y in centres] == [(k % 2 == 1, k < 2) for k in range(4)]
    assert sorted(texts_after(SCENE, EXPERIMENT, *ANSWERS, *RECAP)) == sorted(
        ["one", "two", "three", "four", "⋮"]
    )
    assert texts_after(SCENE, EXPERIMENT, *RECAP, RECAP[1]) == ["two"]


def test_a_small_picture_of_errors_has_arrows_in_proportion_to_them() -> None:
    (picture, _), *_ = stage_after(SCENE, EXPERIMENT, RECAP[0]).recalled
    arrows = [part for part in picture if isinstance(part, LevelArrow)]
    errors = EXPERIMENT.targets[0] - outputs_of()
    spans = [np.ptp(arrow.points[:, 0]) for arrow in arrows]
    assert np.array(spans) / spans[0] == pytest.approx(np.abs(errors) / abs(errors[0]))


def test_a_small_table_of_means_has_a_weight_into_each_of_the_outputs_with_the_largest() -> None:
    (picture, _), *_ = stage_after(SCENE, EXPERIMENT, RECAP[2]).recalled
    cells = picture[3]  # after the cells of three rows
    examples = [EXPERIMENT.focused(k) for k in range(8)]
    largest = [
        max(abs(np.mean([by_hand.slope(each, name) for each in examples])) for name in NAMES.weights[-1][row])
        for row in range(len(OUTPUTS))
    ]
    wanted = np.array(sorted(largest, reverse=True)[:3])
    seen = np.array([(cell.get_fill_opacity() - FAINTEST) ** 2 for cell in cells])
    assert seen / seen[0] == pytest.approx(wanted / wanted[0], rel=1e-3)
