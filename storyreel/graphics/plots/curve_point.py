"""Where a weight stands on a curve: a point, dashed lines from it to both axes, and a tag with the loss."""

from collections.abc import Sequence

import numpy as np
from manim import Dot, Triangle, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.dashes import AxisDashes
from storyreel.graphics.text.rolling_number import calm
from storyreel.graphics.text.text_state import TextState

HIGHEST_TAG = 1.0
"""Units from the point up to the tag of its loss, at most."""
UNDER_TAG = np.linspace(-1, 1, 9)
"""The places under the tag at which the height of the curve is asked for, from its left to its right end."""


class CurvePoint(VGroup):
    """`lines`, `mark` and `tag` on axes with a curve; `stand` puts them to where the weight is some number.

    Beyond the axes' ends, the point becomes an arrowhead at their end that shows which way.
    """

    def __init__(self, axes: Axes, landscape: LossLandscape, x: float, number: str) -> None:
        self.lines = AxisDashes(axes.kinds, length=0.1, opacity=0.8)
        self.shape, self.mark = (0, 0), _mark(0, 0)
        self.tag = Tag("loss", number, axes.kinds[1], theme.SIZES.body)
        super().__init__(self.lines, self.mark, self.tag)
        size = self.tag.width, self.tag.height
        self.stand(axes, landscape, x, self.tag.text_state, tag_places(axes, [(x, landscape)], [size])[0])
        self.set_z_index(2)

    def stand(self, axes: Axes, landscape: LossLandscape, x: float, now: TextState, spot: np.ndarray) -> None:
        """The weight is `x`, and the tag says `now`, with its middle at `spot`."""
        loss = landscape.loss([x])
        nearest = axes.inside(x, loss)
        here = axes.point(*nearest)
        self.lines.run(here, axes.left, axes.bottom)
        shape = (int(np.sign(x - nearest[0])), int(np.sign(loss - nearest[1])))
        if shape != self.shape:
            self.shape = shape
            self.mark.become(_mark(*shape).set_z_index(self.mark.z_index))
        self.mark.move_to(here)
        self.tag.say(now, at(*spot))


def tag_places(
    axes: Axes, course: Sequence[tuple[float, LossLandscape]], sizes: Sequence[tuple[float, float]]
) -> Array:
    """Where the middle of a tag, as wide and high as `sizes` say, stands on a course: a row (x, y) for each.

    It stands above the curve, on the side to which it falls: its tangent is not there. On a course of more
    than one place it follows without haste.
    """
    is_move = len(course) > 1
    middles = np.array([_middle(axes, *place, size[0]) for place, size in zip(course, sizes, strict=True)])
    middles = calm(middles) if is_move else middles
    heights = np.array(
        [
            _height(axes, *place, middle, *size)
            for place, middle, size in zip(course, middles, sizes, strict=True)
        ]
    )
    return np.column_stack([middles, calm(heights) if is_move else heights])


def _middle(axes: Axes, x: float, landscape: LossLandscape, width: float) -> float:
    half, slope = width / 2, float(np.nan_to_num(landscape.gradient([x])[0]))
    across, up = (axes.point(1, slope) - axes.point(0, 0))[:2]
    here = axes.point(*axes.inside(x, 0.0))[0]
    aside = here - np.clip(2.5 * up / across, -1, 1) * (half + 0.22)
    return float(np.clip(aside, axes.left + half + 0.12, axes.right + 0.3 - half))


def _height(
    axes: Axes, x: float, landscape: LossLandscape, middle: float, width: float, height: float
) -> float:
    here = axes.point(*axes.inside(x, landscape.loss([x])))
    below = np.clip((middle + UNDER_TAG * width / 2 - axes.left) / (axes.right - axes.left), 0, 1)
    weights = axes.x_range[0] + below * (axes.x_range[1] - axes.x_range[0])
    highest = axes.inside(x, float(landscape.losses(weights[:, np.newaxis]).max()))[1]
    bottom = max(here[1] + 0.25, min(axes.point(0, highest)[1] + 0.15, here[1] + HIGHEST_TAG))
    return float(min(bottom + height / 2, axes.top + 0.5 - height / 2))


def _mark(aside: int, above: int) -> VMobject:
    """A point, or an arrowhead to the side of the axes beyond which it is."""
    paint = theme.colour("text")
    if not aside and not above:
        return Dot(radius=0.13, color=paint)
    angle = -aside * np.pi / 2 if aside else (0.0 if above > 0 else np.pi)
    return Triangle(color=paint, fill_opacity=1, stroke_width=0).scale(0.2).rotate(angle)
