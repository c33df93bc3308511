"""A surface: a picture in memory on which Cairo draws in Manim units, as Manim's camera does."""

import numpy as np
from manim import Camera

from storyreel.core.frame import Frame
from storyreel.rendering.cairo_paths import address


class Surface:
    """A picture as large as that of `camera`, and Cairo's context for it.

    `pixels` is the picture, RGBA; `context` draws on it, in Manim units (so that its colours are given as
    blue, green, red); `address` is where Cairo keeps the context; `camera` draws on it what only Manim can.
    """

    def __init__(self, camera: Camera) -> None:
        self.camera = camera
        self.pixels: Frame = np.zeros((camera.pixel_height, camera.pixel_width, 4), np.uint8)
        self.context = camera.get_cairo_context(self.pixels)  # type: ignore[arg-type]
        self.address = address(self.context)
