"""The point of a loss curve at a weight's value: dashed lines to both axes, and a tag with its height."""

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
from storyreel.graphics.text.rolling_number import smoothed
from storyreel.graphics.text.text_state import TextState

HIGHEST_TAG = 1.0
"""The largest distance, in Manim units, from the point up to the tag of its loss."""
ABOVE = 0.25
"""The least distance."""
UNDER_TAG = np.linspace(-1, 1, 9)
"""Places under the tag, -1 at its left end and 1 at its right, where the curve's height is computed."""


class CurvePoint(VGroup):
    """`lines`, `marker` and `tag` on axes with a curve, at the value `x` of the weight.

    Beyond the ends of the axes the marker, a dot, becomes an arrowhead that points to where the point is.
    """

    def __init__(self, axes: Axes, landscape: LossLandscape, x: float, number: str) -> None:
        self.lines = AxisDashes(axes.kinds, length=0.1, opacity=0.8)
        self.beyond, self.marker = (0, 0), _marker(0, 0)
        self.tag = Tag(landscape.objective, number, axes.kinds[1], theme.SIZES.body)
        super().__init__(self.lines, self.marker, self.tag)
        size = self.tag.width, self.tag.height
        self.place(axes, landscape, x, self.tag.initial_state, tag_centres(axes, [(x, landscape)], [size])[0])
        self.set_z_index(2)

    def place(
        self, axes: Axes, landscape: LossLandscape, x: float, state: TextState, tag_centre: np.ndarray
    ) -> None:
        """Move to the value `x` of the weight; `state` is the tag's text, `tag_centre` its (x, y)."""
        loss = landscape.loss([x])
        nearest = axes.clamp(x, loss)
        here = axes.point(*nearest)
        self.lines.run(here, axes.left, axes.bottom)
        beyond = (int(np.sign(x - nearest[0])), int(np.sign(loss - nearest[1])))
        if beyond != self.beyond:
            self.beyond = beyond
            self.marker.become(_marker(*beyond).set_z_index(self.marker.z_index))
        self.marker.move_to(here)
        self.tag.set_state(state, at(*tag_centre))


def tag_centres(
    axes: Axes,
    samples: Sequence[tuple[float, LossLandscape]],
    sizes: Sequence[tuple[float, float]],
    above: Sequence[float] = (),
) -> Array:
    """The centre (x, y) of a tag for each sample, in Manim units; `sizes` are the tag's widths and heights.

    A sample is a value of the weight and its landscape. The tag stands at least `above` units (for each
    sample; by itself `ABOVE`) higher than the point, above the curve, on the side on which
    it falls, where the tangent is not. For several samples, those of an animation, its way is smoothed.
    """
    is_animation = len(samples) > 1
    xs = np.array([_tag_x(axes, *sample, size[0]) for sample, size in zip(samples, sizes, strict=True)])
    xs = smoothed(xs) if is_animation else xs
    clear = above or [ABOVE] * len(samples)
    ys = np.array(
        [
            _tag_y(axes, *sample, x, size, its)
            for sample, x, size, its in zip(samples, xs, sizes, clear, strict=True)
        ]
    )
    return np.column_stack([xs, smoothed(ys) if is_animation else ys])


def _tag_x(axes: Axes, x: float, landscape: LossLandscape, width: float) -> float:
    half, slope = width / 2, float(np.nan_to_num(landscape.gradient([x])[0]))
    across, up = axes.direction(slope)[:2]
    here = axes.point(*axes.clamp(x, 0.0))[0]
    aside = here - np.clip(2.5 * up / across, -1, 1) * (half + 0.22)
    return float(np.clip(aside, axes.left + half + 0.12, axes.right + 0.3 - half))


def _tag_y(
    axes: Axes, x: float, landscape: LossLandscape, tag_x: float, size: tuple[float, float], above: float
) -> float:
    width, height = size
    here = axes.point(*axes.clamp(x, landscape.loss([x])))
    below = np.clip((tag_x + UNDER_TAG * width / 2 - axes.left) / (axes.right - axes.left), 0, 1)
    weights = axes.x_range[0] + below * (axes.x_range[1] - axes.x_range[0])
    highest = axes.clamp(x, float(landscape.losses(weights[:, np.newaxis]).max()))[1]
    bottom = max(here[1] + above, min(axes.point(0, highest)[1] + 0.15, here[1] + HIGHEST_TAG))
    return float(min(bottom + height / 2, axes.top + 0.5 - height / 2))


def _marker(aside: int, above: int) -> VMobject:
    """A dot, or an arrowhead for a point beyond the axes: to the left (-1) or right (1), below or above."""
    paint = theme.colour("text")
    if not aside and not above:
        return Dot(radius=0.13, color=paint)
    angle = -aside * np.pi / 2 if aside else (0.0 if above > 0 else np.pi)
    return Triangle(color=paint, fill_opacity=1, stroke_width=0).scale(0.2).rotate(angle)
