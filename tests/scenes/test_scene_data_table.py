"""The scenes `data_table` and `update_table`: their cells are worked out here by hand."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.recompute import as_fraction
from helpers.stage import Cue, faults_at_every_frame, performance, stage_after, texts_after
from manim import RoundedRectangle

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.graphics.tables.row_arrows import RowArrow
from storyreel.graphics.tables.row_gaps import RowGaps
from storyreel.reader import load
from storyreel.rendering.play import watch, watch_beats
from storyreel.speech.script_writer import write_script
from storyreel.stage.stage import Stage
from storyreel.stage.tables.compared_stage import ComparedStage
from storyreel.stage.tables.gap_stage import GapStage

INPUTS, TARGETS = np.array([[1.0, 2.0], [2.0, 0.5], [0.5, 1.5]]), np.array([[2.0], [1.5], [3.0]])
HIDDEN, OUT, RATE = np.array([[0.5, 1.0], [1.0, -0.5]]), np.array([[1.0, 2.0]]), 0.05
TABLE: list[Cue] = [
    ("draw_table", {"headings": ("a", "b", "wanted")}),
    ("add_column", {"of": "y", "text": "found"}),
    ("add_column", {"of": "loss", "text": "loss"}),
]


@pytest.fixture
def small() -> Experiment:
    layers = (Layer("h", HIDDEN, [0.0, 0.0]), Layer("y", OUT, [0.0]))
    network = Network(("a", "b"), layers, LOSSES["mean_squared_error"])
    made = Experiment(
        "small", network, INPUTS[0], TARGETS[0], "sgd", INPUTS, TARGETS, 1, shuffle=False, learning_rate=RATE
    )
    return made


def predictions(steps: int) -> list[np.ndarray]:
    """The predictions of all examples before each step."""
    return [(INPUTS @ w.T + b) @ v + c for w, b, v, c in map(trained, range(steps + 1))]


def trained(steps: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Weights and biases after so many steps, one example a step, by the formulas of a linear network."""
    w, b, v, c = HIDDEN.copy(), np.zeros(2), OUT[0].copy(), 0.0
    for step in range(steps):
        x, target = INPUTS[step % 3], TARGETS[step % 3, 0]
        h = w @ x + b
        back = 2 * (h @ v + c - target)
        w, b = w - RATE * np.outer(back * v, x), b - RATE * back * v
        v, c = v - RATE * back * h, c - RATE * back
    return w, b, v, c


def column(stage: object, name: str) -> list[float]:
    cells = stage.cells  # type: ignore[attr-defined]
    return [float(cells[row, name].plain.replace("−", "-")) for row in range(3)]


def test_cells_are_the_networks_numbers_of_each_example(small: Experiment) -> None:
    stage = stage_after("data_table", small, *TABLE, ("fill_rows", {}))
    (found,) = predictions(0)
    assert column(stage, "y") == pytest.approx(found, abs=0.005)
    assert column(stage, "loss") == pytest.approx((found - TARGETS[:, 0]) ** 2, abs=0.005)
    assert column(stage, "target") == TARGETS[:, 0].tolist()


def test_the_mean_of_the_losses_is_the_cost(small: Experiment) -> None:
    texts = texts_after("data_table", small, *TABLE, ("fill_rows", {}), ("show_mean", {"text": "cost"}))
    mean = ((predictions(0)[0] - TARGETS[:, 0]) ** 2).mean()
    assert float(texts[-1]) == pytest.approx(mean, abs=0.005)


def test_a_mean_is_that_of_the_column_above_it_while_the_table_is_trained(small: Experiment) -> None:
    cues = [*TABLE, ("fill_rows", {}), ("show_mean", {"text": "mean", "of": "y"})]
    shown = float(texts_after("data_table", small, *cues)[-1])
    assert shown == pytest.approx(predictions(0)[0].mean(), abs=0.005)
    stage = stage_after("data_table", small, *cues, ("train", {"steps": 3}))
    assert float(stage.mean[1].plain) == pytest.approx(predictions(3)[3].mean(), abs=0.005)


def test_each_step_changes_the_predictions_of_all_rows_that_are_filled(small: Experiment) -> None:
    stage = stage_after("data_table", small, *TABLE, ("plot_cost", {"steps": 9}), ("go_through", {"rows": 3}))
    found = predictions(3)
    assert column(stage, "y") == pytest.approx(found[3], abs=0.005)
    assert stage.plot.badge.number.plain == f"{((found[3] - TARGETS[:, 0]) ** 2).mean():.2f}".rstrip("0")


