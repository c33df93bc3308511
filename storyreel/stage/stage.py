"""The stage: the base class of all scenes. It plays a chapter's beats by calling the methods of their cues.

A scene class declares its cues with `@cue`; each returns the animation to play. Its start and its length are
given by the timeline in whole frames. Without a performance, as when the `manim` command creates it, a stage
plays the first chapter of its scene in the lessons that come with storyreel.
"""

import inspect
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from manim import Animation, AnimationGroup, Camera, ManimColor, Scene, VMobject, Wait

from storyreel.core.errors import (
    OutsideError,
    Problem,
    StoryboardError,
    StoryreelError,
    UsageError,
    one_line,
)
from storyreel.core.plugins import offered
from storyreel.graphics import layout, theme
from storyreel.graphics.parts.raster import draw_image
from storyreel.graphics.text.decimal_mark import set_decimal_mark
from storyreel.graphics.text.typeset import words
from storyreel.timing.beats import TimedBeat, TimedCue
from storyreel.timing.performance import Performance
from storyreel.timing.segments import segment_ranges

if TYPE_CHECKING:
    from storyreel.engine.experiment import Experiment


Needed = TypeVar("Needed")


def needed(found: Needed | None, missing: str) -> Needed:
    """`found`, which a cue needs; raises StoryreelError with the message `missing` where it is None."""
    if found is None:
        raise StoryreelError(missing)
    return found


class Stage(Scene):
    """A scene that plays a chapter, with the chapter's title above it unless `has_heading` is false."""

    has_heading = True
    from_start: tuple[str, ...] = ()
    """What cues may require and is there before any of them, as a literal: it is read with the cues."""
    _beat: TimedBeat
    _segment_starts: Collection[int] = ()
    _frame = 0  # number of frames played of the beat
    _is_drawn = True  # whether the current segment is drawn

    def __init__(self, performance: Performance | None = None, **manim: Any) -> None:
        super().__init__(**manim)
        assert isinstance(self.camera, Camera)  # not the one for OpenGL
        if self.camera.background_opacity:  # else Manim would add the colour to transparent pixels
            self.camera.background_color = ManimColor(theme.COLOURS["background"])
        self.camera.display_image_mobject = partial(draw_image, self.camera)  # type: ignore[method-assign]
        self.performance = performance or _default_performance(type(self), self.camera.frame_rate)
        set_decimal_mark(self.performance.decimal_mark)
        self._experiment = self.performance.experiment
        self.title: VMobject | None = None

    @property
    def experiment(self) -> "Experiment":
        """The chapter's experiment; raises UsageError where it has none."""
        if self._experiment is None:
            raise UsageError("this cue is about a network: give its chapter one (`network: …`)")
        return self._experiment

    def focus(self, example: int) -> None:
        """Bring an example of the data into focus, counted from 0. Raises StoryreelError if there is none."""
        try:
            self._experiment = self.experiment.focused(example)
        except IndexError as error:
            raise StoryreelError(str(error)) from None

    def construct(self) -> None:
        """Play every beat of the chapter; called by Manim."""
        chapter, drawn = self.performance.chapter, self.performance.drawn
        if self.has_heading:
            title = words(
                chapter.title, em=theme.SIZES.title, colour=theme.colour("muted"), weight="semibold"
            )
            self.title = layout.TITLE.place(title, align="left")
            self.add(self.title)
        for beat in chapter.beats:
            self.play_beat(beat, is_drawn=drawn is None or beat.number in drawn)
            self.after_beat()

    def after_beat(self) -> None:
        """Called at the end of each beat; subclasses and renderers may override it."""

    def before_segment(self, beat: TimedBeat, first: int) -> bool:
        """Called `first` frames into a drawn beat, where a segment begins; returns True to draw it."""
        return True

    def play_beat(self, beat: TimedBeat, is_drawn: bool = True) -> None:
        """Play one beat after those before it; one that is not drawn is skipped to its end."""
        beat = beat if is_drawn else beat.skipped()
        self.next_section(f"{beat.chapter}-{beat.number}", skip_animations=not is_drawn)
        frames = beat.end - beat.start
        self._segment_starts = (
            [first for first, _ in segment_ranges(frames, self.performance.fps)] if is_drawn else ()
        )
        self._beat, self._frame, self._is_drawn = beat, 0, True
        frame = beat.start
        for start, group in groupby(beat.cues, key=lambda cue: cue.start):
            self._hold(start - frame)
            cues = tuple(group)
            moves = [move for cue in cues if (move := self._move(beat, cue))]
            frame = max(
                (start + round(move.run_time * self.performance.fps) for move in moves), default=start
            )
            if moves:
                with _at(beat, cues[0]), _one_at_a_time(cues):
                    self.play(*moves)
        self._hold(beat.end - frame)

    def _move(self, beat: TimedBeat, cue: TimedCue) -> Animation | None:
        """The animation of a cue, with the length that the timeline gives it."""
        with _at(beat, cue):
            move: Animation | None = getattr(self, cue.name)(**cue.parameters)
        if move is not None and _is_empty(move):
            return None
        if move is not None:
            move.run_time = (cue.end - cue.start) / self.performance.fps
        return move

    def _hold(self, frames: int) -> None:
        end = self._frame + frames
        while (here := self._frame) < end:
            border = min([end, *(start for start in self._segment_starts if start > here)])
            if self._advance(border - here):
                # Manim rounds the frames of a wait down; half a frame more prevents losing one.
                self.play(Wait(run_time=(border - here + 0.5) / self.performance.fps))

    def _advance(self, frames: int = 1) -> bool:
        """Advance by some frames of one segment; returns True where they are drawn."""
        if self._frame in self._segment_starts:
            self._is_drawn = self.before_segment(self._beat, self._frame)
        self._frame += frames
        return self._is_drawn

    def get_time_progression(self, run_time: float, *_: Any, **__: Any) -> Iterator[float]:
        """The times in seconds of an animation's frames that are drawn, and always of its last frame.

        The first frame shows a change. Manim's own times begin one frame late, with the unchanged picture,
        and stop before the end.
        """
        frames, is_skipped = int(run_time * self.performance.fps + 0.25), self.renderer.skip_animations
        for frame in range(1, frames + 1):
            is_drawn = not is_skipped and self._advance()
            if is_drawn or frame == frames:
                self.renderer.skip_animations = not is_drawn
                yield frame / self.performance.fps


