"""The trail of a point that moves in steps."""

from collections.abc import Sequence

import numpy as np
from manim import Dot, Line, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.motion.verbs import ease_travel

MOST_STEPS = 50
THIN, BOLD, MANY = 0.07, 0.1, 20
"""The radii of the dots of a thin trail, and of a bold one, in Manim units; the steps from which on they are
smaller, as the root of the steps is larger."""


class Trail(VGroup):
    """A line for each of `steps` steps, in the colour of a kind or in `paint`, and a dot where it began;
    invisible until `extend`. A bold one stands out from a curve that it runs along.

    Raises StoryreelError unless there are 1 to `MOST_STEPS` steps.
    """

    def __init__(self, steps: int, kind: str = "text", is_bold: bool = False, paint: str = "") -> None:
        if not 1 <= steps <= MOST_STEPS:
            raise StoryreelError(f"from 1 to {MOST_STEPS} steps can be shown, not {steps}")
        width = theme.SPACING.bold_stroke if is_bold else theme.SPACING.thin_stroke
        self.lines = VGroup(
            *(Line(stroke_color=paint or theme.colour(kind), stroke_width=width) for _ in range(steps))
        )
        radius = (BOLD if is_bold else THIN) * min(1.0, (MANY / steps) ** 0.5)
        paint = paint or theme.colour("text" if kind == "muted" else kind)
        self.dots = VGroup(*(Dot(radius=radius, color=paint) for _ in range(steps)))
        super().__init__(self.lines, self.dots)
        self.set_opacity(0).set_z_index(1)
        self.drawn: list[tuple[float, ...]] = [()] * steps

    def extend(self, places: Sequence[np.ndarray], now: np.ndarray) -> None:
        """Show the steps between `places`, in Manim units, and the one from the last place to `now`."""
        ends = [*places[1:], now]
        for number, (here, there) in enumerate(zip(places, ends, strict=False)):
            step = (*here, *there)
            if number < len(self.drawn) and step != self.drawn[number]:
                self.drawn[number] = step
                self.dots[number].move_to(here).set_opacity(1)
                if np.linalg.norm(there - here) > 1e-3:
                    self.lines[number].put_start_and_end_on(here, there).set_stroke(opacity=1)


def step_at(alpha: float, steps: int) -> tuple[int, float]:
    """The step under way at `alpha` (0 to 1) of an animation, from 0, and its progress, 0 to 1.

    Each step ends with a rest.
    """
    number = min(int(alpha * steps), steps - 1)
    return number, ease_travel(min((alpha * steps - number) / 0.85, 1.0))
