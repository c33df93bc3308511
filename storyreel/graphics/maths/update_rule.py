"""The update rule of gradient descent in symbols."""

from storyreel.core.symbol_parts import LEARNING_RATE
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, slot


class UpdateRule(Typeset):
    """w ← w − η · ∂L/∂w for the weight or bias `name`; `kind` is its kind of quantity."""

    def __init__(self, name: str, kind: str) -> None:
        weight, rate, gradient = symbol(name), symbol(LEARNING_RATE), symbol(GRADIENT + name)
        terms = f"{slot(0, weight)} <- {slot(1, weight)} - {slot(2, rate)} dot {slot(3, gradient)}"
        super().__init__(
            f"${terms}$",
            plain=f"{name} ← {name} − learning_rate · {GRADIENT}{name}",
            em=theme.SIZES.label,
            slots=(name, name, LEARNING_RATE, GRADIENT + name),
            colours=[theme.colour(its) for its in (kind, kind, "text", "gradient")],
        )
