"""Manim's renderer with canvases in place of its camera: the same pixels, drawn only where they change."""

from collections.abc import Iterable, Sequence
from typing import Any

from manim import Mobject, Scene
from manim.renderer.cairo_renderer import CairoRenderer

from storyreel.core.frame import Box, Frame
from storyreel.rendering.canvas import Canvas
from storyreel.rendering.draw_op_cache import DrawOpCache
from storyreel.rendering.draw_ops import DrawOp
from storyreel.rendering.manim_patches.family import extract_mobject_family_members
from storyreel.rendering.settled_ops import SettledOps
from storyreel.rendering.surface import Surface


class _Layer:
    """A canvas, and the draw operations of the layer's mobjects."""

    def __init__(self, scratch: Surface, keeps_pictures: bool) -> None:
        self.canvas = Canvas(scratch)
        self.ops: Sequence[DrawOp] = ()
        self._cache = DrawOpCache(scratch, keeps_pictures)

    def take(self, mobjects: Iterable[Mobject]) -> None:
        """Have the operations of these mobjects."""
        self.ops = self._cache.ops(extract_mobject_family_members(mobjects, True, True))

    def follow_camera(self) -> None:
        """Draw the next mobjects in the part of the stage that the camera now shows."""
        self._cache.follow_camera()


class CanvasRenderer(CairoRenderer):
    """Gives its file writer every frame in the same memory, with the boxes in which it changed.

    As Manim does, it draws the mobjects that an animation leaves alone once, on a static layer, and the
    moving ones on top of that in each frame. The lowest of these are drawn on the static layer, too, while
    they have settled, as some rest in a long animation, or after the camera has moved.
    """

    keeps_pictures = True
    """True to draw many lines that run or fade from a picture of them, which is not equal to the last bit."""

    def __init__(self, **manim: Any) -> None:
        super().__init__(**manim)
        self._scratch = scratch = Surface(self.camera)
        self._static, self._moving = (_Layer(scratch, self.keeps_pictures) for _ in range(2))
        self._background: Frame | None = None
        self._settled, self._settled_ops = SettledOps(), list[DrawOp]()
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
        self._static.take(mobjects)
        self._draw_static([])

    def _draw_static(self, settled: list[DrawOp]) -> None:
        """Draw the static layer, with operations of the moving layer that have settled."""
        background: Any = self.camera.background
        is_new, self._background = background is not self._background, background
        self._settled_ops = settled
        changed = self._static.canvas.show([*self._static.ops, *settled], background, None if is_new else ())
        if self._static_changed is not None:
            self._static_changed += changed

    def _follow_camera(self) -> None:
        if self._scratch.follow_camera():
            self._static.follow_camera()
            self._moving.follow_camera()

    def _show_moving(self, mobjects: Iterable[Mobject]) -> None:
        self._follow_camera()
        self._moving.take(mobjects)
        ops = self._moving.ops
        settled = self._settled.count(ops)
        if self._settled_ops != ops[:settled]:
            self._draw_static(list(ops[:settled]))
        changed = self._moving.canvas.show(ops[settled:], self._static.canvas.pixels, self._static_changed)
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
