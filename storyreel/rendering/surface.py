"""A surface: an image in memory with a Cairo context that draws in Manim units, as Manim's camera does."""

from typing import Any

import cairo
import numpy as np
from manim import Camera

from storyreel.core.frame import Frame
from storyreel.rendering.path_appender import path_appender

TOLERANCE = 0.25
"""Pixels by which a curve may be off where it is drawn as straight lines. It cannot be seen; Cairo's own 0.1
takes a tenth longer for all shapes."""

_context_of = Camera.get_cairo_context


def _tolerant_context(self: Camera, pixels: Any) -> Any:
    context = _context_of(self, pixels)
    context.set_tolerance(TOLERANCE)
    return context


# Manim's own camera, which draws what is no plain shape, has the same.
Camera.get_cairo_context = _tolerant_context  # type: ignore[assignment]


class Surface:
    """An image with the size in pixels of that of `camera`.

    `pixels` is the image, RGBA, (height, width, 4). `context` draws on it in Manim units; it takes colours as
    blue, green, red. `append_path` adds a path to that of the context. `camera` draws on it what only Manim
    can draw, and says what part of the stage the image shows.
    """

    def __init__(self, camera: Camera) -> None:
        self.camera = camera
        self.pixels: Frame = np.zeros((camera.pixel_height, camera.pixel_width, 4), np.uint8)
        self.context = camera.get_cairo_context(self.pixels)  # type: ignore[arg-type]
        self.append_path = path_appender(self.context)

    @property
    def matrix(self) -> cairo.Matrix:
        """From Manim units to pixels, by the formula of Manim's camera."""
        camera = self.camera
        across, down = camera.pixel_width / camera.frame_width, camera.pixel_height / camera.frame_height
        x, y, _ = camera.frame_center
        return cairo.Matrix(
            across, 0, 0, -down, camera.pixel_width / 2 - x * across, camera.pixel_height / 2 + y * down
        )

    def follow_camera(self) -> bool:
        """Draw in the units of the part of the stage that the camera shows; true if that has changed."""
        matrix = self.matrix
        if matrix == self.context.get_matrix():
            return False
        self.context.set_matrix(matrix)
        return True
