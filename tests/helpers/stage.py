"""Chapters played for a test, a beat for each cue: what is written on stage, and what is wrong there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from storyreel.checks.layout_rules import faults
from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import Place
from storyreel.core.quality import DEFAULT_ASPECT
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.rendering.play import watch, watch_beats
from storyreel.stage.stage import Stage
from storyreel.storyboard.vocabulary import scene_types
from storyreel.timing.beats import TimedBeat, TimedChapter, TimedCue
from storyreel.timing.performance import Performance

Cue = tuple[str, dict[str, Any]]
FPS = 3


@dataclass(frozen=True)
class BeatEnd:
    """What is written on stage at the end of a beat, ticks aside, and what is wrong with its layout."""

    texts: list[str]
    faults: list[str]


def performance(
    scene: str, experiment: Experiment | None, cues: Sequence[Cue], folder: Path = Path(), fps: int = FPS
) -> Performance:
    """A chapter with a beat for each cue, which lasts as long as the cue by itself and a frame at rest.

    Its storyboard would be `lesson.yaml` in `folder`.
    """
    place = Place(str(folder / "lesson.yaml"), 1, 1)
    beats, frame = [], 0
    for number, (name, parameters) in enumerate(cues, start=1):
        end = frame + round(scene_types()[scene].cues[name].seconds * fps)
        cue = TimedCue(name, parameters, frame, end, place)
        beats.append(TimedBeat("chapter", number, frame, end + 1, (cue,), (), place))
        frame = end + 1
    chapter = TimedChapter("chapter", "A chapter", scene, experiment and experiment.name, tuple(beats))
    return Performance(chapter, fps, experiment, folder=folder)


def beat_ends(
    scene: str, experiment: Experiment | None, cues: Sequence[Cue], folder: Path = Path()
) -> list[BeatEnd]:
    """The end of each beat."""
    ends: list[BeatEnd] = []

    def look(stage: Stage) -> None:
        snapshot = Snapshot(stage, is_still=True)
        texts = [label.piece.plain for label in snapshot.labels() if not label.piece.is_tick]
        ends.append(BeatEnd(texts, [fault.text for fault in faults(snapshot)]))

    watch_beats(performance(scene, experiment, cues, folder), look)
    return ends


def texts_after(scene: str, experiment: Experiment | None, *cues: Cue) -> list[str]:
    """What is written on stage, ticks aside, when the last of the cues is over."""
    return beat_ends(scene, experiment, cues)[-1].texts


def graph_played(
    graph: GraphExperiment, *cues: Cue, aspect: str = "16:9"
) -> tuple[list[str], Any, list[str]]:
    """What is written on stage at the end, the stage, and what was wrong at the end of any beat."""
    stages: list[Stage] = []
    found: list[str] = []

    def look(stage: Stage) -> None:
        stages.append(stage)
        found.extend(fault.text for fault in faults(Snapshot(stage, is_still=True)))

    watch_beats(replace(performance("graph", None, cues), graph=graph, aspect=aspect), look)
    labels = Snapshot(stages[-1], is_still=True).labels()
    return [label.piece.plain for label in labels], stages[-1], found


def faults_at_every_frame(
    scene: str,
    experiment: Experiment | None,
    cues: Sequence[Cue],
    folder: Path = Path(),
    fps: int = FPS,
) -> list[str]:
    """What is wrong with the layout at any frame, each with the number of its frame."""
    found: list[str] = []
    before: Snapshot | None = None

    def look(stage: Stage, frame: int, repeats: int) -> None:
        nonlocal before
        before = Snapshot(stage, before, is_still=repeats > 1)
        found.extend(f"frame {frame}: {fault.text}" for fault in faults(before))

    watch(performance(scene, experiment, cues, folder, fps), look)
    return found


def stage_after(scene: str, experiment: Experiment | None, *cues: Cue, aspect: str = DEFAULT_ASPECT) -> Any:
    """The stage as it is when the last of the cues is over, all of it in view; it has the attributes of the
    scene's class."""
    stages: list[Stage] = []
    played = replace(performance(scene, experiment, cues), aspect=aspect)
    watch_beats(played, stages.append, has_views=False)
    return stages[-1]
