"""A graph seen as a batch, updated and trained: the numbers, what waits, and what each cue refuses."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from helpers.stage import Cue, graph_played, performance

from storyreel.checks.crossing_rules import motion_faults
from storyreel.checks.layout_rules import faults
from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import StoryboardError
from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.serialization import graph_data, graph_from
from storyreel.engine.optimizers import GradientDescent
from storyreel.rendering.play import watch
from storyreel.stage.stage import Stage
from storyreel.storyboard.cue import Example

XS, TS = [1.0, 2.0, -2.0], [1.0, 1.0, 0.0]
RATE = 2.0


def neuron(**other: Any) -> GraphExperiment:
    """A sigmoid neuron with the weight −1 and the bias 1, trained on three examples."""
    given = {name: np.array(value) for name, value in {"x": 1.0, "t": 1.0, "w": -1.0, "b": 1.0}.items()}
    formulas = {"p": "w * x", "z": "p + b", "a": "sigmoid(z)", "loss": "mean_squared_error(a, t)"}
    graph = graph_of(dict.fromkeys(given, ()), formulas)
    made = GraphExperiment("neuron", graph, given, parameters=("w", "b"), optimizer=GradientDescent(RATE))
    return replace(made, data={"x": np.array(XS), "t": np.array(TS)}, **other)


def by_hand(w: float, b: float) -> tuple[list[float], list[float], list[float]]:
    """The losses of the three examples, and their gradients with respect to w and b."""
    losses, of_w, of_b = [], [], []
    for x, t in zip(XS, TS, strict=True):
        a = 1 / (1 + np.exp(-(w * x + b)))
        losses.append((a - t) ** 2)
        of_b.append(2 * (a - t) * a * (1 - a))
        of_w.append(of_b[-1] * x)
    return losses, of_w, of_b


DRAWN: list[Cue] = [("draw_graph", {"filled": True, "batch": True})]
BACK: list[Cue] = [
    *DRAWN,
    ("begin_backward", {}),
    *(("pass_back", {"through": name}) for name in ("loss", "a", "z", "p")),
]
NEW: list[Cue] = [("update", {"weight": "w"}), ("update", {}), ("run_forward", {})]


def played(graph: GraphExperiment, *cues: Cue, aspect: str = "16:9") -> tuple[list[str], Any, list[str]]:
    """What is written on stage at the end, the graph there, and what was wrong at the end of any beat."""
    written, stage, found = graph_played(graph, *cues, aspect=aspect)
    return written, stage.of_graph, found


def test_what_differs_from_example_to_example_is_a_stack() -> None:
    _, shown, found = played(neuron(), *DRAWN)
    cards = {name: len(node.cards or ()) for name, node in shown.drawn.picture.nodes.items()}
    assert cards == {"x": 2, "t": 2, "p": 2, "z": 2, "a": 2, "loss": 2, "w": 0, "b": 0}
    assert found == []


def test_without_a_batch_nothing_is_a_stack() -> None:
    _, shown, _ = played(neuron(), ("draw_graph", {}))
    assert not any(node.cards for node in shown.drawn.picture.nodes.values())


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_another_example_comes_to_the_front_with_all_of_its_numbers(aspect: str) -> None:
    _, shown, found = played(neuron(), *BACK, ("take_example", {"example": Example(1)}), aspect=aspect)
    losses, of_w, _ = by_hand(-1, 1)
    assert shown.drawn.values["x"].plain == "2" and shown.drawn.values["w"].plain == "−1"
    assert float(shown.drawn.values["loss"].plain) == pytest.approx(losses[1], abs=0.005)
    badge = shown.drawn.badges["w"].number.plain
    assert float(badge.replace("−", "-")) == pytest.approx(of_w[1], abs=0.005)
    assert found == []


@pytest.mark.parametrize("of", ["w", "b"])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_gradients_of_a_batch_are_gathered(of: str, reduction: str) -> None:
    _, before, _ = played(neuron(), *BACK)
    assert len(before.drawn.badges[of]) == 2 + 2  # the plate and its number, and two plates behind
    _, shown, found = played(neuron(reduction=reduction), *BACK, ("gather", {"of": of}))
    total = sum(by_hand(-1, 1)["wb".index(of) + 1])
    expected = total / 3 if reduction == "mean" else total
    written = shown.drawn.badges[of].number.plain
    assert float(written.replace("−", "-")) == pytest.approx(expected, abs=0.005)
    assert len(shown.drawn.badges[of]) == 2 and found == []


def test_the_losses_of_a_batch_make_the_cost() -> None:
    texts, _, found = played(neuron(), *DRAWN, ("gather", {"of": "loss"}))
    equation = next(text for text in texts if text.startswith("cost"))
    cost = sum(by_hand(-1, 1)[0]) / 3
    assert float(equation.split()[-1]) == pytest.approx(cost, abs=0.005) and found == []


def test_an_update_steps_against_the_gradient_of_the_cost() -> None:
    _, of_w, of_b = by_hand(-1, 1)
    w, b = -1 - RATE * sum(of_w) / 3, 1 - RATE * sum(of_b) / 3
    cost = sum(by_hand(w, b)[0]) / 3
    texts, shown, found = played(neuron(), *BACK, *NEW, ("gather", {"of": "loss"}))
    values = {
        name: float(shown.drawn.values[name].plain.replace("−", "-")) for name in ("w", "b", "z", "loss")
    }
    expected = {"w": w, "b": b, "z": w + b, "loss": by_hand(w, b)[0][0]}
    assert values == pytest.approx(expected, abs=0.006)
    assert float(next(text for text in texts if text.startswith("cost")).split()[-1]) == pytest.approx(
        cost, abs=0.005
    )
    assert not shown.drawn.badges and found == []


def test_training_ends_with_the_numbers_of_its_last_step() -> None:
    w, b = -1.0, 1.0
    for _ in range(6):
        _, of_w, of_b = by_hand(w, b)
        w, b = w - RATE * sum(of_w) / 3, b - RATE * sum(of_b) / 3
    cues: list[Cue] = [*DRAWN, ("plot_training", {"steps": 6}), ("train", {"until": 3}), ("train", {})]
    _, shown, found = played(neuron(), *cues)
    values = {name: float(shown.drawn.values[name].plain.replace("−", "-")) for name in ("w", "b")}
    assert values == pytest.approx({"w": w, "b": b}, abs=0.006)
    assert float(shown.training.plot.badge.number.plain) == pytest.approx(
        sum(by_hand(w, b)[0]) / 3, abs=0.0005
    )
    assert found == []


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_nothing_covers_anything_on_the_way(aspect: str) -> None:
    cues: list[Cue] = [*BACK, ("take_example", {"example": Example(1)}), ("gather", {"of": "w"}), *NEW]
    cues += [("gather", {"of": "loss"}), ("plot_training", {"steps": 15}), ("train", {})]
    found: list[str] = []
    before: Snapshot | None = None

    def look(stage: Stage, frame: int, repeats: int) -> None:
        nonlocal before
        before = Snapshot(stage, before, is_still=repeats > 1)
        found.extend(fault.text for fault in [*faults(before), *motion_faults(before)])

    graph = neuron(notation=replace(neuron().notation, digits=2))
    made = replace(performance("graph", None, cues, fps=5), graph=graph, aspect=aspect)
    watch(made, look)
    assert found == []


@pytest.mark.parametrize(
    ("cues", "message"),
    [
        ([("draw_graph", {"filled": True}), ("gather", {"of": "loss"})], "only a batch is gathered"),
        ([*DRAWN, ("gather", {"of": "z"})], "`z` is no parameter"),
        ([*DRAWN, ("gather", {"of": "w"})], "no gradient of `w`"),
        ([*DRAWN, ("update", {"weight": "x"})], "`x` is no parameter"),
        ([*DRAWN, ("update", {"weight": "w"}), ("update", {"weight": "w"})], "`w` is updated already"),
        ([*DRAWN, ("update", {"weight": "w"}), ("run_forward", {})], "`b` is still the old one"),
        ([*DRAWN, ("update", {}), ("compute", {"value": "z"})], "`run_forward` first"),
        ([*DRAWN, ("run_forward", {})], "no new parameters"),
        ([*DRAWN, *NEW, ("update", {})], "one update is shown"),
        ([*DRAWN, ("train", {})], "put `plot_training` before"),
        ([*DRAWN, ("plot_training", {"steps": 5}), ("begin_backward", {})], "once training is plotted"),
    ],
)
def test_what_a_cue_cannot_do_it_says(cues: list[Cue], message: str) -> None:
    with pytest.raises(StoryboardError, match=message):
        played(neuron(), *cues)


def test_a_batch_has_the_example_in_front() -> None:
    with pytest.raises(StoryboardError, match="none of its `data`"):
        played(replace(neuron(), given={**neuron().given, "x": np.array(7.0)}), *DRAWN)
    with pytest.raises(StoryboardError, match="has no `data`"):
        played(replace(neuron(), data={}), *DRAWN)


def test_the_example_in_focus_keeps_its_training() -> None:
    graph, focused = neuron(), neuron().focused(2)
    assert focused.example_in_focus == 2 and graph.example_in_focus == 0
    assert focused.number("x") == -2 and focused.number("w", 3) == graph.number("w", 3)
    losses = by_hand(*(graph.number(name, 3) for name in ("w", "b")))[0]
    assert focused.number("loss", 3) == pytest.approx(losses[2])


def test_a_trained_graph_is_the_same_from_its_data() -> None:
    graph = neuron(l2=0.1, reduction="sum", seed=3)
    again = graph_from(graph_data(graph))
    assert again.number("w", 5) == graph.number("w", 5) and again.number("cost", 5) == graph.number("cost", 5)
    assert graph_data(again) == graph_data(graph)
