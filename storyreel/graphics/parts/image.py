"""An image from a file, as large as its area allows."""

from pathlib import Path

import numpy as np
from manim import ImageMobject, Mobject, SVGMobject
from PIL import Image, UnidentifiedImageError

from storyreel.core.errors import StoryreelError
from storyreel.graphics.layout import Area

LARGEST = 2400
"""Pixels along the longer side; a larger image is reduced to that."""


def image(path: Path, area: Area) -> Mobject:
    """The PNG, JPEG or SVG at `path`, in the middle of `area`, as large as fits.

    Raises StoryreelError where the file is no such image, or an SVG with text, whose font nobody knows.
    """
    shape = _drawing(path) if path.suffix.lower() == ".svg" else _photograph(path)
    shape.scale(min(area.width / shape.width, area.height / shape.height))
    return shape.move_to(area.centre)


def _photograph(path: Path) -> Mobject:
    try:
        with Image.open(path) as file:
            file.thumbnail((LARGEST, LARGEST))
            pixels = np.asarray(file.convert("RGBA"))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as fault:
        raise StoryreelError(f"{path.name} is not an image that can be shown: {fault}") from fault
    return ImageMobject(pixels)


def _drawing(path: Path) -> Mobject:
    try:
        if "<text" in path.read_text(encoding="utf-8"):
            raise StoryreelError(f"{path.name} contains text; turn it into paths in your drawing program")
        shape = SVGMobject(str(path))
    except (ValueError, SyntaxError, OSError) as fault:
        raise StoryreelError(f"{path.name} is not an SVG that can be shown: {fault}") from fault
    if not shape.width or not shape.height:
        raise StoryreelError(f"{path.name} shows nothing")
    return shape
