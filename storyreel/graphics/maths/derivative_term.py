"""The difference quotient of two numbers, Δh/Δw₁ ≈ 2.08, or its limit, the derivative ∂h/∂w₁ = 2."""

from collections.abc import Callable
from itertools import zip_longest
from typing import Literal

from manim import VGroup

from storyreel.graphics import theme
from storyreel.graphics.motion.flight import is_same_outline
from storyreel.graphics.text.glyph import Glyph
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, slot

Change = Literal["Delta", "partial"]


class DerivativeTerm(Typeset):
    """A fraction, the change of `above` over that of `below`, and its value `number` after `sign`.

    `kinds` give the colours of the two changes: in a difference quotient (`change` is "Delta") those of its
    two quantities, in a derivative ("partial") that of the number that it is equal to, or of gradients, which
    its value has, too. `sign` is "=" or "approx", `em` the font size in Manim units.
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
        colours = [theme.colour(kind) for kind in kinds]
        moves = [f"{change} {symbol(name)}" for name in (above, below)]
        own = theme.colour("text" if change == "Delta" else kinds[0])
        mark = "Δ" if change == "Delta" else "∂"
        self._without_number = (change, above, below, kinds), em
        super().__init__(
            f"$ {slot(0, f'frac({slot(1, moves[0])}, {slot(2, moves[1])})')} {sign} {slot(3, number)} $",
            plain=f"{mark}{above}/{mark}{below} {'=' if sign == '=' else '≈'} {number}",
            em=em,
            slots=("bar", above, below, "number"),
            colours=(own, *colours, own),
        )

    def of_number(self, number: str, sign: str = "approx") -> "DerivativeTerm":
        """The same fraction with another value, as large as this one was made."""
        fraction, em = self._without_number
        return DerivativeTerm(*fraction, number, sign, em)

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

    Glyphs of the same shape move; others fade out, and then their successors fade in. Until the end all
    glyphs belong to the ratio's text.
    """
    members = []
    for slot_number in (0, 1, 2, 3, -1):
        before, after = (
            [glyph for glyph in term.slot(slot_number) if isinstance(glyph, Glyph)] for term in (ratio, limit)
        )
        for old, new in zip_longest(before, after):
            if old is not None and new is not None and is_same_outline(old.points, new.points):
                members.append((old.copy(), old, new, (0.0, 1.0)))
                continue
            if old is not None:
                members.append((old.copy(), old, old.copy().set_opacity(0), (0.0, 0.5)))
            if new is not None:
                members.append((new.copy(), new.copy().set_opacity(0), new, (0.5, 1.0)))
    here, piece = VGroup(*(shape for shape, *_ in members)), members[0][0].piece

    def picture(share: float) -> VGroup:
        for shape, start, end, (first, last) in members:
            shape.interpolate(start, end, min(1.0, max(0.0, (share - first) / (last - first))))
            shape.piece = piece
        return here

    return picture
