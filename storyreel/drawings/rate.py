"""How fast one number follows another: Δh/Δw₁ ≈ 2.08 for a nudge, ∂h/∂w₁ = 2 for the limit."""

from collections.abc import Callable
from typing import Literal

from manim import VGroup

from storyreel import theme
from storyreel.drawings.symbol import symbol
from storyreel.drawings.typeset import Typeset, slot

Change = Literal["Delta", "partial"]


class Rate(Typeset):
    """The change of `above` over the change of `below`, and its value as `number`, after `sign`.

    A ratio of moves ("Delta") keeps the colours of its two quantities (`kinds`); a derivative ("partial")
    is in the colour of gradients. `sign` is "=" or "approx".
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
        """Both changes and the bar between them."""
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


def turning(ratio: Rate, limit: Rate) -> Callable[[float], VGroup]:
    """The pictures, by a share from 0 to 1, of a ratio that turns into its limit, each part into its own."""
    start, end = (VGroup(its.fraction, its.outside, its.number).copy() for its in (ratio, limit))
    start.align_data(end)
    here = start.copy()
    members = list(zip(here.get_family(), start.get_family(), end.get_family(), strict=True))

    def picture(share: float) -> VGroup:
        for shape, before, after in members:
            shape.interpolate(before, after, share)
        return here

    return picture
