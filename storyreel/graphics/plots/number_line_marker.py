"""A number that moves on a number line: a dot, an arrow as long as its move, and ticks that travel along."""

import numpy as np
from manim import Circle, Dot, Line, Polygon, VGroup

from storyreel.core.number_format import rounded
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.plots.number_line import TICK_DEPTH, NumberLine, Tick
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.copy_outlines import overwrite
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, slot, tick

ARROW_HEIGHT, LABEL_HEIGHT = 0.3, 0.76
"""Units from the line up to the arrow and up to the move's label."""
MOVE_EM = 0.175
"""The size of a move's label in parts of the width of the line."""
TICKS_END, LABELS_END = 0.1, 0.15
"""Units before the end of the line from which on there are no ticks, and beyond it for their numbers."""
FADING, SOFT = 0.8, 0.06
"""Units before those ends in which ticks fade that travel out of sight at full haste, half a line away, and
in which all do."""
TIP = 0.2


class NumberLineMarker(VGroup):
    """The number of `line` on it, with ticks: `move_number` moves them, the same shapes for good."""

    def __init__(self, line: NumberLine, reach: float) -> None:
        self.line, paint = line, theme.colour(line.kind)
        ring = Circle(radius=0.11, stroke_color=paint, stroke_width=theme.SPACING.thin_stroke)
        self.dot = Dot(radius=0.12, color=paint)
        self.shaft = Line(stroke_color=paint, stroke_width=6)
        self.head = Polygon(*np.zeros((3, 3)), stroke_width=0, fill_color=paint, fill_opacity=1)
        self.label, self.scale_ticks = VGroup(), VGroup()
        self._ticks: dict[str, _TravellingTick] = {}
        self._reach, self._text, self._clarity = 0.0, "", 1.0
        ring.move_to(at(line.x(line.start, reach), line.y))
        super().__init__(self.scale_ticks, ring, self.dot, self.shaft, self.head, self.label)
        self.move_number(line.start, reach, 2)

    def move_number(self, value: float, reach: float, decimals: int, haste: float | None = None) -> None:
        """The number is at `value`; half the line covers `reach`; the move is written with so many decimals.

        On the way, `haste` tells how fast the scale changes, from 0 to 1; None: all is at rest.
        """
        start, here = self.line.x(self.line.start, reach), self.line.x(value, reach)
        self.dot.move_to(at(here, self.line.y))
        self._point(start, here)
        is_at_rest = haste is None
        text = rounded(value - self.line.start, decimals, is_at_rest) if value != self.line.start else ""
        clarity = 1.0 if is_at_rest else min(1.0, abs(here - start) / TIP)  # it comes and goes with the arrow
        if text != self._text:
            overwrite(self.label, self._label(text) if text else VGroup())
        if (text, clarity) != (self._text, self._clarity):
            self._text, self._clarity = text, clarity
            self.label.set_opacity(clarity)
        if reach != self._reach or is_at_rest:
            self._reach = reach
            self._scale(list(self.line.ticks(reach)), haste or 0.0)

    def _point(self, start: float, end: float) -> None:
        """The arrow is as long as the move; its tip grows with it until it has its size."""
        height, length, side = self.line.y + ARROW_HEIGHT, abs(end - start), 1 if end >= start else -1
        tip = length - length**2 / (4 * TIP) if length < 2 * TIP else TIP
        neck = end - side * tip
        self.shaft.points = polyline([at(start, height), at(neck, height)])[: 4 if length else 0]
        corners = at(end, height), at(neck, height + 0.6 * tip), at(neck, height - 0.6 * tip)
        self.head.points = polyline([*corners, corners[0]])[: 12 if length else 0]

    def _scale(self, ticks: list[Tick], haste: float) -> None:
        """Ticks travel with the scale; those that have left are not seen."""
        for gone in self._ticks.keys() - {one.text for one in ticks}:
            self._ticks[gone].show_clearly(0.0)
        for one in ticks:
            travelling = self._ticks.get(one.text)
            if travelling is None:
                travelling = self._ticks[one.text] = _TravellingTick(one, self.line)
                self.scale_ticks.add(travelling)
            travelling.travel(one, haste)

    def _label(self, text: str) -> Typeset:
        paint, room = theme.colour(self.line.kind), 2 * self.line.half
        label = Typeset(
            f"${slot(0, f'Delta {symbol(self.line.name)}')} = {slot(1, text)}$",
            plain=f"Δ{self.line.name} = {text}",
            em=min(theme.SIZES.small + 0.1, MOVE_EM * room),
            slots=("move", "size"),
            colours=(paint, theme.colour("text")),
        )
        label.scale(min(1.0, room / label.width)).set_x(self.line.middle)
        # The signs of equality of all lines are in a line, whatever letters stand before them.
        return label.shift(at(0, self.line.y + LABEL_HEIGHT - label.outside.get_y()))


class _TravellingTick(VGroup):
    """A tick of `line` with its number."""

    def __init__(self, place: Tick, line: NumberLine) -> None:
        mark = Line(
            at(place.x, line.y - 0.08),
            at(place.x, line.y + 0.08),
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
        )
        label = tick(place.text, theme.SIZES.smallest).move_to(at(place.x, line.y - TICK_DEPTH))
        super().__init__(mark, label)
        self.mark, self.label, self.line, self.here, self.clarity = mark, label, line, place.x, 1.0
        self.room = line.half + min(-TICKS_END, LABELS_END - label.width / 2)

    def travel(self, place: Tick, haste: float) -> None:
        """Go where it is now; who is about to leave in haste fades before."""
        for part in (self.mark, *self.label):
            part.points = part.points + np.array([place.x - self.here, 0.0, 0.0])
        self.here = place.x
        left = self.room - abs(place.x - self.line.middle)
        fading = max(SOFT, FADING * haste * abs(place.x - self.line.origin) / self.line.half)
        self.show_clearly(place.clarity * float(np.clip(left / fading, 0.0, 1.0)))

    def show_clearly(self, clarity: float) -> None:
        """Be seen as clearly as that, from 0 to 1."""
        if clarity != self.clarity:
            self.clarity = clarity
            self.mark.set_stroke(opacity=clarity)
            self.label.set_fill(opacity=clarity)
