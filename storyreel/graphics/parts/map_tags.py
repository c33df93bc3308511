"""The tags beside a loss map: the cost or loss and both weights at a point that can move."""

from collections.abc import Sequence

import numpy as np
from manim import VGroup

from storyreel.core.arrays import Array
from storyreel.core.number_format import rolling
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.graphics.layout import Area
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.rolling_number import RollingNumber


class MapTags(VGroup):
    """Tags with the cost or loss and both weights at `place`, each at the left of one of `areas`.

    `place` holds the two weights, `em` is the font size in Manim units.
    """

    def __init__(self, landscape: LossLandscape, place: Array, areas: Sequence[Area], em: float) -> None:
        self.areas = areas
        self.quantities = names = (landscape.objective, *landscape.names)
        super().__init__(
            *(
                area.place(_tag(landscape, name, number, em), align="left")
                for name, number, area in zip(names, _numbers(landscape, place), areas, strict=True)
            )
        )

    def rolling_numbers(self, landscape: LossLandscape, places: Sequence[Array]) -> list[RollingNumber]:
        """How the numbers change during an animation with these places at each of `sample_alphas`."""
        columns = np.array([_numbers(landscape, place) for place in places]).T.tolist()
        return [
            tag.rolling_number(
                _text(landscape, name, column[0]),
                [rolling(number) for number in column],
                _text(landscape, name, column[-1]),
            )
            for tag, name, column in zip(self, self.quantities, columns, strict=True)
        ]

    def show_place(
        self, landscape: LossLandscape, place: Array, changes: Sequence[RollingNumber], alpha: float
    ) -> None:
        """Show the numbers at the place that is reached at `alpha` (0 to 1) of an animation."""
        numbers = _numbers(landscape, place)
        for tag, change, number, area in zip(self, changes, numbers, self.areas, strict=True):
            tag.set_state_in(area, change.at(alpha, rolling(number)))


def _tag(landscape: LossLandscape, name: str, number: float, em: float) -> Tag:
    kind = "loss" if name == landscape.objective else landscape.kind(name)
    return Tag(name, _text(landscape, name, number), kind, em)


def _text(landscape: LossLandscape, name: str, number: float) -> str:
    return landscape.notation.text(name, number)


def _numbers(landscape: LossLandscape, place: Array) -> tuple[float, ...]:
    return landscape.loss(place), *place.tolist()
