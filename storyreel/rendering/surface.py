"""A surface: an image in memory with a Cairo context that draws in Manim units, as Manim's camera does."""

import numpy as np
from manim import Camera

from storyreel.core.frame import Frame
from storyreel.rendering.path_appender import path_appender


class Surface:
    """An image with the size in pixels of that of `camera`.

    `pixels` is the image, RGBA, (height, width, 4). `context` draws on it in Manim units; it takes colours as
    blue, green, red. `append_path` adds a path to that of the context. `camera` draws on it what only Manim
    can draw.
    """

    def __init__(self, camera: Camera) -> None:
        self.camera = camera
        self.pixels: Frame = np.zeros((camera.pixel_height, camera.pixel_width, 4), np.uint8)
        self.context = camera.get_cairo_context(self.pixels)  # type: ignore[arg-type]
        self.append_path = path_appender(self.context)
