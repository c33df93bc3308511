"""The thin line of an axis."""

from manim import Line
from manim.typing import Point3DLike

from storyreel.graphics import theme


def axis_line(start: Point3DLike, end: Point3DLike) -> Line:
    """The line of an axis, of a rule or of a tick between two points."""
    return Line(start, end, stroke_color=theme.colour("line"), stroke_width=theme.SPACING.thin_stroke)