def test_one_row_is_lit_at_a_time(small: Experiment) -> None:
    cues = [*TABLE, ("light_row", {"example": 1}), ("go_through", {"rows": 3})]
    frames: list[int] = []

    def look(stage: Stage, frame: int, repeats: int) -> None:
        shapes = [shape for part in stage.mobjects for shape in part.get_family()]
        frames.append(sum(isinstance(each, RoundedRectangle) and each.fill_opacity > 0 for each in shapes))

    watch(performance("data_table", small, cues), look)
    assert max(frames) == 1


def test_after_training_all_rows_have_the_predictions_of_now(small: Experiment) -> None:
    stage = stage_after("data_table", small, *TABLE, ("fill_rows", {}), ("train", {"steps": 7}))
    assert column(stage, "y") == pytest.approx(predictions(7)[7], abs=0.005)


def test_a_table_may_begin_after_training(small: Experiment) -> None:
    cues: list[Cue] = [("carry_table", {"headings": ("a", "b", "wanted"), "steps": 4}), TABLE[1]]
    stage = stage_after("data_table", small, *cues, ("fill_rows", {}))
    assert column(stage, "y") == pytest.approx(predictions(4)[4], abs=0.005)


def test_a_table_may_begin_with_a_filled_column(small: Experiment) -> None:
    carried = {"headings": ("a", "b", "wanted"), "steps": 4, "of": "y", "text": "guess"}
    stage = stage_after("data_table", small, ("carry_table", carried))
    assert column(stage, "y") == pytest.approx(predictions(4)[4], abs=0.005)
    with pytest.raises(StoryreelError, match="needs both"):
        stage_after("data_table", small, ("carry_table", {"headings": ("a", "b", "wanted"), "of": "y"}))


def test_numbers_and_dots_are_those_of_the_same_moment(small: Experiment) -> None:
    seen: list[float] = []

    def look(stage: Any, *_: object) -> None:
        if stage.gaps is None or stage.step == 0 or len(stage.marked_rows) < 3:
            return
        written = [float(stage.cells[row, "y"].plain.replace("−", "-")) for row in range(3)]
        dots = [on_scale(stage.gaps, stage.gaps.dots[row].get_x()) for row in range(3)]
        seen.append(max(abs(one - other) for one, other in zip(written, dots, strict=True)))

    cues = [*TABLE, ("show_gaps", {"steps": 9}), ("fill_rows", {}), ("train", {"steps": 4})]
    watch(performance("data_table", small, cues), look)
    assert len(seen) > 10 and max(seen) < 0.011


def on_scale(gaps: RowGaps, x: float) -> float:
    """The number at an x coordinate, measured by the lines of the scale and the numbers above them."""
    marks = sorted(
        (float(line.get_x()), float(text.plain.replace("−", "-")))
        for line, text in zip(gaps.scale_lines, gaps.numbers, strict=True)
    )
    (x0, n0), *_, (x1, n1) = marks
    return n0 + (x - x0) / (x1 - x0) * (n1 - n0)


@pytest.mark.parametrize("steps", [0, 7])
def test_dots_marks_and_gaps_are_at_their_numbers_on_the_scale(small: Experiment, steps: int) -> None:
    training: list[Cue] = [("train", {"steps": steps})] if steps else []
    cues = [*TABLE, ("show_gaps", {"steps": 9}), ("fill_rows", {}), *training]
    gaps = stage_after("data_table", small, *cues).gaps
    found = predictions(steps)[steps]
    for row in range(3):
        assert on_scale(gaps, gaps.dots[row].get_x()) == pytest.approx(found[row], abs=1e-3)
        assert on_scale(gaps, gaps.marks[row].get_x()) == pytest.approx(TARGETS[row, 0], abs=1e-3)
        ends = sorted(on_scale(gaps, float(end[0])) for end in gaps.gaps[row].get_start_and_end())
        assert ends == pytest.approx(sorted((found[row], TARGETS[row, 0])), abs=1e-3)


def test_dots_stay_within_the_scale_over_the_training_it_is_for(small: Experiment) -> None:
    gaps = stage_after("data_table", small, *TABLE, ("show_gaps", {"steps": 9})).gaps
    seen = np.concatenate([*predictions(9), TARGETS[:, 0]])
    assert gaps.reach[0] <= seen.min() and seen.max() <= gaps.reach[1]


