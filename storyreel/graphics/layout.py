"""The named areas of the frame, into which things fit or fail.

The frame is 128/9 × 8 Manim units with its centre at (0, 0). Scenes place things in areas and next to each
other, never at loose coordinates. Nothing reaches into the captions' band or the outer margin.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

from manim import LEFT, RIGHT, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme

Placed = TypeVar("Placed", bound=VMobject)

FRAME_HEIGHT = 8.0
FRAME_WIDTH = FRAME_HEIGHT * 16 / 9


Point = tuple[float, float, float]


def at(x: float, y: float) -> Point:
    """A point of the frame, as Manim wants points."""
    return (x, y, 0.0)


class LayoutError(StoryreelError):
    """Something is too large for the area that it belongs in, even at the smallest readable size."""


@dataclass(frozen=True)
class Area:
    """A rectangle of the frame, in Manim units; y grows upwards."""

    name: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Units from the left to the right edge."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Units from the bottom to the top edge."""
        return self.top - self.bottom

    @property
    def centre(self) -> Point:
        """The middle point."""
        return at((self.left + self.right) / 2, (self.bottom + self.top) / 2)

    def shifted(self, across: float) -> "Area":
        """The same area `across` units further right."""
        return replace(self, left=self.left + across, right=self.right + across)

    def scale_of(self, shape: VMobject) -> float:
        """The factor, at most 1, by which `shape` must be scaled to fit."""
        return min(1.0, self.width / max(shape.width, 1e-9), self.height / max(shape.height, 1e-9))

    def place(self, shape: Placed, align: str = "centre") -> Placed:
        """Put `shape` into the area: smaller where it does not fit, centred or at the left or right edge.

        Raises LayoutError where it would have to become smaller than half its size.
        """
        factor = self.scale_of(shape)
        if factor < 0.5:
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


_X = FRAME_WIDTH / 2 - theme.SPACING.margin
_Y = FRAME_HEIGHT / 2 - theme.SPACING.margin

FRAME = Area("frame", -_X, -_Y, _X, _Y)
"""The frame within its margin."""
TITLE = Area("title", -_X, _Y - 0.55, _X, _Y)
STAGE = Area("stage", -_X, -0.95, _X, 2.75)
WHOLE = Area("whole", -_X, -2.75, _X, 2.75)
FORMULA = Area("formula", -_X, -2.75, _X, -1.15)
MAIN = Area("main", -_X, -0.95, -0.4, 2.75)
SIDE = Area("side", 0.4, -0.95, _X, 2.75)
CAPTIONS = Area("captions", -_X, -_Y - theme.SPACING.margin, _X, -2.85)
AREAS = {area.name: area for area in (TITLE, STAGE, WHOLE, FORMULA, MAIN, SIDE, CAPTIONS)}
