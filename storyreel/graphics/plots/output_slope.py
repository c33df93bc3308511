"""The slope of the loss over an output, or of a multiple of it: a tangent and a label."""

import numpy as np
from manim import LEFT, RIGHT, UP, Dot, VGroup, VMobject

from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import Point, at
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve
from storyreel.graphics.plots.slope_triangle import SlopeTriangle
from storyreel.graphics.plots.tangent import Tangent
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, in_line, slot
from storyreel.storyboard.typst_fonts import typst_string

FAINT, TIMES = 0.45, 2
"""The opacity of the curve of the square, and how many times as large as the loss that is."""
PALE_NAME, NAME_EM = 0.8, 0.5
"""The opacity of its name, and the size of the names of both curves."""
DOT = 0.09
"""The radius of the dot on it in Manim units."""
CLEAR, NAME_AT = 0.1, 0.66
"""Units between the label and the name of the square; the height of the loss's name, above the label of its
slope, as a share of the axes."""
SMALL_EM = 0.48
"""The size of the label where there is no room for a larger one, in Manim units."""
BESIDE, ABOVE_AXIS = 0.36, 0.55
"""Units between a point and what stands beside it, and from the x axis up to what stands above its name."""
ASIDE = 0.2
"""Units between the label and the tag of the loss, where they are side by side."""
LONGER = 1.35
"""How far a tangent with a triangle below it goes on both sides of its point, in runs."""
HIGHEST_LABEL = 0.17
"""The greatest height of the label, in heights of the axes."""


class OutputSlope(VGroup):
    """`tangent` and `label` of the curve of the loss at the output's value `value`; with a `run`, in units of
    the output, and a `triangle` below the tangent, for whose hypotenuse that is longer.

    The label is `text` = slope. It is at the upper end of the axes or above that, where it does not meet the
    `tag` of the loss; without one, beside the point, outside of the curve where it has room there.
    """

    def __init__(
        self,
        axes: OutputLossCurve,
        value: float,
        text: str,
        tag: VMobject | None,
        times: int = 1,
        run: float | None = None,
    ) -> None:
        self.is_compared = tag is None
        slope = times * axes.slope_at(value)
        self.tangent = Tangent(axes, value, times * axes.loss_at(value), slope)
        self.label = _label(text, axes.notation.text(GRADIENT + axes.output, slope), tag is None)
        self.triangle = None if run is None else SlopeTriangle(axes, value, axes.loss_at(value), slope, run)
        super().__init__(self.tangent, self.label)
        if self.triangle is not None:
            end = axes.point(
                value + LONGER * (run or 0.0), axes.loss_at(value) + LONGER * (run or 0.0) * slope
            )
            here = axes.point(value, axes.loss_at(value))
            self.tangent.put_start_and_end_on(2 * here - end, end)
            self.add(self.triangle.run, self.triangle.rise)
        if tag is None:
            self._place_beside(axes, value, times)
        else:
            self._place_above(axes, tag)

    def _place_beside(self, axes: OutputLossCurve, value: float, times: int) -> None:
        here, side = axes.point(value, times * axes.loss_at(value)), np.sign(axes.slope_at(value)) or 1.0
        is_outside = times == 1 and side > 0
        height = self.label.height
        across = (side if is_outside else -side) * (self.label.width / 2 + BESIDE)
        # Outside it is below the curve, and above the name of the axis.
        lowest = axes.bottom + ABOVE_AXIS + height / 2
        up = max(here[1] - height / 2, lowest) if is_outside else here[1] + (height + BESIDE) / 2
        self.label.move_to(at(here[0] + across, up))

    def _place_above(self, axes: OutputLossCurve, tag: VMobject) -> None:
        across, up = axes.right - axes.left, axes.top - axes.bottom
        self.label.scale(min(1.0, across / self.label.width, HIGHEST_LABEL * up / self.label.height))
        half = self.label.width / 2
        left, right = tag.get_left()[0] - ASIDE - half, tag.get_right()[0] + ASIDE + half
        places = [at((axes.left + axes.right) / 2, axes.top), at(left, axes.top), at(right, axes.top)]
        above = max(axes.top, tag.get_top()[1]) + ASIDE + self.label.height / 2
        fallback = at((axes.left + axes.right) / 2, above)
        self.label.move_to(next((place for place in places if self._is_clear(place, axes, tag)), fallback))

    def _is_clear(self, place: Point, axes: OutputLossCurve, tag: VMobject) -> bool:
        """True for a place of the label within the axes and away from the tag."""
        across, up = (abs(tag.get_center() - place))[:2] - (np.array([tag.width, tag.height]) / 2)
        half = self.label.width / 2
        is_within = axes.left + ASIDE <= place[0] - half and place[0] + half <= axes.right + 2 * ASIDE
        return bool(is_within and (across > half + ASIDE / 2 or up > self.label.height / 2 + ASIDE / 2))


class ComparedSlope(OutputSlope):
    """The slope of the square of the error, with its `curve` and a `dot` on that, and the `names` of both.

    Each stands beside its curve: that of the square inside of it, at its upper end on the other side than the
    output, that of the loss outside of it on the output's side.
    """

    def __init__(self, axes: OutputLossCurve, value: float, text: str, target: str) -> None:
        super().__init__(axes, value, text, None, times=TIMES)
        self.curve = axes.curve(lambda output: TIMES * axes.loss_at(output), "loss")
        self.curve.set_stroke(opacity=FAINT)
        self.dot = Dot(axes.point(value, TIMES * axes.loss_at(value)), radius=DOT, color=theme.colour("text"))
        error = f"({symbol(axes.output)} - {symbol(target)})^2"
        plain = f"({axes.output} − {target})²"
        names = [_name(error, plain), _name(f"1/{TIMES} {error}", f"1/{TIMES} {plain}")]
        side = RIGHT if axes.slope_at(value) >= 0 else LEFT  # that of the output
        inside = self.curve.points[0 if side is RIGHT else -1]
        names[0].next_to(inside, side, buff=BESIDE).set_opacity(PALE_NAME)
        names[0].shift(max(0.0, self.label.get_top()[1] + CLEAR - names[0].get_bottom()[1]) * UP)
        level = axes.bottom + NAME_AT * (axes.top - axes.bottom)
        outside = max(axes.graph.points, key=lambda point: -abs(point[1] - level) + 1e-6 * (point @ side))
        names[1].next_to(outside, side, buff=BESIDE).set_y(level)
        self.names = VGroup(*names)
        self.add(self.curve, self.dot, self.names)


def _name(source: str, plain: str) -> Typeset:
    return Typeset(f"${source}$", plain=plain, em=NAME_EM, colour=theme.colour("loss"))


def _label(text: str, number: str, is_small: bool) -> Typeset:
    return Typeset(
        f"#slot(1, {typst_string(text)}) $= {slot(1, in_line(number))}$",
        plain=f"{text} = {number}",
        em=SMALL_EM if is_small else theme.SIZES.label,
        slots=("slope", "slope"),
        colours=(theme.colour("gradient"), theme.colour("text")),
    )
