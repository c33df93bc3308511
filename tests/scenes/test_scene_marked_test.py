"""The scene `marked_test`: a mark for each output, a bar as long as it, and the loss of all."""

import numpy as np
import pytest
from helpers import lessons
from helpers.stage import Cue, faults_at_every_frame, stage_after, texts_after

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.engine.optimizers import GradientDescent
from storyreel.graphics.text.typeset import Typeset

SCENE = "marked_test"
SHEET: Cue = ("hand_in", {"answer": "answer", "target": "right", "result": "mean"})
SQUARES: Cue = ("mark", {"loss": "mean_squared_error", "title": "squared gap"})
RESULT: Cue = ("write_result", {})
SURPRISES: Cue = ("mark", {"loss": "binary_cross_entropy", "title": "surprise"})


def experiment(outputs: int) -> Experiment:
    """A network of sigmoids, whose outputs are between 0 and 1."""
    network = lessons.layered((2, 3, outputs), "tanh", "sigmoid", "mean_squared_error")
    network = network.with_parameters(3 * network.parameters)  # outputs far apart, and so the marks
    targets = (np.arange(outputs) % 2).astype(float)
    return Experiment("made", network, np.array([0.4, -0.7]), targets, GradientDescent(0.2))


def marks_of(made: Experiment) -> tuple[np.ndarray, np.ndarray]:
    """The squared gap and the cross-entropy of each output."""
    y = np.array([made.trace.number(name) for name in made.network.names.activations[-1]])
    right = np.abs(1 - made.targets[0] - y)  # the probability that the output gives to what is so
    return (y - made.targets[0]) ** 2, -np.log(right)


@pytest.mark.parametrize("outputs", [1, 2, 4])
def test_each_output_has_its_marks_and_each_loss_is_their_mean(outputs: int) -> None:
    made = experiment(outputs)
    texts = texts_after(SCENE, made, SHEET, SQUARES, RESULT, SURPRISES, RESULT)
    for column in marks_of(made):
        for mark in [*column, column.mean()]:
            assert shown(float(mark)) in texts


@pytest.mark.parametrize("outputs", [2, 4])
def test_bars_are_as_long_as_the_marks(outputs: int) -> None:
    made = experiment(outputs)
    for cue, marks in zip((SQUARES, SURPRISES), marks_of(made), strict=True):
        stage = stage_after(SCENE, made, SHEET, cue)
        bars = [group[1] for group in stage.shown if len(group) == 2 and group[1].height < 0.2]
        lengths = np.array([bar.width for bar in bars])
        assert lengths / lengths.max() == pytest.approx(marks / marks.max(), abs=0.006)


@pytest.mark.parametrize("outputs", [1, 2, 4])
def test_nothing_overlaps_on_the_way(outputs: int) -> None:
    names = experiment(outputs).network.names.activations[-1]
    lit: list[Cue] = [("light_row", {"of": name}) for name in (names[0], names[-1])]
    assert not faults_at_every_frame(
        SCENE, experiment(outputs), [SHEET, SQUARES, *lit, RESULT, SURPRISES, RESULT, SHEET]
    )


def bars_of(stage: object) -> np.ndarray:
    """The lengths of all bars in Manim units, a row for each column of marks."""
    bars = [group[1] for group in stage.shown if len(group) == 2 and group[1].height < 0.2]  # type: ignore[attr-defined]
    return np.array([bar.width for bar in bars]).reshape(2, -1)


@pytest.mark.parametrize("to", [0.9, None])
def test_marks_and_bars_go_with_another_answer(to: float | None) -> None:
    made, most = experiment(2), 4.0
    sheet: Cue = (SHEET[0], {**SHEET[1], "most": most})
    name = made.network.names.activations[-1][0]
    turned: list[Cue] = [
        ("change_answer", {"of": name, "to": 0.6}),
        ("change_answer", {"of": name, "to": to}),
    ]
    cues = [sheet, SQUARES, SURPRISES, RESULT, *turned]
    y, targets = made.trace.forward.prediction[0].copy(), made.targets[0]
    y[0] = y[0] if to is None else to
    columns = (y - targets) ** 2, -np.log(np.abs(1 - targets - y))
    texts = texts_after(SCENE, made, *cues)
    for column in columns:
        assert {shown(float(mark)) for mark in [*column, column.mean()]} <= set(texts)
    lengths = bars_of(stage_after(SCENE, made, *cues))
    unit = lengths[1, 0] / columns[1][0]  # one scale for both columns
    assert lengths == pytest.approx(unit * np.array(columns), abs=0.011)
    assert max(columns[1]) < most


def test_a_mark_without_room_is_a_fault() -> None:
    made = experiment(2)
    name = made.network.names.activations[-1][1]  # whose target is 1
    with pytest.raises(StoryreelError, match="no room for the mark"):
        stage_after(SCENE, made, SHEET, SQUARES, SURPRISES, ("change_answer", {"of": name, "to": 1e-9}))


def test_a_mark_says_how_it_is_worked_out() -> None:
    made = experiment(2)
    squares, _ = marks_of(made)
    texts = texts_after(SCENE, made, SHEET, SQUARES, SURPRISES)
    for gap in np.sqrt(squares).tolist():
        assert f"{shown(gap)}^2" in texts
        assert f"-ln {shown(1 - gap)}" in texts


def test_the_loss_of_a_column_waits_for_its_word_and_goes_with_the_answers() -> None:
    made = experiment(2)
    squares, name = marks_of(made)[0], made.network.names.activations[-1][0]
    y = np.array([0.6, made.trace.number(made.network.names.activations[-1][1])])
    changed = shown(float(np.mean((y - made.targets[0]) ** 2)))
    sheet: Cue = (SHEET[0], {**SHEET[1], "most": 1.0})
    cues: list[Cue] = [sheet, SQUARES, ("change_answer", {"of": name, "to": 0.6})]
    texts = texts_after(SCENE, made, *cues)
    assert "mean" not in texts
    assert not {shown(float(squares.mean())), changed} & set(texts)
    assert {"mean", changed} <= set(texts_after(SCENE, made, *cues, RESULT))


def test_numbers_that_change_are_worked_out_from_the_digits_of_the_answer() -> None:
    made = experiment(2)
    name = made.network.names.activations[-1][0]  # whose target is 0
    stage = stage_after(SCENE, made, (SHEET[0], {**SHEET[1], "most": 5.0}), SQUARES, SURPRISES)
    change = stage.change_answer(of=name, to=0.99)
    change.begin()
    for alpha in (0.3, 0.5, 0.8, 0.93):
        change.interpolate(alpha)
        texts = {part.plain for part in stage.get_mobject_family_members() if isinstance(part, Typeset)}
        answer = float(stage.sheet.rows[0][1].plain)
        right = abs(1 - made.targets[0][0] - answer)
        assert f"{(answer - made.targets[0][0]) ** 2:.2f}" in texts
        assert f"{-np.log(right):.2f}" in texts
