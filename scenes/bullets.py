"""Bullets: a list of points, shown one by one."""

from collections.abc import Sequence

from manim import Animation, AnimationGroup, Circle, Succession, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.motion.spark import Spark
from storyreel.graphics.motion.verbs import appear, change, ease_travel, pop, vanish, write
from storyreel.graphics.text.paragraph import CAP_HEIGHT, Paragraph, WordTooWide
from storyreel.stage.stage import Stage
from storyreel.storyboard.cue import Count, Text, cue

EM, EM_IN_SQUARE = 0.64, 0.48
"""The size of points, and that in a square frame."""
NARROW = 0.6
"""The width of points, as a share of the room, while the list is short: the frame shows it closer then."""
GAP, GAP_IN_NARROW = 1.25, 1.8
"""The distance from the last baseline of a point to the cap height of the next one, in em."""
INDENT, ROOM_FOR_MARKERS = 0.6, 0.9
"""Units from a marker to its point, and from the left edge of the picture to the points."""


class Bullets(Stage):
    """A list of points, shown one by one: the current point is bright, the others are dimmed."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.points: list[Paragraph] = []
        self.is_narrow = self.frame.is_wide
        self.rings: list[Circle] = []
        self.spark: Spark | None = None

    @cue(seconds=1.4, requires="{text} fits 12.32 × 6.7 at 0.64 below every point", shows="point #")
    def add_point(self, text: Text) -> Animation:
        """A point is written below the others, which make room and are dimmed."""
        before = [*self.points]
        gone = self._make_room(text)
        ring = Circle(radius=0.13, color=theme.colour("line"), stroke_width=theme.SPACING.thin_stroke)
        self.rings.append(ring)
        point, anew = self.points[-1], [one for one in self.points[:-1] if one not in before]
        tops = self._tops()
        point.put(self._left, tops[-1])
        ring.move_to(self._marker(tops[-1]))
        if gone is None:
            moves = self._make_current(len(tops) - 1, tops, in_place=[point])
            return Succession(AnimationGroup(*moves, run_time=0.5), AnimationGroup(pop(ring), write(point)))
        for one, top in zip(self.points, tops, strict=True):
            if one in anew:
                one.put(self._left, top).set_fill(theme.colour("muted"))
        moves = self._make_current(len(tops) - 1, tops, in_place=[*anew, point])
        return Succession(
            AnimationGroup(vanish(gone), run_time=0.3),
            AnimationGroup(*moves, *map(appear, anew), run_time=0.5),
            AnimationGroup(pop(ring), write(point)),
        )

    @cue(seconds=0.8, requires="point {number}")
    def light_point(self, number: Count) -> Animation:
        """A point on stage becomes the current one; `number` counts from 1."""
        if not 1 <= number <= len(self.points):
            raise StoryreelError(f"there is no point {number}: the list has {len(self.points)}")
        return AnimationGroup(*self._make_current(number - 1, self._tops()))

    @cue(seconds=0.6, hides="point")
    def clear_points(self) -> Animation | None:
        """The list fades out."""
        gone = VGroup(*self.points, *self.rings, *([self.spark] if self.spark else []))
        self.setup()
        return vanish(gone) if len(gone) else None

    def _make_room(self, text: str) -> VGroup | None:
        """Add a point, and break the lines anew where the list is no longer short: returns the points with
        the old lines, if there are any of several lines."""
        if self.is_narrow:
            try:
                point = self._set(text)
                if self._height([*self.points, point]) <= self.frame.whole.height:
                    self.points.append(point)
                    return None
            except WordTooWide:
                pass
            before, self.is_narrow = self.points, False
            self.points = [one if one.lines == 1 else self._set(one.plain) for one in before]
            self.points.append(self._set(text))
            gone = [one for one in before if one not in self.points]
            return VGroup(*gone) if gone else None
        self.points.append(self._set(text))
        return None

    def _set(self, text: str) -> Paragraph:
        """A point in lines as wide as those of the list."""
        room = self.frame.whole.width - ROOM_FOR_MARKERS
        return Paragraph(text, em=self._em, width=NARROW * room if self.is_narrow else room)

    def _height(self, points: list[Paragraph]) -> float:
        return sum(point.extent for point in points) + self._gap * (len(points) - 1)

    def _tops(self) -> list[float]:
        """The y coordinate of each point's top with the list in the middle of the picture."""
        height = self._height(self.points)
        if height > self.frame.whole.height:
            raise StoryreelError("there is no room for another point; use fewer words, or `clear_points`")
        tops, top = [], self.frame.whole.centre[1] + height / 2
        for point in self.points:
            tops.append(top)
            top -= point.extent + self._gap
        return tops

    def _make_current(
        self, current: int, tops: list[float], in_place: Sequence[Paragraph] = ()
    ) -> list[Animation]:
        """Every point, but those that are `in_place`, moves to its place and becomes bright or dim; the spark
        moves to the current one."""
        moves = []
        for number, (point, ring, top) in enumerate(zip(self.points, self.rings, tops, strict=True)):
            paint = theme.colour("text" if number == current else "muted")
            if point not in in_place:
                moves.append(change(point).shift(at(0, top - point.top)).set_fill(paint).build())
            if number < current or point not in in_place:
                moves.append(change(ring).move_to(self._marker(top)).build())
        goal = self._marker(tops[current])
        if self.spark is None:
            self.spark = Spark("activation").move_to(goal)
            return [*moves, pop(self.spark)]
        return [*moves, change(self.spark, ease_travel).move_to(goal).build()]

    @property
    def _em(self) -> float:
        is_square = not (self.frame.is_wide or self.frame.is_tall)
        return EM_IN_SQUARE if is_square else EM

    @property
    def _gap(self) -> float:
        return self._em * (GAP_IN_NARROW if self.is_narrow else GAP)

    @property
    def _left(self) -> float:
        """The x coordinate of the left edge of the points."""
        return self.frame.whole.left + ROOM_FOR_MARKERS

    def _marker(self, top: float) -> tuple[float, float, float]:
        """The place of the marker of a point with this top."""
        return at(self._left - INDENT, top - CAP_HEIGHT * self._em / 2)
