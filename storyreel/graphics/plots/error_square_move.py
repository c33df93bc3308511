"""A move of the prediction along its number line: what depends on it follows, and all numbers roll."""

from collections.abc import Callable, Mapping, Sequence

from storyreel.core.number_format import rolling, shown
from storyreel.graphics.plots.error_square import ErrorSquare, Labelled, ValueMark, in_maths
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve
from storyreel.graphics.plots.plot_marker import PlotMarker
from storyreel.graphics.text.rolling_number import DigitSource, RollingNumber, moments

Written = Callable[[float, Callable[[float], str]], Sequence[str]]
"""How the numbers that depend on a value are written, each by a function."""


class ErrorSquareMove:
    """The `parts` of a picture that are on stage, by name, and the `reading` of a curve, in a move through
    `values`: the prediction at a share of it. `halved` is said of the square."""

    def __init__(
        self,
        picture: ErrorSquare,
        parts: Mapping[str, PlotMarker | ValueMark | Labelled],
        curve: OutputLossCurve | None,
        values: Callable[[float], float],
        halved: bool,
    ) -> None:
        self.picture, self.parts, self.curve, self.values = picture, parts, curve, values
        self.halved = halved
        numbers: dict[str, Written] = {
            "mark": lambda value, write: [write(value)],
            "gap": picture.differing,
            "square": lambda value, write: [write(picture.area_of(value, halved))],
        }
        if curve is not None:
            numbers["reading"] = lambda value, write: [write(curve.loss_at(value))]
        self.numbers = {name: numbers[name] for name in parts}
        self.rolls = {name: self._roll(name) for name in parts}

    def _roll(self, name: str) -> RollingNumber:
        part, write = self.parts[name], self.numbers[name]
        source: DigitSource
        if isinstance(part, PlotMarker | ValueMark):
            text, source = part.tag.text, part.tag.said_of
        else:
            text, source = part.label, self.picture.difference if name == "gap" else in_maths
        between = [self.values(share) for share in moments()]
        rolls = [write(value, rolling) for value in between]
        return RollingNumber(text, source, write(between[0], shown), rolls, write(between[-1], shown))

    def show(self, alpha: float) -> None:
        """Put all parts to where they are at a share of the move."""
        value, picture = self.values(alpha), self.picture
        now = {name: roll.at(alpha, *self.numbers[name](value, rolling)) for name, roll in self.rolls.items()}
        for name, part in self.parts.items():
            if isinstance(part, PlotMarker) and self.curve is not None:
                self.curve.stand(part, value, self.curve.loss_at(value), now[name])
            elif isinstance(part, ValueMark):
                picture.move_mark(part, value, now[name])
            elif isinstance(part, Labelled) and name == "gap":
                height = picture.side(value) if "square" in self.parts else 0.0
                picture.move_gap(part, value, height, now[name])
            elif isinstance(part, Labelled):
                picture.move_square(part, value, self.halved, now[name])
