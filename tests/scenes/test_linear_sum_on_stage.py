"""A linear network on stage as one weighted sum, which takes the weights of another: worked out by hand."""

from dataclasses import replace
from typing import Any

import numpy as np
from helpers.stage import Cue, performance

from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.graphics.layout import Frame
from storyreel.graphics.maths.linear_sum import LinearSum
from storyreel.rendering.play import watch_beats
from storyreel.stage.stage import Stage

DRAWN: list[Cue] = [("draw_network", {"filled": True}), ("write_linear_sum", {})]
TAKES: Cue = ("take_weights", {"other": "other"})


def experiment(name: str, hidden: list[list[float]], out: list[list[float]], bias: float) -> Experiment:
    layers = (Layer("h", np.array(hidden), [0.0, bias]), Layer("y", np.array(out), [0.5]))
    network = Network(("a", "b"), layers, LOSSES["mean_squared_error"])
    return Experiment(name, network, [3.0, 2.0], [1.0])


def played(*cues: Cue) -> Any:
    own = experiment("own", [[1, 1], [1, 1]], [[1, 1]], 0.0)
    other = experiment("other", [[2, 0.5], [1, 3]], [[0.5, 2]], 1.0)
    stages: list[Stage] = []
    show = replace(performance("forward_pass", own, cues), experiments={"own": own, "other": other})
    watch_beats(show, stages.append, has_views=False)
    return stages[-1]


def written(number: Any) -> str:
    """A number on stage, by what its glyphs say."""
    return str(number[0].piece.plain)


def test_the_sum_has_the_numbers_of_all_ways_added_up() -> None:
    assert played(*DRAWN).linear_sum.plain == "y = 2.00 × a + 2.00 × b + 0.50"


def test_other_weights_have_another_sum_and_the_numbers_of_the_network_follow() -> None:
    stage = played(*DRAWN, TAKES)
    # 0.5 · (2, 0.5) + 2 · (1, 3) = (3, 6.25), and 2 · 1 + 0.5 = 2.5
    assert stage.linear_sum.plain == "y = 3.00 × a + 6.25 × b + 2.50"
    nodes = stage.diagram.nodes
    assert [written(nodes[name].value) for name in ("h[0]", "h[1]", "y")] == ["7", "10", "24"]
    assert written(stage.diagram.labels["W1[1,1]"].number) == "3"


def test_a_minus_before_a_term_is_the_operator() -> None:
    network = experiment("own", [[1, 1], [1, 1]], [[-1, -2]], 0.25).network
    sums = LinearSum(network, Frame().formula, 0.5)
    assert sums.plain == "y = −3.00 × a − 3.00 × b + 0.00"  # 0.5 - 2 · 0.25
    below = experiment("own", [[1, 1], [1, 1]], [[-1, -2]], 0.5).network
    assert LinearSum(below, Frame().formula, 0.5).plain == "y = −3.00 × a − 3.00 × b − 0.50"
    show = sums.follow(lambda alpha: below if alpha > 0.5 else network)
    show(1.0)
    assert sums.plain == "y = −3.00 × a − 3.00 × b − 0.50"


def test_the_first_weights_come_back() -> None:
    stage = played(*DRAWN, TAKES, ("take_weights", {"other": "own"}))
    assert stage.linear_sum.plain == "y = 2.00 × a + 2.00 × b + 0.50"
    assert written(stage.diagram.nodes["y"].value) == "10.5"
