"""The frame around a part of a diagram that is pointed out."""

from manim import Circle, SurroundingRectangle, VMobject

from storyreel.graphics import theme
from storyreel.graphics.networks.edge import WeightLabel
from storyreel.graphics.networks.neuron import Neuron

GAP = 0.06
"""Manim units from a neuron to the ring around it, within those to its symbol."""
BUFF, CORNER = 0.08, 0.15
"""Manim units from a label to its frame, within those to its connection, and the radius of its corners."""


def highlight(part: VMobject) -> VMobject:
    """A ring around a neuron, or a frame around a label or badge, which cuts nothing beside it."""
    paint, width = theme.colour("text"), theme.SPACING.stroke
    if isinstance(part, Neuron) and not part.is_capsule:
        ring = Circle(radius=part.radius + GAP, stroke_color=paint, stroke_width=width)
        return ring.move_to(part.circle)
    shape, buff, corner = part, BUFF, CORNER
    if isinstance(part, Neuron):
        shape, buff, corner = part.circle, GAP, part.radius + GAP
    elif isinstance(part, WeightLabel) and part.is_beside:
        shape = part.text
    return SurroundingRectangle(shape, color=paint, buff=buff, corner_radius=corner, stroke_width=width)
