"""A trail: where something that moves in steps has been."""

from collections.abc import Sequence

import numpy as np
from manim import Dot, Line, VGroup

from storyreel import theme


class Trail(VGroup):
    """A line for each of `steps` steps and a dot where each began; nothing is seen of it before `follow`."""

    def __init__(self, steps: int, kind: str = "text") -> None:
        self.lines = VGroup(
            *(
                Line(stroke_color=theme.colour(kind), stroke_width=theme.SPACING.thin_stroke)
                for _ in range(steps)
            )
        )
        self.dots = VGroup(*(Dot(radius=0.07, color=theme.colour("text")) for _ in range(steps)))
        super().__init__(self.lines, self.dots)
        self.set_opacity(0).set_z_index(1)

    def follow(self, places: Sequence[np.ndarray], now: np.ndarray) -> None:
        """Show the steps from place to place, in Manim units, and from the last one to `now`."""
        ends = [*places[1:], now]
        for line, dot, here, there in zip(self.lines, self.dots, places, ends, strict=False):
            dot.move_to(here).set_opacity(1)
            if np.linalg.norm(there - here) > 1e-3:
                line.put_start_and_end_on(here, there).set_stroke(opacity=1)
