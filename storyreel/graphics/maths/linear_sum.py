"""A linear network as the one weighted sum of its inputs that it comes to, whose numbers can change."""

from collections.abc import Callable

from storyreel.core.number_format import MINUS, shown
from storyreel.engine.names import QuantityNames
from storyreel.engine.network import Network
from storyreel.engine.regions.linear_sum import linear_sum
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError
from storyreel.graphics.text.rolling_number import RollingNumber, sample_alphas, set_text
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, slot

DECIMALS = 2
LEAST = theme.SIZES.smallest
"""The smallest em, in Manim units."""


class LinearSum(Typeset):
    """`y = 2.00 × x − 1.50 × z + 0.00` in `area`, of a linear network with one output.

    Raises LayoutError where there is no room.
    """

    def __init__(self, network: Network, area: Area, em: float) -> None:
        self.names = network.names
        source, plain = self._written(*_numbers(network))
        kinds = [kind for _, kind in self._parts(self.names)]
        super().__init__(
            source,
            plain=plain,
            em=em,
            slots=[str(number) for number in range(len(kinds))],
            colours=[theme.colour(kind) for kind in kinds],
        )
        if self.width > area.width:
            self.em *= area.width / self.width
            self.scale(area.width / self.width)
        if self.em < LEAST:
            raise LayoutError("there is no room for the weighted sum of so many inputs")
        self.move_to(area.centre)

    @staticmethod
    def _parts(names: QuantityNames) -> list[tuple[str, str]]:
        """The symbols of the output and the inputs, and "" for the numbers, each with its kind."""
        output, inputs = names.activations[-1][0], names.activations[0]
        terms = [part for name in inputs for part in (("", "weight"), (name, "input"))]
        return [(output, "activation"), *terms, ("", "bias")]

    def _written(self, *numbers: str) -> tuple[str, str]:
        left, texts, plain = iter(numbers), list[str](), list[str]()
        signs = [" = ", *([" times ", " + "] * len(self.names.activations[0]))]
        for place, (name, _) in enumerate(self._parts(self.names)):
            number = name or next(left)
            if not name and place > 1 and number.startswith(MINUS):  # the first has no sign before it
                signs[place - 1], number = " − ", number.removeprefix(MINUS)
            texts.append(slot(place, symbol(name) if name else number))
            plain.append(number)
        plain_signs = [sign.replace("times", "×") for sign in signs]
        source = "".join(text + sign for text, sign in zip(texts, [*signs, ""], strict=True))
        return f"$display({source})$", "".join(
            text + sign for text, sign in zip(plain, [*plain_signs, ""], strict=True)
        )

    def follow(self, networks: Callable[[float], Network]) -> Callable[[float], None]:
        """A function that shows, at alpha (0 to 1) of an animation, the sum of `networks(alpha)`."""
        centre = tuple(self.get_center())
        rolling = [_numbers(networks(alpha)) for alpha in sample_alphas().tolist()]
        change = RollingNumber(self, self._written, rolling[0], rolling, rolling[-1], is_centred=True)
        return lambda alpha: set_text(self, change.at(alpha, *_numbers(networks(alpha))), centre)


def _numbers(network: Network) -> list[str]:
    weights, bias = linear_sum(network)
    return [shown(float(number), f".{DECIMALS}f") for number in (*weights[0], *bias)]
