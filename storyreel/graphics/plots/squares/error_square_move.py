"""A move of the prediction along its number line, and of everything that depends on it."""

from collections.abc import Callable, Mapping, Sequence

from storyreel.graphics.parts.labelled import Labelled
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve
from storyreel.graphics.plots.plot_marker import PlotMarker
from storyreel.graphics.plots.squares.error_line import ValueMarker
from storyreel.graphics.plots.squares.error_square import ErrorSquare, in_maths
from storyreel.graphics.text.rolling_number import RollingNumber, TextSource, sample_alphas

Written = Callable[[float, bool], Sequence[str]]
"""The texts of the numbers that depend on a value; the flag is true while they change."""

FADES = 0.15
"""The share of its time in which a move hides the number in the square."""


class ErrorSquareMove:
    """Moves the `parts` that are on stage: "marker", "error" and "square" of a picture, "point" of a curve.

    `values` is the prediction at `alpha` (0 to 1). `halved` is true where the square is halved. The number in
    the square fades out at the start if the move `hides_area`.
    """

    def __init__(
        self,
        picture: ErrorSquare,
        parts: Mapping[str, PlotMarker | ValueMarker | Labelled],
        curve: OutputLossCurve | None,
        values: Callable[[float], float],
        halved: bool,
        hides_area: bool = False,
    ) -> None:
        self.picture, self.parts, self.curve, self.values = picture, parts, curve, values
        self.halved, self.hides_area = halved, hides_area
        numbers: dict[str, Written] = {
            "marker": lambda value, is_rolling: [picture.prediction(value, is_rolling)],
            "error": picture.label_numbers,
            "square": lambda value, is_rolling: [picture.area_text(value, halved, is_rolling)],
        }
        if curve is not None:
            numbers["point"] = lambda value, is_rolling: [curve.loss_text(value, is_rolling)]
        self.numbers = {name: numbers[name] for name in parts}
        self.changes = {name: self._change(name) for name in parts}

    def _change(self, name: str) -> RollingNumber:
        part, write = self.parts[name], self.numbers[name]
        source: TextSource
        if isinstance(part, PlotMarker | ValueMarker):
            text, source = part.tag.text, part.tag.source_of
        else:
            text, source = part.label, self.picture.difference if name == "error" else in_maths
        between = [self.values(alpha) for alpha in sample_alphas()]
        samples = [write(value, True) for value in between]
        ends = write(between[0], False), write(between[-1], False)
        return RollingNumber(text, source, ends[0], samples, ends[1])

    def show(self, alpha: float) -> None:
        """Draw all parts at `alpha` (0 to 1) of the move."""
        value, picture = self.values(alpha), self.picture
        states = {
            name: change.at(alpha, *self.numbers[name](value, True)) for name, change in self.changes.items()
        }
        for name, part in self.parts.items():
            if isinstance(part, PlotMarker) and self.curve is not None:
                self.curve.place_marker(part, value, self.curve.loss_at(value), states[name])
            elif isinstance(part, ValueMarker):
                picture.move_marker(part, value, states[name])
            elif isinstance(part, Labelled) and name == "error":
                height = picture.side(value) if "square" in self.parts else 0.0
                picture.move_error(part, value, height, states[name])
            elif isinstance(part, Labelled):
                opacity = max(0.0, 1 - alpha / FADES) if self.hides_area else 1.0
                picture.move_square(part, value, self.halved, states[name].faded(opacity))
