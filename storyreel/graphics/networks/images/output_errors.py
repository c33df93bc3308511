"""The outputs of a network as rows: the number, its bar, the target, and how far it is off."""

import numpy as np
from manim import RIGHT, Line, Rectangle, VGroup

from storyreel.core.number_format import shown
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Point, at
from storyreel.graphics.networks.images.level_arrow import LevelArrow
from storyreel.graphics.text.typeset import maths

WIDEST_PITCH = 0.68
"""The largest distance of two rows, in Manim units."""
ROOM_FOR_CLASS, ROOM_FOR_NUMBER, GAP = 0.5, 1.05, 0.25
"""The widths of the columns of classes and of numbers, and the gap before the bars, in units."""
BAR, TRACK, OUTLINE, HEAD = 0.42, 0.5, 0.62, 0.6
"""The heights of a bar, its track, the outline of its target and an arrow's head, in distances of rows."""
DECIMALS = ".2f"


class OutputErrors(VGroup):
    """A row for each output of `trace`, from the top of `area`: its class, its number, and a bar.

    All bars have one scale, on which 1 is `unit` Manim units long. `targets` are outlines as long as the
    targets, `errors` lines from the ends of the bars to those of the outlines; both are no parts of this
    group. Outputs that are not from 0 to 1 extend the scale.
    """

    def __init__(self, trace: Trace, area: Area) -> None:
        self.trace, self.area = trace, area
        self.values, self.wanted = trace.forward.prediction[0], trace.targets[0]
        count = len(self.values)
        self.pitch = min(WIDEST_PITCH, area.height / count)
        self.heights = area.centre[1] + self.pitch * ((count - 1) / 2 - np.arange(count))
        low, high = (f(0.0, 1.0, *self.values, *self.wanted) for f in (min, max))
        left = area.left + ROOM_FOR_CLASS + ROOM_FOR_NUMBER + GAP
        self.unit = (area.right - left) / (high - low)
        self.zero = left - self.unit * low
        em = max(theme.SIZES.smallest, min(theme.SIZES.label, 0.72 * self.pitch))
        self.classes, self.numbers = VGroup(), VGroup()
        for place, (value, y) in enumerate(zip(self.values.tolist(), self.heights.tolist(), strict=True)):
            name = maths(str(place), plain=str(place), em=em, colour=theme.colour("text"))
            self.classes.add(name.move_to(at(area.left + ROOM_FOR_CLASS / 2, 0)).on_baseline(y - 0.34 * em))
            text = shown(value, DECIMALS)
            number = maths(text, plain=text, em=em, colour=theme.colour("activation"))
            number.align_to(at(left - GAP, 0), RIGHT).on_baseline(y - 0.34 * em)
            self.numbers.add(number)
        self.tracks = self._bars(np.full(count, high), TRACK, "surface", self.x(low))
        self.bars = self._bars(self.values, BAR, "activation")
        self.targets = self._bars(self.wanted, OUTLINE, "target")
        self.targets.set_fill(opacity=0).set_stroke(theme.colour("target"), theme.SPACING.thin_stroke)
        self.errors = VGroup(*map(self._error, range(count)))
        super().__init__(self.classes, self.numbers, self.tracks, self.bars)

    def x(self, value: float) -> float:
        """The x coordinate of a value."""
        return float(self.zero + self.unit * value)

    def end(self, place: int) -> Point:
        """The end of the bar of an output."""
        return at(self.x(self.values[place]), float(self.heights[place]))

    def row(self, name: str) -> Area | None:
        """The room of the row of an output; None for another name."""
        names = self.trace.network.names.activations[-1]
        if name not in names:
            return None
        y, half = float(self.heights[names.index(name)]), self.pitch / 2
        return Area("row", self.area.left, y - half, self.area.right, y + half)

    def _bars(self, values: np.ndarray, height: float, kind: str, start: float | None = None) -> VGroup:
        foot = self.zero if start is None else start
        bars = VGroup()
        for value, y in zip(values.tolist(), self.heights.tolist(), strict=True):
            bar = Rectangle(width=max(abs(self.x(value) - foot), 0.02), height=height * self.pitch)
            bars.add(bar.move_to(at((self.x(value) + foot) / 2, y)))
        return bars.set_stroke(width=0).set_fill(theme.colour(kind), opacity=1)

    def _error(self, place: int) -> Line:
        line = Line(
            self.end(place),
            at(self.x(self.wanted[place]), float(self.heights[place])),
            stroke_color=theme.colour("loss"),
            stroke_width=theme.SPACING.bold_stroke,
        )
        return line.set_z_index(1)

    def arrows(self) -> list[LevelArrow]:
        """An arrow from the end of each bar, as long as minus the gradient of the loss with respect to the
        output on the scale of the bars: for half the squared error, to the target."""
        slopes = self.trace.gradients.activations[-1][0]
        return [self._arrow(place, float(slope)) for place, slope in enumerate(slopes)]

    def _arrow(self, place: int, slope: float) -> LevelArrow:
        start = float(self.values[place])
        ends = self.x(start), self.x(start - slope)
        arrow = LevelArrow(*ends, float(self.heights[place]), HEAD * self.pitch)
        return arrow.set_z_index(1)
