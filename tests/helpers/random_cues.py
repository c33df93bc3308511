"""Chapters of random cues: what `check` says of them, and what the stage does."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from helpers.stage import performance

from storyreel.core.errors import Place, StoryboardError
from storyreel.core.paths import STORYBOARDS
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.experiment import AnyExperiment, GraphExperiment
from storyreel.engine.losses import LOSSES
from storyreel.rendering.play import watch_beats
from storyreel.stage.stage import Stage
from storyreel.storyboard.cue import NUMBER_KINDS
from storyreel.storyboard.cue_order import order_faults
from storyreel.storyboard.formulas.formula_template import formula_template
from storyreel.storyboard.model import Beat, Cue
from storyreel.storyboard.number_kinds import is_of_kind, names_of_kind
from storyreel.storyboard.template import Template
from storyreel.storyboard.things import StageContents
from storyreel.storyboard.vocabulary import Parameter, SceneType, scene_types

Given = tuple[str, dict[str, Any]]
"""The name of a cue and its parameters; a text is a `Template`."""
Experiments = Mapping[str, AnyExperiment]
Fault = tuple[int, str]
"""The index of the first cue that does not work, and why."""
LONGEST = 14
"""The most cues of a random chapter."""


def empty_stage(scene: SceneType, network: str, experiments: Experiments) -> StageContents:
    """What is on stage before a chapter."""
    graphs = {name: one for name, one in experiments.items() if isinstance(one, GraphExperiment)}
    return StageContents(scene, network, _layered(experiments), lambda template: template.text, graphs=graphs)


def _layered(experiments: Experiments) -> dict[str, Experiment]:
    return {name: one for name, one in experiments.items() if isinstance(one, Experiment)}


def fault_of(stage: StageContents, cues: Sequence[Given]) -> Fault | None:
    """What `check` says of the cues, one after another on the stage, which then has what they show."""
    for number, (name, parameters) in enumerate(cues):
        place = Place("", number + 1, 1)
        beat = Beat((), (Cue(name, parameters, None, place),), place)
        if found := list(order_faults(stage, [beat])):
            return number, found[0][1]
    return None


def failure_of(
    scene: SceneType, network: str, experiments: Experiments, cues: Sequence[Given], patch: pytest.MonkeyPatch
) -> Fault | None:
    """What the stage says when the cues are called; their animations are not played."""
    calls = [(name, {key: _shown(value) for key, value in given.items()}) for name, given in cues]
    one, layered = experiments[network], _layered(experiments)
    graph = one if isinstance(one, GraphExperiment) else None
    played = replace(performance(scene.name, layered.get(network), calls, STORYBOARDS), graph=graph)
    ends: list[Stage] = []
    try:
        with patch.context() as unplayed:
            unplayed.setattr(Stage, "play", lambda stage, *_: setattr(stage.renderer, "num_plays", 1))
            watch_beats(replace(played, experiments=layered, drawn=()), ends.append)
    except StoryboardError as error:
        return len(ends), error.problems[0].message
    return None


def _shown(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_shown, value))
    return value.text if isinstance(value, Template) else value


def random_chapter(random: Random, scene: SceneType, network: str, experiments: Experiments) -> list[Given]:
    """Cues that work for the most part, as `check` has it, up to the first that does not."""
    stage, cues, others = empty_stage(scene, network, experiments), list[Given](), list(_layered(experiments))
    every = list(scene.cues.values())
    scenes = scene_types().values()
    own = [cue for cue in every if sum(each.cues.get(cue.name) == cue for each in scenes) == 1]
    while len(cues) < LONGEST:
        kind = random.choice(own if own and random.random() < 0.6 else every)
        used = [value for _, given in cues for value in given.values() if isinstance(value, str)]
        given = {
            parameter.name: _given(random, parameter, experiments[network], [*used, random.choice(others)])
            for parameter in kind.parameters
            if parameter.required or random.random() < 0.4
        }
        cue = kind.name, given
        tried = replace(stage, things=list(stage.things))
        if None in cue[1].values():
            continue  # the network has no number of this kind
        if fault_of(tried, [cue]) is None:
            stage = tried
            cues.append(cue)
        elif random.random() < 0.15:
            return [*cues, cue]
    return cues


def _given(random: Random, parameter: Parameter, experiment: AnyExperiment, names: list[str]) -> Any:
    """What a storyboard may give for the parameter; `names` are of numbers used before, and of networks."""
    if not parameter.many:
        return _one(random, parameter, experiment, names)
    items = [_one(random, parameter, experiment, names) for _ in range(random.choice((1, 2, 3)))]
    return None if None in items else tuple(items)


def _one(random: Random, parameter: Parameter, experiment: AnyExperiment, names: list[str]) -> Any:
    match parameter.kind:
        case "Literal":
            return random.choice(parameter.choices)
        case "Example":
            return random.randrange(max(1, getattr(experiment, "data_rows", 0)))
        case "Count" | "Steps":
            return random.choice((1, 1, 2, 3, 5, 60))
        case "int":
            return random.randint(0, 12)
        case "float" if parameter.name == "run":
            return random.choice((1e-3, 0.1, -0.2, 2.0, 0.0))
        case "float":
            return random.choice((0.0, 0.5, 1.0, 0.25, -0.5, 2.0, 1e-3, 10.0))
        case "bool":
            return random.random() < 0.5
        case "ActivationName":
            return random.choice(list(ACTIVATIONS))
        case "LossName":
            return random.choice(list(LOSSES))
        case "NetworkName":
            return names[-1]
        case "Text":
            return Template.parse(random.choice(("it learns", "Learns", "a weight", "the")))
        case "Formula":
            # Of no network, as only `check` computes whether sides are equal.
            formula = random.choice(("k = {=2} q", "y", "(partial L)/(partial w_1)", "a \\ b = c = d"))
            return formula_template(formula, lambda _: Place("formula", 1, 1), lambda *_: None, str)
        case "ImageFile":
            return "neuron.svg"
        case "NodeName":
            return _node(random, experiment, names)
        case kind if kind in NUMBER_KINDS:
            return _number(random, kind, experiment, names)
    return random.choice(("x = y", "x = y\ny = z\n", "for"))


def _node(random: Random, experiment: AnyExperiment, names: list[str]) -> str | None:
    if not isinstance(experiment, GraphExperiment):
        return None
    nodes = [name for name in experiment.trace if "/" not in name]
    again = [name for name in names if name in nodes]
    return random.choice(again if again and random.random() < 0.3 else nodes)


def _number(random: Random, kind: str, experiment: AnyExperiment, names: list[str]) -> str | None:
    if isinstance(experiment, GraphExperiment):
        name = _node(random, experiment, names)
        has_gradients = kind in ("Value", "ExampleName")
        return f"grad.{name}" if has_gradients and random.random() < 0.5 else name
    known = names_of_kind(experiment.network.names, kind)
    again = [name for name in names if kind != "Value" and is_of_kind(experiment.network.names, name, kind)]
    if again and random.random() < 0.5:
        return random.choice(again)
    if not known:
        return None
    name = random.choice(known)
    if kind == "Value" and random.random() < 0.2 and not name.startswith("target"):
        return f"next.{name}"
    if kind in ("Value", "ExampleName") and random.random() < 0.5 and not name.startswith("target"):
        return f"grad.{name}"
    return name
