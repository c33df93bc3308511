"""Gaps of outputs on lines beside them, and their squares, half of which are the loss."""

import re
from collections.abc import Sequence

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.measure import number
from helpers.stage import Cue, stage_after
from manim import VMobject

from storyreel.core.errors import StoryboardError
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.equations.gaps import gaps_calculation
from storyreel.engine.experiment import Experiment
from storyreel.engine.initializers import Xavier
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import GradientDescent

GAPS: list[Cue] = [("draw_network", {}), ("light_up", {}), ("measure_gaps", {})]
SQUARES: list[Cue] = [*GAPS, ("square_gaps", {})]


@pytest.fixture
def groups() -> Experiment:
    """2-6-5 with tanh and then the identity, whose loss is half the sum of the squared gaps."""
    return _groups(5)


def _groups(outputs: int) -> Experiment:
    layers = (
        Layer("h", Xavier(7).weights(6, 2), np.linspace(-0.2, 0.3, 6), ACTIVATIONS["tanh"]),
        Layer(None, Xavier(8).weights(outputs, 6), np.zeros(outputs)),
    )
    network = Network(("x[0]", "x[1]"), layers, LOSSES["half_squared_error"])
    return Experiment("groups", network, np.array([0.5, -1.0]), np.eye(outputs)[2], GradientDescent(0.1))


def gaps_of(experiment: Experiment) -> np.ndarray:
    """Output minus target, worked out from the weights."""
    hidden, last = experiment.network.layers
    return last.weights @ np.tanh(hidden.weights @ experiment.inputs[0] + hidden.bias) - experiment.targets[0]


def loss_of(experiment: Experiment) -> float:
    """Half the sum of the squared gaps."""
    return float((gaps_of(experiment) ** 2).sum() / 2)


def sizes(shapes: Sequence[VMobject]) -> list[tuple[float, float]]:
    """The width and the height of each outline, without its stroke."""
    spans = [np.ptp(shape.points, axis=0) for shape in shapes]
    return [(float(span[0]), float(span[1])) for span in spans]


def test_gaps_have_the_frame_with_the_outputs_alone_until_these_get_their_gradients(
    groups: Experiment,
) -> None:
    def neurons(*cues: Cue) -> set[str]:
        stage = stage_after("layers", groups, *cues)
        shown = set(stage.get_mobject_family_members())
        return {name for name, node in stage.drawing.nodes.items() if node.circle in shown}

    assert neurons(*SQUARES, ("show_loss", {})) == set(groups.network.names.activations[-1])
    every = neurons(*SQUARES, ("show_loss", {}), ("show_output_gradients", {}))
    assert len(every) == 2 + 6 + 5


def test_gaps_lead_from_targets_to_outputs_on_one_scale(groups: Experiment) -> None:
    stage = stage_after("layers", groups, *GAPS)
    picture, gaps, targets = stage.gap_squares, gaps_of(groups), groups.targets[0]
    for gap, line, wanted, target in zip(picture.gaps, picture.lines, gaps, targets, strict=False):
        start, end = gap.points[0], gap.points[-1]
        assert start[1] == end[1] == pytest.approx(float(line.get_y()))
        assert start[0] - picture.zero == pytest.approx(picture.unit * target, abs=1e-6)
        assert end[0] - start[0] == pytest.approx(picture.unit * wanted, abs=1e-6)
    heights = [float(stage.diagram.nodes[name].get_y()) for name in stage.diagram.columns[-1]]
    assert picture.heights.tolist() == pytest.approx(heights)
    assert [number(text.plain) for text in picture.numbers] == pytest.approx(gaps, abs=0.006)


@pytest.mark.parametrize("aspect", ["16:9", "9:16"])
def test_half_of_all_squares_is_the_loss_at_the_scale_of_the_lines(groups: Experiment, aspect: str) -> None:
    picture = stage_after("layers", groups, *SQUARES, aspect=aspect).gap_squares
    sides = picture.unit * np.abs(gaps_of(groups))
    np.testing.assert_allclose(sizes(picture.squares), np.stack([sides, sides], axis=-1), atol=1e-6)
    area = sum(width * height for width, height in sizes(picture.halves))
    assert area / picture.unit**2 == pytest.approx(loss_of(groups), abs=1e-6)
    lefts = [float(square.points[:, 0].min()) for square in picture.squares]
    rights = [float(square.points[:, 0].max()) for square in picture.squares]
    assert all(right < left for right, left in zip(rights, lefts[1:], strict=False))
    assert len({round(float(square.points[:, 1].min()), 6) for square in picture.squares}) == 1


def test_each_square_opens_around_a_line_as_long_as_its_gap(groups: Experiment) -> None:
    picture = stage_after("layers", groups, *SQUARES).gap_squares
    picture.show_squares(0.5)
    for square, gap in zip(picture.squares, picture.gaps, strict=True):
        assert np.ptp(square.points[:, 0]) == pytest.approx(np.ptp(gap.points[:, 0]))
        assert np.ptp(square.points[:, 1]) == pytest.approx(0.0)
    lines = [float(square.get_y()) for square in picture.squares]
    picture.show_squares(1.0)
    assert [float(square.get_y()) for square in picture.squares] == pytest.approx(lines)


def test_the_loss_is_written_as_half_the_sum_of_the_squares(groups: Experiment) -> None:
    stage = stage_after("layers", groups, *SQUARES, ("show_loss", {}))
    *gaps, loss = map(number, re.findall(r"−?\d*\.\d+", stage.loss_tag.text.plain))
    assert gaps == pytest.approx(gaps_of(groups), abs=0.006)
    assert loss == pytest.approx(loss_of(groups), abs=0.006)
    assert loss == pytest.approx(sum(gap * gap for gap in gaps) / 2, abs=0.02)


def test_of_many_gaps_the_first_two_and_the_last_are_written() -> None:
    many = _groups(9)
    calculation = gaps_calculation(many.trace)
    gaps = gaps_of(many)
    assert calculation.numbers == pytest.approx([gaps[0], gaps[1], gaps[-1]])
    assert calculation.is_elided and calculation.value == pytest.approx(loss_of(many))


def test_gradients_take_the_numbers_of_the_gaps(groups: Experiment) -> None:
    stage = stage_after("layers", groups, *SQUARES, ("show_loss", {}), ("show_output_gradients", {}))
    on_stage = {id(part) for part in stage.get_mobject_family_members()}
    said = [number(stage.output_gradients[name].number.plain) for name in stage.diagram.columns[-1]]
    slopes = [by_hand.slope(groups, name) for name in groups.network.names.pre_activations[-1]]
    assert said == pytest.approx(slopes, abs=0.006) and said == pytest.approx(gaps_of(groups), abs=0.006)
    assert stage.gap_squares is None and stage.loss_tag is None
    assert all(id(badge.number) in on_stage for badge in stage.output_gradients.values())


def test_the_answer_is_the_largest_output_and_its_marker(groups: Experiment) -> None:
    stage = stage_after("layers", groups, *GAPS[:2], ("show_classes", {}), ("point_out_answer", {}))
    largest = int((gaps_of(groups) + groups.targets[0]).argmax())
    for k, name in enumerate(stage.diagram.columns[-1]):
        away = abs(float(stage.diagram.nodes[name].get_y() - stage.answer.get_y()))
        assert (away < stage.answer.height / 2) == (k == largest)


def test_only_half_the_squared_error_is_half_of_all_squares() -> None:
    with pytest.raises(StoryboardError, match="not half the sum of the squared gaps"):
        stage_after("layers", lessons.dense(), *SQUARES)
