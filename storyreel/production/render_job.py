"""A render job: the description of one segment to draw, as plain data for any process on any machine.

The name of a job is a hash of all that the segment's frames depend on, so that a segment with that name never
has to be drawn again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from storyreel.core.quality import Quality
from storyreel.core.scene_file import SceneFile
from storyreel.engine.graph.serialization import graph_from
from storyreel.engine.serialization import experiment_from
from storyreel.production.timed_chapter_data import timed_chapter
from storyreel.storyboard.themes.theme import theme_from
from storyreel.timing.beats import TimedBeat, TimedChapter
from storyreel.timing.performance import Performance
from storyreel.video.segment import VideoSegment


@dataclass(frozen=True, eq=False)
class RenderJob:
    """A segment of a beat, to be drawn at a quality.

    `content` and `origin` are JSON data. `content` is all that the frames depend on: the scene and the digest
    of its code, the chapter's title, whether it follows another one, its network with the example in focus,
    the others that it names, the decimal mark, the look of the theme, the beats before this one as they are
    played without drawing, last the beat itself, and the range of its frames that the segment has, counted
    from the beat's start. If the picture turns in it into that with which the next chapter begins, it has the
    frame from which on it does, and that chapter's first beat.
    `origin` is what they do not depend on: the chapter's id, the storyboard's folder, the theme with the
    paths of its files, the place of each cue of each beat in it, and how many of the frames are shown in the
    film.
    """

    content: Mapping[str, Any]
    origin: Mapping[str, Any]

    @cached_property
    def name(self) -> str:
        """A hash of `content`, in hexadecimal digits."""
        return hashlib.sha256(json.dumps(self.content, sort_keys=True).encode()).hexdigest()[:40]

    @property
    def chapter(self) -> str:
        """The id of the chapter."""
        return str(self.origin["chapter"])

    @property
    def number(self) -> int:
        """The number of the beat in its chapter, from 1."""
        return len(self.content["beats"])

    @property
    def frames(self) -> int:
        """The number of frames to draw."""
        first, end = self.content["frames"]
        return int(end - first)

    @property
    def segment(self) -> VideoSegment:
        """The video segment that the job results in."""
        shown = Fraction(self.origin["shown"], self.quality.fps)
        return VideoSegment(self.name, self.chapter, self.number, self.frames, shown, self.poster_frame > 0)

    @property
    def poster_frame(self) -> int:
        """How many frames of the segment there are up to the last one of the beat's own picture."""
        return min(self.frames, max(0, int(self.content.get("turns", self.first + self.frames)) - self.first))

    @property
    def first(self) -> int:
        """The frame of the beat with which the segment starts."""
        return int(self.content["frames"][0])

    @property
    def quality(self) -> Quality:
        """The quality at which to draw."""
        return Quality(**self.content["quality"])

    @property
    def beat(self) -> TimedBeat:
        """The beat, which starts after the frames of the beats that are played without drawing."""
        return self._timed_chapter.beats[-1]

    def performance(self) -> Performance:
        """What a stage plays to draw the segment: the chapter up to the beat, of which only that is drawn."""
        performance = self._performance(self.content, self.origin, self._timed_chapter)
        if "following" not in self.content:
            return performance
        content, origin = self.content["following"], self.origin["following"]
        chapter = timed_chapter(origin["chapter"], "", content["scene"], content["beats"], origin["cues"])
        return replace(performance, following=self._performance(content, origin, chapter))

    def _performance(
        self, content: Mapping[str, Any], origin: Mapping[str, Any], chapter: TimedChapter
    ) -> Performance:
        scene = origin["scene_file"]
        experiments = {name: experiment_from(data) for name, data in content["experiments"].items()}
        experiment, example = experiments.get(content["network"]), content["example"]
        graph = graph_from(content["graph"]) if "graph" in content else None
        if experiment is not None and example is not None:
            experiment = experiment.focused(example)
        if graph is not None and example is not None:
            graph = graph.focused(example)
        return Performance(
            chapter,
            self.quality.fps,
            experiment,
            {self.number},
            Path(self.origin["folder"]),
            experiments,
            SceneFile(Path(scene[0]), scene[1], *map(Path, scene[2:])) if scene else None,
            self.content["decimal_mark"],
            self.quality.aspect,
            theme_from(self.origin["theme"]),
            follows=content["follows"],
            graph=graph,
        )

    @cached_property
    def _timed_chapter(self) -> TimedChapter:
        title, scene, beats = (self.content[name] for name in ("title", "scene", "beats"))
        return timed_chapter(self.chapter, title, scene, beats, self.origin["cues"])


def render_job_from(data: Mapping[str, Any]) -> RenderJob:
    """The job with the `content` and the `origin` in `data`, which was read from JSON."""
    return RenderJob(data["content"], data["origin"])
