"""The cue `draw_network`: one in all scenes, with the same parameters, whatever picture they have."""

from typing import Any

import pytest

from storyreel.checks.layout_rules import faults
from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import Place, StoryboardError
from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.graphics.networks.neuron import Neuron
from storyreel.rendering.play import watch, watch_beats
from storyreel.stage.stage import Stage
from storyreel.storyboard.vocabulary import scene_types
from storyreel.timing.beats import TimedBeat, TimedChapter, TimedCue
from storyreel.timing.performance import Performance

FPS = 5
SCENES = [
    name
    for name, scene in scene_types().items()
    if "draw_network" in scene.cues and name != "spectrum"  # whose network is in rows below its tones
]
WITH_LOSS = sorted(set(SCENES) - {"intro", "layers"})


def performance(scene: str, experiment: Experiment, *cues: tuple[str, dict[str, Any]]) -> Performance:
    """A chapter with a beat for each cue."""
    place, beats, frame = Place("lesson.yaml", 1, 1), list[TimedBeat](), 0
    for number, (name, parameters) in enumerate(cues, start=1):
        cue = TimedCue(name, parameters, frame, frame + 2 * FPS, place)
        beats.append(TimedBeat("chapter", number, frame, frame + 3 * FPS, (cue,), (), place))
        frame += 3 * FPS
    chapter = TimedChapter("chapter", "A chapter", scene, experiment.name, tuple(beats))
    return Performance(chapter, FPS, experiment)


def texts(scene: str, experiment: Experiment, *cues: tuple[str, dict[str, Any]]) -> list[str]:
    """What is written on stage when the last of the cues is over; no frame may have a layout fault."""
    written: list[list[str]] = []
    played = performance(scene, experiment, *cues)
    watch_beats(
        played,
        lambda stage: written.append([label.piece.plain for label in Snapshot(stage).labels()]),
    )
    before: Snapshot | None = None

    def look(stage: Stage, frame: int, repeats: int) -> None:
        nonlocal before
        before = Snapshot(stage, before, is_still=repeats > 1)
        assert [fault.text for fault in faults(before)] == []

    watch(played, look)
    return written[-1]


def test_all_scenes_that_draw_a_network_have_the_same_cue() -> None:
    assert {"forward_pass", "update", "intro", "layers"} < set(SCENES)
    with_graphs = {"forward_pass", "backward_pass", "chain_rule"}
    cues = {name: scene_types()[name].cues["draw_network"] for name in SCENES}
    assert len({cue for name, cue in cues.items() if name not in with_graphs}) == 1
    assert len({cue for name, cue in cues.items() if name in with_graphs}) == 1


@pytest.mark.parametrize("scene", SCENES)
def test_a_network_has_no_numbers_until_it_is_filled(scene: str, chain: Experiment) -> None:
    empty = texts(scene, chain, ("draw_network", {}))
    assert not set(empty) & {"2", "6", "5"}
    filled = texts(scene, chain, ("draw_network", {"filled": True}))
    assert ({"5"} if scene == "intro" else {"6", "5"}) <= set(filled)  # intro has bars beside its outputs
    assert set(empty) < set(filled)


@pytest.mark.parametrize("scene", ["layers", "intro"])
def test_a_network_of_many_neurons_is_filled_too(scene: str, dense: Experiment) -> None:
    filled = texts(scene, dense, ("draw_network", {"filled": True}))
    outputs = [dense.trace[name].value for name in dense.network.names.activations[-1]]
    exact = [shown(value) for value in outputs]
    assert [text for text in filled if text in exact] == exact or all(f"{y:.2f}" in filled for y in outputs)
    if scene == "layers":  # with its targets: the third class is right
        assert [text.partition(" = ")[2] for text in filled if text.startswith("target")] == list("00100")


def test_drawing_a_network_again_clears_the_stage_of_layers(dense: Experiment) -> None:
    once = texts("layers", dense, ("draw_network", {"filled": True}))
    again = texts("layers", dense, ("draw_network", {"filled": True}), ("draw_network", {"filled": True}))
    assert sorted(again) == sorted(once)


@pytest.mark.parametrize("scene", WITH_LOSS)
def test_a_network_can_have_a_node_for_its_loss(scene: str, chain: Experiment) -> None:
    assert "loss" not in texts(scene, chain, ("draw_network", {}))
    assert "loss" in texts(scene, chain, ("draw_network", {"loss": True}))


@pytest.mark.parametrize("scene", ["intro", "layers"])
def test_a_picture_without_room_for_the_loss_says_so(scene: str, dense: Experiment) -> None:
    with pytest.raises(StoryboardError, match="no room for the loss in this picture"):
        texts(scene, dense, ("draw_network", {"loss": True}))


@pytest.mark.parametrize("scene", ["layers", "forward_pass"])
def test_no_neuron_of_a_filled_network_is_seen_while_what_it_replaces_fades_out(
    scene: str, chain: Experiment
) -> None:
    drawing = ("draw_network", {"filled": True})
    played = performance(scene, chain, drawing, drawing)
    first = Neurons()
    watch(played, first)
    (*_, before), fading = first.seen[: 3 * FPS], first.seen[3 * FPS : 3 * FPS + 2]
    assert len(before) == 3
    assert all(neurons <= before for neurons in fading) and fading[0]


class Neurons:
    """The neurons on stage that can be seen, frame by frame."""

    def __init__(self) -> None:
        self.seen: list[set[int]] = []

    def __call__(self, stage: Stage, frame: int, repeats: int) -> None:
        parts = stage.get_mobject_family_members()
        self.seen += repeats * [{id(part) for part in parts if isinstance(part, Neuron) and part.width > 0.1}]