def _is_empty(move: Animation) -> bool:
    """True for a group of no animations, which Manim refuses: a cue found nothing on stage to animate."""
    return isinstance(move, AnimationGroup) and all(map(_is_empty, move.animations))


@contextmanager
def _at(beat: TimedBeat, cue: TimedCue) -> Iterator[None]:
    """Errors inside are reported for the cue, with its place in the storyboard."""
    try:
        yield
    except (OutsideError, MemoryError):  # such as a full disk: not an error of the cue
        raise
    except Exception as error:
        if isinstance(error, StoryreelError):
            fault = str(error)
        elif isinstance(error, KeyError):
            # A storyboard may name numbers that the example's trace does not have, such as `next.h`.
            fault = f"it cannot show `{error.args[0]}`"
        else:
            fault = f"a fault in the scene: {type(error).__name__}: {error}"
        where = f"(chapter {beat.chapter}, beat {beat.number})"
        message = one_line(f"the cue `{cue.name}`: {fault} {where}")
        raise StoryboardError([Problem(cue.place, message)]) from error


@contextmanager
def _one_at_a_time(cues: Sequence[TimedCue]) -> Iterator[None]:
    """Where a cue is given twice for one moment, Manim fails if both change the same mobjects."""
    try:
        yield
    except (ValueError, IndexError) as error:
        names = [cue.name for cue in cues]
        if len(set(names)) == len(names):
            raise
        twice = max(names, key=names.count)
        raise StoryreelError(f"`{twice}` begins twice at the same moment; give each its own mark") from error


def _default_performance(scene: type[Stage], fps: float) -> Performance:
    """The performance for the `manim` command, which creates a stage without one.

    It comes from the entry point `storyreel.performances`, because a stage does not read storyboards.
    """
    (point,) = offered("storyreel.performances")
    performance: Performance = point.load()(Path(inspect.getfile(scene)).stem, round(fps))
    return performance
