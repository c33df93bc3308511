"""Manim's renderer with canvases in place of its camera: equal pixels, drawn only where they change."""

from collections.abc import Iterable, Sequence
from typing import Any

from manim import Mobject, Scene
from manim.renderer.cairo_renderer import CairoRenderer

from storyreel.core.frame import Box, Frame
from storyreel.rendering.canvas import Canvas
from storyreel.rendering.draw_op_cache import DrawOpCache
from storyreel.rendering.manim_patches.family import extract_mobject_family_members
from storyreel.rendering.surface import Surface


class _Layer:
    """A canvas with the draw operations of the mobjects on it."""

    def __init__(self, scratch: Surface) -> None:
        self.canvas = Canvas(scratch)
        self._cache = DrawOpCache(scratch)

    def show(
        self, mobjects: Iterable[Mobject], background: Frame, background_changed: Sequence[Box] | None
    ) -> list[Box]:
        return self.canvas.show(
            self._cache.ops(extract_mobject_family_members(mobjects, True, True)),
            background,
            background_changed,
        )

    def follow_camera(self) -> None:
        """Draw the next mobjects in the part of the stage that the camera now shows."""
        self._cache.follow_camera()


class CanvasRenderer(CairoRenderer):
    """Gives its file writer every frame in the same memory, with the boxes in which it changed.

    As Manim does, it draws the mobjects that an animation leaves alone once, on a static layer, and the
    moving ones on top of that in each frame.
    """

    def __init__(self, **manim: Any) -> None:
        super().__init__(**manim)
        self._scratch = scratch = Surface(self.camera)
        self._static, self._moving = _Layer(scratch), _Layer(scratch)
        self._background: Frame | None = None
        self._static_changed: list[Box] | None = None
        self._changed: list[Box] | None = None

    def begin_take(self) -> None:
        """Report the whole next frame as changed, for a receiver that has no frame before it."""
        self._changed = None

    def save_static_frame_data(self, scene: Scene, static_mobjects: Iterable[Mobject]) -> None:
        """Draw the static layer; called by Manim at the start of an animation."""
        if not self.skip_animations:
            self._show_static(static_mobjects)

    def update_frame(
        self, scene: Scene, mobjects: Iterable[Mobject] | None = None, *_: Any, **__: Any
    ) -> None:
        """Draw `mobjects` (None: all of the scene) over the static layer; called by Manim."""
        if not self.skip_animations:
            self._show_moving(mobjects or [*scene.mobjects, *scene.foreground_mobjects])

    def picture(self, scene: Scene) -> Frame:
        """The frame with all mobjects of the scene; the next frame overwrites it."""
        self._show_static([])
        self._show_moving([*scene.mobjects, *scene.foreground_mobjects])
        return self.get_frame()

    def _show_static(self, mobjects: Iterable[Mobject]) -> None:
        self._follow_camera()
        background: Any = self.camera.background
        is_new, self._background = background is not self._background, background
        changed = self._static.show(mobjects, background, None if is_new else ())
        if self._static_changed is not None:
            self._static_changed += changed

    def _follow_camera(self) -> None:
        if self._scratch.follow_camera():
            self._static.follow_camera()
            self._moving.follow_camera()

    def _show_moving(self, mobjects: Iterable[Mobject]) -> None:
        self._follow_camera()
        changed = self._moving.show(mobjects, self._static.canvas.pixels, self._static_changed)
        is_first, self._static_changed = self._static_changed is None, []
        if is_first:
            self._changed = None
        elif self._changed is not None:
            self._changed += changed

    def get_frame(self) -> Frame:  # type: ignore[override]
        """The current frame; the next frame overwrites it."""
        return self._moving.canvas.pixels

    def add_frame(self, frame: Frame, num_frames: int = 1) -> None:  # type: ignore[override]
        """Give `frame` to the file writer, to be shown for `num_frames`; called by Manim."""
        if not self.skip_animations:
            self.time += num_frames * (1 / self.camera.frame_rate)
            self.file_writer.write_frame(frame, num_frames, self._changed)
            self._changed = []
