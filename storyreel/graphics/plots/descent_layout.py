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
SURFACE_SHARE = 0.7
"""The part of a square frame that a surface in three dimensions has, as it is as high as wide."""
RATES = 3
"""The rows of learning rates in the panel."""
PANEL_SHARE, LOWEST_PANEL, GAP_ABOVE_PANEL, ROOM_RIGHT = 0.24, 2.4, 0.35, 0.7
"""Of a panel below the plot: its share of the height, the least height, the units above it, and those to the
right of the plot for the name of its axis."""


@dataclass(frozen=True)
class DescentLayout:
    """The areas of a picture of gradient descent in a frame."""

    frame: Frame

    @property
    def plot(self) -> Area:
        """The plot, a curve or a map, on the left or, in other frames than wide ones, above."""
        whole = self.frame.whole
        if self.frame.is_wide:
            area = self.frame.halves(whole, PLOT_SHARE, GAP)[0]
        else:
            area = replace(whole, bottom=self._panel.top + GAP_ABOVE_PANEL, right=whole.right - ROOM_RIGHT)
        return replace(area, name="plot", left=area.left + ROOM_FOR_NAME, top=area.top - ROOM_FOR_NAME)

    @property
    def _panel(self) -> Area:
        whole = self.frame.whole
        if self.frame.is_wide:
            return replace(self.frame.halves(whole, PLOT_SHARE, GAP)[1], name="panel")
        return replace(whole, name="panel", top=whole.bottom + max(LOWEST_PANEL, PANEL_SHARE * whole.height))

    @property
    def _columns(self) -> tuple[Area, Area]:
        """The parts of the panel for tags, and for what follows: the same one in a wide frame."""
        panel = self._panel
        if self.frame.is_wide:
            return panel, panel
        middle = panel.centre[0]
        return replace(panel, right=middle - TAG_GAP), replace(panel, left=middle + TAG_GAP)

    @property
    def tags(self) -> Sequence[Area]:
        """The areas of the tags, from the top of the panel."""
        panel = self._columns[0]
        areas, top = list[Area](), panel.top
        scale = 1.0 if self.frame.is_wide else (panel.height - 2 * TAG_GAP) / sum(TAGS)
        for height in TAGS:
            areas.append(replace(panel, bottom=top - scale * height, top=top))
            top -= scale * height + TAG_GAP
        return areas

    @property
    def rates(self) -> Sequence[Area]:
        """The areas of the rows of learning rates, below the tags or beside them."""
        panel = self._columns[1]
        top = self.tags[-1].bottom - 0.3 if self.frame.is_wide else panel.top
        height = (top - panel.bottom) / RATES
        return [
            replace(panel, top=top - row * height, bottom=top - row * height - 0.8 * height)
            for row in range(RATES)
        ]

    @property
    def surface(self) -> Area:
        """The place of a surface in three dimensions, beside or above its tags."""
        return self.plot if self.frame.is_wide or self.frame.is_tall else self._beside[0]

    @property
    def surface_tags(self) -> Sequence[Area]:
        """The areas of the tags of such a surface, from the top."""
        if self.frame.is_wide or self.frame.is_tall:
            return self.tags
        column = self._beside[1]
        tops = [column.top - number * (TAGS[0] + TAG_GAP) for number in range(len(TAGS))]
        return [replace(column, bottom=top - TAGS[0], top=top) for top in tops]

    @property
    def _beside(self) -> tuple[Area, Area]:
        return self.frame.halves(self.frame.whole, SURFACE_SHARE, TAG_GAP)

    @property
    def key(self) -> Point:
        """The left end of the key of a map."""
        column = self._columns[1]
        return at(column.left, self.tags[-1].bottom - 1.6 if self.frame.is_wide else column.centre[1])
