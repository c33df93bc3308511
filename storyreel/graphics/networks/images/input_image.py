"""The image of a network's inputs, beside their neurons."""

from collections.abc import Iterator

from manim import LEFT, Line, VGroup

from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.networks.images.pixel_grid import PixelGrid
from storyreel.graphics.networks.label_places import box_of
from storyreel.graphics.networks.neuron import Neuron

LARGEST, TALLEST = 3.0, 0.72
"""The largest side of the image: in Manim units, and as a share of its area's height."""
FROM_IMAGE, TO_NEURON = 0.08, 0.06
"""Manim units from the image and from a neuron to the line between them."""


class InputImage(PixelGrid):
    """The inputs of a trace as pixels, at the left of an area."""

    def __init__(self, trace: Trace, area: Area) -> None:
        side = min(LARGEST, TALLEST * area.height)
        super().__init__(trace.inputs[0], side)
        self.move_to(at(area.left + side / 2, area.centre[1]))

    def lines_to(self, first: Neuron, last: Neuron) -> Iterator[Line]:
        """Two thin lines from its corners to the neurons of the first and the last input."""
        _, bottom, right, top = box_of(VGroup(*self[:-1]))
        for neuron, y in ((first, top), (last, bottom)):
            yield Line(
                at(right + FROM_IMAGE, y),
                neuron.get_left() + TO_NEURON * LEFT,
                stroke_color=theme.colour("line"),
                stroke_width=theme.SPACING.thin_stroke,
            )
