"""A small number line on which one number moves."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from manim import Line, VGroup

from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.layout import Point, at
from storyreel.graphics.text.typeset import Typeset

AHEAD, FILLED = 1.5, 0.85
"""The length of the line ahead of the start, in half lines, and how much of it the longest move fills."""
TICK_DEPTH = 0.34
"""Units from the line down to the numbers at the ticks."""
TICK_SHARE = 0.13
"""The font size of these numbers as a share of the width of the line."""
MOST_TICKS = 60


class NumberLine(VGroup):
    """The number line of the quantity `name`, whose number starts at `start`; `width` units wide.

    `middle` is the middle of the line. `side` (1 or −1) is the direction of expected moves, in which the line
    is longer. The group is only the line; a `NumberLineMarker` draws what depends on the number and on
    `half_range`, the range of values that half the line covers. A line that is `enlarged` covers a range
    that many times smaller than the others, and has a note that says so.
    """

    def __init__(
        self,
        name: str,
        kind: str,
        start: float,
        middle: Point,
        width: float,
        side: int = 1,
        enlarged: int = 1,
    ) -> None:
        y, half = middle[1], width / 2
        super().__init__(
            Line(
                at(middle[0] - half, y),
                at(middle[0] + half, y),
                stroke_color=theme.colour("line"),
                stroke_width=theme.SPACING.thin_stroke,
            )
        )
        self.name, self.kind, self.start, self.enlarged = name, kind, start, enlarged
        self.middle, self.y, self.half, self.side = middle[0], y, half, side
        self.origin = self.middle - side * (AHEAD - 1) * half
        if enlarged > 1:
            note = Typeset(
                f'${shown(enlarged)} times "enlarged"$',
                plain=f"{shown(enlarged)} × enlarged",
                em=theme.SIZES.smallest,
                colour=theme.colour("muted"),
                is_tick=True,
            )
            if note.width > width:  # as in a square frame with five lines side by side
                note = Typeset(
                    f"${shown(enlarged)} times$",
                    plain=f"{shown(enlarged)} ×",
                    em=theme.SIZES.smallest,
                    colour=theme.colour("muted"),
                    is_tick=True,
                )
            self.add(note.move_to(at(self.middle, self.y - TICK_DEPTH - 0.42)))

    @property
    def tick_em(self) -> float:
        """The font size of the numbers at the ticks."""
        return min(theme.SIZES.small, max(theme.SIZES.smallest, TICK_SHARE * 2 * self.half))

    @property
    def lowest(self) -> float:
        """The y coordinate of the lower edge of the line with its ticks and its note."""
        return self.y - TICK_DEPTH - 0.15 - (0.42 if self.enlarged > 1 else 0.0)

    def half_range_for(self, move: float) -> float:
        """The half range with which this move fills the line."""
        ahead = AHEAD if move * self.side >= 0 else 2 - AHEAD
        return abs(move) * self.enlarged / (FILLED * ahead)

    def x(self, value: float, half_range: float) -> float:
        """The x coordinate of a value, clamped to the ends of the line."""
        across = self.half * (value - self.start) * self.enlarged / half_range
        return float(np.clip(self.origin + across, self.middle - self.half, self.middle + self.half))

    def ticks(self, half_range: float) -> Iterator["Tick"]:
        """Round numbers along the line; finer ones fade in as the range becomes smaller."""
        covered = half_range / self.enlarged
        low = self.start + (self.middle - self.half - self.origin) / self.half * covered
        high = low + 2 * covered
        taken: set[int] = set()
        for step in _steps(2 * covered):
            decimals = max(0, -math.floor(math.log10(step)))
            first, last = math.ceil(low / step), math.floor(high / step)
            if last - first > MOST_TICKS:
                break
            widest = max(len(shown(end * step, f".{decimals}f")) for end in (first, last))
            room = 0.5 * self.tick_em * widest + 0.15
            opacity = float(np.clip((step / covered * self.half / room - 1) / 0.3, 0, 1))
            if not opacity:
                break
            for number in range(first, last + 1):
                if (place := round(number * step / covered * 1e4)) not in taken:
                    taken.add(place)
                    text = shown(number * step, f".{decimals}f")
                    yield Tick(text, self.x(number * step, half_range), opacity)


class Tick(NamedTuple):
    """A round number as text, its x coordinate, and its opacity."""

    text: str
    x: float
    opacity: float


def _steps(span: float) -> Iterator[float]:
    """Ever smaller distances of ticks, each a divisor of the one before: 10, 5, 1, 0.5, 0.1, …"""
    power = 10.0 ** math.ceil(math.log10(span))
    while True:
        yield power
        yield power / 2
        power /= 10
