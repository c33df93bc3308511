"""A marker on a plot: a dot, dashed lines to both axes, and a tag with the quantity on the y axis."""

from collections.abc import Callable

import numpy as np
from manim import Dot, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.dashes import AxisDashes
from storyreel.graphics.text.text_state import TextState

HIGHEST_TAG = 1.0
"""The largest distance, in Manim units, from the point up to its tag."""


def _nothing(left: float, right: float) -> float:
    return -np.inf


class PlotMarker(VGroup):
    """`lines`, `dot` and `tag` (`name = number`); `kinds` are the kinds of quantity on x and y."""

    def __init__(self, name: str, number: str, kinds: tuple[str, str]) -> None:
        self.lines = AxisDashes(kinds)
        self.dot = Dot(radius=0.12, color=theme.colour("text"))
        self.tag = Tag(name, number, kinds[1])
        super().__init__(self.lines, self.dot, self.tag)

    def place(
        self,
        here: np.ndarray,
        corner: np.ndarray,
        across: float,
        state: TextState,
        highest: Callable[[float, float], float] = _nothing,
    ) -> None:
        """Move to the point `here` of the frame; the axes meet at `corner`, `state` is the tag's text.

        `across` is the place along the x axis, 0 to 1. The tag stands on the side of the middle, which is the
        inside of a curve that opens upwards, and above what is `highest` from its left end to its right.
        """
        self.lines.run(here, *corner[:2])
        self.dot.move_to(here)
        width, height = self.tag.plate_size(state.width, state.height)
        aside = float(np.clip(4 * across - 2, -1, 1))
        middle = here[0] - aside * (width / 2 + 0.2)
        clear = highest(middle - width / 2, middle + width / 2) + 0.15
        bottom = max(here[1] + 0.25, min(clear, here[1] + HIGHEST_TAG))
        self.tag.set_state(state, at(middle, bottom + height / 2))