def test_the_row_that_is_asked_has_the_networks_own_example(small: Experiment) -> None:
    other = replace(small, inputs=np.array([[3.0, 1.0]]), targets=np.array([[4.25]]))
    before: list[Cue] = [
        ("carry_table", {"headings": ("a", "b", "wanted"), "asked": "?", "steps": 5}),
        TABLE[1],
    ]
    before += [("show_gaps", {}), ("fill_rows", {}), ("show_asked", {})]
    stage = stage_after("data_table", other, *before)
    assert [stage.cells[3, name].plain for name in ("a", "b", "target")] == ["3.0", "1.0", "?"]
    w, b, v, c = trained(5)
    found = (w @ [3.0, 1.0] + b) @ v + c
    assert float(stage.cells[3, "y"].plain) == pytest.approx(found, abs=0.005)
    assert on_scale(stage.gaps, stage.gaps.dots[3].get_x()) == pytest.approx(found, abs=1e-3)
    stage = stage_after("data_table", other, *before, ("show_asked_target", {}))
    assert float(stage.cells[3, "target"].plain) == 4.25
    assert on_scale(stage.gaps, stage.gaps.marks[3].get_x()) == pytest.approx(4.25, abs=1e-3)


def compared(small: Experiment, *cues: Cue) -> ComparedStage:
    """The stage after the cues, in a lesson with another network, whose weights are twice as large."""
    layers = (Layer("h", 2 * HIDDEN, [0.0, 0.0]), Layer("y", OUT, [0.0]))
    own = replace(small, inputs=np.array([[3.0, 1.0]]), targets=np.array([[4.25]]))
    other = replace(own, network=Network(("a", "b"), layers, LOSSES["mean_squared_error"]))
    stages: list[Stage] = []
    played = performance("data_table", own, cues)
    watch_beats(replace(played, experiments={"other": other}), stages.append, has_views=False)
    return stages[-1]  # type: ignore[return-value]


ASKED: list[Cue] = [
    ("carry_table", {"headings": ("a", "b", "wanted"), "asked": "?"}),
    TABLE[1],
    ("show_gaps", {}),
    ("fill_rows", {}),
    ("show_asked", {}),
    ("compare_column", {"of": "y", "text": "double", "other": "other"}),
]


def test_another_networks_numbers_have_a_column_and_rings_on_the_scale(small: Experiment) -> None:
    stage = compared(small, *ASKED, ("show_asked_target", {}))
    (found,) = predictions(0)
    asked = float(HIDDEN @ [3.0, 1.0] @ OUT[0])
    gaps = stage.gaps
    assert gaps is not None
    for row, (own, target) in enumerate(zip([*found, asked], [*TARGETS[:, 0], 4.25], strict=True)):
        assert float(stage.cells[row, "y"].plain) == pytest.approx(own, abs=0.005)
        assert float(stage.cells[row, "other y"].plain) == pytest.approx(2 * own, abs=0.005)
        assert on_scale(gaps, gaps.dots[row].get_x()) == pytest.approx(own, abs=1e-3)
        assert on_scale(gaps, gaps.rings[row].get_x()) == pytest.approx(2 * own, abs=1e-3)
        ends = sorted(on_scale(gaps, float(end[0])) for end in gaps.ring_gaps[row].get_start_and_end())
        assert ends == pytest.approx(sorted((2 * own, target)), abs=1e-3)
        assert gaps.dots[row].get_bottom()[1] > gaps.rings[row].get_bottom()[1]


def test_training_leaves_the_column_of_another_network_as_it_is(small: Experiment) -> None:
    cues: list[Cue] = [TABLE[0], TABLE[1], ("fill_rows", {}), ASKED[-1], ("train", {"steps": 5})]
    stage = compared(small, *cues)
    assert column(stage, "y") == pytest.approx(predictions(5)[5], abs=0.005)
    assert column(stage, "other y") == pytest.approx(2 * predictions(0)[0], abs=0.005)


LESSON = """\
title: Asked
networks:
  net:
    input: {x: 5}
    layers: [{name: y, weights: 3}]
    target: 1
    loss: mean_squared_error
    data: [{x: 2, target: 3}, {x: 4, target: 1}]
chapters:
  - id: only
    title: Only
    scene: data_table
    network: net
    beats:
      - say: It is {y}, [row] now {y}, and [asked] then {y}.
        do:
          - draw_table: {headings: [x, t], asked: "?"}
          - light_row: {example: 1, at: row}
          - CUE: {at: asked}
"""


