"""The room for texts that cues declare is the room that the scenes have.

`check` and the stage agree on how many words are too many, to a tenth of them.
"""

from typing import Any

import numpy as np
import pytest
from helpers.lessons import layered
from helpers.random_cues import Given, empty_stage, failure_of, fault_of

from storyreel.engine.experiment import Experiment
from storyreel.storyboard.conditions.texts import text_place
from storyreel.storyboard.template import Template
from storyreel.storyboard.vocabulary import SceneType, scene_types

A, B = map(Template.parse, ("one", "two"))
BEFORE: dict[str, list[Given]] = {
    "change_bias": [("draw_output", {"of": "a2[0]"}), ("show_gate", {})],
    "change_inputs": [("draw_output", {"of": "a2[0]"})],
    "work_out_arrow": [("show_image_network", {}), ("show_gradients", {})],
    "label": [("draw_network", {})],
    "mark": [("hand_in", {"answer": A, "target": B, "result": A})],
    "name_author": [("show_quote", {"text": A})],
    "show_subtitle": [("show_title", {"title": A})],
    "add_row": [("name_columns", {"left": A, "right": B}), ("add_row", {"left": A, "right": B})],
    "add_point": [("add_point", {"text": A}), ("add_point", {"text": B})],
    "label_place": [("show_icon", {"icon": "dial"})],
    "write_number": [("draw_network", {"filled": True})],
    "show_learning_rate": [("draw_network", {"filled": True, "loss": True})],
    "recognition.show_title": [("draw_image_network", {})],
    "recognition.learn": [("show_image_network", {})],
    "image_classes.learn": [("show_image_network", {})],
    "image_classes.show_title": [("draw_image_network", {})],
    "summary.learn": [("show_image_network", {})],
    "show_rule": [("plot_loss", {"over": "w1"})],
    "descend": [("plot_surface", {"across": "w1", "up": "w2"})],
    "descend_in_batches": [("plot_surface", {"across": "w1", "up": "w2"})],
    "show_derivatives": [("draw_chain", {"weight": "w1"})],
    "show_secant": [("draw_chain", {"weight": "w1"}), ("number_lines", {}), ("nudge", {"by": 0.5})],
    "summary.show_title": [("show_image_network", {})],
    "add_column": [("draw_table", {"headings": (A,) * 6})],
    "show_mean": [("draw_table", {"headings": (A,) * 6}), ("add_column", {"of": "loss", "text": A})],
    "compare_column": [("draw_table", {"headings": (A,) * 6}), ("add_column", {"of": "loss", "text": A})],
    "write_note": [("draw_updates", {"headings": (A,) * 5})],
    "name_classes": [("show_data", {})],
    "mark_level": [("plot_runs", {"of": ("cost",), "texts": (A,), "steps": 3, "level": "cost"})],
    "enlarge_bars": [("plot_example_gradients", {"steps": 3, "text": A})],
    "spectrum.write": [
        ("show_wave", {"pitch": 200.0, "text": A}),
        ("show_spectrum", {"text": A}),
        ("name_answers", {"names": (A, A)}),
    ],
    "show_spectrum": [("show_wave", {"pitch": 200.0, "text": A})],
    "name_answers": [("show_wave", {"pitch": 200.0, "text": A}), ("show_spectrum", {"text": A})],
    "show_weights": [("show_wave", {"pitch": 200.0, "text": A}), ("show_spectrum", {"text": A})],
    "spectrum.draw_network": [("show_wave", {"pitch": 200.0, "text": A}), ("show_spectrum", {"text": A})],
    "show_tests": [
        ("show_wave", {"pitch": 200.0, "text": A}),
        ("show_spectrum", {"text": A}),
        ("name_answers", {"names": (A, A)}),
    ],
    "compare_answers": [("chart_layers", {"other": "chain", "names": (A, B), "text": A})],
    "layer_gradients.write": [("chart_layers", {"other": "chain", "names": (A, B), "text": A})],
    "update.write": [("draw_network", {"filled": True, "loss": True}), ("show_knobs", {})],
    "recognition.write": [("show_image_network", {})],
    "image_classes.write": [("show_image_network", {})],
}
"""What comes before a cue, or before that of one scene."""
GIVEN: dict[str, dict[str, Any]] = {
    "change_bias": {"text": A},
    "change_inputs": {"of": "weights", "text": A, "factor": B},
    "carry_output": {"of": "a2[0]", "way": "weights", "text": A, "factor": B},
    "work_out_arrow": {"weight": "W2[0,0]", "front": A, "behind": B},
    "recall": {"of": "errors"},
    "draw_examples": {"weights": ("W2[0,0]",), "count": 2, "mean": A},
    "show_answers": {"text": A, "of": "a2[0]", "answers": B},
    "show_weight_images": {"first": "a1[0]"},
    "descend": {"steps": 2},
    "descend_in_batches": {"batch_size": 1, "steps": 2},
    "show_confusion": {"shown": A, "answer": B, "right": A, "steps": 2},
    "label": {"value": "h"},
    "hand_in": {"answer": A, "target": A, "result": A},
    "show_inputs": {"of": "y"},
    "mark": {"loss": "mean_squared_error"},
    "learn": {"steps": 3},
    "add_column": {"of": "loss"},
    "compare_column": {"of": "loss", "other": "chain"},
    "plot_runs": {"of": ("cost",), "steps": 3},
    "plot_data": {"steps": 2},
    "mark_level": {"value": "cost"},
    "plot_prediction": {"labels": (A, A, B), "text": A, "steps": 3},
    "compare_predictions": {
        "other": "chain",
        "texts": (A, A),
        "labels": (A, A, B),
        "steps": 3,
        "other_steps": 2,
    },
    "plot_example_gradients": {"steps": 3},
    "plot_paths": {"x": ("W1[0,0]",), "y": ("W1[0,1]",), "texts": (A,), "labels": (A, B), "steps": 3},
    "draw_table": {"headings": (A,) * 6},
    "carry_table": {"headings": (A,) * 6, "of": "loss", "text": A},
    "define": {"term": A, "meaning": B},
    "name_columns": {"left": A, "right": B},
    "label_place": {"x": 0.2, "y": 0.5},
    "write_number": {"of": "y", "number": "h"},
    "compare_passes": {"forward": A, "backward": B},
    "show_wave": {"pitch": 200.0},
    "show_weights": {"of": "W1[0,0]"},
    "chart_layers": {"other": "chain", "names": (A, B), "text": A},
    "draw_timeline": {"years": (1900.0, 1910.0)},
    "race": {"network": "chain", "nudged": (B,), "back": (B,)},
}
SOFTMAX = "softmax", "categorical_cross_entropy"
"""The activation function of the outputs, and the loss, of a network that reads images."""
LISTS = ("steps", "nudged", "back", "names", "labels")
"""The parameters that are lists of texts."""
OF_TWO_INPUTS = ("plot_prediction", "compare_predictions")
OF_BOTH = (("compare_predictions", "texts"), ("name_classes", "texts"))
"""The cues that have two texts here, one for each of two networks or classes."""
"""The cues that need a network with two inputs and one output, and have three labels."""
OF_ONE = ("texts",)
"""Those that are lists of one text here."""
WORDS = ("the gradient of a weight is how much the loss grows " * 40).split()
PLACES = [
    (scene, name, parameter)
    for scene in scene_types().values()
    for name, cue in scene.cues.items()
    for place in map(text_place, cue.requires)
    for parameter in (place.parameters if place else ())
    if name not in ("label", "write_number") or scene.name == "loss"  # which several scenes share
]


