"""The number line of an output: its axis, round numbers, and the target, which is fixed."""

from collections.abc import Iterator
from itertools import pairwise

from manim import Dot, Line, VGroup

from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Point, at
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.ticks import ticks
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.typeset import Typeset, tick

TARGET_BELOW, LOWEST = (0.52, 1.15), 0.33
"""Units from the line down to the middle of the target's tag: between the numbers at the ticks or, where they
are too long for that, below them; and from there to the lower end of the picture."""
TICK_LABEL, HALF_TICK = -0.38, 0.09
"""Units from the line up to the middle of the number at a tick, and to the end of the tick."""
TICK_EM, MOST_TICKS = 0.46, 10
"""The size of these numbers, and the most ticks, of which not all have numbers."""
TICK_GAP, OVERHANG = 0.15, 0.35
"""The least distance of two of these numbers, and how far words may reach beyond the line, in units."""
SMOOTHING = 0.1
"""How far from a share of 1 the scale factor of a tag is smoothed."""


class ValueMarker(VGroup):
    """A value on a number line: its `dot`, and a `tag` above it."""

    def __init__(self, name: str, text: str, kind: str) -> None:
        self.dot, self.tag = Dot(radius=0.13, color=theme.colour(kind)), Tag(name, text, kind)
        super().__init__(self.dot, self.tag)


class ErrorLine(VGroup):
    """A number line in an area from `low` to `high`, at the height `y`, with the target on it.

    `line` has the axis first. `ticks` are marks at round numbers, with their labels where these have room.
    """

    def __init__(self, area: Area, low: float, high: float, target: tuple[str, float, str]) -> None:
        super().__init__()
        self.area, self.low, self.high = area, low, high
        self.target_name, self.target_value, self.target_text = target
        for below in TARGET_BELOW:
            self.y = area.bottom + below + LOWEST
            self.target_below = below
            marker = ValueMarker(self.target_name, self.target_text, "target")
            self.target_marker = self._place_target(marker)
            labels = self._tick_labels()
            if len(labels) > 1:
                break
        self.ticks = list(self._ticks(labels))
        paint, width = theme.colour("line"), theme.SPACING.thin_stroke
        start, end = self._ends
        axis = Line(start, end, stroke_color=paint, stroke_width=width)
        self.line = VGroup(axis, *(part for _, *parts in self.ticks for part in filter(None, parts)))

    @property
    def _ends(self) -> tuple[Point, Point]:
        return at(self.area.left, self.y), at(self.area.right, self.y)

    def x(self, value: float) -> float:
        """The x coordinate of a value on the line."""
        share = (value - self.low) / (self.high - self.low)
        return self.area.left + share * self.area.width

    def move_to_area(self, area: Area) -> None:
        """Move the line and the target into another area."""
        self.y += area.bottom - self.area.bottom
        self.area = area
        self.line[0].points = polyline(self._ends)
        for number, mark, label in self.ticks:
            mark.move_to(at(self.x(number), self.y))
            if label is not None:
                label.move_to(at(self.x(number), self.y + TICK_LABEL))
        self._place_target(self.target_marker)

    def _ticks(self, labels: dict[float, Typeset]) -> Iterator[tuple[float, Line, Typeset | None]]:
        """A mark at each round number, of which those with labels are some."""
        spread = (ticks(self.low, self.high, most) for most in range(MOST_TICKS, 0, -1))
        numbers = next((numbers for numbers in spread if labels.keys() <= set(numbers)), list(labels))
        for number in numbers:
            x = self.x(number)
            mark = Line(at(x, self.y - HALF_TICK), at(x, self.y + HALF_TICK))
            mark.set_stroke(theme.colour("line"), theme.SPACING.thin_stroke)
            yield number, mark, labels.get(number)

    def _tick_labels(self) -> dict[float, Typeset]:
        """The numbers below the line: as many as stand clear of each other and of the target's tag."""
        plate, labels = self.target_marker.tag.plate, dict[float, Typeset]()
        low, high = self.area.left - OVERHANG, self.area.right + OVERHANG
        taken = plate.get_left()[0] - TICK_GAP, plate.get_right()[0] + TICK_GAP
        for most in (5, 3, 2, 1):
            drawn = {
                number: tick(shown(number), TICK_EM).move_to(at(self.x(number), self.y + TICK_LABEL))
                for number in ticks(self.low, self.high, most)
            }
            ends = [(label.get_left()[0], label.get_right()[0]) for label in drawn.values()]
            labels = {
                number: label
                for (number, label), (left, right) in zip(drawn.items(), ends, strict=True)
                if (low <= left and right <= high)
                and (right < taken[0] or left > taken[1] or plate.get_top()[1] < label.get_bottom()[1])
            }
            if all(b.get_left()[0] - a.get_right()[0] > TICK_GAP for a, b in pairwise(labels.values())):
                break
        return labels

    def _place_target(self, marker: ValueMarker) -> ValueMarker:
        """The target's dot on the line, and its tag below it."""
        x, state = self.x(self.target_value), marker.tag.initial_state
        width, _ = marker.tag.plate_size(state.width, state.height)
        scale = fitting(self.area.width / width)
        marker.dot.move_to(at(x, self.y))
        marker.tag.set_state(state, at(x, self.y - self.target_below), scale)
        return marker


def fitting(share: float) -> float:
    """The scale factor for a tag of which this share fits: the share, at most 1, smoothed around 1."""
    return min(1.0, share) - max(0.0, SMOOTHING - abs(share - 1)) ** 2 / (4 * SMOOTHING)
