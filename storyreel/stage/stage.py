"""The stage: the base of all scene classes. It plays a chapter's beats, handing each cue to its method.

A scene class declares its cues with `@cue`; each returns the animation to play. When that begins and how
long it lasts comes from the timeline, in whole frames. A stage that is given no performance, as when the
plain `manim` command makes it, plays its first chapter in the lessons that come with storyreel.
"""

import inspect
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from manim import Animation, Camera, ManimColor, Scene, Wait

from storyreel.core.errors import OutsideError, Problem, StoryboardError, StoryreelError, UsageError
from storyreel.core.plugins import offered
from storyreel.graphics import layout, theme
from storyreel.graphics.parts.raster import draw_image
from storyreel.graphics.text.typeset import words
from storyreel.timing.beats import TimedBeat, TimedCue
from storyreel.timing.performance import Performance
from storyreel.timing.segments import segment_ranges

if TYPE_CHECKING:
    from storyreel.engine.experiment import Experiment


Needed = TypeVar("Needed")


def needed(found: Needed | None, missing: str) -> Needed:
    """`found`, without which a cue cannot go on; StoryreelError with the text `missing` where it is None."""
    if found is None:
        raise StoryreelError(missing)
    return found


class Stage(Scene):
    """A scene that plays a chapter, with the chapter's title above it unless `has_heading` is false."""

    has_heading = True
    _beat: TimedBeat
    _segment_starts: Collection[int] = ()
    _frame = 0  # of the beat
    _is_wanted = True  # the part of it that is played

    def __init__(self, performance: Performance | None = None, **manim: Any) -> None:
        super().__init__(**manim)
        assert isinstance(self.camera, Camera)  # and not that of OpenGL
        if self.camera.background_opacity:  # else Manim would add the colour to what is half transparent
            self.camera.background_color = ManimColor(theme.COLOURS["background"])
        self.camera.display_image_mobject = partial(draw_image, self.camera)  # type: ignore[method-assign]
        self.performance = performance or _default_performance(type(self), self.camera.frame_rate)

    @property
    def experiment(self) -> "Experiment":
        """The experiment that the chapter is about; raises UsageError where it has none."""
        if self.performance.experiment is None:
            raise UsageError("this cue is about a network: give its chapter one (`network: …`)")
        return self.performance.experiment

    def construct(self) -> None:
        """Play every beat of the chapter; called by Manim."""
        chapter, drawn = self.performance.chapter, self.performance.drawn
        if self.has_heading:
            title = words(
                chapter.title, em=theme.SIZES.title, colour=theme.colour("muted"), weight="semibold"
            )
            self.add(layout.TITLE.place(title, align="left"))
        for beat in chapter.beats:
            self.play_beat(beat, is_drawn=drawn is None or beat.number in drawn)
            self.after_beat()

    def after_beat(self) -> None:
        """Called when a beat's last picture is on stage; does nothing by itself."""

    def before_segment(self, beat: TimedBeat, first: int) -> bool:
        """Called as a part of a drawn beat begins, `first` frames into it; returns whether to draw it."""
        return True

    def play_beat(self, beat: TimedBeat, is_drawn: bool = True) -> None:
        """Play one beat on what the beats before it left; one that is not drawn is played in passing."""
        beat = beat if is_drawn else beat.skipped()
        self.next_section(f"{beat.chapter}-{beat.number}", skip_animations=not is_drawn)
        frames = beat.end - beat.start
        self._segment_starts = (
            [first for first, _ in segment_ranges(frames, self.performance.fps)] if is_drawn else ()
        )
        self._beat, self._frame, self._is_wanted = beat, 0, True
        frame = beat.start
        for start, group in groupby(beat.cues, key=lambda cue: cue.start):
            self._hold(start - frame)
            cues = tuple(group)
            moves = [move for cue in cues if (move := self._move(beat, cue))]
            frame = max(
                (start + round(move.run_time * self.performance.fps) for move in moves), default=start
            )
            if moves:
                with _at(beat, cues[0]):
                    self.play(*moves)
        self._hold(beat.end - frame)

    def _move(self, beat: TimedBeat, cue: TimedCue) -> Animation | None:
        """The animation of a cue, as long as the timeline says."""
        with _at(beat, cue):
            move: Animation | None = getattr(self, cue.name)(**cue.parameters)
        if move is not None:
            move.run_time = (cue.end - cue.start) / self.performance.fps
        return move

    def _hold(self, frames: int) -> None:
        end = self._frame + frames
        while (here := self._frame) < end:
            border = min([end, *(start for start in self._segment_starts if start > here)])
            if self._go_on(border - here):
                # Manim floors the frames of a wait; half a frame more keeps it from losing one.
                self.play(Wait(run_time=(border - here + 0.5) / self.performance.fps))

    def _go_on(self, frames: int = 1) -> bool:
        """Go on by some frames of one part; returns whether that is to be drawn."""
        if self._frame in self._segment_starts:
            self._is_wanted = self.before_segment(self._beat, self._frame)
        self._frame += frames
        return self._is_wanted

    def get_time_progression(self, run_time: float, *_: Any, **__: Any) -> Iterator[float]:
        """The times of an animation's frames that are drawn, and of the last one, with which it ends.

        The first shows it under way. Manim's own times begin with the unchanged picture, one frame late, and
        stop short of the end.
        """
        frames, is_passing = int(run_time * self.performance.fps + 0.25), self.renderer.skip_animations
        for frame in range(1, frames + 1):
            is_drawn = not is_passing and self._go_on()
            if is_drawn or frame == frames:
                self.renderer.skip_animations = not is_drawn
                yield frame / self.performance.fps


@contextmanager
def _at(beat: TimedBeat, cue: TimedCue) -> Iterator[None]:
    """Whatever goes wrong inside is said of the cue, at its place in the storyboard."""
    try:
        yield
    except OutsideError:  # a full disk, which is no fault of the cue's
        raise
    except Exception as error:
        if isinstance(error, StoryreelError):
            fault = str(error)
        elif isinstance(error, KeyError):
            # A storyboard knows more numbers than a picture: `next.h` is in no trace of the example.
            fault = f"it cannot show `{error.args[0]}`"
        else:
            fault = f"a fault in the scene: {type(error).__name__}: {error}".splitlines()[0]
        where = f"(chapter {beat.chapter}, beat {beat.number})"
        raise StoryboardError([Problem(cue.place, f"the cue `{cue.name}`: {fault} {where}")]) from error


def _default_performance(scene: type[Stage], fps: float) -> Performance:
    """What the plain `manim` command plays: it makes a stage without a performance.

    The entry point `storyreel.performances` makes one: a stage knows nothing of storyboards.
    """
    (point,) = offered("storyreel.performances")
    performance: Performance = point.load()(Path(inspect.getfile(scene)).stem, round(fps))
    return performance
