"""A small number line on which one number moves, with an arrow as long as its move."""

import math
from collections.abc import Iterator

import numpy as np
from manim import Circle, Dot, Line, Polygon, VGroup

from storyreel import theme
from storyreel.drawings.symbol import symbol
from storyreel.drawings.typeset import Typeset, slot, tick
from storyreel.layout import Point, at
from storyreel.number import rounded, shown

AHEAD, FILLED = 1.5, 0.85
"""The half lines that lie ahead of the start, and how much of that the longest move fills."""
ARROW_HEIGHT, LABEL_HEIGHT, TICK_DEPTH = 0.3, 0.76, 0.34
"""Units from the line up to the arrow, up to the move's label, and down to the numbers at the ticks."""
MOST_TICKS = 60
MOVE_EM = 0.175
"""The size of a move's label in parts of the width of the line."""
_TIP = 0.2


class MoveLine(VGroup):
    """The number line of `name`, which starts at `start`, in the middle of `middle`, `width` units wide.

    `side` (1 or −1) is to where moves are expected: there the line has more room. The group is the bare
    line. What depends on where the number is and on `reach`, the range that half a line covers, is drawn by
    `ticks` and `move`. A line that is `enlarged` covers so many times less than the others, and says so.
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

    def _x(self, value: float, reach: float) -> float:
        across = self.half * (value - self.start) * self.enlarged / reach
        return float(np.clip(self.origin + across, self.middle - self.half, self.middle + self.half))

    def ticks(self, reach: float) -> VGroup:
        """Round numbers along the line; while it is being enlarged, finer ones fade in between."""
        covered = reach / self.enlarged
        low = self.start + (self.middle - self.half - self.origin) / self.half * covered
        high = low + 2 * covered
        shapes = VGroup()
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
                    shapes.add(*self._tick(number * step, decimals, reach, clarity))
        return shapes

    def _tick(self, value: float, decimals: int, reach: float, clarity: float) -> Iterator[VGroup]:
        x, text = self._x(value, reach), shown(value, f".{decimals}f")
        mark = Line(
            at(x, self.y - 0.08),
            at(x, self.y + 0.08),
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
        )
        label = tick(text, theme.SIZES.smallest).move_to(at(x, self.y - TICK_DEPTH))
        if (
            abs(x - self.middle) > self.half - 0.1
            or abs(x - self.middle) + label.width / 2 > self.half + 0.15
        ):
            return
        yield VGroup(mark, label).set_opacity(clarity)

    def move(self, value: float, reach: float, decimals: int, is_at_rest: bool) -> VGroup:
        """The number at `value`: a dot, a ring where it started, an arrow as long as the move between."""
        paint = theme.colour(self.kind)
        start, here = self._x(self.start, reach), self._x(value, reach)
        shapes = VGroup(
            Circle(radius=0.11, stroke_color=paint, stroke_width=theme.SPACING.thin_stroke).move_to(
                at(start, self.y)
            ),
            Dot(at(here, self.y), radius=0.12, color=paint),
        )
        if value == self.start:
            return shapes
        label = self._label(value - self.start, decimals, is_at_rest)
        if not is_at_rest:  # it comes and goes with the arrow
            label.set_opacity(min(1.0, abs(here - start) / _TIP))
        return shapes.add(self._arrow(start, here), label)

    def _arrow(self, start: float, end: float) -> VGroup:
        height, paint = self.y + ARROW_HEIGHT, theme.colour(self.kind)
        length, side = abs(end - start), 1 if end >= start else -1
        tip = min(_TIP, length)
        neck = end - side * tip
        shaft = Line(at(start, height), at(neck, height), stroke_color=paint, stroke_width=6)
        head = Polygon(
            at(end, height),
            at(neck, height + 0.6 * tip),
            at(neck, height - 0.6 * tip),
            stroke_width=0,
            fill_color=paint,
            fill_opacity=1,
        )
        return VGroup(shaft, head)

    def _label(self, move: float, decimals: int, is_at_rest: bool) -> Typeset:
        text, paint = rounded(move, decimals, is_at_rest), theme.colour(self.kind)
        label = Typeset(
            f"${slot(0, f'Delta {symbol(self.name)}')} = {slot(1, text)}$",
            plain=f"Δ{self.name} = {text}",
            em=min(theme.SIZES.small + 0.1, MOVE_EM * 2 * self.half),
            slots=("move", "size"),
            colours=(paint, theme.colour("text")),
        )
        room = 2 * self.half
        label.scale(min(1.0, room / label.width)).set_x(self.middle)
        # The signs of equality of all lines are in a line, whatever letters stand before them.
        return label.shift(at(0, self.y + LABEL_HEIGHT - label.outside.get_y()))


def _steps(span: float) -> Iterator[float]:
    """Ever finer steps of ticks, each a part of the one before: 10, 5, 1, 0.5, 0.1, …"""
    power = 10.0 ** math.ceil(math.log10(span))
    while True:
        yield power
        yield power / 2
        power /= 10