def cues(scene: SceneType, name: str, parameter: str, words: int) -> list[Given]:
    """The cue with so many words for the parameter, after those that it needs."""
    text = Template.parse(" ".join(WORDS[:words]))
    given = {
        **GIVEN.get(name, {}),
        parameter: (text, B, B)
        if parameter == "labels" and name in OF_TWO_INPUTS
        else (text, B)
        if (name, parameter) in OF_BOTH or parameter in LISTS or name == "draw_timeline"
        else (text,)
        if parameter in OF_ONE
        else text,
    }
    before = BEFORE.get(f"{scene.name}.{name}") or BEFORE.get(name, [])
    return [*before, (name, given)]


@pytest.mark.parametrize(
    ("scene", "name", "parameter"), PLACES, ids=lambda value: getattr(value, "name", value)
)
def test_check_and_the_stage_have_the_same_room(
    scene: SceneType, name: str, parameter: str, monkeypatch: pytest.MonkeyPatch, chain: Experiment
) -> None:
    with_data = ("recognition", "image_classes", "data_table", "training_runs", "spectrum")
    has_image = scene.name in with_data or name in ("learn", "show_title", "compare_answers")
    last = ("sigmoid", "half_squared_error") if name == "change_bias" else SOFTMAX  # which has no curve
    experiment = (
        _of_an_image(*last) if has_image else _of_one_output() if scene.name == "regression" else chain
    )
    has_bars = name in ("plot_example_gradients", "enlarge_bars", "name_classes")
    experiment = _of_two_inputs() if name in OF_TWO_INPUTS or has_bars else experiment
    experiments, most = {"chain": experiment}, 0
    for step in (128, 64, 32, 16, 8, 4, 2, 1):
        stage = empty_stage(scene, "chain", experiments)
        if fault_of(stage, cues(scene, name, parameter, most + step)) is None:
            most += step
    assert 0 < most < 255
    fewer, more = most - max(1, most // 10), most + max(1, most // 10) + 1
    if fewer:
        assert (
            failure_of(scene, "chain", experiments, cues(scene, name, parameter, fewer), monkeypatch) is None
        )
    assert (
        failure_of(scene, "chain", experiments, cues(scene, name, parameter, more), monkeypatch) is not None
    )


def _of_one_output() -> Experiment:
    network = layered((1, 2, 1), "tanh", "identity", "half_squared_error")
    data = np.array([[0.0], [1.0], [2.0]]), np.array([[0.5], [1.0], [0.0]])
    return Experiment("chain", network, data[0][0], data[1][0], "sgd", *data)


def _of_two_inputs() -> Experiment:
    network = layered((2, 2, 1), "tanh", "identity", "mean_squared_error")
    data = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 0.5]]), np.array([[0.5], [1.0], [0.0]])
    return Experiment("chain", network, data[0][0], data[1][0], "sgd", *data)


def _of_an_image(activation: str, loss: str) -> Experiment:
    network = layered((4, 3, 2), "tanh", activation, loss)
    data = np.array([[0.0, 0.5, 1.0, 0.2], [1.0, 0.0, 0.3, 0.8]]), np.eye(2)
    return Experiment("chain", network, data[0][0], data[1][0], "sgd", *data, test=data)
