"""One step of gradient descent in numbers: the weight, minus the learning rate times the gradient."""

from fractions import Fraction

from storyreel.core.number_format import MINUS
from storyreel.graphics import theme
from storyreel.graphics.text.typeset import Typeset, in_line, slot


class StepSum(Typeset):
    """`before − rate × gradient = after`, of numbers as they are written, in the colours of a quantity of
    `kind` and of gradients; ≈ where the numbers as they are written are not exactly equal."""

    def __init__(self, kind: str, before: str, rate: str, gradient: str, after: str) -> None:
        is_equal = _are_equal(before, rate, gradient, after)
        written = f"({gradient})" if gradient.startswith(MINUS) else gradient
        first, third, last = slot(0, in_line(before)), slot(2, in_line(written)), slot(3, in_line(after))
        super().__init__(
            f"${first} - {slot(1, rate)} times {third} {'=' if is_equal else 'approx'} {last}$",
            plain=f"{before} − {rate} × {written} {'=' if is_equal else '≈'} {after}",
            em=theme.SIZES.label,
            slots=("before", "rate", "gradient", "after"),
            colours=[theme.colour(its) for its in (kind, "text", "gradient", kind)],
        )


def _are_equal(*texts: str) -> bool:
    """True if the numbers as they are written, all of them with digits alone, are exactly equal."""
    try:
        before, rate, gradient, after = (Fraction(text.replace(MINUS, "-")) for text in texts)
    except ValueError:
        return False
    return before - rate * gradient == after
