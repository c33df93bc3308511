"""The render jobs of a chapter, one for each of its segments."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from storyreel.core.number_format import marks
from storyreel.engine.serialization import experiment_data
from storyreel.production.picture_digest import picture_digest, reads_experiment
from storyreel.production.render_job import RenderJob
from storyreel.production.timed_chapter_data import beat_data
from storyreel.storyboard.cue import NetworkName
from storyreel.storyboard.typst_fonts import digest_of_more_fonts, needs_more_fonts
from storyreel.storyboard.vocabulary import scene_file
from storyreel.timing.beats import TimedChapter
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
        "scene": chapter.scene,
        "picture_digest": picture_digest(chapter.scene),
        "title": chapter.title,
        "network": chapter.network,
        "example": chapter.example,
        "quality": asdict(production.quality),
        "decimal_mark": marks(production.storyboard.language)[0],
        "theme": production.storyboard.theme.look,
    }
    scene = scene_file(chapter.scene)
    origin = {
        "chapter": chapter.id,
        "folder": str(folder.absolute()),
        "theme": production.storyboard.theme.as_data,
        "scene_file": [str(scene.path), scene.class_name] if scene else None,
    }
    has_numbers = reads_experiment(chapter.scene)
    experiments: dict[str, Any] = {}
    before: list[dict[str, Any]] = []
    cue_places: list[list[Any]] = []
    fps = production.quality.fps
    for beat in chapter.beats:
        shown = beat.end - beat.start
        if beat is chapter.beats[-1]:
            # The last beat is drawn for the longest time that it may be shown: the time for which it is shown
            # depends on all other beats, and must not change the job's name.
            beat = replace(beat, end=beat.end - beat.padding + frames_of_whole_packets(fps), padding=0)
        for name in [chapter.network, *beat.parameters_of_type(NetworkName)]:
            if has_numbers and name is not None and name not in experiments:
                experiments[name] = experiment_data(production.storyboard.networks[name])
        cue_places.append([[cue.place.file, cue.place.line, cue.place.column] for cue in beat.cues])
        content = {
            **common,
            "experiments": dict(experiments),
            "beats": [*before, beat_data(beat, files)],
        }
        if needs_more_fonts(json.dumps(content, ensure_ascii=False)):
            content["more_fonts"] = digest_of_more_fonts()
        for first, after in segment_ranges(beat.end - beat.start, fps):
            yield RenderJob(
                {**content, "frames": (first, after)},
                {**origin, "cues": list(cue_places), "shown": min(after, shown) - first},
            )
        before.append(beat_data(beat.skipped(), files))
