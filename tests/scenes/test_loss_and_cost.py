"""What is on stage of a network with data: L and the loss of one example, C and the mean of all, not mixed.

The network is y = w₂ w₁ x with the weights 3 and 5/6, on (1, 2), (2, 3) and (4, 5); its second example is in
focus. Loss, cost and steps are worked out here from that formula. Letters are read by the shapes of their
glyphs, numbers by the text that they are set from.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from helpers.stage import Cue, performance, stage_after
from manim import VMobject

from storyreel.checks.snapshot import Snapshot
from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.network import Network
from storyreel.graphics.text.glyph import Glyph
from storyreel.graphics.text.typeset import maths
from storyreel.rendering.play import watch_beats
from storyreel.stage.stage import Stage

X, T, RATE = np.array([1.0, 2.0, 4.0]), np.array([2.0, 3.0, 5.0]), 0.01
DRAWN: Cue = ("draw_network", {"filled": True, "loss": True})
NAMED = re.compile(r"(next\.)?(loss|cost|grad\.w\d|cost\.grad\.w\d) [=≈] (?:.* [=≈] )?(\S+)")


@pytest.fixture
def line() -> Experiment:
    network = Network("x", [Layer("h", 3), Layer("y", 5 / 6)], "half_squared_error")
    return Experiment("line", network, 2, 3, learning_rate=RATE, data_inputs=X, data_targets=T)


def by_hand(w1: float, w2: float, example: int) -> dict[str, float]:
    """Loss and cost, and their derivatives, for two weights."""
    error = w1 * w2 * X - T
    slopes = {"loss": error**2 / 2, "grad.w1": error * w2 * X, "grad.w2": error * w1 * X}
    of_cost = {"cost": "loss", "cost.grad.w1": "grad.w1", "cost.grad.w2": "grad.w2"}
    return {name: float(each[example]) for name, each in slopes.items()} | {
        name: float(slopes[one].mean()) for name, one in of_cost.items()
    }


def after(steps: int, example: int = 1) -> dict[str, float]:
    """The same after some steps of training."""
    w1, w2 = 3.0, 5 / 6
    for _ in range(steps):
        here = by_hand(w1, w2, example)
        w1, w2 = w1 - RATE * here["cost.grad.w1"], w2 - RATE * here["cost.grad.w2"]
    return by_hand(w1, w2, example) | {"w1": w1, "w2": w2}


def letters_of(stage: Stage) -> set[str]:
    """Which of L and C are on stage, by the shapes of glyphs in the font of formulas."""
    known = {letter: maths(letter, plain=letter)[0] for letter in "LC"}
    on_stage = [part for part in stage.get_mobject_family_members() if isinstance(part, Glyph)]
    return {letter for letter, shape in known.items() if any(is_alike(part, shape) for part in on_stage)}


def is_alike(one: VMobject, other: VMobject) -> bool:
    if one.points.shape != other.points.shape or not one.get_fill_opacity():
        return False
    placed = [shape.points - shape.points.min(axis=0) for shape in (one, other)]
    here, there = (points / points.max(axis=0).clip(1e-9) for points in placed)
    return bool(np.allclose(here, there, atol=0.01))


def ends(scene: str, experiment: Experiment, cues: Sequence[Cue]) -> list[tuple[list[str], set[str]]]:
    """What is written on stage at the end of each beat, and which of the letters L and C are."""
    found = []

    def look(stage: Stage) -> None:
        texts = [label.piece.plain for label in Snapshot(stage, is_still=True).labels()]
        found.append((texts, letters_of(stage)))

    watch_beats(performance(scene, experiment, cues), look)
    return found


def named(texts: list[str]) -> dict[str, set[str]]:
    """The numbers that are said to be those of a loss, a cost or a derivative, by name."""
    numbers: dict[str, set[str]] = {}
    for text in texts:
        if found := NAMED.fullmatch(text):
            numbers.setdefault(found[2], set()).add(found[3])
    return numbers


def check(texts: list[str], letters: set[str], expected: set[str], situations: list[dict[str, Any]]) -> None:
    """What is named is true in one of the situations, and the letters are those that belong there."""
    assert letters == expected
    for name, numbers in named(texts).items():
        true = {shown(situation[name], spec) for situation in situations for spec in ("", ".2f", ".3f")}
        assert numbers <= true, (name, numbers, true)


def test_the_numbers_by_hand_are_the_engines(line: Experiment) -> None:
    for step in (0, 1, 4):
        for name, number in after(step).items():
            assert line.number(name, step) == pytest.approx(number)
    # A test that mixes them up would find it out: no two of these look alike.
    assert len({shown(number) for number in after(0).values()}) == len(after(0))


def test_an_update_is_on_the_cost_and_the_network_shows_the_loss(line: Experiment) -> None:
    cues: list[Cue] = [
        DRAWN,
        ("reveal", {"value": "loss"}),
        ("show_gradients", {}),
        ("update", {"weight": "w1"}),
        ("update", {}),
        ("run_forward", {}),
        ("write_down", {"row": "now", "values": ("loss", "cost", "w1")}),
        ("write_down", {"row": "before", "before": True}),
        ("take_example", {"example": 2}),
        ("plot_training", {"steps": 4}),
        ("train", {}),
    ]
    found = ends("update", line, cues)
    now, then = after(0), after(1)
    for k, (texts, letters) in enumerate(found):
        # The node of the loss says L; ∂C/∂w beside the title and the equation say C.
        expected = {"L"} if k in (0, 1, 4, 5, 8) else {"L", "C"} if k < 9 else {"C"}
        check(texts, letters, expected, [now, then])
    assert {shown(now["cost.grad.w1"]), shown(now["cost.grad.w2"]), "cost.grad.w"} <= set(found[2][0])
    assert not {shown(now["grad.w1"]), shown(now["grad.w2"])} & set(found[2][0])
    assert f"w1 = {shown(then['w1'])}" in found[3][0]
    assert shown(then["loss"]) in found[5][0] and shown(then["cost"]) not in found[5][0]
    assert {shown(then["loss"]), shown(then["cost"])} <= set(found[6][0])
    assert {shown(now["loss"]), shown(now["cost"])} <= set(found[7][0])
    assert shown(after(1, example=2)["loss"]) in found[8][0]
    assert shown(after(4)["cost"]) in found[10][0] and shown(after(4, example=2)["loss"]) not in found[10][0]


def test_carried_gradients_of_the_loss_make_room_for_those_of_the_cost(line: Experiment) -> None:
    cues: list[Cue] = [
        ("carry_graph", {"gradients": ("w1", "w2")}),
        ("fold_graph", {}),
        ("show_gradients", {"of": ("w1",)}),
    ]
    (_, before, now), numbers = ends("update", line, cues), after(0)
    assert {shown(numbers["grad.w1"]), shown(numbers["grad.w2"])} <= set(before[0])
    assert not {shown(numbers["grad.w1"]), shown(numbers["grad.w2"])} & set(now[0])
    assert {"cost.grad.w", shown(numbers["cost.grad.w1"])} <= set(now[0]) and now[1] == {"L", "C"}


def test_gradients_of_the_cost_stay_those_of_the_cost_in_the_graph(line: Experiment) -> None:
    cues: list[Cue] = [("carry_network", {}), ("show_gradients", {}), ("unfold_graph", {})]
    (*_, (texts, letters)), numbers = ends("update", line, cues), after(0)
    assert {"cost.grad.w", shown(numbers["cost.grad.w1"]), shown(numbers["cost.grad.w2"])} <= set(texts)
    assert not {shown(numbers["grad.w1"]), shown(numbers["grad.w2"])} & set(texts)
    assert letters == {"L", "C"}


def test_descent_is_down_the_cost(line: Experiment) -> None:
    cues: list[Cue] = [
        ("carry_curve", {"over": "y"}),
        ("plot_loss", {"over": "w1"}),
        ("show_slope", {}),
        ("show_rule", {}),
        ("step", {"learning_rate": 0.02, "times": 2}),
        ("back", {}),
        ("turn", {"weight": "w2", "to": 0.5}),
        ("plot_surface", {"across": "w1", "up": "w2"}),
        ("descend", {"steps": 3}),
    ]
    found, w1 = ends("gradient_descent", line, cues), 3.0
    for _ in range(2):
        w1 -= 0.02 * by_hand(w1, 5 / 6, 1)["cost.grad.w1"]
    moved = by_hand(w1, 5 / 6, 1)
    situations = [after(0), moved, by_hand(3, 0.5, 1), after(3)]
    check(*found[0], {"L"}, [after(0)])
    for k, (texts, letters) in enumerate(found[1:]):
        check(texts, letters, {"C"}, situations)
        assert "cost" in named(texts), k
    assert {"learning_rate = 0.02", f"cost = {shown(moved['cost'])}"} <= set(found[4][0])


def test_the_summary_plots_the_cost(line: Experiment) -> None:
    cues: list[Cue] = [
        ("draw_cycle", {"steps": ("backward", "update")}),
        ("next_step", {"values": ("loss", "grad.w1")}),
        ("next_step", {"values": ("cost", "cost.grad.w1")}),
        ("plot_run", {"steps": 5}),
        ("repeat", {"steps": 3}),
    ]
    found = ends("summary", line, cues)
    check(*found[1], {"L"}, [after(0)])
    check(*found[3], {"L", "C"}, [after(0)])
    check(*found[4], {"L", "C"}, [after(3)])
    assert shown(after(0)["cost"]) in found[3][0] and shown(after(3)["cost"], ".2f") in found[4][0]


@pytest.mark.parametrize(
    ("scene", "cues"),
    [
        ("forward_pass", [("calculate", {"value": "loss"})]),
        ("backward_pass", [("calculate", {"value": "grad.w1"}), ("check_gradient", {"of": "w1"})]),
        ("chain_rule", [("draw_chain", {"weight": "w1"}), ("number_lines", {}), ("nudge", {"by": 0.5})]),
        ("loss", [("number_line", {"output": "y"}), ("calculate", {"value": "loss"}), ("plot_loss", {})]),
    ],
)
def test_the_passes_are_about_the_loss_of_one_example(line: Experiment, scene: str, cues: list[Cue]) -> None:
    for texts, letters in ends(scene, line, [DRAWN, ("reveal", {"value": "loss"}), *cues]):
        check(texts, letters, {"L"} if letters else set(), [after(0)])
    assert letters == {"L"} and shown(after(0)["cost"]) not in texts


def test_the_introduction_turns_knobs_down_the_cost(line: Experiment) -> None:
    cues: list[Cue] = [
        ("draw_network", {"filled": True}),
        ("show_knobs", {}),
        ("show_loss", {"text": "error"}),
        ("learn", {"steps": 3}),
    ]
    found = ends("intro", line, cues)
    # The bar has no room for its letter beside the number; its title is there.
    check(*found[2], set(), [after(0)])
    check(*found[3], set(), [after(3)])


def test_training_on_points_of_the_plane_plots_the_cost(clusters: Experiment) -> None:
    (*_, (texts, letters)) = ends("layers", clusters, [("show_data", {}), ("train", {"steps": 20})])
    assert letters == {"C"} and shown(clusters.number("cost", 20)) in texts
    assert shown(clusters.number("loss", 20)) not in texts


def test_without_data_everything_is_the_loss(chain: Experiment) -> None:
    cues: list[Cue] = [DRAWN, ("show_gradients", {}), ("update", {"weight": "w1"}), ("update", {})]
    cues += [("run_forward", {}), ("plot_training", {"steps": 4})]
    for texts, letters in ends("update", chain, cues):
        assert letters == {"L"} and "cost" not in " ".join(texts)


def test_the_cost_is_calculated_as_the_mean_of_the_losses(line: Experiment) -> None:
    numbers = [after(0, example=row) for row in range(3)]
    cues: list[Cue] = [DRAWN, ("calculate", {"value": "cost"}), ("calculate", {"value": "cost.grad.w1"})]
    _, of_cost, of_slope = ends("forward_pass", line, cues)
    losses = " + ".join(shown(each["loss"]) for each in numbers)
    assert f"cost = 1/3 · ({losses}) = {shown(after(0)['cost'])}" in of_cost[0]
    (slope,) = (text for text in of_slope[0] if text.startswith("cost.grad.w1"))
    assert slope.endswith(f"≈ {line.text('cost.grad.w1')}") and slope.count("+") == 2
    assert of_cost[1] == of_slope[1] == {"L", "C"}


def test_the_triangle_at_an_output_has_the_rise_of_its_slope(line: Experiment) -> None:
    cues: list[Cue] = [("number_line", {"output": "y"}), ("plot_loss", {})]
    stage = stage_after("loss", line, *cues, ("show_slope", {"text": "slope", "run": 0.5}))
    slope = stage.slopes[0]
    # L = ½(y − t)², so its slope is 5 − 3.
    assert (slope.triangle.run[1].plain, slope.triangle.rise[1].plain) == ("0.5", "1")
    start, end = map(slope.tangent.point_from_proportion, (0.0, 1.0))
    corner = slope.triangle.rise[0].get_end() - slope.triangle.run[0].get_start()
    assert (end - start)[1] / (end - start)[0] == pytest.approx(corner[1] / corner[0])
