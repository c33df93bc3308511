"""A reading: a point on a curve, dashed lines to both axes, and a tag that tells the quantity at y."""

import numpy as np
from manim import Dot, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.dashes import AxisDashes
from storyreel.graphics.text.text_state import TextState


class PlotMarker(VGroup):
    """`lines`, `dot` and `tag`, whose number is the quantity `name` at y; `kinds` are those of x and y."""

    def __init__(self, name: str, number: str, kinds: tuple[str, str]) -> None:
        self.lines = AxisDashes(kinds)
        self.dot = Dot(radius=0.12, color=theme.colour("text"))
        self.tag = Tag(name, number, kinds[1])
        super().__init__(self.lines, self.dot, self.tag)

    def stand(self, here: np.ndarray, corner: np.ndarray, across: float, now: TextState) -> None:
        """Stand at a point of the frame, the axes meeting at `corner`; the tag says `now`.

        `across` is where that is between their ends, from 0 to 1: the tag stands on the side of their middle,
        inside of a curve that opens upwards.
        """
        self.lines.run(here, *corner[:2])
        self.dot.move_to(here)
        width, height = self.tag.size(now.width, now.height)
        aside = float(np.clip(4 * across - 2, -1, 1))
        self.tag.say(now, at(here[0] - aside * (width / 2 + 0.2), here[1] + height / 2 + 0.25))
