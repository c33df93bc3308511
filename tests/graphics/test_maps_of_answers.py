"""A map of the plane whose outputs answer several questions: a class for each combination, and its name."""

from itertools import combinations as combinations_of

import numpy as np
import pytest
from helpers.lessons import layered
from helpers.measure import middle
from helpers.stage import Cue, stage_after, texts_after

from storyreel.core.arrays import Array
from storyreel.engine.experiment import Experiment
from storyreel.engine.optimizers import GradientDescent
from storyreel.engine.regions.decision_regions import are_answers, combinations
from storyreel.graphics.layout import Area
from storyreel.graphics.plots.maps.class_names import CLEAR
from storyreel.graphics.plots.maps.decision_map import DecisionMap

INPUTS = np.array([[0.9, 0.2], [0.9, 0.8], [0.3, 0.9], [0.2, 0.1], [0.7, 0.6], [0.6, 0.3]])
TARGETS = np.array([[1, 0], [1, 1], [0, 1], [0, 0], [1, 1], [1, 0]], float)
CLASSES = [1, 3, 2, 0, 3, 1]
TEXTS = ("neither", "first", "second", "both")
NAMED: list[Cue] = [("show_data", {}), ("name_classes", {"texts": TEXTS}), ("colour_plane", {})]


@pytest.fixture
def answers() -> Experiment:
    network = layered((2, 3, 2), "tanh", "sigmoid", "mean_squared_error")
    return Experiment("answers", network, INPUTS[0], TARGETS[0], GradientDescent(1.0), INPUTS, TARGETS)


@pytest.mark.parametrize(
    ("targets", "several"),
    [(TARGETS, True), (np.eye(3), False), (TARGETS[:, :1], False), (TARGETS / 2, False)],
    ids=["answers", "classes", "one question", "numbers"],
)
def test_answers_are_yes_or_no_to_several_questions(targets: Array, several: bool) -> None:
    assert are_answers(targets) is several


def test_a_combination_has_a_score_above_0_where_its_answers_are_given() -> None:
    outputs = np.random.default_rng(1).uniform(size=(50, 3))
    number = (outputs > 0.5) @ [1, 2, 4]
    for row, scores, its in zip(outputs, combinations(outputs), number, strict=True):
        assert np.flatnonzero(scores > 0).tolist() == [its]
        assert scores[its] == pytest.approx(min(abs(row - 0.5)))


@pytest.mark.parametrize("step", [0, 60])
def test_regions_cover_the_map_as_both_outputs_answer(answers: Experiment, step: int) -> None:
    network = answers.run(60).networks[step]
    picture = DecisionMap(network, INPUTS, TARGETS, Area("test", -3, -2, 3, 2))
    places = np.random.default_rng(5).uniform(size=(40_000, 2)) * picture.side / picture.unit + picture.low
    answered = (network.forward(places).prediction > 0.5) @ [1, 2]
    covered = []
    for region in picture.regions:
        x, y = np.moveaxis(region.points.reshape(-1, 16, 3)[:, ::4, :2], 2, 0)
        doubled = x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)
        covered.append(doubled.sum() / 2 / picture.side**2)
    assert covered == pytest.approx(np.bincount(answered, minlength=4) / len(places), abs=0.01)
    markers = [example.get_fill_color() for example in picture.examples]
    assert len(set(map(str, markers))) == 4
    assert [markers[k] == markers[j] for k, j in ((0, 5), (1, 4), (0, 1))] == [True, True, False]


def test_names_of_classes_are_in_a_key_before_training_and_on_the_map_after_it(answers: Experiment) -> None:
    assert set(TEXTS) <= set(texts_after("layers", answers, *NAMED))
    uncoloured = stage_after("layers", answers, *NAMED[:2])
    assert uncoloured.plane.regions not in uncoloured.get_mobject_family_members()
    assert uncoloured.plane.regions.get_right()[0] <= uncoloured.plane.frame.get_right()[0] + 0.01
    trained: list[Cue] = [*NAMED, ("train", {"steps": 60})]
    assert not set(TEXTS) & set(texts_after("layers", answers, *trained))
    stage = stage_after("layers", answers, *trained, ("name_classes", {"texts": TEXTS}))
    spots = np.array([middle(example) for example in stage.plane.examples])
    for number, name in enumerate(stage.class_names):
        assert name.plain == TEXTS[number]
        nearest = np.linalg.norm(spots - middle(name), axis=1).argmin()
        assert CLASSES[nearest] == number
        half = np.array([name.width, name.height]) / 2
        assert ((np.abs(spots - middle(name)) - half).max(axis=1) > CLEAR / 2).all()
    for one, other in combinations_of(stage.class_names, 2):
        apart = np.abs(middle(one) - middle(other)) - [one.width / 2 + other.width / 2, one.height]
        assert apart.max() > 0
