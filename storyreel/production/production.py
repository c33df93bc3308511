"""A production: a storyboard with its narration and its timeline in whole frames, ready to be drawn.

    production = plan("lesson.yaml", quality="draft")
    film = make_film(production, Path("out"))

`output` and `still` draw it, which needs manim.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from storyreel.core.cache_folder import speech_cache
from storyreel.core.errors import StoryboardError
from storyreel.core.number_format import marks
from storyreel.core.paths import DEFAULT_STORYBOARD
from storyreel.core.progress import Progress, shown_progress
from storyreel.core.quality import Quality, quality_called
from storyreel.production.lesson_parts import beat_numbered, chapter_called
from storyreel.production.pool import Pool
from storyreel.reader import load
from storyreel.speech.cast import Cast, lesson_cast
from storyreel.speech.narration import Narration, narrate
from storyreel.speech.refusals import refusals
from storyreel.speech.script_writer import write_script
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
    cast: Cast

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
        performance, chapters = self._performance(chapter, draw), self.timeline.chapters
        after = next((other for one, other in pairwise(chapters) if one.id == chapter.id), None)
        if after is None:
            return performance
        return replace(performance, following=self._performance(replace(after, beats=after.beats[:1])))

    def _performance(self, chapter: TimedChapter, draw: Collection[int] | None = None) -> Performance:
        experiments, folder = self.storyboard.networks, self.storyboard.path.parent
        experiment = experiments.get(chapter.network or "")
        graph = self.storyboard.graphs.get(chapter.network or "")
        if experiment is not None and chapter.example is not None:
            experiment = experiment.focused(chapter.example)
        if graph is not None and chapter.example is not None:
            graph = graph.focused(chapter.example)
        scene, mark = scene_file(chapter.scene), marks(self.storyboard.language)[0]
        aspect = self.quality.aspect
        return Performance(
            chapter,
            self.timeline.fps,
            experiment,
            draw,
            folder,
            experiments,
            scene,
            mark,
            aspect,
            self.storyboard.theme,
            follows=chapter.id != self.timeline.chapters[0].id,
            graph=graph,
        )


def plan(
    storyboard: Storyboard | Path | str = DEFAULT_STORYBOARD,
    *,
    quality: Quality | str = "draft",
    voice: str | None = None,
    aspect: str | None = None,
    progress: Progress | bool = False,
    pool: Pool | None = None,
) -> Production:
    """Speak a storyboard and lay it out in time; its `timeline` has the times of all words and cues.

    `storyboard` is a path, a text with line breaks, or what `load` returns. `quality` is "draft", "hd",
    "full", "4k" or any `Quality`; the times depend on its frame rate. `voice` speaks for everyone instead.
    `aspect` is the aspect ratio, "16:9", "9:16" or "1:1", by default the storyboard's, or else that of the
    quality. `progress` is whether to show progress, or the function that shows it. An entered
    `pool` may speak, too. Raises UsageError for an unknown voice, quality or
    aspect ratio, StoryboardError if the voice cannot say something or has too few variants, OutsideError if
    it fails or is not there, and the errors of `load`.
    """
    if isinstance(storyboard, Path | str):
        storyboard = load(storyboard)
    quality = quality_called(quality).in_aspect(aspect or storyboard.aspect)
    script = write_script(storyboard)
    speakers = lesson_cast(storyboard, script, voice)
    if problems := refusals(script, speakers):
        raise StoryboardError(problems)
    with shown_progress(progress) as told:
        if pool is not None:
            pool.speak(script, speakers, told)
        narration = narrate(script, speakers, speech_cache(), lambda done, total: told("voice", done, total))
    timeline = lay_out(script, narration, cue_durations(), quality.fps)
    return Production(storyboard, narration, timeline, quality, speakers)


def cue_durations() -> Mapping[str, Mapping[str, float]]:
    """For each scene, for each of its cues, the seconds that its animation takes unless time is short."""
    return {
        scene.name: {cue.name: cue.seconds for cue in scene.cues.values()} for scene in scene_types().values()
    }
