"""The slope of a curve as the rise of its tangent over a run, and the direction of a step against it."""

import numpy as np
from manim import RIGHT, UP, Arrow, Line, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import in_full, shown
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.text.typeset import Typeset, maths

TO_LABEL = 0.1
"""Units from a leg to its number."""
WIDEST_LABEL = 1.2
"""The width in units from which a number at a leg is smaller, down to the size of a text."""
ARROW, FROM_POINT, TIP, TIP_SHARE = 1.6, 0.25, 0.3, 0.6
"""How far from a point the arrow of a step ends and begins, the length of its head, in units, and its largest
share of the arrow."""
ABOVE_POINT = 3
"""The z index of an arrow, which runs over the dashed line from a point."""


class SlopeTriangle(VGroup):
    """The two legs of a triangle below the tangent at (x, y), `run` and `rise`, each with its number, and the
    part of the `tangent` above them.

    A negative `run` goes to the left. `text` is the number of the rise where it is not written as `shown`
    does. Raises StoryreelError where a corner is outside the axes.
    """

    def __init__(
        self, axes: Axes, x: float, y: float, slope: float, run: float, text: str | None = None
    ) -> None:
        rise = run * slope
        if not run or axes.clamp(x + run, y + rise) != (x + run, y + rise):
            raise StoryreelError(f"a run of {in_full(run)} leads out of the plot; make it smaller")
        here, corner, end = (axes.point(*spot) for spot in ((x, y), (x + run, y), (x + run, y + rise)))
        width = theme.SPACING.stroke
        self.tangent = Line(here, end, stroke_color=theme.colour("gradient"), stroke_width=width)
        legs, labels = list[Line](), list[Typeset]()
        outside = -UP * (np.sign(rise) or 1.0), RIGHT * np.sign(run)
        ends, numbers = ((here, corner), (corner, end)), (in_full(run), text or shown(rise))
        for leg, text, side, kind in zip(ends, numbers, outside, axes.kinds, strict=True):
            paint = theme.colour(kind)
            legs.append(Line(*leg, stroke_color=paint, stroke_width=width))
            label = maths(text, plain=text, em=theme.SIZES.number, colour=paint)
            label.scale(min(1.0, max(theme.SIZES.body / theme.SIZES.number, WIDEST_LABEL / label.width)))
            labels.append(label.next_to(legs[-1], side, buff=TO_LABEL))
        # Clear of the point and of the dashed line below it.
        clear = abs(labels[0].get_x() - here[0]) - labels[0].width / 2
        labels[0].shift(RIGHT * np.sign(run) * max(0.0, FROM_POINT - clear))
        # Beside a short leg, clear of the number below the other one.
        beyond = max(0.0, labels[1].height - legs[1].height) / 2
        labels[1].shift(UP * (np.sign(rise) or 1.0) * beyond)
        self.run, self.rise = VGroup(legs[0], labels[0]), VGroup(legs[1], labels[1])
        super().__init__(self.tangent, self.run, self.rise)


class StepArrow(Arrow):
    """A level arrow from the point `here` of some axes to where a curve with this slope falls; it ends within
    the axes. It is as long as the `step`, in units of the axis, or with none of a length of its own, which
    says only the direction. Raises StoryreelError where the slope is zero."""

    def __init__(self, axes: Axes, here: np.ndarray, slope: float, step: float | None = None) -> None:
        side = -float(np.sign(slope))
        if not side:
            raise StoryreelError("the slope is zero here, so no step goes anywhere")
        unit = (axes.right - axes.left) / (axes.x_range[1] - axes.x_range[0])
        far = ARROW if step is None else unit * abs(step)
        start = here[0] + side * (FROM_POINT if step is None else min(FROM_POINT, far / 3))
        end = float(np.clip(here[0] + side * far, axes.left, axes.right))
        super().__init__(
            at(start, here[1]),
            at(end, here[1]),
            buff=0,
            color=theme.colour("gradient"),
            stroke_width=theme.SPACING.stroke,
            tip_length=min(TIP, TIP_SHARE * abs(end - start)),
            max_tip_length_to_length_ratio=1,
        )
        self.set_z_index(ABOVE_POINT)
