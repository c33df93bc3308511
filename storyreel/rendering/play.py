"""The renderer: a chapter's performance becomes frames, drawn by Manim and handed to whoever takes them."""

import importlib.util
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any, TypeVar

from manim import Scene, tempconfig
from manim.renderer.cairo_renderer import CairoRenderer

from storyreel.core.frame import Box, Frame, TakeFrame
from storyreel.core.quality import Quality
from storyreel.core.scene_file import SceneFile, built_in_scene
from storyreel.graphics.layout import FRAME_HEIGHT, FRAME_WIDTH
from storyreel.rendering.canvas_renderer import CanvasRenderer
from storyreel.rendering.manim_patches import patched_manim
from storyreel.stage.stage import Stage
from storyreel.timing.beats import TimedBeat
from storyreel.timing.performance import Performance

Renderer = TypeVar("Renderer", bound=CairoRenderer)

Look = Callable[[Stage, int, int], None]
"""Looks at the stage at a frame, counted from the start of the film, and is told for how many it stays so."""


class _FrameTaker:
    """What Manim writes its frames to, in place of its own writer of files."""

    output_spec = SimpleNamespace(is_still=False, is_video=False, is_image_sequence=False, enabled=False)

    def __init__(self, take: TakeFrame) -> None:
        self.take = take
        self.sections = [SimpleNamespace(skip_animations=False)]

    def next_section(self, name: str, section_type: str, skip_animations: bool) -> None:
        self.sections.append(SimpleNamespace(name=name, skip_animations=skip_animations))

    def write_frame(self, frame: Frame, repeat: int = 1, changed: Sequence[Box] | None = None) -> None:
        self.take(frame, changed, repeat)

    def nothing(self, *_: Any, **__: Any) -> None:
        """Manim's calls that are about files."""

    add_partial_movie_file = begin_animation = end_animation = abort_encode_jobs = finish = nothing


def scene_class(performance: Performance) -> type[Stage]:
    """The scene class that plays a performance, loaded from its file."""
    return _load(performance.scene_file or built_in_scene(performance.chapter.scene))


@cache
def _load(scene: SceneFile) -> type[Stage]:
    spec = importlib.util.spec_from_file_location(f"storyreel_scene_{scene.path.stem}", scene.path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: type[Stage] = getattr(module, scene.class_name)
    return found


@contextmanager
def _manim(quality: Quality) -> Iterator[None]:
    settings = {
        "pixel_width": quality.width,
        "pixel_height": quality.height,
        "frame_height": FRAME_HEIGHT,
        "frame_width": FRAME_WIDTH,
        "frame_rate": quality.fps,
        "background_opacity": 0.0 if quality.transparent else 1.0,
        "disable_caching": True,
        "dry_run": True,
        "progress_bar": "none",
        "verbosity": "WARNING",
    }
    with tempconfig(settings), patched_manim():
        logging.getLogger("manim").setLevel(logging.WARNING)
        yield


def play(
    performance: Performance,
    quality: Quality,
    take: TakeFrame,
    renderer: type[CairoRenderer] = CanvasRenderer,
) -> None:
    """Play a performance at a quality, giving every frame of its drawn beats to `take`.

    Another `renderer`, as Manim's own, draws the same pixels. Raises StoryboardError where a cue cannot be
    drawn as the author asks.
    """
    scene = scene_class(performance)
    play_scene(lambda renderer: scene(performance, renderer=renderer), quality, take, renderer)


def play_scene(
    scene: Callable[[CairoRenderer], Scene],
    quality: Quality,
    take: TakeFrame,
    renderer: type[CairoRenderer] = CanvasRenderer,
) -> None:
    """Play any scene of Manim's, made with the renderer that it is given; the rest as in `play`."""
    with _manim(quality):
        scene(_renderer(take, renderer)).render()


BeforeSegment = Callable[[TimedBeat, int], TakeFrame | None]
"""Told of the part of a beat that begins so many frames into it; returns who takes its frames, if anybody."""


def play_segments(performance: Performance, quality: Quality, before_segment: BeforeSegment) -> None:
    """Play a performance, asking as each part of a drawn beat begins who takes its frames.

    A part that nobody takes is not drawn, and the next one begins at once. A process forked in there can
    draw that part as it would be drawn in its place. Raises StoryboardError where a cue cannot be drawn as
    the author asks.
    """
    taker: TakeFrame | None = None

    def begin(beat: TimedBeat, first: int) -> bool:
        nonlocal taker
        taker = before_segment(beat, first)
        renderer.begin_take()
        return taker is not None

    def take(frame: Frame, changed: Sequence[Box] | None, repeats: int) -> None:
        assert taker is not None
        taker(frame, changed, repeats)

    with _manim(quality):
        renderer = _renderer(take, CanvasRenderer)
        scene = scene_class(performance)(performance, renderer=renderer)
        scene.before_segment = begin  # type: ignore[method-assign]
        scene.render()


def last_frames(performance: Performance, quality: Quality) -> list[Frame]:
    """The last picture of every beat of a performance that draws none of them."""
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
    """Draws nothing: its frames are all the same."""

    def update_frame(self, *_: Any, **__: Any) -> None:
        """Called by Manim to draw."""


def watch(performance: Performance, look: Look) -> None:
    """Play a performance without drawing it, and `look` at the stage at each of its frames.

    Raises StoryboardError where a cue cannot be drawn as the author asks.
    """
    frame = performance.chapter.start

    def take(_: Frame, changed: Sequence[Box] | None, repeats: int) -> None:
        nonlocal frame
        look(scene, frame, repeats)
        frame += repeats

    with _manim(Quality(16, 9, performance.fps, "", 0)):
        scene = scene_class(performance)(performance, renderer=_renderer(take, _NullRenderer))
        scene.render()


def watch_beats(performance: Performance, look: Callable[[Stage], None]) -> None:
    """`look` at the stage at the end of each beat of a performance that draws none of them."""
    with _manim(Quality(16, 9, performance.fps, "", 0)):
        renderer = _renderer(lambda *_: None, _NullRenderer)
        scene = scene_class(performance)(performance, renderer=renderer)
        scene.after_beat = lambda: look(scene)  # type: ignore[method-assign]
        scene.render()


def _renderer(take: TakeFrame, kind: type[Renderer]) -> Renderer:
    return kind(file_writer_class=lambda _: _FrameTaker(take))  # type: ignore[arg-type]