@pytest.mark.parametrize("cue", ["light_asked", "show_asked"])
def test_what_is_said_of_the_row_that_was_asked_is_its_number(cue: str, tmp_path: Path) -> None:
    file = tmp_path / "lesson.yaml"
    lesson = LESSON.replace("CUE", cue)
    if cue == "show_asked":
        column = "          - add_column: {of: y, text: y}\n"
        lesson = lesson.replace("          - light_row", f"{column}          - light_row")
    file.write_text(lesson, "utf-8")
    (chapter,) = write_script(load(file)).chapters
    assert chapter.beats[0].shown == "It is 15, now 12, and then 15."


def test_a_plot_takes_the_room_of_the_inputs(small: Experiment) -> None:
    cues = [*TABLE[:2], ("show_gaps", {"steps": 9}), ("fill_rows", {}), ("plot_cost", {"steps": 9})]
    stage = stage_after("data_table", small, *cues)
    assert [each.name for each in stage.table.columns] == ["target", "y"]
    assert {name for _, name in stage.cells} == {"target", "y"} and stage.gaps is None


def test_the_lit_row_is_around_its_example(small: Experiment) -> None:
    stage = stage_after("data_table", small, TABLE[0], ("light_row", {"example": 2}))
    frame, cell = stage.lit, stage.cells[2, "a"]
    assert frame.get_bottom()[1] < cell.get_bottom()[1] < cell.get_top()[1] < frame.get_top()[1]
    assert stage.cells[1, "a"].get_bottom()[1] > frame.get_top()[1]


def test_no_frame_has_a_fault(small: Experiment) -> None:
    cues = [*TABLE, ("show_gaps", {"steps": 3}), ("go_through", {"rows": 3}), ("plot_cost", {"steps": 9})]
    cues += [("show_mean", {"text": "cost"}), ("train", {"steps": 6})]
    assert faults_at_every_frame("data_table", small, cues) == []


def test_arrows_are_as_long_as_the_steps_and_point_their_way(small: Experiment) -> None:
    alone = replace(small, data_inputs=None, data_targets=None)
    cues: list[Cue] = [("draw_updates", {"headings": ("name", "now", "gradient", "step", "new")})]
    arrows = [part for part in stage_after("update_table", alone, *cues).parts if isinstance(part, RowArrow)]
    h = HIDDEN @ INPUTS[0]
    back = 2 * (h @ OUT[0] - TARGETS[0, 0])
    steps = [*(-np.outer(back * OUT[0], INPUTS[0])).ravel(), *(-back * OUT[0]), *(-back * h), -back]
    shaft, tip = zip(*arrows, strict=True)
    ends = [t.get_right() if step > 0 else t.get_left() for t, step in zip(tip, steps, strict=True)]
    drawn = [float(end[0] - s.get_start()[0]) for end, s in zip(ends, shaft, strict=True)]
    factor = drawn[0] / steps[0]
    assert factor > 0 and drawn == pytest.approx([factor * step for step in steps], abs=1e-4)


def test_every_weight_takes_its_step(small: Experiment) -> None:
    alone = replace(small, data_inputs=None, data_targets=None)
    cues: list[Cue] = [("draw_updates", {"headings": ("name", "now", "gradient", "step", "new")})]
    texts = texts_after("update_table", alone, *cues, ("update_rows", {}))
    h = HIDDEN @ INPUTS[0]
    back = 2 * (h @ OUT[0] - TARGETS[0, 0])
    new = [*(HIDDEN - RATE * np.outer(back * OUT[0], INPUTS[0])).ravel(), *(-RATE * back * OUT[0])]
    new += [*(OUT[0] - RATE * back * h), -RATE * back]
    shown = [float(as_fraction(text)) for text in texts if not text[0].isalpha()]
    for number in new:
        assert any(abs(number - text) < 0.006 for text in shown), number


def test_the_scale_has_room_for_the_predictions_after_the_last_step(
    small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    known = GapStage.predictions

    def predictions(self: GapStage, steps: Iterable[int]) -> Array:
        seen.extend(own := list(steps))
        return known(self, own)

    monkeypatch.setattr(GapStage, "predictions", predictions)
    stage_after("data_table", small, *TABLE, ("show_gaps", {"steps": 401}))
    assert (min(seen), max(seen)) == (0, 401) and len(seen) < 250
