"""The point of a loss curve at a weight's value, with dashed lines to both axes."""

import numpy as np
from manim import Dot, Triangle, VGroup, VMobject

from storyreel.engine.loss_landscape import LossLandscape
from storyreel.graphics import theme
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.dashes import AxisDashes


class CurvePoint(VGroup):
    """`lines` and `marker` on axes with a curve, at the value `x` of the weight.

    Beyond the ends of the axes the marker, a dot, becomes an arrowhead that points to where the point is.
    """

    def __init__(self, axes: Axes, landscape: LossLandscape, x: float) -> None:
        self.lines = AxisDashes(axes.kinds, length=0.1, opacity=0.8)
        self.beyond, self.marker = (0, 0), _marker(0, 0)
        super().__init__(self.lines, self.marker)
        self.place(axes, landscape, x)
        self.set_z_index(2)

    def place(self, axes: Axes, landscape: LossLandscape, x: float) -> None:
        """Move to the value `x` of the weight."""
        loss = landscape.loss([x])
        nearest = axes.clamp(x, loss)
        here = axes.point(*nearest)
        self.lines.run(here, axes.left, axes.bottom)
        beyond = (int(np.sign(x - nearest[0])), int(np.sign(loss - nearest[1])))
        if beyond != self.beyond:
            self.beyond = beyond
            self.marker.become(_marker(*beyond).set_z_index(self.marker.z_index))
        self.marker.move_to(here)


def _marker(aside: int, above: int) -> VMobject:
    """A dot, or an arrowhead for a point beyond the axes: to the left (-1) or right (1), below or above."""
    paint = theme.colour("text")
    if not aside and not above:
        return Dot(radius=0.13, color=paint)
    angle = -aside * np.pi / 2 if aside else (0.0 if above > 0 else np.pi)
    return Triangle(color=paint, fill_opacity=1, stroke_width=0).scale(0.2).rotate(angle)
