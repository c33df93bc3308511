"""The layout report: the layout rules applied to a whole lesson, without drawing it.

    problems = layout_problems(plan(storyboard, quality=MEASURED, voice="silent"))

The stage is measured ten times a second, during animations too. A problem has the place of the cue during or
after which it begins, and is reported once for as long as it lasts. Problems of one rule that begin in the
same frame of one animation are reported together. A number that is said and not shown has the place where it
is said; a time without a picture, which may last into the next chapter, that where it begins; a
chapter that begins with a cut, that of its first beat.
"""

from collections.abc import Iterator
from dataclasses import replace

from storyreel.checks.blank_periods import BlankPeriods
from storyreel.checks.chapter_starts import ChapterStarts
from storyreel.checks.crossing_rules import motion_faults
from storyreel.checks.layout_rules import LayoutFault, faults
from storyreel.checks.snapshot import Snapshot
from storyreel.checks.spoken_numbers import unwritten_numbers
from storyreel.core.errors import Place, Problem, StoryboardError
from storyreel.core.progress import Progress, no_progress
from storyreel.core.quality import QUALITIES
from storyreel.production.production import Production
from storyreel.rendering.play import watch
from storyreel.stage.stage import Stage
from storyreel.timing.beats import TimedBeat, TimedChapter

MEASURED = replace(QUALITIES["draft"], fps=10)
"""The quality with which a lesson is planned for this."""


def layout_problems(production: Production, progress: Progress = no_progress) -> list[Problem]:
    """All violations of the layout rules, and all cues that cannot be drawn, in the lesson's order."""
    found: list[tuple[int, Problem]] = []
    timeline, storyboard = production.timeline, production.storyboard
    blank, starts = BlankPeriods(timeline), ChapterStarts(timeline)
    for number, (chapter, written) in enumerate(
        zip(timeline.chapters, storyboard.chapters, strict=True), start=1
    ):
        inspector = _Inspector(chapter, timeline.fps, blank, starts)
        try:
            watch(production.performance(chapter), inspector.look)
            unwritten = unwritten_numbers(storyboard, written, inspector.texts)
            found += ((chapter.beats[beat - 1].start, problem) for beat, problem in unwritten)
        except StoryboardError as error:
            found += ((chapter.start, problem) for problem in error.problems)
        found += inspector.problems()
        progress("layout", number, len(timeline.chapters))
    found += [*blank.problems(), *starts.problems()]
    return [problem for _, problem in sorted(found, key=lambda pair: pair[0])]


class _Inspector:
    """Measures a chapter, sample by sample, and collects the faults."""

    def __init__(self, chapter: TimedChapter, fps: int, blank: BlankPeriods, starts: ChapterStarts) -> None:
        self.chapter, self.fps, self.blank, self.starts = chapter, fps, blank, starts
        self.before: Snapshot | None = None
        self.ongoing: set[LayoutFault] = set()
        self.found: dict[tuple[int, int, str], tuple[int, list[LayoutFault]]] = {}
        """By beat, first frame of the animation, and rule: the frame of the first faults, and these."""
        self.texts: dict[int, set[str]] = {}
        """All that is written on stage during each beat, by its number."""

    def look(self, stage: Stage, frame: int, repeats: int) -> None:
        self.before = Snapshot(stage, self.before, is_still=repeats > 1)
        self.blank.look(stage, self.before, frame, repeats)
        self.starts.look(stage, self.before, frame)
        broken = list(dict.fromkeys([*faults(self.before), *motion_faults(self.before)]))
        beat = self._beat(frame)
        move = max((cue.start for cue in beat.cues if cue.start <= frame), default=beat.start)
        for fault in broken:
            if fault not in self.ongoing:
                first, list_of_faults = self.found.setdefault((beat.number, move, fault.rule), (frame, []))
                if first == frame:
                    list_of_faults.append(fault)
        self.ongoing = set(broken)
        self.texts.setdefault(beat.number, set()).update(self.before.texts)

    def _beat(self, frame: int) -> TimedBeat:
        return next(beat for beat in self.chapter.beats if frame < beat.end)

    def problems(self) -> Iterator[tuple[int, Problem]]:
        """The faults as problems, with their frames."""
        for (number, move, _), (frame, broken) in self.found.items():
            beat = self.chapter.beats[number - 1]
            seconds = (frame - beat.start) / self.fps
            others = f", and {len(broken) - 1} more like it" if len(broken) > 1 else ""
            where = f"chapter {self.chapter.id}, beat {number}, {seconds:.1f} s into it"
            yield frame, Problem(_place(beat, move), f"{where}: {broken[0].text}{others}")


def _place(beat: TimedBeat, move: int) -> Place:
    """The place of the first cue that begins at a frame, or that of the beat."""
    return next((cue.place for cue in beat.cues if cue.start == move), beat.place)
