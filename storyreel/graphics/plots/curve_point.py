"""The point of a loss curve at a weight's value, with dashed lines to both axes."""

import numpy as np
from manim import Dot, Triangle, VGroup, VMobject

from storyreel.engine.loss_landscape import LossLandscape
from storyreel.graphics import theme
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.dashes import AxisDashes

DASHES, LEAVING = 0.8, 0.3
"""The opacity of the lines to the axes, and the share of a leap in which they fade out, and in at its end."""


class CurvePoint(VGroup):
    """`lines` and `marker` on axes with a curve, at the value `x` of the weight.

    Beyond the ends of the axes the marker, a dot, becomes an arrowhead that points to where the point is.
    """

    def __init__(self, axes: Axes, landscape: LossLandscape, x: float) -> None:
        self.lines = AxisDashes(axes.kinds, length=0.1, opacity=DASHES)
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
        self.lines.set_stroke(opacity=DASHES)
        self._show(int(np.sign(x - nearest[0])), int(np.sign(loss - nearest[1])))
        self.marker.move_to(here)

    def leap(self, axes: Axes, landscape: LossLandscape, start: float, end: float, share: float) -> None:
        """Move a share, 0 to 1, of the straight way between the places of two values of the weight; the lines
        to the axes are those of the nearer place, and fade, as there is no value on the way."""
        self.place(axes, landscape, start if share < 0.5 else end)
        if 0 < share < 1:
            here, there = (axes.point(*axes.clamp(x, landscape.loss([x]))) for x in (start, end))
            faded = max(0.0, 1 - min(share, 1 - share) / LEAVING)
            self.lines.set_stroke(opacity=DASHES * faded)
            self._show(0, 0)
            self.marker.move_to(here + share * (there - here))

    def _show(self, aside: int, above: int) -> None:
        """Show the marker of a point on the axes, or beyond them."""
        if (aside, above) != self.beyond:
            self.beyond = aside, above
            self.marker.become(_marker(aside, above).set_z_index(self.marker.z_index))


def _marker(aside: int, above: int) -> VMobject:
    """A dot, or an arrowhead for a point beyond the axes: to the left (-1) or right (1), below or above."""
    paint = theme.colour("text")
    if not aside and not above:
        return Dot(radius=0.13, color=paint)
    angle = -aside * np.pi / 2 if aside else (0.0 if above > 0 else np.pi)
    return Triangle(color=paint, fill_opacity=1, stroke_width=0).scale(0.2).rotate(angle)
