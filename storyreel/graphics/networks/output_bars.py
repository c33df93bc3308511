"""Bars beside the outputs of a network: predictions as bars, targets as outlines."""

from collections.abc import Callable, Sequence

from manim import RIGHT, Line, Rectangle, VGroup

from storyreel.core.number_format import is_exact, shown
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.fitted_number import fitted_number
from storyreel.graphics.text.glyph import Points

ROOM_FOR_NUMBER = 2.6
"""The width of the column of numbers, in em."""
LEAST_ROOM = 0.92
"""The least width of that column in Manim units: that of −4×10⁻¹⁷, as small as can be read."""
GAP = 0.26
"""Units between a number and the lowest end of the bars."""
SMALLEST_ROUNDED = 0.01
"""The number below which two decimals say nothing."""
HEADROOM = 1.15
"""The largest length of a bar, in lengths of the largest value at first."""
_SQUARE = Rectangle(width=1, height=1).points


class OutputBars(VGroup):
    """A number at the left of `area` and a bar to the right of it, at each of `heights` in the frame.

    All have the same scale, from the lowest of 0, `values` and `targets` to the highest; a value beyond it
    extends the scale of all. `bars`, `numbers` and `target_outlines` are in their order; `zero`
    is the line where all bars begin. `write` gives the text of the number of a bar, by the bar's place; `em`
    is the size of the numbers, and `headroom` the largest length of a bar, in lengths of the largest value at
    first, which counts as at least `most`: values that can be no larger than 1 need a scale up to there.
    """

    def __init__(
        self,
        heights: Sequence[float],
        values: Sequence[float],
        targets: Sequence[float],
        area: Area,
        write: Callable[[int, float], str] | None = None,
        em: float | None = None,
        headroom: float = HEADROOM,
        most: float = 0.0,
    ) -> None:
        super().__init__()
        self.write = write
        self.area, self.targets = area, tuple(targets)
        self.heights = list(heights)
        spacing = min((a - b for a, b in zip(self.heights, self.heights[1:], strict=False)), default=1.0)
        self.thickness = min(0.56 * spacing, 0.5)
        self.em = em or max(theme.SIZES.smallest, min(theme.SIZES.label, 0.7 * spacing))
        self.room = max(ROOM_FOR_NUMBER * self.em, LEAST_ROOM)
        extremes = (0.0, most, *values, *targets)
        self.low, self.high = headroom * min(extremes), (headroom * max(extremes) or 1.0)
        self.zero = Line(stroke_color=theme.colour("line"), stroke_width=theme.SPACING.thin_stroke)
        self.bars = VGroup(*(Rectangle() for _ in values))
        self.bars.set_stroke(width=0).set_fill(theme.colour("activation"), opacity=1)
        self.texts = [""] * len(values)
        self.written = [VGroup() for _ in values]
        self.numbers = VGroup(*self.written)
        self.target_outlines = VGroup(*(Rectangle() for _ in targets))
        self.target_outlines.set_stroke(theme.colour("target"), width=theme.SPACING.thin_stroke).set_fill(
            opacity=0
        )
        self.add(self.zero, self.bars, self.target_outlines, self.numbers)
        self.set_values(values)

    def set_values(self, values: Sequence[float], spec: str = "") -> None:
        """Show these values; `spec` is the format of their numbers, as for `shown`.

        Without a format the numbers are written by `write`. Without that, too, they are exact, or all have
        two decimals if not all can be exact.
        """
        write = None if spec else self.write
        are_exact = all(is_exact(value, shown(value)) for value in values)
        spec = spec or ("" if are_exact or max(map(abs, values)) < SMALLEST_ROUNDED else ".2f")
        low, high = min(self.low, *values), max(self.high, *values)
        room = self.area.width - self.room - GAP

        def x(value: float) -> float:
            return self.area.right - room * (high - value) / (high - low)

        reach = self.thickness / 2 + 0.1
        self.zero.put_start_and_end_on(at(x(0), self.heights[0] + reach), at(x(0), self.heights[-1] - reach))
        for bar, value, y in zip(self.bars, values, self.heights, strict=True):
            bar.points = _rectangle(x(0), x(value), y, 0.8 * self.thickness)
        for bar, target, y in zip(self.target_outlines, self.targets, self.heights, strict=True):
            bar.points = _rectangle(x(0), x(target), y, 1.25 * self.thickness)
        for place, value in enumerate(values):
            self._write(place, write(place, value) if write else shown(value, spec), value)

    def _write(self, place: int, text: str, value: float) -> None:
        """Change the number of a bar to `text`, or a shorter form; most stay the same for several frames."""
        if text != self.texts[place]:
            self.texts[place] = text
            number = fitted_number(text, value, self.em, self.room, theme.colour("text"))
            number.move_to(at(0, self.heights[place])).align_to(at(self.area.left + self.room, 0), RIGHT)
            copy_outlines(self.written[place], number)


def _rectangle(start: float, end: float, y: float, thickness: float) -> Points:
    """The points of a rectangle from one x to another, `thickness` units high, centred at y."""
    shape: Points = _SQUARE * (max(abs(end - start), 0.02), thickness, 0.0)
    return shape + at((start + end) / 2, y)
