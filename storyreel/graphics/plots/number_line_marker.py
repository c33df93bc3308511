"""The marker of a moving number on a number line: a dot, an arrow as long as its move, and the ticks."""

import numpy as np
from manim import Circle, Dot, Line, Polygon, VGroup

from storyreel.core.number_format import rounded_briefly
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.plots.number_line import TICK_DEPTH, NumberLine, Tick
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, slot, tick

NARROW = 1.3
"""The width of a line, in Manim units, below which the number of a move is below its symbol."""
ARROW_HEIGHT, LABEL_HEIGHT = 0.3, 0.76
"""Units from the line up to the arrow, and up to its label."""
MOVE_EM = 0.18
"""The font size of the label as a share of the width of the line."""
TICKS_END, LABELS_END = 0.1, 0.15
"""Units before the end of the line where ticks end, and beyond it where their numbers end."""
FADING, LEAST_FADING = 0.8, 0.06
"""Units before those ends in which ticks fade out: when moving at full speed, and at least."""
TIP = 0.2


class NumberLineMarker(VGroup):
    """The number of `line`, drawn on it with its ticks; `move_number` moves the same mobjects.

    `half_range` is the range of values that half the line covers.
    """

    def __init__(self, line: NumberLine, half_range: float) -> None:
        self.line, paint = line, theme.colour(line.kind)
        ring = Circle(radius=0.11, stroke_color=paint, stroke_width=theme.SPACING.thin_stroke)
        self.dot = Dot(radius=0.12, color=paint)
        self.shaft = Line(stroke_color=paint, stroke_width=theme.SPACING.stroke)
        self.head = Polygon(*np.zeros((3, 3)), stroke_width=0, fill_color=paint, fill_opacity=1)
        self.label, self.scale_ticks = VGroup(), VGroup()
        self._ticks: dict[str, _MovingTick] = {}
        self._half_range, self._text, self._opacity = 0.0, "", 1.0
        ring.move_to(at(line.x(line.start, half_range), line.y))
        super().__init__(self.scale_ticks, ring, self.dot, self.shaft, self.head, self.label)
        self.move_number(line.start, half_range, 2)

    def move_number(self, value: float, half_range: float, decimals: int, speed: float | None = None) -> None:
        """Show the number at `value`; `decimals` are those of the move in the label.

        During an animation `speed` is how fast the range changes, 0 to 1; None means at rest.
        """
        start, here = self.line.x(self.line.start, half_range), self.line.x(value, half_range)
        self.dot.move_to(at(here, self.line.y))
        self._point(start, here)
        is_at_rest = speed is None
        text = (
            rounded_briefly(value - self.line.start, decimals, is_at_rest) if value != self.line.start else ""
        )
        opacity = 1.0 if is_at_rest else min(1.0, abs(here - start) / TIP)  # fades with the arrow
        if text != self._text:
            copy_outlines(self.label, self._label(text) if text else VGroup())
        if (text, opacity) != (self._text, self._opacity):
            self._text, self._opacity = text, opacity
            self.label.set_opacity(opacity)
        if half_range != self._half_range or is_at_rest:
            self._half_range = half_range
            self._move_ticks(list(self.line.ticks(half_range)), speed or 0.0)

    def size(self) -> VGroup:
        """The number in the label, at rest: a copy in its place."""
        return self._label(self._text).slot(1) if self._text else VGroup()

    def _point(self, start: float, end: float) -> None:
        """Draw the arrow from `start` to `end`; a short arrow has a smaller tip."""
        height, length, side = self.line.y + ARROW_HEIGHT, abs(end - start), 1 if end >= start else -1
        tip = length - length**2 / (4 * TIP) if length < 2 * TIP else TIP
        neck = end - side * tip
        self.shaft.points = polyline([at(start, height), at(neck, height)])[: 4 if length else 0]
        corners = at(end, height), at(neck, height + 0.6 * tip), at(neck, height - 0.6 * tip)
        self.head.points = polyline([*corners, corners[0]])[: 12 if length else 0]

    def _move_ticks(self, ticks: list[Tick], speed: float) -> None:
        """Move the ticks to their places; those that have left the line become invisible."""
        for gone in self._ticks.keys() - {one.text for one in ticks}:
            self._ticks[gone].set_visibility(0.0)
        for one in ticks:
            moving = self._ticks.get(one.text)
            if moving is None:
                moving = self._ticks[one.text] = _MovingTick(one, self.line)
                self.scale_ticks.add(moving)
            moving.move(one, speed)

    def _label(self, text: str) -> Typeset:
        paint, room = theme.colour(self.line.kind), 2 * self.line.half
        is_narrow = room < NARROW
        sign = "\\" if is_narrow else "="
        label = Typeset(
            f"${slot(0, f'Delta {symbol(self.line.name)}')} {sign} {slot(1, text)}$",
            plain=f"Δ{self.line.name} = {text}",
            em=theme.SIZES.smallest if is_narrow else min(theme.SIZES.label, MOVE_EM * room),
            slots=("move", "size"),
            colours=(paint, theme.colour("text")),
        )
        label.scale(min(1.0, room / label.width)).set_x(self.line.middle)
        if is_narrow:
            return label.move_to(at(self.line.middle, self.line.y + LABEL_HEIGHT + label.em / 2))
        # The equals signs of all lines are at the same height, whatever letters are before them.
        return label.shift(at(0, self.line.y + LABEL_HEIGHT - label.outside.get_y()))


class _MovingTick(VGroup):
    """A tick of `line` with its number."""

    def __init__(self, place: Tick, line: NumberLine) -> None:
        mark = Line(
            at(place.x, line.y - 0.08),
            at(place.x, line.y + 0.08),
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
        )
        label = tick(place.text, line.tick_em).move_to(at(place.x, line.y - TICK_DEPTH))
        super().__init__(mark, label)
        self.mark, self.label, self.line, self.here, self.visibility = mark, label, line, place.x, 1.0
        self.room = line.half + min(-TICKS_END, LABELS_END - label.width / 2)

    def move(self, place: Tick, speed: float) -> None:
        """Move to `place`; a tick that is about to leave the line fades out, the earlier the faster it is."""
        for part in (self.mark, *self.label):
            part.points = part.points + np.array([place.x - self.here, 0.0, 0.0])
        self.here = place.x
        left = self.room - abs(place.x - self.line.middle)
        fading = max(LEAST_FADING, FADING * speed * abs(place.x - self.line.origin) / self.line.half)
        self.set_visibility(place.opacity * float(np.clip(left / fading, 0.0, 1.0)))

    def set_visibility(self, opacity: float) -> None:
        """Set the opacity of mark and number, 0 to 1."""
        if opacity != self.visibility:
            self.visibility = opacity
            self.mark.set_stroke(opacity=opacity)
            self.label.set_fill(opacity=opacity)
