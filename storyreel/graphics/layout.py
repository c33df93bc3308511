"""The frame of a film in one of three aspect ratios, and its named areas.

The shorter side of a frame is 8 Manim units; its centre is at (0, 0). Scenes place drawings in areas and next
to each other, not at coordinates of their own. Nothing may leave the margin, and no number or word may enter
the lowest tenth, over which captions lie.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

from manim import LEFT, RIGHT, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.core.quality import DEFAULT_ASPECT
from storyreel.graphics import theme

Placed = TypeVar("Placed", bound=VMobject)

SHORTER_SIDE = 8.0
"""The length of the frame's shorter side in Manim units."""
GAP = 0.25
"""Units between the picture and the formula, and between the picture and the upper margin."""
SQUARE_MAIN = 1.4
"""The width of the main one of two pictures in a square frame, in its heights."""
UPRIGHT = 1.2
"""The height of an area, in its widths, from which chains run from top to bottom in it."""

Point = tuple[float, float, float]


def at(x: float, y: float) -> Point:
    """The point (x, y) of the frame as Manim's three coordinates."""
    return (x, y, 0.0)


class LayoutError(StoryreelError):
    """A drawing does not fit into its area, even at the smallest readable size."""


@dataclass(frozen=True)
class Area:
    """A rectangle of the frame in Manim units; y grows upwards."""

    name: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """The width in Manim units."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The height in Manim units."""
        return self.top - self.bottom

    @property
    def is_upright(self) -> bool:
        """True where chains run from top to bottom and not from left to right."""
        return self.height > UPRIGHT * self.width

    @property
    def centre(self) -> Point:
        """The centre."""
        return at((self.left + self.right) / 2, (self.bottom + self.top) / 2)

    def shifted(self, across: float) -> "Area":
        """The same area moved right by `across` units."""
        return replace(self, left=self.left + across, right=self.right + across)

    def scale_of(self, shape: VMobject) -> float:
        """The factor, at most 1, that scales `shape` to fit into the area."""
        return min(1.0, self.width / max(shape.width, 1e-9), self.height / max(shape.height, 1e-9))

    def place(self, shape: Placed, align: str = "centre", least: float = 0.5) -> Placed:
        """Move `shape` into the area, scaled down if needed; `align` is "centre", "left" or "right".

        Raises LayoutError where the factor would be below `least`.
        """
        factor = self.scale_of(shape)
        if factor < least:
            raise LayoutError(
                f"{shape.width:.1f} × {shape.height:.1f} units do not fit into the area {self.name!r}"
                f" ({self.width:.1f} × {self.height:.1f})"
            )
        shape.scale(factor).move_to(self.centre)
        if align == "left":
            shape.align_to(at(self.left, 0), LEFT)
        elif align == "right":
            shape.align_to(at(self.right, 0), RIGHT)
        return shape


@dataclass(frozen=True)
class Frame:
    """The frame of a film with an aspect ratio, "16:9", "9:16" or "1:1", and its areas, in Manim units."""

    aspect: str = DEFAULT_ASPECT
    margin: float = theme.SPACING.margin

    @property
    def width(self) -> float:
        """The width in Manim units."""
        across, down = map(int, self.aspect.split(":"))
        return SHORTER_SIDE * max(1.0, across / down)

    @property
    def height(self) -> float:
        """The height in Manim units."""
        across, down = map(int, self.aspect.split(":"))
        return SHORTER_SIDE * max(1.0, down / across)

    @property
    def is_wide(self) -> bool:
        """True where the frame is wider than high."""
        return self.width > self.height

    @property
    def is_tall(self) -> bool:
        """True where two pictures stand one above the other and not side by side."""
        return self.height > self.width

    @property
    def within_margin(self) -> Area:
        """The frame without its margin."""
        across, up = self.width / 2 - self.margin, self.height / 2 - self.margin
        return Area("frame", -across, -up, across, up)

    @property
    def captions(self) -> Area:
        """The lowest tenth, over which captions lie."""
        frame, low = self.within_margin, -self.height / 2
        return Area("captions", frame.left, low, frame.right, low + self.height / 10)

    @property
    def whole(self) -> Area:
        """What a chapter's picture fills: all but the margin and the lowest tenth, where captions may lie."""
        return replace(self.within_margin, name="whole", bottom=self.captions.top)

    @property
    def title(self) -> Area:
        """The line of the chapter's title, which is shown at its beginning."""
        return replace(self.whole, name="title", bottom=self.whole.top - 0.55)

    @property
    def below_title(self) -> Area:
        """What the picture fills while the chapter's title is shown."""
        return replace(self.whole, name="below the title", top=self.title.bottom - GAP)

    @property
    def formula(self) -> Area:
        """The room for an equation or a table below the picture."""
        height = self.height / 5.7 if self.is_tall else 1.7
        return replace(self.whole, name="formula", top=self.whole.bottom + height)

    @property
    def stage(self) -> Area:
        """The room for a picture above the formula."""
        return replace(self.whole, name="stage", bottom=self.formula.top + GAP, top=self.whole.top - GAP / 2)

    @property
    def main(self) -> Area:
        """The room for the main one of two pictures: on the left in a wide frame, above in others."""
        area = self._two_pictures[0]
        if self.is_wide or self.is_tall:
            return area
        across = area.height * SQUARE_MAIN / 2
        return replace(area, left=area.centre[0] - across, right=area.centre[0] + across)

    @property
    def side(self) -> Area:
        """The room for the other one. Both take that of the formula."""
        return self._two_pictures[1]

    @property
    def _two_pictures(self) -> tuple[Area, Area]:
        if self.is_wide or self.is_tall:
            return self.halves(self.whole, gap=0.8 if self.is_wide else 0.5)
        return self.halves(self.whole, share=0.55, gap=0.3, stacked=True)

    def halves(
        self, area: Area, share: float = 0.5, gap: float = 0.8, stacked: bool | None = None
    ) -> tuple[Area, Area]:
        """The two parts of an area, side by side or, if they are `stacked`, as by default in a tall frame,
        one above the other.

        The first has a `share` of the length, without the `gap` between them.
        """
        if not (self.is_tall if stacked is None else stacked):
            border = area.left + share * (area.width - gap)
            return replace(area, name="main", right=border), replace(area, name="side", left=border + gap)
        border = area.top - share * (area.height - gap)
        return replace(area, name="main", bottom=border), replace(area, name="side", top=border - gap)
