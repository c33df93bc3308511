"""Any cues in any order, with any parameters that `check` lets pass, are played or say what is missing."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from fuzzing.grammar import cue_of
from fuzzing.mutations import dumped

from storyreel.checks.layout_report import MEASURED
from storyreel.core.errors import StoryboardError
from storyreel.core.paths import STORYBOARDS
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.rendering.play import watch
from storyreel.storyboard.vocabulary import scene_types

NETWORKS: dict[str, dict[str, Any]] = {
    "chain": {
        "input": {"x": 2},
        "layers": [{"name": "h", "weights": 3}, {"name": "y", "weights": 0.8}],
        "target": 3,
        "loss": "half_squared_error",
    },
    "dense": {
        "input": {"x": [0.5, -1]},
        "layers": [
            {"name": "h", "size": 6, "init": "xavier", "bias": 0.1, "activation": "tanh"},
            {"size": 5, "init": "xavier", "bias": 0, "activation": "softmax"},
        ],
        "target": [0, 0, 1, 0, 0],
        "loss": "categorical_cross_entropy",
        "data": [{"x": [1, 2], "target": [1, 0, 0, 0, 0]}, {"x": [-1, 0.5], "target": [0, 1, 0, 0, 0]}],
    },
    "single": {
        "input": {"x": 1},
        "layers": [{"name": "y", "weights": 2, "bias": 0, "activation": "sigmoid"}],
        "target": 0.5,
        "loss": "binary_cross_entropy",
    },
}
CUES = [(scene, cue) for scene, kind in scene_types().items() for cue in kind.cues]


@pytest.mark.parametrize("network", NETWORKS)
def test_any_cue_is_played_first_or_after_another_or_says_why_not(network: str) -> None:
    faults = []
    random = Random(network)
    networks = {network: NETWORKS[network]}
    for scene, name in CUES:
        cues = scene_types()[scene].cues
        for first in (None, random.choice(list(cues.values()))):
            wanted = [*([first] if first else []), cues[name]]
            done = [cue_of(random, cue, [], networks, network) for cue in wanted]
            beats = [{"do": [cue]} for cue in done]
            chapter = {"id": "a", "title": "A", "scene": scene, "beats": beats}
            text = dumped(random, {"title": "T", "networks": networks, "chapters": [chapter]}).decode()
            try:
                board = load(Path(STORYBOARDS / "any.yaml"), text=text)
                production = plan(board, quality=MEASURED, voice="silent")
                watch(production.performance(production.timeline.chapters[0]), lambda *_: None)
            except StoryboardError as error:
                faults += [f"{scene}: {done}: {each}" for each in error.problems if "a fault" in each.message]
    assert faults == []
