"""A scene of which the frame shows a part: the view, and what stays in its place on the frame."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np
from manim import Animation, Camera, ManimColor, Mobject, Scene
from manim.utils import family

from storyreel.graphics import theme
from storyreel.graphics.layout import Frame
from storyreel.graphics.parts.dissolve import Dissolve
from storyreel.graphics.parts.raster import draw_image
from storyreel.stage.overlays.chapter_title import ChapterTitle
from storyreel.stage.overlays.overlay import Overlay
from storyreel.stage.view import View
from storyreel.stage.view_track import ViewTrack


class FramedScene(Scene):
    """A scene whose mobjects have places on the stage, in Manim units.

    The frame shows the part of it that the `view` says, and above it the overlays. In the frames of a beat,
    the view follows `_views`, a title comes and goes, and a picture may dissolve into another one.
    """

    frame: Frame
    """The frame for which the picture is laid out."""
    _views: ViewTrack

    def __init__(self, **manim: Any) -> None:
        super().__init__(**manim)
        self.view = View()
        self.focused: tuple[Mobject, ...] = ()
        """What the view is close to; all that is on stage if empty."""
        self.shows_all = True
        """False while the view moves, or is close to a part."""
        self.overlays: list[Overlay] = []
        self._title: ChapterTitle | None = None
        self._dissolve: Dissolve | None = None
        self._dissolves = (0, 0)  # the frames in which it does

    @property
    def _camera(self) -> Camera:
        assert isinstance(self.camera, Camera)  # not the one for OpenGL
        return self.camera

    def _prepare_camera(self) -> None:
        """Let the camera show the first view, draw in the theme's colours, and images as storyreel does."""
        camera = self._camera
        # Manim makes the frame's height fit the pixels: at 854×480, another one than when a view comes back.
        self._take_view(self.view)
        if camera.background_opacity:  # else Manim would add the colour to transparent pixels
            camera.background_color = ManimColor(theme.colour("background"))
        camera.display_image_mobject = partial(draw_image, camera)  # type: ignore[method-assign]

    def add_overlay(self, overlay: Overlay) -> None:
        """Put an overlay on the frame, above what is there now."""
        self.overlays.append(overlay)
        overlay.follow(self.view)
        self.add(overlay)

    def remove_overlay(self, overlay: Overlay) -> None:
        """Take an overlay off the frame."""
        self.overlays.remove(overlay)
        self.remove(overlay)

    def _show_frame(self, frame: int) -> None:
        """Take the view, and let title and pictures have the opacities, of a frame of the beat."""
        view = self._views.at(frame)
        is_moving = any(first <= frame < end - 1 for first, end in self._views.moving)
        self.shows_all = not is_moving and not self.focused
        if view != self.view:
            self._take_view(view)
        if self._dissolve is not None:
            first, after = self._dissolves
            self._dissolve.show(min(1.0, (frame - first + 1) / (after - first)))
        if (title := self._title) is not None:
            title.fade_at(frame)
            if frame >= title.gone:
                self.remove_overlay(title)
                self._title = None

    def _take_view(self, view: View) -> None:
        self.view, camera = view, self._camera
        camera.frame_center = np.array([view.x, view.y, 0.0])
        camera.frame_width = self.frame.width / view.scale
        camera.frame_height = self.frame.height / view.scale
        camera.pixel_array_to_cairo_context.clear()  # as they draw in the units of the view before
        for overlay in self.overlays:
            overlay.follow(view)

    def _moving(self) -> list[tuple[int, int]]:
        """The ranges of the beat's frames in which the view moves, or the title or the picture fades."""
        title = self._title
        fades = [(0, title.comes), (title.leaves, title.gone)] if title is not None else []
        return [*self._views.moving, *fades, *([self._dissolves] if self._dissolve is not None else [])]

    def _moves_between(self, first: int, after: int) -> bool:
        """True if any of some frames of the beat is one of those in which the view moves, or something
        fades."""
        return any(start < after and first < end for start, end in self._moving())

    def _with_all_moving(
        self, animations: Iterable[Animation], first: int, after: int
    ) -> tuple[list[Mobject], list[Mobject]]:
        """What changes during animations in some frames of the beat, and what does not: everything changes
        while the view moves."""
        moving, static = super().get_moving_and_static_mobjects(animations)
        if self._moves_between(first, after):
            # With groups and glyphs that have no points yet: digits come into them as a number gets longer.
            return family.extract_mobject_family_members(self.mobjects, True), []
        return moving, static
