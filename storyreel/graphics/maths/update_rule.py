"""The update rule of gradient descent in symbols."""

from storyreel.core.symbol_parts import LEARNING_RATE
from storyreel.graphics import theme
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, slot


class UpdateRule(Typeset):
    """w ← w − η · ∂L/∂w for the weight or bias `name`; `kind` is its kind of quantity.

    `derivative` is the name of the derivative: `grad.w1`, or of the cost `cost.grad.w1`.
    """

    def __init__(self, name: str, kind: str, derivative: str) -> None:
        weight, rate, gradient = symbol(name), symbol(LEARNING_RATE), symbol(derivative)
        terms = f"{slot(0, weight)} <- {slot(1, weight)} - {slot(2, rate)} dot {slot(3, gradient)}"
        super().__init__(
            f"${terms}$",
            plain=f"{name} ← {name} − learning_rate · {derivative}",
            em=theme.SIZES.label,
            slots=(name, name, LEARNING_RATE, derivative),
            colours=[theme.colour(its) for its in (kind, kind, "text", "gradient")],
        )
