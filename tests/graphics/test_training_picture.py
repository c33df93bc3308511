"""The picture of a training: what stands in its neurons, step after step."""

from pathlib import Path

import pytest
from helpers import lessons

from storyreel.checks.layout_report import MEASURED
from storyreel.graphics.layout import Frame
from storyreel.graphics.networks.training_picture import TrainingPicture
from storyreel.graphics.text.glyph import Glyph
from storyreel.production.production import plan
from storyreel.reader import load

STORYBOARD = Path(__file__).parents[1] / "storyboards" / "relu_3_4_2.yaml"


@pytest.fixture
def picture() -> TrainingPicture:
    """That of ten steps, with two outputs of which one is below zero, in small neurons."""
    production = plan(load(STORYBOARD), quality=MEASURED, voice="silent")
    experiment = production.performance(production.chapter("update")).experiment
    assert experiment is not None
    picture = TrainingPicture(experiment, 10, "y[0]", is_log=False, frame=Frame())
    picture.start_at(0)
    return picture


def said(picture: TrainingPicture, name: str) -> str:
    """What is to be seen in a neuron."""
    value = picture.diagram.nodes[name].value
    assert value is not None
    glyph = value[0]
    assert isinstance(glyph, Glyph) and glyph.piece
    return glyph.piece.plain if glyph.get_fill_opacity() == 1 else ""


def test_a_crowded_network_has_room_for_two_decimals(picture: TrainingPicture) -> None:
    picture.start_at(1)
    assert said(picture, "y[1]") == f"{picture.training.numbers('y[1]')[1]:.2f}".replace("-", "−")
    assert said(picture, "y[0]") == "2.301"  # an equation in this storyboard needs three decimals


def test_labels_of_a_later_step_have_as_many_glyphs_as_they_show(picture: TrainingPicture) -> None:
    before = [len(label.text) for label in picture.diagram.labels.values()]
    picture.start_at(1)
    diagram = picture.diagram
    for label in diagram.labels.values():
        assert all(len(glyph.points) for glyph in label.text)
    assert [len(label.text) for label in diagram.labels.values()] != before


def test_no_neuron_loses_its_number_while_the_network_learns(picture: TrainingPicture) -> None:
    show = picture.follow(lambda share: 10 * share)
    for step in range(10):
        show(step / 10)
        written = float(said(picture, "y[1]").replace("−", "-"))
        assert written == pytest.approx(picture.training.numbers("y[1]")[step], abs=0.05)
    show(1.0)
    assert said(picture, "y[1]") == "≈ −1"


def test_the_number_at_the_curve_of_a_short_run_is_that_in_the_neuron() -> None:
    """Its values by hand: each step of the chain 2 → w₁ → w₂ with the target 3."""
    w1, w2, outputs = 3.0, 5 / 6, list[float]()
    for _ in range(9):
        outputs.append(2 * w1 * w2)
        gap = outputs[-1] - 3
        w1, w2 = w1 - 0.01 * gap * w2 * 2, w2 - 0.01 * gap * 2 * w1
    picture = TrainingPicture(lessons.chain(), 8, "y", is_log=False, frame=Frame())
    picture.start_at(0)
    show = picture.follow(lambda share: 8 * share)
    for step in range(1, 8):
        for between in (0.2, 0.7):
            show((step + between) / 8)
            numbers = picture.output_plot.badge.number.plain, said(picture, "y")
            assert [float(number or 0) for number in numbers] == pytest.approx([outputs[step]] * 2, abs=0.006)
    show(1.0)
    assert picture.output_plot.badge.number.plain == said(picture, "y") == f"{outputs[-1]:.3f}" == "3.055"
