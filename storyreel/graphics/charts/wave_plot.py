"""The wave of a sum of tones over time."""

from collections.abc import Sequence

import numpy as np
from manim import DOWN, LEFT, UP, Line, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.plots.ticks import ticks
from storyreel.graphics.text.typeset import tick, words

ROOM_FOR_NAME, ROOM_FOR_TICKS = 0.55, 0.5
"""Units above the wave for the words that name it, and below it for the numbers of the scale."""
PERIODS, SAMPLES = 2, 401
"""How many periods of the lowest tone are drawn, and at how many moments."""
TICK, TICK_EM, TICK_WIDTH = 0.1, 0.4, 1.3
"""The length of a tick, the size of its number, and the room for that, in Manim units."""
MILLISECONDS = 1000.0


def wave(strengths: Array, times: Array, pitch: float) -> Array:
    """The sum of sines with these strengths, whose frequencies are 1, 2, 3, … times `pitch`, in hertz, at
    times in seconds."""
    numbers = np.arange(1, len(strengths) + 1)
    total: Array = strengths @ np.sin(2 * np.pi * pitch * np.outer(numbers, times))
    return total


class WavePlot(VGroup):
    """The wave of tones with `strengths`, over two periods of the lowest, whose frequency is `pitch`, in Hz.

    `curve` is the wave, as high as the area, `whole` the same in the background, before which `curve` may
    show the sum of fewer tones. The scale below is in milliseconds; `heading` is written above. Its numbers
    have room also in an area as narrow as `narrowest`, in units.
    """

    def __init__(
        self, area: Area, strengths: Array, pitch: float, name: str, narrowest: float | None = None
    ) -> None:
        self.pitch, self.area = pitch, area
        self.times = np.linspace(0.0, PERIODS / pitch, SAMPLES)
        self.bottom, self.top = area.bottom + ROOM_FOR_TICKS, area.top - ROOM_FOR_NAME
        self.middle = (self.bottom + self.top) / 2
        axis = Line(at(area.left, self.middle), at(area.right, self.middle))
        self.axis = axis.set_stroke(theme.colour("line"), theme.SPACING.thin_stroke)
        self.heading = words(name, em=theme.SIZES.body, colour=theme.colour("muted"))
        self.heading.move_to(at(area.left, area.top), aligned_edge=UP + LEFT)
        self.scale_marks = VGroup(*self._scale(narrowest or area.width))
        self.whole, self.curve = VMobject(), VMobject()
        self.whole.set_stroke(theme.colour("line"), theme.SPACING.stroke, opacity=theme.DIMMED)
        self.curve.set_stroke(theme.colour("activation"), theme.SPACING.stroke)
        super().__init__(self.axis, self.heading, self.scale_marks, self.whole, self.curve)
        self.set_strengths(strengths)

    def _scale(self, width: float) -> list[VMobject]:
        marks: list[VMobject] = []
        end = MILLISECONDS * self.times[-1]
        for number in ticks(0.0, end, max(1, int(width / TICK_WIDTH))):
            x = self.area.left + number / end * self.area.width
            mark = Line(at(x, self.bottom), at(x, self.bottom - TICK))
            mark.set_stroke(theme.colour("line"), theme.SPACING.thin_stroke)
            marks += [mark, tick(shown(number), TICK_EM).next_to(mark, DOWN, buff=TICK)]
        return marks

    def set_strengths(self, strengths: Array) -> None:
        """Show the wave of these tones, and scale it to the height of the area."""
        self.strengths = strengths
        heights = wave(strengths, self.times, self.pitch)
        self.unit = (self.top - self.bottom) / 2 / (float(np.abs(heights).max()) or 1.0)
        """Manim units for a strength of 1."""
        for curve in (self.whole, self.curve):
            self._draw(curve, heights)

    def set_area(self, area: Area) -> None:
        """Fill another area; its words and numbers keep their size."""
        self.scale_marks.shift(at(0, area.bottom - self.area.bottom))
        for part in self.scale_marks:
            share = (float(part.get_x()) - self.area.left) / self.area.width
            part.set_x(area.left + share * area.width)
        self.area = area
        self.bottom, self.top = area.bottom + ROOM_FOR_TICKS, area.top - ROOM_FOR_NAME
        self.middle = (self.bottom + self.top) / 2
        self.axis.put_start_and_end_on(at(area.left, self.middle), at(area.right, self.middle))
        self.heading.move_to(at(area.left, area.top), aligned_edge=UP + LEFT)
        self.set_strengths(self.strengths)

    def show_part(self, strengths: Sequence[float]) -> None:
        """Show the sum of tones of these strengths before the whole wave, on the same scale."""
        self._draw(self.curve, wave(np.array(strengths), self.times, self.pitch))

    def _draw(self, curve: VMobject, heights: Array) -> None:
        across = self.area.left + self.times / self.times[-1] * self.area.width
        up = self.middle + self.unit * heights
        curve.set_points_as_corners(np.column_stack([across, up, np.zeros(SAMPLES)]))
