"""A network that is drawn, carried or folded again takes the place of the one on stage."""

from dataclasses import replace
from typing import Any

import pytest
from helpers import lessons
from helpers.stage import performance, stage_after, texts_after

from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.network import Network
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.text.glyph import Glyph
from storyreel.rendering.play import watch, watch_beats
from storyreel.stage.stage import Stage

DRAW = ("draw_network", {"filled": True})


def neurons(stage: Any) -> set[Neuron]:
    return {part for part in stage.get_mobject_family_members() if isinstance(part, Neuron)}


@pytest.mark.parametrize(
    ("scene", "again"),
    [
        ("forward_pass", DRAW),
        ("forward_pass", ("carry_network", {})),
        ("backward_pass", ("carry_graph", {})),
        ("backward_pass", ("carry_chain", {"weight": "w1"})),
        ("update", DRAW),
    ],
)
def test_there_is_one_network_at_a_time(scene: str, again: tuple[str, dict[str, Any]]) -> None:
    stage = stage_after(scene, lessons.chain(), DRAW, ("label", {"value": "h", "text": "hidden"}), again)
    assert neurons(stage) == set(stage.diagram.nodes.values())
    assert not stage.remarks


def test_the_badges_of_gradients_go_with_their_network() -> None:
    stage = stage_after("update", lessons.chain(), DRAW, ("show_gradients", {}), DRAW)
    assert stage.gradients == {}


def test_a_network_that_is_folded_takes_the_place_of_one_that_was_drawn() -> None:
    wide = ("carry_intro", {"network": "dense"})
    cues = (DRAW, wide, ("fold_network", {}))
    stages: list[Any] = []
    chain = performance("forward_pass", lessons.chain(), cues)
    watch_beats(replace(chain, experiments={"dense": lessons.dense()}), stages.append)
    assert neurons(stages[-1]) == set(stages[-1].diagram.nodes.values())


@pytest.mark.parametrize("again", [DRAW, ("carry_network", {})])
def test_no_label_is_left_of_a_network_into_which_another_picture_turned(again: Any) -> None:
    cues = (("carry_chain", {"weight": "w1"}), ("fold_graph", {}), again)
    texts = texts_after("backward_pass", lessons.chain(), *cues)
    assert sorted(text for text in texts if "=" in text) == ["target = 3", "w1 = 3", "w2 = 5/6"]


def test_numbers_stay_and_hidden_labels_stay_hidden_while_an_equation_makes_room_for_a_graph() -> None:
    network = Network("x", [Layer("y", 3, bias=1)], "half_squared_error")
    told = [("draw_network", {"loss": True}), ("reveal", {"value": "x"}), ("calculate", {"value": "y"})]
    line = Experiment("line", network, 2, 5)
    played = performance("forward_pass", line, [*told, ("unfold_graph", {})], fps=10)
    start, seen = played.chapter.beats[-1].start, list[set[str]]()

    def look(stage: Stage, frame: int, repeats: int) -> None:
        if frame >= start:
            glyphs = (part for part in stage.get_mobject_family_members() if isinstance(part, Glyph))
            parts = [glyph for glyph in glyphs if len(glyph.points) and glyph.get_fill_opacity() > 0.05]
            seen.append({glyph.piece.plain for glyph in parts if glyph.piece})

    watch(played, look)
    assert len(seen) > 20
    assert all({"2", "7"} <= texts for texts in seen)
    assert not any("w1 = 3" in texts for texts in seen)
