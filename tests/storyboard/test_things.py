"""What is on stage after cues, in a scene made up for it, and what is said of cues that do not work."""

from pathlib import Path
from typing import Any

import pytest

from storyreel.core.errors import Place
from storyreel.storyboard.cue_order import order_faults
from storyreel.storyboard.model import Beat, Cue
from storyreel.storyboard.things import StageContents
from storyreel.storyboard.vocabulary import CueType, Parameter, SceneType

WEIGHT = Parameter("weight", "Value")
WEIGHTS = Parameter("weights", "Value", many=True, required=False)


def kind(name: str, *parameters: Parameter, **declared: tuple[str, ...]) -> CueType:
    return CueType(name, 1.0, parameters, "", **declared)  # type: ignore[arg-type]


CUES = (
    kind("draw", hides=("box",), shows=("box",)),
    kind(
        "add",
        WEIGHTS,
        requires=("box",),
        shows=("knob {weights} on box", "knob * on box if no `weights`"),
    ),
    kind("turn", WEIGHT, requires=("knob {weight}",)),
    kind("count", shows=("point #",)),
    kind("second", requires=("point 2",)),
    kind("fill", requires=("box", "no lid"), shows=("lid on box",)),
    kind("open", hides=("lid",)),
    kind("lock", requires=("lid",), shows=("lock on lid",)),
    kind("unlock", requires=("lock",)),
    kind("either", Parameter("left", "str", required=False), requires=("`left` or box",)),
    kind("once", requires=("no point 1",), hides=("one point",)),
)
SCENE = SceneType("some", "Some", Path(), {cue.name: cue for cue in CUES}, "")
Given = str | tuple[str, dict[str, Any]]


def said(*cues: Given) -> list[str]:
    """What is said of the cues of a chapter."""
    pairs = [(cue, {}) if isinstance(cue, str) else cue for cue in cues]
    place = Place("", 1, 1)
    beat = Beat((), tuple(Cue(name, given, None, place) for name, given in pairs), place)
    stage = StageContents(SCENE, None, {}, lambda template: template.text)
    return [message for _, message in order_faults(stage, [beat])]


W1: Given = ("turn", {"weight": "w1"})
W2: Given = ("add", {"weights": ("w2",)})


@pytest.mark.parametrize(
    "cues",
    [
        ("draw", "add", W1),
        ("draw", ("add", {"weights": ("w2", "w1")}), W1),
        ("count", "count", "second"),
        ("draw", "fill", "open", "fill"),
        ("draw", "fill", "draw", "fill"),  # the lid vanishes together with the box
        (("either", {"left": "a"}),),
        ("draw", "either"),
        ("draw", ("add", {"weights": (None,)}), W1),  # what could not be read may be the knob
    ],
)
def test_cues_that_work_are_silent(cues: tuple[Given, ...]) -> None:
    assert said(*cues) == []


@pytest.mark.parametrize(
    ("cues", "messages"),
    [
        (("add", "add"), ["`add` needs a box on stage; put `draw` before it"]),  # once
        (("draw", W2, W1), ["`turn` needs `knob w1` on stage; put `add` before it"]),
        (("draw", "add", "draw", W1), ["`turn` needs `knob w1` on stage; put `add` before it"]),
        (("count", "second"), ["`second` needs `point 2` on stage; put `count` before it"]),
        (
            ("draw", "fill", "fill"),
            ["`fill` does not work while a lid is on stage; put `draw` or `open` before it"],
        ),
        (("either",), ["`either` needs a box on stage or `left`; put `draw` before it"]),
        (
            ("draw", "fill", "lock", "draw", "unlock"),
            ["`unlock` needs a lock on stage; put `lock` before it"],
        ),
        (("count", "once"), ["`once` does not work while `point 1` is on stage"]),
    ],
)
def test_what_is_missing_is_said_with_a_cue_that_brings_it(
    cues: tuple[Given, ...], messages: list[str]
) -> None:
    assert said(*cues) == messages
