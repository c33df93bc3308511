"""Ink: what a mobject leaves on a picture. It does not change; a mobject that does has another ink."""

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
    """What a mobject leaves on a picture, none of it outside of `box`."""

    box: Box

    def draw(self, surface: Surface) -> None:
        """Draw it on what is there."""


class StrokeStyle:
    """How an outline is drawn: its colour, its width in Manim units, its joins and its ends."""

    __slots__ = ("cap", "colour", "join", "width")

    def __init__(self, colour: Colour, width: float, join: cairo.LineJoin, cap: cairo.LineCap) -> None:
        self.colour = colour
        self.width = width
        self.join = join
        self.cap = cap

    def apply(self, context: Context) -> None:
        """Let `context` draw outlines as wide as this, with its joins and ends."""
        context.set_line_width(self.width)
        context.set_line_join(self.join)
        context.set_line_cap(self.cap)

    def draw(self, context: Context) -> None:
        """Draw the outline of the context's path."""
        set_colour(context, self.colour)
        self.apply(context)
        context.stroke_preserve()


class ShapeDrawOp:
    """The ink of a plain shape: an outline behind it, what fills it, and an outline over that.

    Whoever makes one has to tell it its `box`.
    """

    __slots__ = ("back", "box", "fill", "front", "path")

    def __init__(
        self, path: Path, back: StrokeStyle | None, fill: Colour | None, front: StrokeStyle | None
    ) -> None:
        self.box: Box = (0, 0, 0, 0)
        self.path = path
        self.back = back
        self.fill = fill
        self.front = front

    def draw(self, surface: Surface) -> None:
        """Draw it on what is there."""
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
    """Let `context` draw in a colour, on pixels which are RGBA where Cairo takes them to be BGRA."""
    red, green, blue, opacity = colour
    context.set_source_rgba(blue, green, red, opacity)


class ManimDrawOp:
    """The ink of mobjects one after the other that Manim's own camera has to draw, in one go."""

    def __init__(self, mobjects: Sequence[Mobject], box: Box) -> None:
        self.mobjects = mobjects
        self.box = box

    def draw(self, surface: Surface) -> None:
        """Draw it on what is there."""
        camera = surface.camera
        for kind, members in groupby(self.mobjects, camera.type_or_raise):
            camera.display_funcs[kind](list(members), surface.pixels)  # type: ignore[arg-type]
