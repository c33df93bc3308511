"""The scene `intro`: knobs, bars and loss follow the engine, whatever the network."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from storyreel.checks.layout_rules import faults
from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import Place, StoryboardError, StoryreelError
from storyreel.core.number_format import shown
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.initializers import He
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Layer, Network
from storyreel.engine.optimizers import GradientDescent
from storyreel.graphics.layout import Area, LayoutError
from storyreel.graphics.networks.knob import SWEEP, Knob
from storyreel.graphics.networks.knob_bank import KnobBank
from storyreel.graphics.networks.output_bars import OutputBars
from storyreel.graphics.parts.meter import FIRST_SHARE, Meter
from storyreel.graphics.text.sentence import sentence
from storyreel.rendering.play import watch, watch_beats
from storyreel.stage.stage import Stage
from storyreel.storyboard.vocabulary import scene_types
from storyreel.timing.beats import TimedBeat, TimedChapter, TimedCue
from storyreel.timing.performance import Performance

Cue = tuple[str, dict[str, Any]]
FPS = 2
NOWHERE = Place("intro.yaml", 1, 1)
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


def performance(experiment: Experiment, cues: Sequence[Cue]) -> Performance:
    """A chapter with a beat for each cue."""
    types = scene_types()["intro"].cues
    beats, frame = [], 0
    for number, (name, parameters) in enumerate(cues, start=1):
        end = frame + round(types[name].seconds * FPS)
        cue = TimedCue(name, parameters, frame, end, NOWHERE)
        beats.append(TimedBeat("intro", number, frame, end + 1, (cue,), (), NOWHERE))
        frame = end + 1
    return Performance(
        TimedChapter("intro", "Knobs", "intro", experiment.name, tuple(beats)), FPS, experiment
    )


def texts_after(experiment: Experiment, *cues: Cue) -> list[str]:
    """What is written on stage when the last of the cues is over."""
    texts: list[list[str]] = []

    def look(stage: Stage) -> None:
        texts.append([label.piece.plain for label in Snapshot(stage).labels()])

    watch_beats(performance(experiment, cues), look)
    return texts[-1]


@pytest.fixture
def negative() -> Experiment:
    """2 → −3 → 2.25, target 4 above the output."""
    network = Network(("x",), (Layer("h", -1.5), Layer("y", -0.75)), LOSSES["half_squared_error"])
    return Experiment("negative", network, np.array([2.0]), np.array([4.0]), GradientDescent(0.05))


@pytest.fixture
def relu() -> Experiment:
    """3-4-2 with ReLU, a large target and a negative one."""
    layers = (
        Layer("h", He(1).weights(4, 3), np.zeros(4), ACTIVATIONS["relu"]),
        Layer("y", He(2).weights(2, 4), np.zeros(2)),
    )
    network = Network(("x[0]", "x[1]", "x[2]"), layers, LOSSES["mean_squared_error"])
    return Experiment("relu", network, np.array([1, -0.5, 2]), np.array([12.5, -1.25]), GradientDescent())


@pytest.fixture
def sigmoid() -> Experiment:
    """1-1-1-1 with sigmoid and biases."""
    layers = (
        Layer(name, weight, [bias], ACTIVATIONS["sigmoid"])
        for name, weight, bias in (("a", 1.5, 0.2), ("b", -2.0, 0.5), ("y", 1.2, -0.3))
    )
    network = Network(("x",), tuple(layers), LOSSES["half_squared_error"])
    return Experiment("sigmoid", network, np.array([0.8]), np.array([1.0]), GradientDescent(0.5))


def test_a_turned_knob_changes_what_the_network_says(chain: Experiment) -> None:
    texts = texts_after(
        chain, *READY, ("show_loss", {"text": "error"}), ("turn", {"weight": "w2", "to": 1.5})
    )
    changed = chain.network.with_parameters(np.array([3.0, 1.5]))
    forward = changed.forward(chain.inputs)
    loss = changed.loss_of(forward, chain.targets)
    assert {"w1 = 3", "w2 = 1.5", shown(forward.prediction[0, 0]), shown(loss), "error"} <= set(texts)


def test_a_knob_can_be_turned_back(chain: Experiment) -> None:
    texts = texts_after(chain, *READY, ("turn", {"weight": "w2", "to": 1.5}), ("turn", {"weight": "w2"}))
    assert {"w2 = 5/6", "5"} <= set(texts)


def test_the_loss_that_appears_is_that_of_the_knobs_as_they_stand(chain: Experiment) -> None:
    cues: list[Cue] = [*READY, ("turn", {"weight": "w2", "to": 1}), ("show_loss", {"text": "error"})]
    assert "4.5" in texts_after(chain, *cues)


def test_learning_ends_at_the_steps_of_the_run(chain: Experiment) -> None:
    cues: list[Cue] = [
        *READY,
        ("show_loss", {"text": "error"}),
        ("learn", {"steps": 2}),
        ("learn", {"steps": 1}),
    ]
    trace = chain.run(3).trace(3)
    expected = {f"{name} = {shown(trace.number(name))}" for name in ("w1", "w2")} | {shown(trace.loss)}
    assert expected <= set(texts_after(chain, *cues))


def test_questions_stand_together_until_they_are_answered(chain: Experiment) -> None:
    questions = {"Which knob?", "Which way?", "How much?"}
    assert questions <= set(texts_after(chain, *READY, *REST[:5]))
    texts = set(texts_after(chain, *READY, *REST[:7]))
    assert not questions & texts and REST[6][1]["text"] in texts


@pytest.mark.parametrize("name", ["negative", "sigmoid", "relu", "dense"])
def test_any_network_is_laid_out_without_a_fault(name: str, request: pytest.FixtureRequest) -> None:
    experiment: Experiment = request.getfixturevalue(name)
    weight = experiment.network.names.parameters[0]
    found: list[str] = []
    before: list[Snapshot | None] = [None]

    def look(stage: Stage, frame: int, repeats: int) -> None:
        before.append(Snapshot(stage, before.pop(), is_still=repeats > 1))
        if before[-1] is not None:
            found.extend(f"{frame}: {fault.text}" for fault in faults(before[-1]))

    watch(performance(experiment, [*READY, ("turn", {"weight": weight, "to": -2.0}), *REST]), look)
    assert not found


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
        texts_after(chain, *cues)
    assert message in str(caught.value.problems[0])


def test_a_pointer_is_up_at_zero_and_turns_right_with_the_number() -> None:
    def angle(value: float) -> float:
        knob = Knob("w1", "weight", value, 2.0, 0.5, labelled=False)
        x, y, _ = knob.pointer.get_end() - knob.face.get_center()
        return math.atan2(x, y)

    assert angle(0.0) == pytest.approx(0.0, abs=1e-9)
    assert angle(2.0) == pytest.approx(SWEEP / 4) and angle(-2.0) == pytest.approx(-SWEEP / 4)
    assert angle(1.0) < angle(2.0) < angle(9.0)


def test_knobs_of_one_layer_stand_apart_from_those_of_the_next(dense: Experiment) -> None:
    names = [name for name in dense.network.names.parameters if name.startswith("W")]
    bank = KnobBank(dense.trace, names, AREA)
    columns = {
        layer: sorted({knob.face.get_x() for name, knob in bank.knobs.items() if name[1] == layer})
        for layer in "12"
    }
    gap = columns["2"][0] - columns["1"][-1]
    assert len(bank.knobs) == 42 and gap > 1.5 * max(np.diff(columns["1"]))
    assert bank.get_left()[0] >= AREA.left and bank.get_right()[0] <= AREA.right


def test_too_many_knobs_are_said() -> None:
    network = Network(("x",), (Layer("h", np.ones((900, 1))), Layer("y", np.ones((1, 900)))), LOSSES["huber"])
    large = Experiment("large", network, np.array([1.0]), np.array([1.0]), GradientDescent())
    with pytest.raises(StoryreelError, match="1800 knobs are too many"):
        KnobBank(large.trace, large.network.names.parameters, AREA)


def test_bars_are_as_long_as_their_values_and_share_a_scale(relu: Experiment) -> None:
    from storyreel.graphics.networks.network_diagram import NetworkDiagram

    diagram = NetworkDiagram(relu.trace, AREA)
    neurons = [diagram.nodes[name] for name in diagram.columns[-1]]
    bars = OutputBars(neurons, [2.0, -1.0], [4.0, 0.5], AREA)
    zero = bars.zero.get_x()
    assert bars.bars[0].width == pytest.approx(2 * bars.bars[1].width)
    assert bars.bars[0].get_left()[0] == pytest.approx(zero) == bars.bars[1].get_right()[0]
    assert bars.wanted[0].width == pytest.approx(8 * bars.wanted[1].width)
    bars.set_values([80.0, -1.0])
    assert bars.bars[0].get_right()[0] <= AREA.right and bars.wanted[0].width < bars.bars[0].width / 10


def test_a_meter_is_as_high_as_its_value() -> None:
    meter = Meter("error", "loss", 2.0, AREA)
    height = meter.bar.height
    meter.set_value(1.0)
    assert meter.bar.height == pytest.approx(height / 2)
    meter.set_value(100.0)
    assert meter.bar.height == pytest.approx(height / FIRST_SHARE)


def test_a_sentence_is_broken_where_one_line_would_be_small() -> None:
    line, lines = (sentence("which way, and how much " * n, AREA) for n in (1, 3))
    assert lines.height > 1.5 * line.height and lines.width <= AREA.width
    with pytest.raises(LayoutError, match="too long for the area 'test'"):
        sentence("which way, and how much " * 30, AREA)
