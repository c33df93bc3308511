"""The slope of the loss over an output, or of a multiple of it: a tangent and a label."""

from manim import VGroup

from storyreel.core.number_format import MINUS
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve
from storyreel.graphics.plots.tangent import Tangent
from storyreel.graphics.text.typeset import Typeset, in_line, slot
from storyreel.storyboard.typst_fonts import typst_string

FAINT = 0.45
"""The opacity of the curve of a multiple of the loss."""
HIGHEST_LABEL = 0.17
"""The greatest height of the label, in heights of the axes."""


class OutputSlope(VGroup):
    """`tangent` and `label` of the curve of `times` the loss, at the output's value `value`, and the `curve`
    itself, which is empty for the loss as it is.

    The label is `text` = `times` · slope of the loss, in the middle of the axes, at their upper end.
    """

    def __init__(self, axes: OutputLossCurve, value: float, text: str, times: int = 1) -> None:
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
        self.label.move_to(at((axes.left + axes.right) / 2, axes.top))
        super().__init__(self.curve, self.tangent, self.label)


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
