"""The slope of the loss over an output, or of a multiple of it: a tangent and a label."""

import numpy as np
from manim import VGroup, VMobject

from storyreel.core.number_format import MINUS
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import Point, at
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve
from storyreel.graphics.plots.tangent import Tangent
from storyreel.graphics.text.typeset import Typeset, in_line, slot
from storyreel.storyboard.typst_fonts import typst_string

FAINT = 0.45
"""The opacity of the curve of a multiple of the loss."""
ASIDE = 0.2
"""Units between the label and the tag of the loss, where they are side by side."""
HIGHEST_LABEL = 0.17
"""The greatest height of the label, in heights of the axes."""


class OutputSlope(VGroup):
    """`tangent` and `label` of the curve of `times` the loss, at the output's value `value`, and the `curve`
    itself, which is empty for the loss as it is.

    The label is `text` = `times` · slope of the loss, at the upper end of the axes or above that, where it
    does not meet the `tag` of the loss.
    """

    def __init__(self, axes: OutputLossCurve, value: float, text: str, tag: VMobject, times: int = 1) -> None:
        self.curve = VGroup()
        if times != 1:
            shape = axes.curve(lambda output: times * axes.loss_at(output), "loss")
            self.curve.add(shape.set_stroke(opacity=FAINT, width=theme.SPACING.thin_stroke))
        slope = axes.slope_at(value)
        self.tangent = Tangent(axes, value, times * axes.loss_at(value), times * slope)
        number = axes.notation.text(GRADIENT + axes.output, slope)
        self.label = _label(text, number, times)
        across, up = axes.right - axes.left, axes.top - axes.bottom
        self.label.scale(min(1.0, across / self.label.width, HIGHEST_LABEL * up / self.label.height))
        half = self.label.width / 2
        left, right = tag.get_left()[0] - ASIDE - half, tag.get_right()[0] + ASIDE + half
        places = [at((axes.left + axes.right) / 2, axes.top), at(left, axes.top), at(right, axes.top)]
        above = max(axes.top, tag.get_top()[1]) + ASIDE + self.label.height / 2
        fallback = at((axes.left + axes.right) / 2, above)
        self.label.move_to(next((place for place in places if self._is_clear(place, axes, tag)), fallback))
        super().__init__(self.curve, self.tangent, self.label)

    def _is_clear(self, place: Point, axes: OutputLossCurve, tag: VMobject) -> bool:
        """True for a place of the label within the axes and away from the tag."""
        across, up = (abs(tag.get_center() - place))[:2] - (np.array([tag.width, tag.height]) / 2)
        half = self.label.width / 2
        is_within = axes.left + ASIDE <= place[0] - half and place[0] + half <= axes.right + 2 * ASIDE
        return bool(is_within and (across > half + ASIDE / 2 or up > self.label.height / 2 + ASIDE / 2))


def _label(text: str, number: str, times: int) -> Typeset:
    factor, plain = "", number
    source = in_line(number)
    if times != 1:
        is_negative = number.startswith(MINUS)
        source, plain = (f"({source})", f"({number})") if is_negative else (source, number)
        factor, plain = f"{times} dot ", f"{times} · {plain}"
    return Typeset(
        f"#slot(1, {typst_string(text)}) $= {slot(1, factor + source)}$",
        plain=f"{text} = {plain}",
        em=theme.SIZES.label,
        slots=("slope", "slope"),
        colours=(theme.colour("gradient"), theme.colour("text")),
    )
