"""Raster images: the mobject, and how a camera draws it.

Manim 0.22 cannot draw images with Pillow 13: it passes an array of floats as RGBA pixels. It would also blend
them as if the frame's colours were not premultiplied, which Cairo's are.
"""

import math
from typing import Any, Self

import numpy as np
from manim import Camera, ImageMobject
from manim.mobject.types.image_mobject import AbstractImageMobject
from numpy.typing import NDArray
from PIL import Image

from storyreel.core.frame import Frame


class Raster(ImageMobject):
    """A raster image that fades by a single opacity; Manim would interpolate all pixels in every frame.

    `pixels` is an array (height, width, 4) of red, green, blue and opacity, 0 to 255.
    """

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self.opacity = 1.0
        super().__init__(pixels)

    def set_opacity(self, alpha: float) -> Self:
        """Set the opacity, 0 to 1, that multiplies those of the pixels."""
        self.opacity = alpha
        return self

    def interpolate_color(self, mobject1: Any, mobject2: Any, alpha: float) -> Self:
        """Take an opacity between those of two rasters; called by Manim."""
        self.opacity = (1 - alpha) * mobject1.opacity + alpha * mobject2.opacity
        return self


def draw_image(camera: Camera, image: AbstractImageMobject, frame: Frame) -> None:
    """Draw `image` onto `frame`, whose colours are premultiplied; replaces a method of Manim's camera.

    The image may have been moved, scaled, sheared and rotated. It is first resized to its size on the frame,
    which averages the pixels of a large one.
    """
    # Rounded, so that an image that stays in its place while the view moves has the same pixels.
    corners = np.round(camera.points_to_subpixel_coords(image, image.points), 6)
    upper_left, upper_right, lower_left, _ = corners
    right, down = upper_right - upper_left, lower_left - upper_left
    width, height = round(math.hypot(*right)), round(math.hypot(*down))
    axes = np.column_stack([right / max(width, 1), down / max(height, 1)])
    left, top, width_on_frame, height_on_frame = _box(corners, frame)
    if min(width, height, width_on_frame, height_on_frame) < 1 or abs(np.linalg.det(axes)) < 1e-6:
        return
    to_image = np.linalg.inv(axes)
    offset = to_image @ (np.array([left, top]) - upper_left)
    resampling = Image.Resampling(image.resampling_algorithm)
    premultiplied = Image.fromarray(np.asarray(image.get_pixel_array(), np.uint8)).convert("RGBa")
    drawn = premultiplied.resize((width, height), resampling).transform(
        (width_on_frame, height_on_frame),
        Image.Transform.AFFINE,
        tuple(np.column_stack([to_image, offset]).ravel()),
        resampling if resampling in _FOR_TRANSFORMS else Image.Resampling.BICUBIC,
    )
    opacity = image.opacity if isinstance(image, Raster) else 1.0
    over = np.asarray(drawn, np.float32) * opacity
    under = frame[top : top + height_on_frame, left : left + width_on_frame]
    under[:] = np.minimum(over + under * (1 - over[..., 3:] / 255) + 0.5, 255)


_FOR_TRANSFORMS = (Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC)


def _box(corners: NDArray[np.float64], frame: Frame) -> tuple[int, int, int, int]:
    """Left, top, width and height of the pixels around `corners` that are on the frame."""
    height, width, _ = frame.shape
    left, top = np.clip(np.floor(corners.min(axis=0)), 0, (width, height)).astype(int)
    right, bottom = np.clip(np.ceil(corners.max(axis=0)), 0, (width, height)).astype(int)
    return int(left), int(top), int(right - left), int(bottom - top)
