"""The update rule of gradient descent in symbols."""

from manim import VGroup

from storyreel.core.symbol_parts import LEARNING_RATE
from storyreel.engine.operation import NEXT
from storyreel.graphics import theme
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, slot


class UpdateRule(Typeset):
    """w′ = w − η × ∂L/∂w for the weight or bias `name`, as equations of updates are written; `kind` is its
    kind of quantity.

    `derivative` is the name of the derivative: `grad.w1`, or of the cost `cost.grad.w1`.
    """

    def __init__(self, name: str, kind: str, derivative: str) -> None:
        after, before, rate, gradient = map(symbol, (NEXT + name, name, LEARNING_RATE, derivative))
        terms = f"{slot(0, after)} = {slot(1, before)} - {slot(2, rate)} times {slot(3, gradient)}"
        super().__init__(
            f"${terms}$",
            plain=f"{NEXT}{name} = {name} − learning_rate × {derivative}",
            em=theme.SIZES.number,
            slots=(NEXT + name, name, LEARNING_RATE, derivative),
            colours=[theme.colour(its) for its in (kind, kind, "text", "gradient")],
        )

    @property
    def rate(self) -> VGroup:
        """The learning rate."""
        return self.slot(2)
