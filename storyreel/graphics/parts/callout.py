"""Callouts: labels on both sides of a picture, each with a line to a place in it."""

from collections.abc import Sequence
from dataclasses import replace

from manim import LEFT, RIGHT, Circle, Dot, Line, Mobject, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame, Point, at
from storyreel.graphics.text.paragraph import Paragraph

EM, EM_IN_OTHERS = 0.44, 0.34
"""The size of labels in a wide frame, and in others."""
GAP = 0.55
"""The least vertical distance of two labels."""
RING = 0.16
LABEL_WIDTH, WIDTH_IN_OTHERS, LINE_ROOM = 3.01, 1.95, 0.4
"""The width of labels in a wide frame and in others, and the room between them and the picture, in Manim
units."""
ROOM_AT_ENDS = 0.7
"""Units above and below all labels of a side."""


def label_width(frame: Frame) -> float:
    """The width of labels in a frame."""
    return LABEL_WIDTH if frame.is_wide else WIDTH_IN_OTHERS


def sides(frame: Frame) -> dict[str, Area]:
    """The areas of the labels on both sides of a picture."""
    whole, width = frame.whole, label_width(frame)
    whole = replace(whole, bottom=whole.bottom + ROOM_AT_ENDS, top=whole.top - ROOM_AT_ENDS)
    return {
        "left": replace(whole, name="left labels", right=whole.left + width),
        "right": replace(whole, name="right labels", left=whole.right - width),
    }


def picture_area(frame: Frame) -> Area:
    """The area of a picture between its labels."""
    beside = label_width(frame) + LINE_ROOM
    return replace(
        frame.whole, name="picture", left=frame.whole.left + beside, right=frame.whole.right - beside
    )


class Callout(VGroup):
    """`words` beside a place in the picture, as level with it as the `others` on that side allow.

    `x` and `y` are the place in parts of the picture's width and height from its lower left corner. The
    parts are `text`, `line` and `ring`. Raises StoryreelError where that side is full.
    """

    band: tuple[float, float]
    """The y coordinates of the label's lower and upper edge."""

    def __init__(
        self,
        words: str,
        picture: Mobject,
        x: float,
        y: float,
        others: Sequence["Callout"],
        frame: Frame,
    ) -> None:
        self.side = "left" if x < 0.5 else "right"
        place = place_in(picture, x, y)
        area, is_left = sides(frame)[self.side], self.side == "left"
        em = EM if frame.is_wide else EM_IN_OTHERS
        self.text = Paragraph(words, em=em, width=area.width, align="right" if is_left else "left")
        taken = [other.band for other in others if other.side == self.side]
        middle = _free(area, self.text.extent, place[1], taken)
        self.text.put(area.left, middle + self.text.extent / 2)
        if is_left:
            self.text.align_to(at(area.right, 0), RIGHT)
        inner = (self.text.get_edge_center(RIGHT if is_left else LEFT)[0]) + (0.15 if is_left else -0.15)
        self.band = middle - self.text.extent / 2, middle + self.text.extent / 2
        paint = theme.colour("text")
        self.ring = VGroup(
            Circle(radius=RING, color=paint, stroke_width=theme.SPACING.thin_stroke),
            Dot(radius=0.05, color=paint),
        ).move_to(place)
        whole = Line(at(inner, middle), place)
        end = whole.point_from_proportion(1 - RING / whole.get_length())
        self.line = Line(at(inner, middle), end, color=paint, stroke_width=theme.SPACING.thin_stroke)
        super().__init__(self.line, self.ring, self.text)


def place_in(picture: Mobject, x: float, y: float) -> Point:
    """The point at `x` of the picture's width and `y` of its height from its lower left corner.

    Raises StoryreelError unless both are from 0 to 1.
    """
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise StoryreelError("`x` and `y` are parts of the picture's width and height, from 0 to 1")
    return at(picture.get_left()[0] + x * picture.width, picture.get_bottom()[1] + y * picture.height)


def _free(area: Area, height: float, wanted: float, taken: Sequence[tuple[float, float]]) -> float:
    """The y coordinate nearest to `wanted` around which `height` units are free of the `taken` bands."""
    half = height / 2
    low, high = area.bottom + half, area.top - half
    beside = [edge for bottom, top in taken for edge in (bottom - GAP - half, top + GAP + half)]
    middles = [
        middle
        for middle in (min(max(wanted, low), high), *beside)
        if low - 1e-9 <= middle <= high + 1e-9
        and all(
            middle + half <= bottom - GAP + 1e-9 or middle - half >= top + GAP - 1e-9 for bottom, top in taken
        )
    ]
    if not middles:
        raise StoryreelError("there is no room for another label on that side of the picture")
    return min(middles, key=lambda middle: abs(middle - wanted))
