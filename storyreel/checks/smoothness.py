"""How smoothly a lesson moves: every object's place and colours from frame to frame, without drawing it.

    scripts/smoothness assets/storyboards/backpropagation.yaml

What moves follows an easing, without a step out of line (`smooth_run`). What appears, disappears or changes
its colours takes more than one frame for it, unless something takes or leaves its place. So from the last
frame of a beat to the first of the next, too, nothing is different but what a cue begins to change.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

import click
import numpy as np

from storyreel.checks.motion_rules import roughness
from storyreel.checks.object_state import PLACE, ObjectState, object_states
from storyreel.core.quality import QUALITIES
from storyreel.graphics.layout import FRAME_WIDTH
from storyreel.production.production import Production, plan
from storyreel.reader import load
from storyreel.rendering.play import watch
from storyreel.stage.stage import Stage
from storyreel.timing.beats import TimedChapter

FULL = QUALITIES["full"]
REST = 2e-4
"""Units a frame below which an object stands still."""
AT_ONCE = 0.5
"""The part of its whole range by which no colour may change in one frame."""


@dataclass(frozen=True)
class RoughMove:
    """What one object does that is not smooth, at a frame of the film: `size` is in pixels of a full film."""

    chapter: str
    beat: int
    cues: tuple[str, ...]
    frame: int
    thing: str
    rule: str
    size: float

    @property
    def where(self) -> str:
        """The beat and the cues during which it happens."""
        return f"{self.chapter} {self.beat}, {' + '.join(self.cues) or 'no cue'}"


@dataclass
class MotionRun:
    """The `steps` of an object from a frame on; what `comes` is fading in, or has just become another."""

    start: int
    sight: ObjectState
    comes: bool
    steps: list[np.ndarray] = field(default_factory=list)


class Inspector:
    """Looks at a chapter, frame by frame, and keeps what is rough in `found`.

    `renewed` are the frames in which glyphs last became those of another text.
    """

    def __init__(self, chapter: TimedChapter) -> None:
        self.chapter = chapter
        self.found: list[RoughMove] = []
        self.has_begun = False
        self.before: dict[int, ObjectState] = {}
        self.earlier: dict[int, ObjectState] = {}
        self.new: dict[int, ObjectState] = {}
        self.gone: dict[int, ObjectState] = {}
        self.runs: dict[int, MotionRun] = {}
        self.renewed: dict[int, int] = {}

    def look(self, stage: Stage, frame: int, repeats: int) -> None:
        """Look at the stage at a frame, and be told for how many it stays as it is."""
        now = object_states(stage)
        for key in [key for key in self.runs if key not in now]:
            # What shrinks until it is too small to be looked at has not stopped.
            self._finish(key, goes_on=self.before[key].grows(self.earlier.get(key, self.before[key])))
        for key, sight in now.items() if self.has_begun else ():
            if key in self.before:
                self._compare(key, now, frame)
            elif sight.is_seen and not sight.replaces(self.before.values()):
                self.new[key] = sight
        self._come_and_go(now, frame)
        self.earlier, self.before, self.has_begun = self.before, now, True
        if repeats > 1:
            self.earlier = now

    def _compare(self, key: int, now: dict[int, ObjectState], frame: int) -> None:
        before, sight = self.before[key], now[key]
        step = sight.edges - before.edges
        size = float(np.abs(step).max())
        is_another = sight.is_another(before)
        is_other = is_another or (size > PLACE and self._takes_over(key, step, now))
        if is_other or sight.is_free or size < REST:
            # Shapes that are redrawn as a whole exchange their places: that is no move.
            self._finish(key, goes_on=is_another)
        else:
            comes = not before.is_solid or self.renewed.get(key) == frame - 1
            self.runs.setdefault(key, MotionRun(frame, sight, comes)).steps.append(step)
        if is_another:
            self.renewed[key] = frame
        change = float(np.abs(sight.paint - before.paint).max())
        if change > AT_ONCE and not is_other:
            self._report(frame, sight, "changes its colour at once", change)

    def _takes_over(self, key: int, step: np.ndarray, now: dict[int, ObjectState]) -> bool:
        """Whether something stands where another thing stood that has left its place, and not by going on."""
        box, run = now[key].box, self.runs.get(key)
        goes_on = run is not None and np.abs(step - run.steps[-1]).max() < PLACE
        return not goes_on and any(
            np.abs(box - other.box).max() < PLACE
            and (one not in now or np.abs(now[one].box - other.box).max() > REST)
            for one, other in self.before.items()
            if one != key
        )

    def _come_and_go(self, now: dict[int, ObjectState], frame: int) -> None:
        """What has been there for a frame and does not grow has come at once; what is gone, has gone so."""
        for key, sight in list(self.new.items()):
            if key in self.before:
                del self.new[key]
                if key in self.gone or key not in now or not now[key].grows(sight):
                    flickers = key in self.gone or key not in now
                    rule = "flickers" if flickers else "appears at once"
                    self._report(frame - 1, sight, rule, self._pixels(sight.size.max()))
        self.gone = {key: sight for key, sight in self.earlier.items() if key not in self.before}
        for key, sight in self.before.items():
            is_settled = key in self.earlier and not sight.grows(self.earlier[key])
            if key not in now and sight.is_seen and is_settled and not sight.replaces(now.values()):
                self._report(frame, sight, "disappears at once", self._pixels(sight.size.max()))

    def _finish(self, key: int, goes_on: bool = False) -> None:
        if key in self.runs:
            run = self.runs.pop(key)
            # What fades out on its way does not stop, nor does a number that becomes another as it moves.
            goes = goes_on or not self.before[key].is_solid
            for step, rule, size in roughness(np.array(run.steps), not run.comes, not goes):
                self._report(run.start + step, run.sight, rule, self._pixels(size))

    def _pixels(self, units: float) -> float:
        return float(units) * FULL.width / FRAME_WIDTH

    def _report(self, frame: int, sight: ObjectState, rule: str, size: float) -> None:
        beat = next(beat for beat in self.chapter.beats if frame < beat.end)
        cues = tuple(cue.name for cue in beat.cues if cue.start <= frame < cue.end)
        self.found.append(RoughMove(self.chapter.id, beat.number, cues, frame, sight.name, rule, size))

    def finish(self) -> None:
        """No frames are left."""
        for key in list(self.runs):
            self._finish(key)


def rough_moves(production: Production) -> Iterator[RoughMove]:
    """All that is not smooth in a lesson, chapter by chapter, each in the order in which it is found."""
    for chapter in production.timeline.chapters:
        inspector = Inspector(chapter)
        watch(production.performance(chapter), inspector.look)
        inspector.finish()
        yield from inspector.found


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--chapter", help="Only this one.")
@click.option("--fps", default=FULL.fps, show_default=True, help="Frames a second.")
def main(file: Path, chapter: str | None, fps: int) -> None:
    """List what does not move smoothly in the lesson of the storyboard FILE, the worst of each kind in each
    cue. Exit status 1 where there is any."""
    production = plan(load(file), quality=replace(FULL, fps=fps), voice_name="silent")
    if chapter:
        timeline = replace(production.timeline, chapters=(production.chapter(chapter),))
        production = replace(production, timeline=timeline)
    found = sorted(rough_moves(production), key=lambda rough: (rough.where, rough.rule, -rough.size))
    for (where, rule), group in groupby(found, key=lambda rough: (rough.where, rough.rule)):
        worst, *others = group
        more = f", and {len(others)} more" if others else ""
        print(f"{where}: {worst.thing} {rule} at frame {worst.frame}, by {worst.size:.1f}{more}")
    print(f"{len(found)} in all; worst: {max((rough.size for rough in found), default=0.0):.1f} pixels")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
