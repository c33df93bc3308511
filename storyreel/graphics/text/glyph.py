"""A glyph that keeps track of the text that it belongs to.

Scenes take texts apart: a term flies off, a number becomes another. Checks of layout and tests meet single
glyphs on stage and read from them what is written there.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Self

import numpy as np
from manim import Mobject, VMobject
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""The points of cubic curves, as Manim keeps them: (4 × curves, 3), in Manim units."""

CHANGES = (np.ndarray, list)
"""The types of a mobject's attributes that Manim changes in place."""


@dataclass(frozen=True, eq=False)
class GlyphPart:
    """The typeset text that a glyph is part of: its plain text, and whether it labels a tick of a scale."""

    plain: str
    is_tick: bool = False

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self  # a copied glyph belongs to the same text


class Glyph(VMobject):
    """One filled outline, part of the text `piece`.

    `size_in_em` is the larger of its width and height divided by the font size. `piece` is None while an
    animation has turned the glyph into another kind of shape.
    """

    def __init__(self, outline: Points, piece: GlyphPart, size_in_em: float, colour: str) -> None:
        blank = _blank(colour).items()
        vars(self).update({name: value.copy() if type(value) in CHANGES else value for name, value in blank})
        self.points = outline.copy()
        self.piece: GlyphPart | None = piece
        self.size_in_em = size_in_em

    @property
    def em(self) -> float:
        """The font size, in Manim units, that the glyph has now."""
        return max(self.width, self.height) / self.size_in_em

    def interpolate_color(self, mobject1: Mobject, mobject2: Mobject, alpha: float) -> Self:
        """Called by Manim when the glyph turns into another shape, whose text it then belongs to."""
        super().interpolate_color(mobject1, mobject2, alpha)  # type: ignore[arg-type]
        now = mobject1 if alpha == 0 else mobject2
        if alpha in (0, 1):
            self.piece, self.size_in_em = (
                (now.piece, now.size_in_em) if isinstance(now, Glyph) else (None, 1.0)
            )
        return self


@cache
def _blank(colour: str) -> dict[str, Any]:
    """The attributes of a glyph without an outline. A lesson has thousands of glyphs, and Manim takes much
    longer to work these out than to copy them."""
    blank = Glyph.__new__(Glyph)
    super(Glyph, blank).__init__(stroke_width=0, fill_color=colour, fill_opacity=1)
    return vars(blank)
