"""The areas of pictures of gradient descent: a plot, and a panel beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from storyreel.graphics.layout import Area, Frame, Point, at

PLOT_SHARE, GAP = 0.62, 1.15
"""The part of the picture that the plot has, and the units to the panel: there the plot's name has room."""
ROOM_FOR_NAME = 0.25
"""Units to the left of the plot, and above it, for the names of its axes."""
TAGS, TAG_GAP = (0.75, 0.95, 0.85), 0.12
"""The heights of the tags in the panel, from the top, and the gap between them."""
RATES, KEY = 3, 0.55
"""The rows of learning rates in the panel, and the height of the key of a map above its lower edge."""


@dataclass(frozen=True)
class DescentLayout:
    """The areas of a picture of gradient descent in a frame."""

    frame: Frame

    @property
    def plot(self) -> Area:
        """The plot: a curve or a map."""
        area = self.frame.halves(self.frame.whole, PLOT_SHARE, GAP)[0]
        return replace(area, name="plot", left=area.left + ROOM_FOR_NAME, top=area.top - ROOM_FOR_NAME)

    @property
    def _panel(self) -> Area:
        return replace(self.frame.halves(self.frame.whole, PLOT_SHARE, GAP)[1], name="panel")

    @property
    def tags(self) -> Sequence[Area]:
        """The areas of the tags, from the top of the panel."""
        areas, top = list[Area](), self._panel.top
        for height in TAGS:
            areas.append(replace(self._panel, bottom=top - height, top=top))
            top -= height + TAG_GAP
        return areas

    @property
    def rates(self) -> Sequence[Area]:
        """The areas of the rows of learning rates, below the tags."""
        top, bottom = self.tags[-1].bottom - 0.3, self._panel.bottom
        height = (top - bottom) / RATES
        return [
            replace(self._panel, top=top - row * height, bottom=top - row * height - 0.8 * height)
            for row in range(RATES)
        ]

    @property
    def key(self) -> Point:
        """The left end of the key of a map."""
        return at(self._panel.left, self.tags[-1].bottom - 1.6)
