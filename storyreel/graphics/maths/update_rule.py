"""The rule of gradient descent in symbols: the weight, minus the learning rate times the gradient."""

from storyreel.graphics import theme
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, slot


class UpdateRule(Typeset):
    """w ← w − η · ∂L/∂w for the weight or bias called `name`, which is of `kind`."""

    def __init__(self, name: str, kind: str) -> None:
        weight, rate, gradient = symbol(name), symbol("learning_rate"), symbol(f"grad.{name}")
        terms = f"{slot(0, weight)} <- {slot(1, weight)} - {slot(2, rate)} dot {slot(3, gradient)}"
        super().__init__(
            f"${terms}$",
            plain=f"{name} ← {name} − learning_rate · grad.{name}",
            em=theme.SIZES.label,
            slots=(name, name, "learning_rate", f"grad.{name}"),
            colours=[theme.colour(its) for its in (kind, kind, "text", "gradient")],
        )
