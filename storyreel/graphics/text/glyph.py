"""A glyph that knows which piece of text it belongs to, wherever it has gone.

Scenes take pieces of text apart: a term flies off, a number becomes another. Whoever reads or measures the
stage meets single glyphs, and asks them.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from manim import Mobject, VMobject
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""The points of cubic curves, as Manim keeps them: (4 × curves, 3), in Manim units."""


@dataclass(frozen=True, eq=False)
class GlyphPart:
    """A piece of typeset text: what it says in plain text, and whether it is the number at a scale's tick."""

    plain: str
    is_tick: bool = False

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self  # the copy of a glyph is a glyph of the same piece


class Glyph(VMobject):
    """One filled outline of `piece`; `reach` is the larger of its width and height, in its font size.

    `piece` is None while the glyph has become a shape that is none.
    """

    def __init__(self, outline: Points, piece: GlyphPart, reach: float, colour: str) -> None:
        super().__init__(stroke_width=0, fill_color=colour, fill_opacity=1)
        self.set_points(outline)
        self.piece: GlyphPart | None = piece
        self.reach = reach

    @property
    def em(self) -> float:
        """The font size, in Manim units, at which the glyph stands now."""
        return max(self.width, self.height) / self.reach

    def interpolate_color(self, mobject1: Mobject, mobject2: Mobject, alpha: float) -> Self:
        """Called by Manim when this glyph becomes another shape, whose piece it is then part of."""
        super().interpolate_color(mobject1, mobject2, alpha)  # type: ignore[arg-type]
        now = mobject1 if alpha == 0 else mobject2
        if alpha in (0, 1):
            self.piece, self.reach = (now.piece, now.reach) if isinstance(now, Glyph) else (None, 1.0)
        return self
