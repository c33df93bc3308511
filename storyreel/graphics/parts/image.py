"""An image from a file."""

from pathlib import Path

import numpy as np
from manim import Mobject, SVGMobject

from storyreel.core.errors import StoryreelError
from storyreel.graphics.layout import Area
from storyreel.graphics.parts.raster import Raster
from storyreel.graphics.parts.raster_file import read_pixels
from storyreel.storyboard.image_file import check_image, image_format


def image(path: Path, area: Area) -> Mobject:
    """The image file (SVG, or pixels such as PNG and JPEG) at `path`, centred in `area`, as large as fits.

    Raises StoryreelError where the file cannot be read, or is an SVG with text, whose font may be missing.
    """
    shape = _svg(path) if image_format(path) == "SVG" else Raster(read_pixels(path))
    sizes = ((area.width, shape.width), (area.height, shape.height))
    shape.scale(min(room / size for room, size in sizes if size))  # a straight line has one size only
    return shape.move_to(area.centre)


# What Manim and its SVG parser raise for attributes that are no numbers, no colours, or too short.
_SVG_FAULTS = (ArithmeticError, AttributeError, LookupError, OSError, SyntaxError, TypeError, ValueError)


def _svg(path: Path) -> Mobject:
    check_image(path)
    try:
        shape = SVGMobject(str(path))
    except _SVG_FAULTS as fault:
        raise StoryreelError(f"{path.name} is not an SVG that can be shown: {fault}") from fault
    if not shape.width and not shape.height:
        raise StoryreelError(f"{path.name} shows nothing")
    if not np.isfinite([shape.width, shape.height]).all():
        raise StoryreelError(f"{path.name} is not an SVG that can be shown: it has no size")
    return shape
