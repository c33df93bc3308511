"""A task: a part of a beat to be drawn, as a plain description that any process on any machine can be handed.

Its pictures depend on nothing that is not in its task, and the task's name is a hash of all that
they depend on. So a piece of video with that name never has to be made twice.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from storyreel.core.quality import Quality
from storyreel.core.scene_file import SceneFile
from storyreel.engine.serialization import experiment_from
from storyreel.production.timed_chapter_data import timed_chapter
from storyreel.timing.beats import TimedBeat, TimedChapter
from storyreel.timing.performance import Performance
from storyreel.video.segment import VideoSegment


@dataclass(frozen=True, eq=False)
class RenderJob:
    """A part of a beat of a chapter, to be drawn at a quality.

    `pictures` is JSON data, all that the pictures depend on: the scene and what draws it, the chapter's
    title, its network and the others that it names, the beats before this one in passing, last the beat
    itself, in frames from its own start, and between which of these the part lies. `places` is what they do
    not depend on: the chapter's id, the folder of the storyboard, where each cue of each beat stands in it,
    and how many of the frames are shown in the film.
    """

    pictures: Mapping[str, Any]
    places: Mapping[str, Any]

    @cached_property
    def name(self) -> str:
        """A hash of `pictures`, in hexadecimal digits."""
        return hashlib.sha256(json.dumps(self.pictures, sort_keys=True).encode()).hexdigest()[:40]

    @property
    def chapter(self) -> str:
        """The id of the chapter."""
        return str(self.places["chapter"])

    @property
    def number(self) -> int:
        """The number of the beat in its chapter, counted from 1."""
        return len(self.pictures["beats"])

    @property
    def frames(self) -> int:
        """How many frames the part lasts."""
        first, end = self.pictures["part"]
        return int(end - first)

    @property
    def segment(self) -> VideoSegment:
        """What the task becomes."""
        shown = Fraction(self.places["shown"], self.quality.fps)
        return VideoSegment(self.name, self.chapter, self.number, self.frames, shown)

    @property
    def first(self) -> int:
        """The frame of the beat with which the part begins."""
        return int(self.pictures["part"][0])

    @property
    def quality(self) -> Quality:
        """The quality to draw at."""
        return Quality(**self.pictures["quality"])

    @property
    def beat(self) -> TimedBeat:
        """The beat itself, on the frames after those of the beats before it in passing."""
        return self._timed_chapter.beats[-1]

    def performance(self) -> Performance:
        """What a stage plays to draw the part: the chapter up to its beat, with nothing drawn but that."""
        scene = self.places["scene_file"]
        experiments = {name: experiment_from(data) for name, data in self.pictures["experiments"].items()}
        return Performance(
            self._timed_chapter,
            self.quality.fps,
            experiments.get(self.pictures["network"]),
            {self.number},
            Path(self.places["folder"]),
            experiments,
            SceneFile(Path(scene[0]), scene[1]) if scene else None,
        )

    @cached_property
    def _timed_chapter(self) -> TimedChapter:
        title, scene, beats = (self.pictures[name] for name in ("title", "scene", "beats"))
        return timed_chapter(self.chapter, title, scene, beats, self.places["cues"])


def render_job_from(data: Mapping[str, Any]) -> RenderJob:
    """The task whose `pictures` and `places` came as JSON."""
    return RenderJob(data["pictures"], data["places"])
