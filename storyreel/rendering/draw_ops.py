"""Draw operations: each draws one mobject, or a few, on a surface.

An operation never changes; a mobject that changes gets a new one. So equal operations draw equal pixels.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Protocol

import cairo
from manim import Mobject

from storyreel.core.frame import Box
from storyreel.rendering.cairo_paths import Path
from storyreel.rendering.path_appender import Context
from storyreel.rendering.surface import Surface

Colour = Sequence[float]
"""Red, green, blue and opacity, from 0 to 1."""


class DrawOp(Protocol):
    """Draws a mobject; it changes no pixel outside of `box`."""

    box: Box

    def draw(self, surface: Surface) -> None:
        """Draw onto the surface."""


class StrokeStyle:
    """The colour of an outline, its width in Manim units, and the shape of its joins and ends."""

    __slots__ = ("cap", "colour", "join", "width")

    def __init__(self, colour: Colour, width: float, join: cairo.LineJoin, cap: cairo.LineCap) -> None:
        self.colour = colour
        self.width = width
        self.join = join
        self.cap = cap

    def apply(self, context: Context) -> None:
        """Set the line width, joins and ends of `context`."""
        context.set_line_width(self.width)
        context.set_line_join(self.join)
        context.set_line_cap(self.cap)

    def draw(self, context: Context) -> None:
        """Stroke the context's current path, and keep the path."""
        set_colour(context, self.colour)
        self.apply(context)
        context.stroke_preserve()


class ShapeDrawOp:
    """Draws a plain shape: an outline behind it, its fill, and an outline in front, each unless it is None.

    `box` is set by the builder, which computes those of many shapes at once, from `edges`: the left, lower,
    right and upper edge of all that is drawn, in Manim units.
    """

    __slots__ = ("back", "box", "edges", "fill", "front", "path")

    def __init__(
        self, path: Path, back: StrokeStyle | None, fill: Colour | None, front: StrokeStyle | None
    ) -> None:
        self.box: Box = (0, 0, 0, 0)
        self.edges = (0.0, 0.0, 0.0, 0.0)
        self.path = path
        self.back = back
        self.fill = fill
        self.front = front

    def copy(self) -> "ShapeDrawOp":
        """Another operation that draws the same, whose box is not set yet; `copy.copy` takes much longer."""
        op = ShapeDrawOp(self.path, self.back, self.fill, self.front)
        op.edges = self.edges
        return op

    def draw(self, surface: Surface) -> None:
        """Draw onto the surface."""
        context = surface.context
        context.new_path()
        surface.append_path(self.path)
        if self.back:
            self.back.draw(context)
        if self.fill:
            set_colour(context, self.fill)
            context.fill_preserve()
        if self.front:
            self.front.draw(context)


def set_colour(context: Context, colour: Colour) -> None:
    """Set the source colour of `context`; red and blue are swapped, as Cairo takes RGBA pixels for BGRA."""
    red, green, blue, opacity = colour
    context.set_source_rgba(blue, green, red, opacity)


class ManimDrawOp:
    """Draws successive mobjects that only Manim's camera can draw."""

    def __init__(self, mobjects: Sequence[Mobject], box: Box) -> None:
        self.mobjects = mobjects
        self.box = box

    def draw(self, surface: Surface) -> None:
        """Draw onto the surface."""
        camera = surface.camera
        for kind, members in groupby(self.mobjects, camera.type_or_raise):
            camera.display_funcs[kind](list(members), surface.pixels)  # type: ignore[arg-type]
