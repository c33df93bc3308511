"""The tags beside a loss map: the cost or loss and both weights at a point that can move."""

from collections.abc import Sequence

import numpy as np
from manim import VGroup

from storyreel.core.arrays import Array
from storyreel.core.number_format import decimals_for, rolling, shown
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.graphics.layout import Area
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.rolling_number import RollingNumber

FEWEST = 2
"""The decimals of a changing number that has fewer at rest."""


class MapTags(VGroup):
    """Tags with the cost or loss and both weights at `place`, each at the left of one of `areas`.

    `place` holds the two weights, `em` is the font size in Manim units.
    """

    def __init__(self, landscape: LossLandscape, place: Array, areas: Sequence[Area], em: float) -> None:
        self.areas = areas
        self.quantities = names = (landscape.objective, *landscape.names)
        super().__init__(
            *(
                area.place(_tag(landscape, name, seen, number, em), align="left")
                for name, seen, number, area in zip(
                    names,
                    (landscape.objective, *landscape.names_seen),
                    _numbers(landscape, place),
                    areas,
                    strict=True,
                )
            )
        )
        self._decimals = [FEWEST] * len(names)

    def rolling_numbers(self, landscape: LossLandscape, places: Sequence[Array]) -> list[RollingNumber]:
        """How the numbers change during an animation with these places at each of `sample_alphas`."""
        columns = np.array([_numbers(landscape, place) for place in places]).T.tolist()
        named = list(zip(self.quantities, columns, strict=True))
        ends = [[_text(landscape, name, column[k]) for k in (0, -1)] for name, column in named]
        self._decimals = [max(map(_decimals, pair)) for pair in ends]
        return [
            tag.rolling_number(first, [_rolling(landscape, number, decimals) for number in column], last)
            for tag, column, (first, last), decimals in zip(self, columns, ends, self._decimals, strict=True)
        ]

    def show_place(
        self, landscape: LossLandscape, place: Array, changes: Sequence[RollingNumber], alpha: float
    ) -> None:
        """Show the numbers at the place that is reached at `alpha` (0 to 1) of an animation."""
        numbers = _numbers(landscape, place)
        rows = zip(self, changes, numbers, self._decimals, self.areas, strict=True)
        for tag, change, number, decimals, area in rows:
            tag.set_state_in(area, change.at(alpha, _rolling(landscape, number, decimals)))


def _tag(landscape: LossLandscape, name: str, seen: str, number: float, em: float) -> Tag:
    kind = "loss" if name == landscape.objective else landscape.kind(name)
    return Tag(seen, _text(landscape, name, number), kind, em)


def _text(landscape: LossLandscape, name: str, number: float) -> str:
    return landscape.notation.text(name, number)


def _decimals(text: str) -> int:
    """The decimals of a number, as long as it is written with a point alone."""
    _, _, decimals = text.partition(".")
    return len(decimals) if decimals.isdigit() else 0


def _rolling(landscape: LossLandscape, number: float, decimals: int) -> str:
    """A changing number with as many decimals as it has at rest, so that a small change of it is seen, but
    with no more than its own size asks for."""
    decimals = min(decimals, decimals_for(number, landscape.notation.digits or FEWEST))
    return rolling(number) if decimals <= FEWEST else shown(number, f".{decimals}f")


def _numbers(landscape: LossLandscape, place: Array) -> tuple[float, ...]:
    return landscape.loss(place), *place.tolist()
