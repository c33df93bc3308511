"""The scenes `data_table` and `update_table`: their cells are worked out here by hand."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.recompute import as_fraction
from helpers.stage import Cue, faults_at_every_frame, performance, stage_after, texts_after
from manim import RoundedRectangle

from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.rendering.play import watch
from storyreel.stage.stage import Stage

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
    """The predictions of all examples before each step, one example a step, by the formulas of a linear
    network."""
    w, b, v, c = HIDDEN.copy(), np.zeros(2), OUT[0].copy(), 0.0
    found = []
    for step in range(steps + 1):
        found.append((INPUTS @ w.T + b) @ v + c)
        x, target = INPUTS[step % 3], TARGETS[step % 3, 0]
        h = w @ x + b
        back = 2 * (h @ v + c - target)
        w, b = w - RATE * np.outer(back * v, x), b - RATE * back * v
        v, c = v - RATE * back * h, c - RATE * back
    return found


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


def test_each_row_has_the_prediction_of_the_time_when_it_is_used(small: Experiment) -> None:
    stage = stage_after("data_table", small, *TABLE, ("plot_cost", {"steps": 9}), ("go_through", {"rows": 3}))
    found = predictions(3)
    assert column(stage, "y") == pytest.approx([found[k][k] for k in range(3)], abs=0.005)
    assert stage.plot.badge.number.plain == f"{((found[3] - TARGETS[:, 0]) ** 2).mean():.2f}".rstrip("0")


def test_one_row_is_lit_at_a_time(small: Experiment) -> None:
    cues = [*TABLE, ("light_row", {"example": 1}), ("go_through", {"rows": 3})]
    frames: list[int] = []

    def look(stage: Stage, frame: int, repeats: int) -> None:
        shapes = [shape for part in stage.mobjects for shape in part.get_family()]
        frames.append(sum(isinstance(each, RoundedRectangle) and each.fill_opacity > 0 for each in shapes))

    watch(performance("data_table", small, cues), look)
    assert max(frames) == 1


def test_training_goes_on_row_by_row(small: Experiment) -> None:
    cues = [*TABLE, ("fill_rows", {}), ("train", {"steps": 7})]
    stage = stage_after("data_table", small, *cues)
    found = predictions(7)
    assert column(stage, "y") == pytest.approx([found[6][0], found[4][1], found[5][2]], abs=0.005)
    stage = stage_after("data_table", small, *cues, ("fill_rows", {}))
    assert column(stage, "y") == pytest.approx(found[7], abs=0.005)


def test_the_lit_row_is_around_its_example(small: Experiment) -> None:
    stage = stage_after("data_table", small, TABLE[0], ("light_row", {"example": 2}))
    frame, cell = stage.lit, stage.cells[2, "a"]
    assert frame.get_bottom()[1] < cell.get_bottom()[1] < cell.get_top()[1] < frame.get_top()[1]
    assert stage.cells[1, "a"].get_bottom()[1] > frame.get_top()[1]


def test_no_frame_has_a_fault(small: Experiment) -> None:
    cues = [*TABLE, ("fill_rows", {}), ("show_mean", {"text": "cost"}), ("plot_cost", {"steps": 9})]
    cues += [("go_through", {"rows": 3}), ("train", {"steps": 6}), ("fill_rows", {})]
    assert faults_at_every_frame("data_table", small, cues) == []


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
