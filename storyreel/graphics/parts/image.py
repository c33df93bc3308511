"""An image from a file, as large as its area allows."""

from pathlib import Path

from manim import Mobject, SVGMobject

from storyreel.core.errors import StoryreelError
from storyreel.graphics.layout import Area
from storyreel.graphics.parts.raster import Raster
from storyreel.graphics.parts.raster_file import read_pixels


def image(path: Path, area: Area) -> Mobject:
    """The image file (SVG, or pixels such as PNG and JPEG) at `path`, centred in `area`, as large as fits.

    Raises StoryreelError where the file cannot be read, or is an SVG with text, whose font may be missing.
    """
    shape = _svg(path) if path.suffix.lower() == ".svg" else Raster(read_pixels(path))
    shape.scale(min(area.width / shape.width, area.height / shape.height))
    return shape.move_to(area.centre)


def _svg(path: Path) -> Mobject:
    try:
        if "<text" in path.read_text(encoding="utf-8"):
            raise StoryreelError(f"{path.name} contains text; turn it into paths in your drawing program")
        shape = SVGMobject(str(path))
    except (ValueError, SyntaxError, OSError) as fault:
        raise StoryreelError(f"{path.name} is not an SVG that can be shown: {fault}") from fault
    if not shape.width or not shape.height:
        raise StoryreelError(f"{path.name} shows nothing")
    return shape
