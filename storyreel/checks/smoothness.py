"""Smoothness: every object's place and colours compared from frame to frame, without drawing.

    scripts/smoothness assets/storyboards/backpropagation.yaml

Objects must move as an easing does (`motion_rules`). An object that appears, disappears or changes its colour
must take more than one frame for it, unless it replaces an object at the same place. This includes the step
from one beat to the next.
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
from storyreel.graphics.layout import SHORTER_SIDE
from storyreel.production.production import Production, plan
from storyreel.reader import load
from storyreel.rendering.play import watch
from storyreel.stage.stage import Stage
from storyreel.timing.beats import TimedChapter

FULL = QUALITIES["full"]
REST = 2e-4
"""Manim units a frame below which an object counts as still."""
AT_ONCE = 0.5
"""The largest change of a colour in one frame, as a part of its whole range."""


@dataclass(frozen=True)
class RoughMove:
    """A violation by one object at a frame of the film; `size` is in pixels of a film of full quality."""

    chapter: str
    beat: int
    cues: tuple[str, ...]
    frame: int
    thing: str
    rule: str
    size: float

    @property
    def where(self) -> str:
        """The beat, and the cues that are being played."""
        return f"{self.chapter} {self.beat}, {' + '.join(self.cues) or 'no cue'}"


@dataclass
class MotionRun:
    """The `steps` of a moving object since a frame.

    `fades_in` is True if it was fading in at the start, or was a glyph that had just changed its text.
    """

    start: int
    state: ObjectState
    fades_in: bool
    steps: list[np.ndarray] = field(default_factory=list)


class Inspector:
    """Compares the frames of a chapter, and collects rough moves in `found`.

    The states are by `id` of their objects: `before` and `earlier` those of the last two frames, `new` those
    of objects that appeared in the last frame, `gone` those of objects that disappeared in it. `text_changed`
    has the frames in which glyphs last changed their text.
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
        self.text_changed: dict[int, int] = {}

    def look(self, stage: Stage, frame: int, repeats: int) -> None:
        """Compare the stage at a frame, which is repeated `repeats` times, with the frame before."""
        now = object_states(stage)
        for key in [key for key in self.runs if key not in now]:
            # An object that has shrunk below the size that is checked has not stopped.
            self._finish(key, continues=self.before[key].is_changing(self.earlier.get(key, self.before[key])))
        for key, state in now.items() if self.has_begun else ():
            if key in self.before:
                self._compare(key, now, frame)
            elif state.is_seen and not state.takes_place_of(self.before.values()):
                self.new[key] = state
        self._check_appearance(now, frame)
        self.earlier, self.before, self.has_begun = self.before, now, True
        if repeats > 1:
            self.earlier = now

    def _compare(self, key: int, now: dict[int, ObjectState], frame: int) -> None:
        before, state = self.before[key], now[key]
        step = state.edges - before.edges
        size = float(np.abs(step).max())
        has_new_text = state.has_new_text(before)
        is_other = has_new_text or (size > PLACE and self._swaps_places(key, step, now))
        if is_other or state.is_exempt or size < REST:
            # Parts of a shape that is redrawn as a whole may swap places: that is no motion.
            self._finish(key, continues=has_new_text)
        else:
            fades_in = not before.is_opaque or self.text_changed.get(key) == frame - 1
            self.runs.setdefault(key, MotionRun(frame, state, fades_in)).steps.append(step)
        if has_new_text:
            self.text_changed[key] = frame
        change = float(np.abs(state.paint - before.paint).max())
        if change > AT_ONCE and not is_other:
            self._report(frame, state, "changes its colour at once", change)

    def _swaps_places(self, key: int, step: np.ndarray, now: dict[int, ObjectState]) -> bool:
        """True if an object is where another was that has left, unless it only continued its own motion."""
        box, run = now[key].box, self.runs.get(key)
        continues = run is not None and np.abs(step - run.steps[-1]).max() < PLACE
        return not continues and any(
            np.abs(box - other.box).max() < PLACE
            and (one not in now or np.abs(now[one].box - other.box).max() > REST)
            for one, other in self.before.items()
            if one != key
        )

    def _check_appearance(self, now: dict[int, ObjectState], frame: int) -> None:
        """Report objects that appeared in the last frame and do not grow, and objects that disappeared."""
        for key, state in list(self.new.items()):
            if key in self.before:
                del self.new[key]
                if key in self.gone or key not in now or not now[key].is_changing(state):
                    flickers = key in self.gone or key not in now
                    rule = "flickers" if flickers else "appears at once"
                    self._report(frame - 1, state, rule, self._pixels(state.size.max()))
        self.gone = {key: state for key, state in self.earlier.items() if key not in self.before}
        for key, state in self.before.items():
            is_settled = key in self.earlier and not state.is_changing(self.earlier[key])
            if key not in now and state.is_seen and is_settled and not state.takes_place_of(now.values()):
                self._report(frame, state, "disappears at once", self._pixels(state.size.max()))

    def _finish(self, key: int, continues: bool = False) -> None:
        if key in self.runs:
            run = self.runs.pop(key)
            # An object that fades out while moving does not stop, nor does a glyph that changes its text.
            stops = not continues and self.before[key].is_opaque
            for step, rule, size in roughness(np.array(run.steps), not run.fades_in, stops):
                self._report(run.start + step, run.state, rule, self._pixels(size))

    def _pixels(self, units: float) -> float:
        return float(units) * FULL.height / SHORTER_SIDE

    def _report(self, frame: int, state: ObjectState, rule: str, size: float) -> None:
        beat = next(beat for beat in self.chapter.beats if frame < beat.end)
        cues = tuple(cue.name for cue in beat.cues if cue.start <= frame < cue.end)
        self.found.append(RoughMove(self.chapter.id, beat.number, cues, frame, state.name, rule, size))

    def finish(self) -> None:
        """Check the runs that last to the end of the chapter."""
        for key in list(self.runs):
            self._finish(key)


def rough_moves(production: Production) -> Iterator[RoughMove]:
    """All rough moves of a lesson, chapter by chapter, in the order in which they are found."""
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
    """List what does not move smoothly in the lesson of storyboard FILE: for each cue and rule the worst.
    Exit status 1 if there is any."""
    production = plan(load(file), quality=replace(FULL, fps=fps), voice="silent")
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
