"""A production: a storyboard with its narration and its timeline in whole frames, ready to be drawn.

    production = plan(load("lesson.yaml"), quality=QUALITIES["draft"])
    film = make_film(production, Path("out"))

`output` and `still` draw it, which needs manim.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from storyreel.core.cache_folder import speech_cache
from storyreel.core.errors import StoryboardError
from storyreel.core.paths import DEFAULT_STORYBOARD
from storyreel.core.progress import Progress, no_progress
from storyreel.core.quality import QUALITIES, Quality
from storyreel.production.lesson_parts import beat_numbered, chapter_called
from storyreel.reader import load
from storyreel.speech.narration import Narration, narrate
from storyreel.speech.refusals import refusals
from storyreel.speech.script import write_script
from storyreel.speech.voices import DEFAULT_VOICE, voice
from storyreel.storyboard.cue import File
from storyreel.storyboard.model import Storyboard
from storyreel.storyboard.vocabulary import scene_file, scene_types
from storyreel.timing.beats import TimedBeat, TimedChapter
from storyreel.timing.performance import Performance
from storyreel.timing.timeline import Timeline, lay_out


@dataclass(frozen=True, eq=False)
class Production:
    """A storyboard with its narration, and its timeline at the frame rate of `quality`."""

    storyboard: Storyboard
    narration: Narration
    timeline: Timeline
    quality: Quality
    voice: str

    @property
    def name(self) -> str:
        """The name of the lesson and its folder: the storyboard's file name without suffix."""
        return self.storyboard.path.stem

    @cached_property
    def files(self) -> Mapping[str, str]:
        """The files that the storyboard's cues name, with a hash of the content of each."""
        folder = self.storyboard.path.parent
        names = {name for beat in self.timeline.beats for name in beat.parameters_of_type(File)}
        return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sorted(names)}

    def chapter(self, id: str) -> TimedChapter:
        """The chapter with an id; raises UsageError if there is none."""
        return chapter_called(id, self.timeline.chapters)

    def beat(self, chapter: str, number: int) -> TimedBeat:
        """Beat `number` (from 1) of the chapter with an id; raises UsageError if there is none."""
        return beat_numbered(number, self.chapter(chapter).beats, chapter)

    def performance(self, chapter: TimedChapter, draw: Collection[int] | None = None) -> Performance:
        """The performance of a chapter in which the beats with the numbers `draw` (None: all) are drawn."""
        experiments, folder = self.storyboard.networks, self.storyboard.path.parent
        experiment = experiments.get(chapter.network or "")
        return Performance(
            chapter, self.timeline.fps, experiment, draw, folder, experiments, scene_file(chapter.scene)
        )


def plan(
    storyboard: Storyboard | None = None,
    *,
    quality: Quality = QUALITIES["draft"],
    voice_name: str | None = None,
    progress: Progress = no_progress,
) -> Production:
    """Speak a storyboard (None: the default lesson) and lay it out in time.

    `voice_name` overrides the storyboard's own voice. Raises UsageError for an unknown voice, StoryboardError
    if the voice cannot say something, OutsideError if it fails.
    """
    storyboard = storyboard or load(DEFAULT_STORYBOARD)
    script = write_script(storyboard)
    speaker = voice_name or storyboard.voice or DEFAULT_VOICE
    if problems := refusals(script, voice(speaker)):
        raise StoryboardError(problems)
    narration = narrate(
        script, voice(speaker), speech_cache(), lambda done, total: progress("voice", done, total)
    )
    timeline = lay_out(script, narration, cue_durations(), quality.fps)
    return Production(storyboard, narration, timeline, quality, speaker)


def cue_durations() -> Mapping[str, Mapping[str, float]]:
    """For each scene, for each of its cues, the seconds that its animation takes unless time is short."""
    return {
        scene.name: {cue.name: cue.seconds for cue in scene.cues.values()} for scene in scene_types().values()
    }
