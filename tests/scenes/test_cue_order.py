"""What cues declare (`requires`, `hides`, `shows`) is what the scenes do.

`check` is silent exactly where the stage plays the cues of random chapters.
"""

import re
from random import Random

import pytest
from helpers.lessons import (
    array_graph,
    chain,
    clusters,
    large_chain,
    layered,
    sigmoid_chain,
    small_graph,
    wide,
)
from helpers.random_cues import empty_stage, failure_of, fault_of, random_chapter

from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.experiment import AnyExperiment
from storyreel.storyboard.conditions.table import is_condition
from storyreel.storyboard.things import entry_of
from storyreel.storyboard.vocabulary import SceneType, scene_types

LEFT_TO_THE_STAGE = (
    "has no row on stage",
    "columns on stage, counted from 0",
    "classes on stage, counted from 0",
    "can be nudged, or two of them",
    "is no weight into an output",
    "so no weight joins them",
    "no room for the numbers above this curve; leave out `show_output`",
    "no room for another example beside",
    "no room for another label on that side",
    "too long to be written beside",
    "numbers are too many for a step of a cycle",
    "knobs are too many to be seen",
    "no room to add up the gradients",
    "is too small for a computer to tell",
    "there is no ratio to it",
    "no place on a logarithmic scale",
    "a number is no longer one",
    "the run stands at step 1 ",
    "units do not fit into the area",
    "have too many digits to be written out",
    "there is no room for",
    "is left out of this picture",
    "there is no example data[",  # the reader finds it
    "from here, the view turns by",
    "shares are of a softmax whose outputs all have room",
)
"""What only the stage knows: room for what is drawn, and numbers on their way."""
CHAPTERS = 18
"""Random chapters for each scene."""


def _experiments() -> dict[str, AnyExperiment]:
    long = Experiment("long", layered((1,) * 6, "tanh", "tanh", "huber"), [0.5], [1.0], "adam")
    made = (chain(), sigmoid_chain(), clusters(), wide(2), large_chain(), long, small_graph(), array_graph())
    return {experiment.name: experiment for experiment in made}


@pytest.mark.parametrize("scene", scene_types().values(), ids=lambda scene: scene.name)
def test_check_is_silent_exactly_where_the_stage_plays(
    scene: SceneType, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiments = _experiments()
    for number in range(CHAPTERS):
        random, network = Random(f"{scene.name} {number}"), list(experiments)[number % len(experiments)]
        cues = random_chapter(random, scene, network, experiments)
        said = fault_of(empty_stage(scene, network, experiments), cues)
        found = failure_of(scene, network, experiments, cues, monkeypatch)
        if found is not None and any(each in found[1] for each in LEFT_TO_THE_STAGE):
            assert said is None or said[0] >= found[0]  # `check` may know it, too
            continue
        assert (said and said[0]) == (found and found[0]), f"{network}: {said}, {found}, {cues}"


def test_what_a_cue_requires_another_one_shows() -> None:
    """A thing whose name is misspelt in a declaration is one that no cue shows.

    What is not to be on stage may be a thing of other scenes, as cues are shared.
    """
    of_all = [entry_of(text).thing for scene in scene_types().values() for text in _shown(scene)]
    for scene in scene_types().values():
        of_scene = [*(entry_of(text).thing for text in _shown(scene)), *scene.from_start]
        for cue in scene.cues.values():
            for thing in (entry_of(text).thing for text in cue.requires):
                if is_condition(thing) or thing.startswith(("`", "no `", "{")):
                    continue
                shown = of_all if thing.startswith("no ") else of_scene
                heads = [re.split(r" \d| \{", re.sub("^no ", "", each))[0] for each in thing.split(" or ")]
                assert any(each == head or each.startswith(f"{head} ") for each in shown for head in heads), (
                    f"{scene.name}: `{cue.name}` requires {thing}"
                )


def _shown(scene: SceneType) -> list[str]:
    return [text for cue in scene.cues.values() for text in cue.shows]
