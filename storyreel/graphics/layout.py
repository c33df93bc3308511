"""The named areas of the frame.

The frame is 128/9 × 8 Manim units with its centre at (0, 0). Scenes place drawings in areas and next to each
other, not at coordinates of their own. Nothing may overlap the captions or the outer margin.
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
    def centre(self) -> Point:
        """The centre."""
        return at((self.left + self.right) / 2, (self.bottom + self.top) / 2)

    def shifted(self, across: float) -> "Area":
        """The same area moved right by `across` units."""
        return replace(self, left=self.left + across, right=self.right + across)

    def scale_of(self, shape: VMobject) -> float:
        """The factor, at most 1, that scales `shape` to fit into the area."""
        return min(1.0, self.width / max(shape.width, 1e-9), self.height / max(shape.height, 1e-9))

    def place(self, shape: Placed, align: str = "centre") -> Placed:
        """Move `shape` into the area, scaled down if needed; `align` is "centre", "left" or "right".

        Raises LayoutError where the factor would be below one half.
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
"""The frame without its margin."""
PICTURE = Area("picture", -_X, -0.4 * FRAME_HEIGHT, _X, _Y)
"""What a chapter's picture fills: all but the margin and the lowest tenth, over which captions may lie."""
BELOW_TITLE = replace(PICTURE, name="below the title", top=_Y - 0.8)
"""What it fills while the chapter's title is shown."""
TITLE = Area("title", -_X, _Y - 0.55, _X, _Y)
STAGE = Area("stage", -_X, -0.95, _X, 2.75)
WHOLE = Area("whole", -_X, -2.75, _X, 2.75)
FORMULA = Area("formula", -_X, -2.75, _X, -1.15)
MAIN = Area("main", -_X, -0.95, -0.4, 2.75)
SIDE = Area("side", 0.4, -0.95, _X, 2.75)
CAPTIONS = Area("captions", -_X, -_Y - theme.SPACING.margin, _X, -2.85)
AREAS = {area.name: area for area in (TITLE, STAGE, WHOLE, FORMULA, MAIN, SIDE, CAPTIONS)}
