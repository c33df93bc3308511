"""Manim's renderer with canvases in place of its camera: the same pixels, each drawn when it changes."""

from collections.abc import Iterable, Sequence
from typing import Any

from manim import Mobject, Scene
from manim.renderer.cairo_renderer import CairoRenderer

from storyreel.core.frame import Box, Frame
from storyreel.rendering.canvas import Canvas
from storyreel.rendering.display_list import draw_order
from storyreel.rendering.draw_op_cache import DrawOpCache
from storyreel.rendering.surface import Surface


class _Layer:
    """A canvas and the sketchbook with what is drawn on it."""

    def __init__(self, scratch: Surface) -> None:
        self.canvas = Canvas(scratch)
        self._cache = DrawOpCache(scratch)

    def show(
        self, mobjects: Iterable[Mobject], ground: Frame, ground_changed: Sequence[Box] | None
    ) -> list[Box]:
        return self.canvas.show(self._cache.ops(draw_order(mobjects)), ground, ground_changed)


class CanvasRenderer(CairoRenderer):
    """Gives its file writer each frame in the same memory, with the boxes in which it changed."""

    def __init__(self, **manim: Any) -> None:
        super().__init__(**manim)
        scratch = Surface(self.camera)
        self._still, self._moving = _Layer(scratch), _Layer(scratch)
        self._background: Frame | None = None
        self._still_changed: list[Box] | None = None
        self._changed: list[Box] | None = None

    def begin_take(self) -> None:
        """Give the next frame as the first: to somebody who has seen none."""
        self._changed = None

    def save_static_frame_data(self, scene: Scene, static_mobjects: Iterable[Mobject]) -> None:
        """Draw what does not move while an animation plays; called by Manim as that begins."""
        if not self.skip_animations:
            self._show_still(static_mobjects)

    def update_frame(
        self, scene: Scene, mobjects: Iterable[Mobject] | None = None, *_: Any, **__: Any
    ) -> None:
        """Draw `mobjects` (if there are none: all of the scene) on what does not move; called by Manim."""
        if not self.skip_animations:
            self._show_moving(mobjects or [*scene.mobjects, *scene.foreground_mobjects])

    def picture(self, scene: Scene) -> Frame:
        """What is on stage: a picture that will change with the next one."""
        self._show_still([])
        self._show_moving([*scene.mobjects, *scene.foreground_mobjects])
        return self.get_frame()

    def _show_still(self, mobjects: Iterable[Mobject]) -> None:
        background: Any = self.camera.background
        is_new, self._background = background is not self._background, background
        changed = self._still.show(mobjects, background, None if is_new else ())
        if self._still_changed is not None:
            self._still_changed += changed

    def _show_moving(self, mobjects: Iterable[Mobject]) -> None:
        changed = self._moving.show(mobjects, self._still.canvas.pixels, self._still_changed)
        is_first, self._still_changed = self._still_changed is None, []
        if is_first:
            self._changed = None
        elif self._changed is not None:
            self._changed += changed

    def get_frame(self) -> Frame:  # type: ignore[override]
        """The picture, which will change with the next one."""
        return self._moving.canvas.pixels

    def add_frame(self, frame: Frame, num_frames: int = 1) -> None:  # type: ignore[override]
        """Give `frame` to the file writer, to be shown for `num_frames`; called by Manim."""
        if not self.skip_animations:
            self.time += num_frames * (1 / self.camera.frame_rate)
            self.file_writer.write_frame(frame, num_frames, self._changed)
            self._changed = []
