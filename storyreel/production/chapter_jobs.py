"""The render jobs of a chapter, one for each of its segments."""

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from storyreel.core.number_format import marks
from storyreel.engine.graph.serialization import graph_data
from storyreel.engine.serialization import experiment_data
from storyreel.production.picture_digest import picture_digest, reads_experiment
from storyreel.production.render_job import RenderJob
from storyreel.production.timed_chapter_data import beat_data
from storyreel.storyboard.cue import NetworkName
from storyreel.storyboard.typst_fonts import digest_of_more_fonts, needs_more_fonts
from storyreel.storyboard.vocabulary import scene_file
from storyreel.timing.beats import TimedBeat, TimedChapter
from storyreel.timing.handover import handover_range
from storyreel.timing.segments import segment_ranges
from storyreel.timing.timeline import frames_of_whole_packets

if TYPE_CHECKING:
    from storyreel.production.production import Production


def render_jobs(production: "Production", chapter: TimedChapter) -> Iterator[RenderJob]:
    """The jobs of all segments of a chapter, in order.

    They are made as they are asked for, as those of a long film take much memory.
    """
    folder, files = production.storyboard.path.parent, production.files
    common = {
        **_scene(chapter),
        "title": chapter.title,
        "follows": chapter.id != production.timeline.chapters[0].id,
        "quality": asdict(production.quality),
        "decimal_mark": marks(production.storyboard.language)[0],
        "theme": production.storyboard.theme.look,
    }
    origin = {
        **_origin(chapter),
        "folder": str(folder.absolute()),
        "theme": production.storyboard.theme.as_data,
    }
    experiments: dict[str, Any] = {}
    graph = _graph(production, chapter)
    before: list[dict[str, Any]] = []
    cue_places: list[list[Any]] = []
    fps = production.quality.fps
    for beat in chapter.beats:
        shown, turns = beat.end - beat.start, math.inf
        if beat is chapter.beats[-1]:
            # The last beat is drawn for the longest time that it may be shown: the time for which it is shown
            # depends on all other beats, and must not change the job's name.
            padding = frames_of_whole_packets(fps)
            beat = replace(beat, end=beat.end - beat.padding + padding, padding=padding)
            turns = handover_range(beat, fps)[0]
        experiments |= _experiments(production, chapter, beat)
        cue_places.append(_places(beat))
        content = {
            **common,
            **graph,
            "experiments": dict(experiments),
            "beats": [*before, beat_data(beat, files)],
        }
        if needs_more_fonts(json.dumps(content, ensure_ascii=False)):
            content["more_fonts"] = digest_of_more_fonts()
        for first, after in segment_ranges(beat.end - beat.start, fps):
            job = RenderJob(
                {**content, "frames": (first, after)},
                {**origin, "cues": list(cue_places), "shown": min(after, shown) - first},
            )
            yield _turning(job, production, chapter, int(turns)) if turns < after else job
        before.append(beat_data(beat.skipped(), files))


def _turning(job: RenderJob, production: "Production", chapter: TimedChapter, frame: int) -> RenderJob:
    """The job of a segment in which the picture turns, from a frame of the beat on, into that with which the
    next chapter begins. So it depends on that chapter's first beat, if there is one."""
    chapters = production.timeline.chapters
    following = next((other for one, other in pairwise(chapters) if one.id == chapter.id), None)
    if following is None:
        return job
    first = following.beats[0]
    first = replace(first, end=first.end - first.padding, padding=0)
    content = {
        **_scene(following),
        "follows": True,
        **_graph(production, following),
        "beats": [beat_data(first, production.files)],
        "experiments": _experiments(production, following, first),
    }
    return RenderJob(
        {**job.content, "following": content, "turns": frame},
        {**job.origin, "following": {**_origin(following), "cues": [_places(first)]}},
    )


def _scene(chapter: TimedChapter) -> dict[str, Any]:
    return {
        "scene": chapter.scene,
        "picture_digest": picture_digest(chapter.scene),
        "network": chapter.network,
        "example": chapter.example,
    }


def _origin(chapter: TimedChapter) -> dict[str, Any]:
    scene = scene_file(chapter.scene)
    return {
        "chapter": chapter.id,
        "scene_file": [str(scene.path), scene.class_name] if scene else None,
    }


def _experiments(production: "Production", chapter: TimedChapter, beat: TimedBeat) -> dict[str, Any]:
    """The chapter's network and those that a beat names, as data, if its scene can show their numbers."""
    if not reads_experiment(chapter.scene):
        return {}
    names = dict.fromkeys([chapter.network, *beat.parameters_of_type(NetworkName)])
    networks = production.storyboard.networks
    return {name: experiment_data(networks[name]) for name in names if name in networks}


def _graph(production: "Production", chapter: TimedChapter) -> dict[str, Any]:
    """The chapter's network as data, if it is a graph that its scene can show."""
    graph = production.storyboard.graphs.get(chapter.network or "")
    if graph is None or not reads_experiment(chapter.scene):
        return {}
    return {"graph": graph_data(graph)}


def _places(beat: TimedBeat) -> list[list[Any]]:
    return [[cue.place.file, cue.place.line, cue.place.column] for cue in beat.cues]
