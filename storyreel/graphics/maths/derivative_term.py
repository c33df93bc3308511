"""The difference quotient of two numbers, Δh/Δw₁ ≈ 2.08, or its limit, the derivative ∂h/∂w₁ = 2."""

from collections.abc import Callable
from itertools import zip_longest
from typing import Literal

import numpy as np
from manim import VGroup, VMobject

from storyreel.graphics import theme
from storyreel.graphics.text.glyph import Glyph
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, slot

Change = Literal["Delta", "partial"]


class DerivativeTerm(Typeset):
    """A fraction, the change of `above` over that of `below`, and its value `number` after `sign`.

    A difference quotient (`change` is "Delta") has the colours of its two quantities (`kinds`), a derivative
    ("partial") that of gradients. `sign` is "=" or "approx", `em` the font size in Manim units.
    """

    def __init__(
        self,
        change: Change,
        above: str,
        below: str,
        kinds: tuple[str, str],
        number: str,
        sign: str,
        em: float = theme.SIZES.label,
    ) -> None:
        colours = [theme.colour(kind if change == "Delta" else "gradient") for kind in kinds]
        moves = [f"{change} {symbol(name)}" for name in (above, below)]
        bar = theme.colour("text" if change == "Delta" else "gradient")
        mark = "Δ" if change == "Delta" else "∂"
        super().__init__(
            f"$ {slot(0, f'frac({slot(1, moves[0])}, {slot(2, moves[1])})')} {sign} {slot(3, number)} $",
            plain=f"{mark}{above}/{mark}{below} {'=' if sign == '=' else '≈'} {number}",
            em=em,
            slots=("bar", above, below, "number"),
            colours=(bar, *colours, theme.colour("text")),
        )

    @property
    def fraction(self) -> VGroup:
        """The fraction: both changes and the bar."""
        return VGroup(
            *(glyph for glyph, its in zip(self, self.slot_numbers, strict=True) if its in (0, 1, 2))
        )

    @property
    def bar(self) -> VGroup:
        """The bar of the fraction."""
        return self.slot(0)

    @property
    def number(self) -> VGroup:
        """The value."""
        return self.slot(3)


def morph(ratio: DerivativeTerm, limit: DerivativeTerm) -> Callable[[float], VGroup]:
    """A function from a share (0 to 1) to the picture of a ratio that turns into its limit, part by part.

    Glyphs of the same shape move, others cross-fade. Until the end all glyphs belong to the ratio's text.
    """
    members = []
    for slot_number in (0, 1, 2, 3, -1):
        before, after = (
            [glyph for glyph in term.slot(slot_number) if isinstance(glyph, Glyph)] for term in (ratio, limit)
        )
        for old, new in zip_longest(before, after):
            if old is not None and new is not None and _are_alike(old, new):
                members.append((old.copy(), old, new))
                continue
            if old is not None:
                members.append((old.copy(), old, old.copy().move_to(new or old).set_opacity(0)))
            if new is not None:
                members.append((new.copy(), new.copy().move_to(old or new).set_opacity(0), new))
    here, piece = VGroup(*(shape for shape, _, _ in members)), members[0][0].piece
    for shape, _, _ in members:
        shape.piece = piece

    def picture(share: float) -> VGroup:
        for shape, start, end in members:
            shape.interpolate(start, end, share)
        return here

    return picture


def _are_alike(one: VMobject, other: VMobject) -> bool:
    """True for two outlines of the same shape in any place and size."""
    if one.points.shape != other.points.shape:
        return False
    placed = [shape.points - shape.points.min(axis=0) for shape in (one, other)]
    here, there = (points / points.max(axis=0).clip(1e-9) for points in placed)
    return np.allclose(here, there, atol=0.01)
