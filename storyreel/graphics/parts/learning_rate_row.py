"""One row of a list of learning rates: the rate, the cost or loss after its steps, and a remark."""

from manim import DOWN, LEFT, UL, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.text.named_number import named_number
from storyreel.graphics.text.typeset import Typeset, words


class LearningRateRow(VGroup):
    """`rate` and `result` side by side, `remark` below them, in the upper left corner of an area.

    The learning rate and the `loss`, which is called `objective`, are given as they are written.
    """

    def __init__(self, learning_rate: str, objective: str, loss: str, text: str, area: Area) -> None:
        self.rate = _number("learning_rate", learning_rate, "text")
        self.result = _number(objective, loss, "loss").next_to(self.rate, buff=theme.SPACING.gap)
        self.remark = words(text, em=theme.SIZES.small, colour=theme.colour("muted"))
        super().__init__(self.rate, self.result)
        if text:
            self.add(self.remark.next_to(self.rate, DOWN, buff=0.12).align_to(self.rate, LEFT))
        self.scale(area.scale_of(self)).move_to(at(area.left, area.top), aligned_edge=UL)


def _number(name: str, text: str, kind: str) -> Typeset:
    return named_number(name, text, kind, theme.SIZES.body, sign_kind=kind)
