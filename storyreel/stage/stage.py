"""The stage: the base class of all scenes. It plays a chapter's beats by calling the methods of their cues.

A scene class declares its cues with `@cue`; each returns the animation to play. Its start and its length are
given by the timeline in whole frames. Without a performance, as when the `manim` command creates it, a stage
plays the first chapter of its scene in the lessons that come with storyreel.
"""

import inspect
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from manim import Animation, AnimationGroup, Mobject, VMobject, Wait

from storyreel.core.errors import StoryboardError, StoryreelError, UsageError
from storyreel.core.plugins import offered
from storyreel.graphics import theme
from storyreel.graphics.layout import Frame
from storyreel.graphics.motion.routes import written_boxes
from storyreel.graphics.motion.verbs import fly_clear
from storyreel.graphics.parts.dissolve import Dissolve, bare_copy, shapes_of
from storyreel.graphics.text.decimal_mark import set_decimal_mark
from storyreel.graphics.text.typeset import Typeset, words
from storyreel.stage.beat_views import view_track
from storyreel.stage.cue_errors import each_once, reported_for
from storyreel.stage.framed_scene import FramedScene
from storyreel.stage.measurement import measured_extents, unseen
from storyreel.stage.overlays.chapter_title import ChapterTitle
from storyreel.stage.overlays.corner_mark import CornerMark
from storyreel.stage.view import Box, View
from storyreel.stage.view_plan import Extent, views_of_beat
from storyreel.stage.view_track import SECONDS, ViewTrack
from storyreel.storyboard.themes.in_use import use_theme
from storyreel.storyboard.vocabulary import python_name
from storyreel.timing.beats import TimedBeat, TimedCue
from storyreel.timing.handover import handover_range
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


def few_words(text: str, longest: float, colour: str | None = None, em: float = theme.SIZES.small) -> Typeset:
    """`text` in letters of `em`, small by default, muted if no `colour` is given; raises StoryreelError if it
    is wider than `longest` Manim units."""
    written = words(text, em=em, colour=colour or theme.colour("muted"))
    if written.width > longest:
        raise StoryreelError(f"the label “{text}” is too long; a few words fit there")
    return written


