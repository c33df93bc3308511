"""The scene `spectrum`: the wave is the sum of its tones, bars are as high as numbers, and training shows."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.stage import Cue, faults_at_every_frame, stage_after, texts_after

from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network

SCENE = "spectrum"
PITCH = 200.0
WAVE: Cue = ("show_wave", {"pitch": PITCH, "text": "ms"})
BARS: Cue = ("show_spectrum", {"text": "Hz"})
ANSWERS: Cue = ("name_answers", {"names": ["ah", "ee", "oo"]})
WEIGHTS: Cue = ("show_weights", {"of": "W1[1,0]", "text": "weights"})
TRAIN: Cue = ("train", {"until": 30})
OTHER: Cue = ("take_example", {"example": 2})
STRENGTHS = np.array([[1.0, 0.6, 0.1, 0.0, 0.3], [0.2, 0.3, 1.0, 0.5, 0.0], [0.5, 1.0, 0.2, 0.1, 0.0]])


def experiment() -> Experiment:
    """Three sounds of five tones, and an output for each."""
    layer = Layer("y", np.zeros((3, 5)), np.zeros(3), ACTIVATIONS["softmax"])
    names = tuple(f"x[{number}]" for number in range(5))
    network = Network(names, (layer,), LOSSES["categorical_cross_entropy"])
    data = STRENGTHS, np.eye(3)
    focus = STRENGTHS[0], data[1][0]
    return Experiment("made", network, *focus, "gradient_descent", *data, learning_rate=1.0)


def strengths_of(wave: np.ndarray) -> np.ndarray:
    """The strengths of the tones of two periods of a wave, by a Fourier transform; the largest is 1."""
    amplitudes = np.abs(np.fft.rfft(wave[:-1]))[2::2][:5]
    return amplitudes / amplitudes.max()


@pytest.mark.parametrize(("cues", "example"), [([WAVE], 0), ([WAVE, BARS], 0), ([WAVE, BARS, OTHER], 2)])
def test_the_wave_is_the_sum_of_its_tones(cues: list[Cue], example: int) -> None:
    stage = stage_after(SCENE, experiment(), *cues)
    for curve in (stage.wave.curve, stage.wave.whole):
        corners = np.array([*curve.get_start_anchors(), curve.get_end()])
        assert strengths_of(corners[:, 1] - stage.wave.middle) == pytest.approx(STRENGTHS[example], abs=1e-6)


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
@pytest.mark.parametrize(("cues", "example"), [([WAVE, BARS], 0), ([WAVE, BARS, OTHER], 2)])
def test_bars_are_as_high_as_the_tones_are_strong(aspect: str, cues: list[Cue], example: int) -> None:
    chart = stage_after(SCENE, experiment(), *cues, aspect=aspect).chart
    heights = np.array([bar.height for bar in chart.bars])
    assert heights / heights.max() == pytest.approx(STRENGTHS[example], abs=0.012)
    places = [bar.get_x() for bar in chart.bars]
    # A tick is in the middle between the bars of the tones around it, or on that of its own tone.
    ticks = [mark for mark in chart.scale_marks if hasattr(mark, "plain")]
    for mark in ticks:
        tone = float(mark.plain) / PITCH - 1
        assert mark.get_x() == pytest.approx(np.interp(tone, range(5), places), abs=0.02)
    assert ticks


def trained(steps: int) -> tuple[np.ndarray, np.ndarray]:
    """The weights and biases after so many steps, by the formula of the gradient of a softmax."""
    weights, bias = np.zeros((3, 5)), np.zeros(3)
    for _ in range(steps):
        off = softmax(STRENGTHS @ weights.T + bias) - np.eye(3)
        weights, bias = weights - off.T @ STRENGTHS / 3, bias - off.mean(axis=0)
    return weights, bias


def softmax(z: np.ndarray) -> np.ndarray:
    powers = np.exp(z)
    return powers / powers.sum(axis=1, keepdims=True)


def test_weights_and_answers_follow_the_training() -> None:
    cues = [WAVE, BARS, ANSWERS, WEIGHTS, TRAIN]
    stage, (weights, bias) = stage_after(SCENE, experiment(), *cues), trained(30)
    chart, outputs = stage.weights, softmax(STRENGTHS @ weights.T + bias)
    drawn = np.array([np.sign(bar.get_y() - chart.zero.get_y()) * bar.height for bar in chart.bars])
    assert drawn / np.abs(drawn).max() == pytest.approx(weights[1] / np.abs(weights[1]).max(), abs=0.012)
    for example, more in ((0, []), (2, [OTHER])):
        texts = texts_after(SCENE, experiment(), *cues, *more)
        for share in outputs[example]:
            assert f"{share:.0%}" in texts


def test_bars_of_answers_are_as_long_as_the_shares() -> None:
    stage, (weights, bias) = stage_after(SCENE, experiment(), WAVE, BARS, ANSWERS, TRAIN), trained(30)
    lengths = np.array([bar.width for bar in stage.answers.bars])
    shares = softmax(STRENGTHS[:1] @ weights.T + bias)[0]
    assert lengths / lengths.max() == pytest.approx(shares / shares.max(), abs=0.02)


def test_the_frame_is_around_the_tones_that_are_pointed_out() -> None:
    chart = stage_after(SCENE, experiment(), WAVE, BARS).chart
    room = chart.column(1, 2)
    inside = [room.get_left()[0] < bar.get_x() < room.get_right()[0] for bar in chart.bars]
    assert inside == [False, True, True, False, False]


def test_nothing_overlaps_on_the_way() -> None:
    out: Cue = ("point_out_tones", {"first": 2, "last": 4})
    note: Cue = ("write", {"text": "all are right"})
    cues = [WAVE, BARS, ANSWERS, WEIGHTS, TRAIN, out, OTHER, note, WAVE]
    assert not faults_at_every_frame(SCENE, experiment(), cues)


def deep() -> Experiment:
    """The same sounds, and a hidden layer before the outputs."""
    random = np.random.default_rng(3)
    layers = (
        Layer("h", random.normal(size=(4, 5)), np.zeros(4), ACTIVATIONS["tanh"]),
        Layer("y", random.normal(size=(3, 4)), np.zeros(3), ACTIVATIONS["softmax"]),
    )
    names = tuple(f"x[{number}]" for number in range(5))
    network = Network(names, layers, LOSSES["categorical_cross_entropy"])
    data = STRENGTHS, np.eye(3)
    return Experiment("made", network, STRENGTHS[0], data[1][0], "gradient_descent", *data, learning_rate=0.5)


ROWS: Cue = ("draw_network", {})
BACK: Cue = ("show_gradients", {})


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_inputs_stand_below_their_tones_and_outputs_above_their_names(aspect: str) -> None:
    stage = stage_after(SCENE, deep(), WAVE, BARS, ANSWERS, ROWS, aspect=aspect)
    inputs, hidden, outputs = stage.rows.rows
    assert [one.get_x() for one in inputs] == pytest.approx([bar.get_x() for bar in stage.chart.bars])
    assert len(hidden) == 4
    assert inputs.get_y() > hidden.get_y() > outputs.get_y() > stage.rows.titles.get_top()[1]
    assert [name.plain for name in stage.rows.titles] == ["ah", "ee", "oo"]
    assert [one.get_x() for one in outputs] == pytest.approx([name.get_x() for name in stage.rows.titles])


def test_lines_have_the_gradients_of_the_sound_in_focus() -> None:
    """By differences of the loss of that sound, relative to the largest gradient of all."""
    stage, network = stage_after(SCENE, deep(), WAVE, BARS, ANSWERS, ROWS, OTHER, BACK), deep().network
    case, step = (STRENGTHS[2:], np.eye(3)[2:]), 1e-6

    def loss(weight: str, by: float) -> float:
        return float(network.nudged(weight, by).cost_of(*case))

    found = [
        np.array([abs(loss(name, step) - loss(name, -step)) / (2 * step) for row in rows for name in row])
        for rows in network.names.weights[1:]
    ]
    largest = max(float(values.max()) for values in found)
    for bundle, values in zip(stage.gradients, found, strict=True):
        assert bundle.shares == pytest.approx(values / largest, abs=1e-4)


def test_the_network_follows_without_overlaps() -> None:
    light: Cue = ("pass_forward", {})
    cues = [WAVE, ("hear", {}), BARS, ANSWERS, ROWS, light, BACK, TRAIN, OTHER, BACK, OTHER, WEIGHTS, WAVE]
    assert not faults_at_every_frame(SCENE, deep(), cues)
    stage = stage_after(SCENE, deep(), WAVE, BARS, ANSWERS, ROWS, BACK, TRAIN)
    assert stage.gradients == []
    weights = np.concatenate([layer.weights.ravel() for layer in deep().run(30).networks[30].layers])
    shares = np.concatenate([bundle.shares for bundle in stage.rows.bundles])
    assert shares == pytest.approx(np.abs(weights) / np.abs(weights).max())


def test_a_tile_is_in_the_row_of_its_class_and_has_the_name_of_the_answer() -> None:
    made = deep()
    tested = np.array([[0.1, 0.2, 0.9, 0.6, 0.0], [1.0, 0.4, 0.0, 0.1, 0.3], [0.9, 0.5, 0.2, 0.0, 0.2]])
    made = replace(made, test=(tested, np.eye(3)[[1, 0, 2]]))
    stage = stage_after(SCENE, made, WAVE, BARS, ANSWERS, ("show_tests", {"text": "of three"}))
    first, last = made.network.layers
    hidden = np.tanh(tested @ first.weights.T + first.bias)
    answers = (hidden @ last.weights.T + last.bias).argmax(axis=1)
    names = ["ah", "ee", "oo"]
    shown = [[part[1].plain for part in row[1:]] for row in stage.tiles.rows]
    assert shown == [[names[answers[1]]], [names[answers[0]]], [names[answers[2]]]]
    right = int((answers == np.array([1, 0, 2])).sum())
    assert stage.tiles.count[0].plain == str(right)


def test_the_wave_and_the_spectrum_make_room() -> None:
    alone, both = stage_after(SCENE, deep(), WAVE), stage_after(SCENE, deep(), WAVE, BARS)
    whole = alone.frame.whole
    assert alone.wave.area.height == pytest.approx(whole.height)
    assert both.wave.area.width == pytest.approx(both.chart.area.width) == pytest.approx(whole.width)
    assert both.wave.area.bottom > both.chart.area.top
    network = ("draw_network", {"names": ["ah", "ee", "oo"]})
    beside = stage_after(SCENE, deep(), WAVE, BARS, network)
    assert beside.wave.area.right < beside.chart.area.left
    assert beside.wave.area.height == pytest.approx(whole.height)
    assert beside.chart.area.bottom > beside.rows_area.top
    first = [float(neuron.get_x()) for neuron in beside.rows.rows[0]]
    assert first == pytest.approx([float(bar.get_x()) for bar in beside.chart.bars])
    assert beside.chart.zero.width == pytest.approx(beside.chart.area.width)
    low, high = (float(f(beside.wave.curve.points[:, 0])) for f in (np.min, np.max))
    assert (low, high) == pytest.approx((beside.wave.area.left, beside.wave.area.right))
    answered = stage_after(SCENE, deep(), WAVE, BARS, network, ANSWERS)
    assert answered.wave.area.bottom > float(answered.answers.get_top()[1])
