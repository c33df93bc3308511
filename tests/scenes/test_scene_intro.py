"""The scene `intro`: knobs, bars and loss follow the engine, whatever the network."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from helpers import lessons
from helpers.stage import Cue, faults_at_every_frame, stage_after, texts_after

from storyreel.core.errors import StoryboardError
from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.engine.optimizers import GradientDescent
from storyreel.graphics.layout import Area, LayoutError
from storyreel.graphics.text.sentence import sentence

AREA = Area("test", -6, -1, 6, 1)
READY: list[Cue] = [("draw_network", {}), ("predict", {}), ("show_knobs", {})]
REST: list[Cue] = [
    ("show_targets", {"text": "wanted"}),
    ("show_loss", {"text": "error"}),
    *(("ask", {"text": text}) for text in ("Which knob?", "Which way?", "How much?")),
    ("show_gradients", {}),
    ("answer", {"text": "Backpropagation tells every weight which way to turn, and how much."}),
    ("learn", {"steps": 3}),
]


def test_a_turned_knob_changes_what_the_network_says(chain: Experiment) -> None:
    texts = texts_after(
        "intro", chain, *READY, ("show_loss", {"text": "error"}), ("turn", {"weight": "w2", "to": 1.5})
    )
    changed = chain.network.with_parameters(np.array([3.0, 1.5]))
    forward = changed.forward(chain.inputs)
    loss = changed.loss_of(forward, chain.targets)
    assert {"w1 = 3", "w2 = 1.5", shown(forward.prediction[0, 0]), shown(loss), "error"} <= set(texts)


def test_a_knob_can_be_turned_back(chain: Experiment) -> None:
    texts = texts_after(
        "intro", chain, *READY, ("turn", {"weight": "w2", "to": 1.5}), ("turn", {"weight": "w2"})
    )
    assert {"w2 = 5/6", "5"} <= set(texts)


def test_the_loss_that_appears_is_that_of_the_knobs_as_they_stand(chain: Experiment) -> None:
    cues: list[Cue] = [*READY, ("turn", {"weight": "w2", "to": 1}), ("show_loss", {"text": "error"})]
    assert "4.5" in texts_after("intro", chain, *cues)


def test_the_loss_has_the_decimals_that_are_asked_for(chain: Experiment) -> None:
    cues: list[Cue] = [("show_loss", {"text": "error", "decimals": 3}), ("turn", {"weight": "w2", "to": 1})]
    assert "4.500" in texts_after("intro", chain, *READY, *cues)


def test_only_the_connections_of_knobs_on_stage_are_bright(chain: Experiment) -> None:
    some: Cue = ("show_knobs", {"weights": ["w2"]})
    for cues, dimmed in (((some,), ["w1"]), ((some, ("show_knobs", {})), [])):
        edges = stage_after("intro", chain, ("draw_network", {}), *cues).drawing.edges
        assert [name for name, edge in edges.items() if edge.get_stroke_opacity() < 0.5] == dimmed


def test_learning_ends_at_the_steps_of_the_run(chain: Experiment) -> None:
    cues: list[Cue] = [
        *READY,
        ("show_loss", {"text": "error"}),
        ("learn", {"steps": 2}),
        ("learn", {"steps": 1}),
    ]
    trace = chain.run(3).trace(3)
    expected = {f"{name} = {shown(trace.number(name))}" for name in ("w1", "w2")} | {shown(trace.loss)}
    assert expected <= set(texts_after("intro", chain, *cues))


def test_a_network_that_diverges_does_not_learn(chain: Experiment) -> None:
    wild = replace(chain, optimizer=GradientDescent(1e9))
    with pytest.raises(StoryboardError, match="diverges within 40 steps; lower its learning rate"):
        stage_after("intro", wild, *READY, ("learn", {"steps": 40}))


def test_questions_stand_together_until_they_are_answered(chain: Experiment) -> None:
    questions = {"Which knob?", "Which way?", "How much?"}
    assert questions <= set(texts_after("intro", chain, *READY, *REST[:5]))
    texts = set(texts_after("intro", chain, *READY, *REST[:7]))
    assert not questions & texts and REST[6][1]["text"] in texts


@pytest.mark.parametrize("make", [lessons.negative_chain, lessons.sigmoid_chain, lessons.relu, lessons.dense])
def test_any_network_is_laid_out_without_a_fault(make: Callable[[], Experiment]) -> None:
    weight = make().network.names.parameters[0]
    cues: list[Cue] = [*READY, ("turn", {"weight": weight, "to": -2.0}), *REST]
    assert faults_at_every_frame("intro", make(), cues) == []


@pytest.mark.parametrize(
    ("cues", "message"),
    [
        ([("predict", {})], "there is no network on stage"),
        ([("draw_network", {}), ("show_gradients", {})], "there are no knobs on stage"),
        ([("draw_network", {}), ("show_knobs", {"weights": ("h",)})], "'h' is no weight and no bias"),
        ([("draw_network", {}), ("show_knobs", {"weights": ("w1",)}), ("turn", {"weight": "w2"})], "no knob"),
    ],
)
def test_what_cannot_be_shown_is_said(chain: Experiment, cues: list[Cue], message: str) -> None:
    with pytest.raises(StoryboardError) as caught:
        texts_after("intro", chain, *cues)
    assert message in str(caught.value.problems[0])


def test_a_sentence_is_broken_where_one_line_would_be_small() -> None:
    line, lines = (sentence("which way, and how much " * n, AREA) for n in (1, 3))
    assert lines.height > 1.5 * line.height and lines.width <= AREA.width
    with pytest.raises(LayoutError, match="too long for the area 'test'"):
        sentence("which way, and how much " * 30, AREA)
