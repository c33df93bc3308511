"""The tags beside a loss map: what the loss and both weights are at a place, also while the place moves."""

from collections.abc import Sequence

import numpy as np
from manim import VGroup

from storyreel.core.arrays import Array
from storyreel.core.number_format import rolling, shown
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.rolling_number import RollingNumber


class MapTags(VGroup):
    """Tags with the loss and both weights at a `place` of a landscape, at the left of an area each."""

    def __init__(self, landscape: LossLandscape, place: Array, areas: Sequence[Area]) -> None:
        self.areas = areas
        names = ("loss", *landscape.names)
        super().__init__(
            *(
                area.place(
                    Tag(name, shown(number), landscape.trace[name].kind, theme.SIZES.body), align="left"
                )
                for name, number, area in zip(names, _numbers(landscape, place), areas, strict=True)
            )
        )

    def rolls(self, landscape: LossLandscape, places: Sequence[Array]) -> list[RollingNumber]:
        """How their numbers roll when these are the places at the moments of a move."""
        columns = np.array([_numbers(landscape, place) for place in places]).T.tolist()
        return [
            tag.roll(shown(column[0]), [rolling(number) for number in column], shown(column[-1]))
            for tag, column in zip(self, columns, strict=True)
        ]

    def say(
        self, landscape: LossLandscape, place: Array, rolls: Sequence[RollingNumber], alpha: float
    ) -> None:
        """Say what the numbers are at a place that is reached at a share of a move."""
        numbers = _numbers(landscape, place)
        for tag, roll, number, area in zip(self, rolls, numbers, self.areas, strict=True):
            tag.say_in(area, roll.at(alpha, rolling(number)))


def _numbers(landscape: LossLandscape, place: Array) -> tuple[float, ...]:
    return landscape.loss(place), *place.tolist()
