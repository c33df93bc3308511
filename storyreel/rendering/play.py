"""Plays a performance with Manim and gives its frames to a callback."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, TypeVar

import numpy as np
from manim import Scene, tempconfig
from manim.renderer.cairo_renderer import CairoRenderer

from storyreel.core.frame import Box, Frame, TakeFrame
from storyreel.core.quality import Quality
from storyreel.graphics.layout import Frame as StageFrame
from storyreel.rendering.canvas_renderer import CanvasRenderer
from storyreel.rendering.manim_patches import patched_manim
from storyreel.stage.stage import Stage
from storyreel.stage.view_plan import Extent
from storyreel.timing.beats import TimedBeat
from storyreel.timing.performance import Performance

Renderer = TypeVar("Renderer", bound=CairoRenderer)

Look = Callable[[Stage, int, int], None]
"""Called with the stage, the frame's number in the film, and for how many frames the stage stays the same."""


class _FrameWriter:
    """Takes the place of Manim's file writer, and gives the frames to a callback."""

    output_spec = SimpleNamespace(
        is_still=False, is_video=False, is_image_sequence=False, enabled=False, fallback_to_still=False
    )

    def __init__(self, take: TakeFrame) -> None:
        self.take = take
        self.sections = [SimpleNamespace(skip_animations=False)]

    def next_section(self, name: str, section_type: str, skip_animations: bool) -> None:
        self.sections.append(SimpleNamespace(name=name, skip_animations=skip_animations))

    def write_frame(self, frame: Frame, repeat: int = 1, changed: Sequence[Box] | None = None) -> None:
        self.take(frame, changed, repeat)

    def do_nothing(self, *_: Any, **__: Any) -> None:
        """In place of Manim's methods that write files."""

    add_partial_movie_file = begin_animation = end_animation = abort_encode_jobs = finish = do_nothing


def scene_class(performance: Performance) -> type[Stage]:
    """The scene class of a performance, loaded from its file."""
    return performance.scene.load()


@contextmanager
def _manim(quality: Quality) -> Iterator[None]:
    frame = StageFrame(quality.aspect)
    settings = {
        "pixel_width": quality.width,
        "pixel_height": quality.height,
        "frame_height": frame.height,
        "frame_width": frame.width,
        "frame_rate": quality.fps,
        "background_opacity": 0.0 if quality.transparent else 1.0,
        "disable_caching": True,
        "dry_run": True,
        "progress_bar": "none",
        "verbosity": "WARNING",
    }
    # What overflows is found by its value; NumPy's warnings name no place in the storyboard.
    with tempconfig(settings), patched_manim(), np.errstate(all="ignore"):
        logging.getLogger("manim").setLevel(logging.WARNING)
        yield


def play(
    performance: Performance,
    quality: Quality,
    take: TakeFrame,
    renderer: type[CairoRenderer] = CanvasRenderer,
) -> None:
    """Play a performance at a quality and give every frame of its drawn beats to `take`.

    `renderer` can be another class that draws equal pixels, such as Manim's own. Raises StoryboardError if a
    cue cannot be drawn as the author asks.
    """
    scene = scene_class(performance)
    play_scene(lambda renderer: scene(performance, renderer=renderer), quality, take, renderer)


def play_scene(
    scene: Callable[[CairoRenderer], Scene],
    quality: Quality,
    take: TakeFrame,
    renderer: type[CairoRenderer] = CanvasRenderer,
) -> None:
    """Play the Manim scene that `scene` makes with the renderer that it is given; otherwise as `play`."""
    with _manim(quality):
        scene(_renderer(take, renderer)).render()


BeforeSegment = Callable[[TimedBeat, int], TakeFrame | None]
"""Called with a beat and the frame of it at which a segment starts; returns what takes the segment's frames,
or None if they are not to be drawn."""


def play_segments(performance: Performance, quality: Quality, before_segment: BeforeSegment) -> None:
    """Play a performance, and call `before_segment` at the start of each segment of a drawn beat.

    A segment for which it returns None is not drawn. A process that `before_segment` forks can draw the
    segment with the same result. Raises StoryboardError if a cue cannot be drawn as the author asks.
    """
    take_segment: TakeFrame | None = None

    def begin(beat: TimedBeat, first: int) -> bool:
        nonlocal take_segment
        take_segment = before_segment(beat, first)
        renderer.begin_take()
        return take_segment is not None

    def take(frame: Frame, changed: Sequence[Box] | None, repeats: int) -> None:
        assert take_segment is not None
        take_segment(frame, changed, repeats)

    with _manim(quality):
        renderer = _renderer(take, CanvasRenderer)
        scene = scene_class(performance)(performance, renderer=renderer)
        scene.before_segment = begin  # type: ignore[method-assign]
        scene.render()


def last_frames(performance: Performance, quality: Quality) -> list[Frame]:
    """The last frame of each beat of a performance that has no beats to draw (`drawn` is empty)."""
    frames: list[Frame] = []

    def keep() -> None:
        frames.append(renderer.picture(scene).copy())

    with _manim(quality):
        renderer = _renderer(lambda *_: None, CanvasRenderer)
        scene = scene_class(performance)(performance, renderer=renderer)
        scene.after_beat = keep  # type: ignore[method-assign]
        scene.render()
    return frames


class _NullRenderer(CairoRenderer):
    """Draws nothing; its frames are all the same."""

    def update_frame(self, *_: Any, **__: Any) -> None:
        """Do nothing; called by Manim to draw a frame."""


def watch(performance: Performance, look: Look) -> None:
    """Play a performance without drawing it, and call `look` at each of its frames.

    Raises StoryboardError if a cue cannot be drawn as the author asks.
    """
    frame = performance.chapter.start

    def take(_: Frame, changed: Sequence[Box] | None, repeats: int) -> None:
        nonlocal frame
        look(scene, frame, repeats)
        frame += repeats

    with _manim(Quality(16, 9, performance.fps, "", 0).in_aspect(performance.aspect)):
        scene = scene_class(performance)(performance, renderer=_renderer(take, _NullRenderer))
        scene.render()


def watch_beats(performance: Performance, look: Callable[[Stage], None], has_views: bool = True) -> None:
    """Call `look` at the end of each beat of a performance that has no beats to draw (`drawn` is empty).

    Without `has_views` the stage is not measured, which takes as long as to play it: nothing may depend on
    which part of it is in view.
    """
    with _manim(Quality(16, 9, performance.fps, "", 0).in_aspect(performance.aspect)):
        renderer = _renderer(lambda *_: None, _NullRenderer)
        scene = scene_class(performance)(performance, renderer=renderer)
        if not has_views:
            scene.extents = lambda: [[Extent(None)] for _ in performance.chapter.beats]  # type: ignore[method-assign]
        scene.after_beat = lambda: look(scene)  # type: ignore[method-assign]
        scene.render()


def _renderer(take: TakeFrame, kind: type[Renderer]) -> Renderer:
    return kind(file_writer_class=lambda _: _FrameWriter(take))  # type: ignore[arg-type]