class Stage(FramedScene):
    """A scene that plays a chapter, whose title is shown first unless `has_heading` is false.

    The view follows what is on stage (`view_plan`).
    """

    has_heading = True
    from_start: tuple[str, ...] = ()
    """What cues may require and is there before any of them, as a literal: it is read with the cues."""
    _beat: TimedBeat
    _segment_starts: Collection[int] = ()
    _frame = 0  # number of frames played of the beat
    _is_drawn = True  # whether the current segment is drawn

    def __init__(self, performance: Performance | None = None, **manim: Any) -> None:
        super().__init__(**manim)
        self.performance = performance or _default_performance(type(self), self._camera.frame_rate)
        self.frame = Frame(self.performance.aspect)
        set_decimal_mark(self.performance.decimal_mark)
        use_theme(self.performance.theme)
        self._prepare_camera()
        self._experiment = self.performance.experiment
        self._views = ViewTrack([], 0, self.performance.fps)

    @property
    def experiment(self) -> "Experiment":
        """The chapter's experiment; raises UsageError where it has none."""
        if self._experiment is None:
            raise UsageError("this cue is about a network: give its chapter one (`network: …`)")
        return self._experiment

    def bring_into_focus(self, example: int) -> None:
        """Bring an example of the data into focus, counted from 0. Raises StoryreelError if there is none."""
        try:
            self._experiment = self.experiment.focused(example)
        except IndexError as error:
            raise StoryreelError(str(error)) from None

    def bring_own_into_focus(self) -> None:
        """Bring the network's own example into focus again."""
        self._experiment = self.performance.experiment

    def construct(self) -> None:
        """Play every beat of the chapter; called by Manim."""
        chapter, drawn = self.performance.chapter, self.performance.drawn
        self.add_corner_mark()
        view = None
        for beat, extents in zip(chapter.beats, self.extents(), strict=True):
            is_drawn = drawn is None or beat.number in drawn
            beat = beat if is_drawn else beat.skipped()
            if beat.number == 1 and self.has_heading:
                self._title = ChapterTitle(
                    chapter.title, self.frame.title, beat.shown_frames, self.performance.fps
                )
                self.add_overlay(self._title)
            views = views_of_beat(extents, view, self.frame.whole)
            view = views[-1]
            self._views = self._view_track(beat, extents, views)
            self.play_beat(beat, is_drawn)
            self.after_beat()

    @property
    def room(self) -> Box | None:
        """The part of the stage that is kept free around what is there now: the view shows it, too."""
        return None

    def extents(self) -> list[list[Extent]]:
        """The extents of each beat, from which its views are chosen; see `measured_extents`."""
        return measured_extents(type(self), self.performance)

    def opening(self) -> tuple[list[Mobject], View | None]:
        """What the chapter's first cues put on stage at once, in drawing order, and the view of it in the
        first frame. Nothing if these cues fail."""
        beat, shapes = self.performance.chapter.beats[0], list[Mobject]()
        (extents,) = measured_extents(type(self), self.performance, beats=1)
        try:
            for cue in beat.cues:
                if cue.start > beat.start or self._move(beat, cue) is not None:
                    break
                shapes = list(map(bare_copy, shapes_of(self.mobjects)))
        except StoryboardError:
            return [], None
        views = self._view_track(beat, extents, views_of_beat(extents, None, self.frame.whole))
        return shapes, views.at(0) if shapes else None

    def _turn_picture(self, following: Performance, first: int, after: int) -> None:
        """From a frame of the beat up to another one, turn the picture into that with which the next chapter
        begins."""
        before = shapes_of(mobject for mobject in self.mobjects if mobject not in self.overlays)
        shapes, view = unseen(following.scene.load(), following).opening()
        self._dissolves, self._dissolve = (first, after), Dissolve(before, shapes)
        held = self._views.at(max(0, first - 1))
        self._views = ViewTrack([(0, held), (first, view)], after, self.performance.fps)
        self.add(*shapes)

    def _view_track(
        self, beat: TimedBeat, extents: Sequence[Extent], views: Sequence[View | None]
    ) -> ViewTrack:
        """The views of a beat on its frames, counted from its start."""
        has_title = beat.number == 1 and self.has_heading
        return view_track(beat, extents, views, self.frame, self.performance.fps, has_title)

    def fly(self, *pairs: tuple[VMobject, VMobject], around: Sequence[VMobject] = ()) -> Animation:
        """Copies fly from the first to the second of each pair, within the frame and above its captions,
        around what is written on stage and in the shapes `around`, which will be on stage by then."""
        view = self._views.at(self._frame + round(SECONDS * self.performance.fps))
        outside = view.outside(self.frame.whole)
        return fly_clear(pairs, np.concatenate([written_boxes([*self.mobjects, *around]), outside]))

    def add_corner_mark(self) -> None:
        """Put the theme's mark, if it has one, into its corner of the frame, for the whole chapter."""
        if self.performance.theme.corner_mark:
            self.add_overlay(CornerMark(self.performance.theme, self.frame))

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
            with self.playing(beat, tuple(group)) as moves:
                frame = max(
                    (start + round(move.run_time * self.performance.fps) for move in moves), default=start
                )
                if moves:
                    self._show_frame(self._frame)
                    self.play(*moves)
        if is_drawn and beat is self.performance.chapter.beats[-1]:
            frame += self._hand_over(beat, frame)
        self._hold(beat.end - frame)
        self._show_frame(beat.end - beat.start)

    def _hand_over(self, beat: TimedBeat, frame: int) -> int:
        """At the end of the chapter's last beat, hold the picture from a frame on, and then begin to turn it
        into that of the chapter that follows, if one does; returns the number of frames that were held."""
        first, after = handover_range(beat, self.performance.fps)
        if (following := self.performance.following) is None or first == after:
            return 0
        self._hold(held := beat.start + first - frame)
        self._turn_picture(following, first, after)
        return held

    @contextmanager
    def playing(self, beat: TimedBeat, cues: Sequence[TimedCue]) -> Iterator[list[Animation]]:
        """The animations of cues that begin together; errors while these are played are the cues'."""
        moves = [move for cue in cues if (move := self._move(beat, cue))]
        with reported_for(beat, cues[0]), each_once(cues):
            yield moves

    def _move(self, beat: TimedBeat, cue: TimedCue) -> Animation | None:
        """The animation of a cue, with the length that the timeline gives it."""
        with reported_for(beat, cue):
            move: Animation | None = getattr(self, cue.name)(
                **{python_name(name): given for name, given in cue.parameters.items()}
            )
        if move is None or _is_empty(move):
            return None
        move.run_time = (cue.end - cue.start) / self.performance.fps
        if not self._opens(beat, cue):
            return move
        with reported_for(beat, cue):
            self.finish(self.begin([move]))
        return None

    def _opens(self, beat: TimedBeat, cue: TimedCue) -> bool:
        """True for what the picture of the chapter before has turned into."""
        is_first = beat.number == 1 and cue is beat.cues[0] and cue.start == beat.start
        return self.performance.follows and is_first and getattr(self, cue.name).cue_opens

    def begin(self, moves: Sequence[Animation]) -> list[Animation]:
        """Begin animations without frames, and return them."""
        animations: list[Animation] = self.compile_animations(*moves)
        self.add_mobjects_from_animations(animations)
        for animation in animations:
            animation._setup_scene(self)
            animation.begin()
        return animations

    def finish(self, animations: Sequence[Animation]) -> None:
        """Leave on stage what animations that have begun lead to."""
        for animation in animations:
            animation.finish()
            animation.clean_up_from_scene(self)

    def _hold(self, frames: int) -> None:
        end = self._frame + frames
        while (here := self._frame) < end:
            moving = self._moving() if self._segment_starts else []  # none in a beat that is skipped
            borders = [*self._segment_starts, *chain(*moving)]
            border = min([end, *(start for start in borders if start > here)])
            if any(first <= here < after for first, after in moving):
                wait = Wait(run_time=(border - here + 0.5) / self.performance.fps, frozen_frame=False)
                self.play(wait)
                self._frame = border  # also where Manim skips all animations, as for its option -s
            elif self._advance(border - here):
                self._show_frame(here)
                # Manim rounds the frames of a wait down; half a frame more prevents losing one.
                self.play(Wait(run_time=(border - here + 0.5) / self.performance.fps))

    def _advance(self, frames: int = 1) -> bool:
        """Advance by some frames of one segment; returns True where they are drawn."""
        if self._frame in self._segment_starts:
            self._is_drawn = self.before_segment(self._beat, self._frame)
        self._frame += frames
        return self._is_drawn

    def get_moving_and_static_mobjects(
        self, animations: Iterable[Animation]
    ) -> tuple[list[Mobject], list[Mobject]]:
        """What changes during animations: everything while the view moves; called by Manim."""
        frames = round(self.duration * self.performance.fps)
        return self._with_all_moving(animations, self._frame, self._frame + frames)

    def get_time_progression(self, run_time: float, *_: Any, **__: Any) -> Iterator[float]:
        """The times in seconds of an animation's frames that are drawn, and always of its last frame.

        The first frame shows a change. Manim's own times begin one frame late, with the unchanged picture,
        and stop before the end.
        """
        frames, is_skipped = int(run_time * self.performance.fps + 0.25), self.renderer.skip_animations
        for frame in range(1, frames + 1):
            is_drawn = not is_skipped and self._advance()
            if is_drawn or frame == frames:
                self._show_frame(self._frame - 1)
                self.renderer.skip_animations = not is_drawn
                yield frame / self.performance.fps


def _is_empty(move: Animation) -> bool:
    """True for a group of no animations, which Manim refuses: a cue found nothing on stage to animate."""
    return isinstance(move, AnimationGroup) and all(map(_is_empty, move.animations))


def _default_performance(scene: type[Stage], fps: float) -> Performance:
    """The performance for the `manim` command, which creates a stage without one.

    It comes from the entry point `storyreel.performances`, because a stage does not read storyboards.
    """
    (point,) = offered("storyreel.performances")
    performance: Performance = point.load()(Path(inspect.getfile(scene)).stem, round(fps))
    return performance
