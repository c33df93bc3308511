"""A small number line on which one number can move."""

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
"""The half lines that lie ahead of the start, and how much of that the longest move fills."""
TICK_DEPTH = 0.34
"""Units from the line down to the numbers at the ticks."""
MOST_TICKS = 60


class NumberLine(VGroup):
    """The number line of `name`, which starts at `start`, in the middle of `middle`, `width` units wide.

    `side` (1 or −1) is to where moves are expected: there the line has more room. The group is the bare
    line; what depends on where the number is and on `reach`, the range that half a line covers, is a
    `LiveMove` on it. A line that is `enlarged` covers so many times less than the others, and says so.
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
                f'${enlarged} times "enlarged"$',
                plain=f"{enlarged} × enlarged",
                em=theme.SIZES.smallest,
                colour=theme.colour("muted"),
                is_tick=True,
            )
            self.add(note.move_to(at(self.middle, self.y - TICK_DEPTH - 0.42)))

    @property
    def lowest(self) -> float:
        """The height of the lower edge of all that belongs to the line, in Manim units."""
        return self.y - TICK_DEPTH - 0.15 - (0.42 if self.enlarged > 1 else 0.0)

    def reach(self, move: float) -> float:
        """The range that half the line must cover for this move to fill it."""
        ahead = AHEAD if move * self.side >= 0 else 2 - AHEAD
        return abs(move) * self.enlarged / (FILLED * ahead)

    def x(self, value: float, reach: float) -> float:
        """The place of a value on stage, at an end of the line for one beyond it."""
        across = self.half * (value - self.start) * self.enlarged / reach
        return float(np.clip(self.origin + across, self.middle - self.half, self.middle + self.half))

    def ticks(self, reach: float) -> Iterator["Tick"]:
        """Round numbers along the line; while it is being enlarged, finer ones fade in between."""
        covered = reach / self.enlarged
        low = self.start + (self.middle - self.half - self.origin) / self.half * covered
        high = low + 2 * covered
        taken: set[int] = set()
        for step in _steps(2 * covered):
            decimals = max(0, -math.floor(math.log10(step)))
            first, last = math.ceil(low / step), math.floor(high / step)
            if last - first > MOST_TICKS:
                break
            widest = max(len(shown(end * step, f".{decimals}f")) for end in (first, last))
            room = 0.5 * theme.SIZES.smallest * widest + 0.15
            clarity = float(np.clip((step / covered * self.half / room - 1) / 0.3, 0, 1))
            if not clarity:
                break
            for number in range(first, last + 1):
                if (place := round(number * step / covered * 1e4)) not in taken:
                    taken.add(place)
                    text = shown(number * step, f".{decimals}f")
                    yield Tick(text, self.x(number * step, reach), clarity)


class Tick(NamedTuple):
    """A round number as it is written, its x on stage, and how clearly it is seen, from 0 to 1."""

    text: str
    x: float
    clarity: float


def _steps(span: float) -> Iterator[float]:
    """Ever finer steps of ticks, each a part of the one before: 10, 5, 1, 0.5, 0.1, …"""
    power = 10.0 ** math.ceil(math.log10(span))
    while True:
        yield power
        yield power / 2
        power /= 10
