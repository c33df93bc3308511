"""An axis of years with events, each with a line from its place on the axis to what is written of it."""

from collections.abc import Sequence
from dataclasses import replace

from manim import DOWN, LEFT, Dot, Line, VGroup

from storyreel.core.number_format import in_full
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame, Point, at
from storyreel.graphics.plots.ticks import ticks
from storyreel.graphics.text.paragraph import Paragraph, fitted
from storyreel.graphics.text.typeset import Typeset, tick, words

AXIS, BESIDE_AXIS, AROUND = 0.85, 1.35, 0.04
"""Units from the edge of the frame to the axis, in wide frames and in others, and the share of the range of
years that the axis is longer than it, at both ends."""
LEADER, LEADER_IN_OTHERS, GAP = 1.6, 1.1, 0.2
"""The units that lines from the axis to what is written have, down in wide frames and across in others, and
those between events."""
YEAR_IN_SQUARE = 0.6
"""The em of a year in a square frame, where the text is to the right of it."""
YEAR, BELOW_YEAR, DOT, TICK, TICK_WIDTH = 0.72, 0.25, 0.13, 0.12, 1.6
"""The em of a year, the units below it, the radius of a dot, the length of a tick, and the room for its
number."""


class TimelineEvent(VGroup):
    """An event: a `dot` on the axis, the `leader` from there, the `year` and the `text`."""

    def __init__(self, spot: Point, end: Point, year: Typeset, text: Paragraph) -> None:
        self.dot = Dot(spot, radius=DOT, color=theme.colour("text"))
        self.leader = Line(spot, end).set_stroke(theme.colour("text"), theme.SPACING.thin_stroke)
        self.year, self.text = year, text
        super().__init__(self.leader, self.dot, self.year, self.text)


class TimelineAxis:
    """The axis in a frame, for events in order of their `years`: it goes from left to right, with what is
    written above it, or in other than wide frames from top to bottom, with that to the right.

    `axis` is the line with its `marks`; a dot is where its year is between the ends of the axis, in
    proportion. What is written of the events is at equal distances.
    """

    def __init__(self, frame: Frame, years: Sequence[float], texts: Sequence[str]) -> None:
        whole, self.is_wide, self.is_square = frame.whole, frame.is_wide, not (frame.is_wide or frame.is_tall)
        spare = AROUND * ((years[-1] - years[0]) or 1.0)
        self.first, self.last = years[0] - spare, years[-1] + spare
        if self.is_wide:
            y = whole.bottom + AXIS
            self.start, self.end = at(whole.left, y), at(whole.right, y)
        else:
            x = whole.left + BESIDE_AXIS
            self.start, self.end = at(x, whole.top), at(x, whole.bottom)
        self.axis = Line(self.start, self.end).set_stroke(theme.colour("line"), theme.SPACING.stroke)
        self.marks = VGroup()
        length = whole.width if self.is_wide else whole.height
        for year in ticks(self.first, self.last, max(1, int(length / TICK_WIDTH))):
            self._mark(year)
        rooms = self._rooms(whole, len(years))
        titles = [self._title(year, room) for year, room in zip(years, rooms, strict=True)]
        belows = [self._room_for_text(title, room) for title, room in zip(titles, rooms, strict=True)]
        sizes = [
            fitted(text, below, em=theme.SIZES.label, smallest=theme.SIZES.smallest).em
            for text, below in zip(texts, belows, strict=True)
        ]
        self.events = [
            self._event(year, title, Paragraph(text, em=min(sizes), width=below.width), room, below)
            for year, text, title, room, below in zip(years, texts, titles, rooms, belows, strict=True)
        ]

    def place_of(self, year: float) -> Point:
        """The point of the axis for a year."""
        share = (year - self.first) / (self.last - self.first)
        (x0, y0, _), (x1, y1, _) = self.start, self.end
        return at(x0 + share * (x1 - x0), y0 + share * (y1 - y0))

    def _mark(self, year: float) -> None:
        x, y, _ = self.place_of(year)
        side = at(0, -TICK) if self.is_wide else at(-TICK, 0)
        mark = Line(at(x, y), at(x + side[0], y + side[1]))
        mark.set_stroke(theme.colour("line"), theme.SPACING.thin_stroke)
        number = tick(in_full(year)).next_to(mark, DOWN if self.is_wide else LEFT, buff=TICK)
        self.marks.add(mark, number)

    def _rooms(self, whole: Area, count: int) -> list[Area]:
        """The room for what is written of each event."""
        if self.is_wide:
            width = (whole.width + GAP) / count
            above = replace(whole, name="event", bottom=self.start[1] + LEADER)
            lefts = [whole.left + width * number for number in range(count)]
            return [replace(above, left=left, right=left + width - GAP) for left in lefts]
        height = (whole.height + GAP) / count
        beside = replace(whole, name="event", left=self.start[0] + LEADER_IN_OTHERS)
        tops = [whole.top - height * number for number in range(count)]
        return [replace(beside, top=top, bottom=top - height + GAP) for top in tops]

    def _title(self, year: float, room: Area) -> Typeset:
        title = words(in_full(year), em=YEAR_IN_SQUARE if self.is_square else YEAR, weight="semibold")
        return title.scale(min(1.0, room.width / title.width))

    def _room_for_text(self, title: Typeset, room: Area) -> Area:
        """The room for the text of an event, below its year or, in a square frame, to the right of it."""
        if self.is_square:
            return replace(room, left=room.left + title.width + GAP)
        return replace(room, top=room.top - title.height - BELOW_YEAR)

    def _event(self, year: float, title: Typeset, text: Paragraph, room: Area, below: Area) -> TimelineEvent:
        """The event, above the axis with its year at the top of its room, beside it in the middle."""
        height = room.top - below.top + text.extent
        down = 0.0 if self.is_wide else (room.height - height) / 2
        beside = (room.height - title.height) / 2 if self.is_square else down
        title.move_to(at(room.left, room.top - beside - title.height / 2), aligned_edge=LEFT)
        text.put(below.left, below.top - down)
        if self.is_wide:
            end = at(room.left + title.width / 2, float(text.get_bottom()[1]) - GAP / 2)
        else:
            end = at(room.left - GAP / 2, float(title.get_y()))
        return TimelineEvent(self.place_of(year), end, title, text)
