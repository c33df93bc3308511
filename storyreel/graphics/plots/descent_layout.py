"""The areas of pictures of gradient descent: a plot, and a panel beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame, Point, at

PLOT_SHARE, GAP = 0.44, 1.0
"""The part of the picture that the plot has, and the units to the panel: there the plot's name has room."""
ROOM_FOR_NAME = 0.25
"""Units to the left of the plot, and above it, for the names of its axes."""
TAG_ROWS, TAGS, TAG_GAP = (0.95, 1.4), (0.75, 0.75, 0.95, 0.85), 0.15
"""The heights of the two rows of two tags in a wide panel, those of the tags one below the other in others,
and the gap between them."""
TAG_EM, TAG_EM_IN_OTHERS = 0.58, theme.SIZES.body
"""The font size of the tags in a wide frame, and in others."""
ENLARGED, ENLARGED_IN_OTHERS = (1.45, 1.2), (1.45, 1.25)
"""How many times as wide and as high as its place the area is in which a small network is laid out, in a wide
frame and in others."""
BELOW_NETWORK = 0.9
"""The units below a small network in a wide frame, so that it is near the tags above it."""
SURFACE_WIDTH, SURFACE_TAGS, SURFACE_GAP = 9.6, 3.0, 0.3
"""The width of a surface in three dimensions in a wide frame, that of its tags, and the units between."""
WAY = 0.5
"""The height of the learning rate of a way beside a surface."""
TAGS_SHARE = 0.38
"""The part of a panel below the plot that the tags have."""
MAP_TAGS = 3
"""The tags of a picture of two weights."""
MAP_COLUMN, MAP_GAP, FOR_KEY = 3.5, 1.05, 1.4
"""In a wide frame, the width of the column of a map's tags and its key, the units between it and the map,
where the axis has its name, and the height of the key with the gap above it."""
BEFORE_PANEL, FILLED_PANEL, FILLED_ROW = 0.4, 3.3, 1.0
"""Where the plot fills a wide frame: the share of the width before the panel above its curve, the height of
that, and the height of the row of tags in it."""
HIGHER_PANEL, LEFT_SHARE, FILLED_RULE = 4.7, 0.5, 0.3
"""With an output in that panel: its height, and of what is below the tags the share of its left part, and of
the rule in that."""
BELOW_TAGS, RULE_SHARE, RATES, HIGHEST_RATE = 0.35, 0.4, 3, 0.8
"""Of what is below the tags, or beside them: the units above it, the share that the update rule has, and
below that the rows of learning rates with their greatest height."""
SEEN = 0.6
"""The height of the line with the number of examples that a descent has used."""
PANEL_SHARE, LOWEST_PANEL, GAP_ABOVE_PANEL, ROOM_RIGHT = 0.24, 2.8, 0.35, 0.7
"""Of a panel below the plot: its share of the height, the least height, the units above it, and those to the
right of the plot for the name of its axis."""


@dataclass(frozen=True)
class DescentLayout:
    """The areas of a picture of gradient descent in a frame; where it `has_ways`, there is room for their
    learning rates beside a surface. In a wide frame the plot of a curve may fill it (`fills`), with the panel
    above its right part; where it `has_output`, an output is in the right part of that panel."""

    frame: Frame
    has_ways: bool = False
    fills: bool = False
    has_output: bool = False

    @property
    def is_filled(self) -> bool:
        """True where the plot fills a wide frame."""
        return self.fills and self.frame.is_wide

    @property
    def plot(self) -> Area:
        """The plot, a curve or a map, on the left or, in other frames than wide ones, above."""
        whole = self.frame.whole
        if self.is_filled:
            area = replace(whole, right=whole.right - ROOM_RIGHT)
        elif self.frame.is_wide:
            area = self.frame.halves(whole, PLOT_SHARE, GAP)[0]
        else:
            area = replace(whole, bottom=self.panel.top + GAP_ABOVE_PANEL, right=whole.right - ROOM_RIGHT)
        return replace(area, name="plot", left=area.left + ROOM_FOR_NAME, top=area.top - ROOM_FOR_NAME)

    @property
    def panel(self) -> Area:
        """What is beside the plot: tags, and what follows."""
        whole = self.frame.whole
        if self.is_filled:
            left = whole.left + BEFORE_PANEL * whole.width
            height = HIGHER_PANEL if self.has_output else FILLED_PANEL
            return replace(whole, name="panel", left=left, bottom=whole.top - height)
        if self.frame.is_wide:
            return replace(self.frame.halves(whole, PLOT_SHARE, GAP)[1], name="panel")
        return replace(whole, name="panel", top=whole.bottom + max(LOWEST_PANEL, PANEL_SHARE * whole.height))

    @property
    def _columns(self) -> tuple[Area, Area]:
        """The parts of the panel for tags and for what follows: below them in a wide frame, else beside."""
        panel = self.panel
        if not self.frame.is_wide:
            return self.frame.halves(panel, TAGS_SHARE, 2 * TAG_GAP, stacked=False)
        rows = (FILLED_ROW,) if self.is_filled else TAG_ROWS
        border = panel.top - sum(rows) - (len(rows) - 1) * TAG_GAP
        right = panel.left + LEFT_SHARE * panel.width if self.has_output else panel.right
        return replace(panel, bottom=border), replace(panel, top=border - BELOW_TAGS, right=right)

    @property
    def tag_em(self) -> float:
        """The font size of the tags that fits their areas."""
        return TAG_EM if self.frame.is_wide and not self.is_filled else TAG_EM_IN_OTHERS

    @property
    def tags(self) -> Sequence[Area]:
        """The areas of the tags, from the top of the panel: two rows of two, or in other frames than wide
        ones one below the other."""
        panel = self._columns[0]
        if self.is_filled:
            width = (panel.width + 2 * TAG_GAP) / MAP_TAGS
            lefts = [panel.left + number * width for number in range(MAP_TAGS)]
            row = [replace(panel, left=left, right=left + width - 2 * TAG_GAP) for left in lefts]
            return [*row, replace(row[0], top=self.rates[0].top, bottom=self.rates[0].bottom)]
        if self.frame.is_wide:
            halves = self.frame.halves(panel, gap=2 * TAG_GAP, stacked=False)
            border = panel.top - TAG_ROWS[0]
            upper = [replace(half, bottom=border) for half in halves]
            return [*upper, *(replace(half, top=border - TAG_GAP) for half in halves)]
        areas, top = list[Area](), panel.top
        scale = (panel.height - (len(TAGS) - 1) * TAG_GAP) / sum(TAGS)
        for height in TAGS:
            areas.append(replace(panel, bottom=top - scale * height, top=top))
            top -= scale * height + TAG_GAP
        return areas

    @property
    def map(self) -> Area:
        """The place of a map: beside a column or, in other frames than wide ones, above its panel."""
        if not self.frame.is_wide:
            return self.plot
        return replace(self.plot, name="map", right=self.frame.whole.right - MAP_COLUMN - MAP_GAP)

    @property
    def map_tags(self) -> Sequence[Area]:
        """The areas of the tags of a map, the loss and two weights, one below the other."""
        if not self.frame.is_wide:
            return self.tags[:MAP_TAGS]
        whole, pitch = self.frame.whole, TAG_ROWS[0] + 2 * TAG_GAP
        first, left = self.map.centre[1] + (MAP_TAGS * pitch + FOR_KEY) / 2, whole.right - MAP_COLUMN
        tops = [first - number * pitch for number in range(MAP_TAGS)]
        return [replace(whole, left=left, bottom=top - TAG_ROWS[0], top=top) for top in tops]

    @property
    def rule(self) -> Area:
        """The place of the update rule, above the rows of learning rates."""
        lower = self._columns[1]
        share = RULE_SHARE if not self.is_filled else FILLED_RULE if self.has_output else 0.0
        return replace(lower, name="rule", bottom=lower.top - share * lower.height)

    @property
    def rates(self) -> Sequence[Area]:
        """The areas of the rows of learning rates."""
        lower, top = self._columns[1], self.rule.bottom - TAG_GAP
        height = min(HIGHEST_RATE, (top - lower.bottom + TAG_GAP) / RATES - TAG_GAP)
        tops = [top - row * (height + TAG_GAP) for row in range(RATES)]
        return [replace(lower, top=top, bottom=top - height) for top in tops]

    @property
    def network(self) -> Area:
        """The place of a small network, which is that of the rule and of the rows of learning rates, or of an
        output beside these."""
        lower = self._columns[1]
        if self.has_output:
            return replace(lower, name="network", left=lower.right + 2 * TAG_GAP, right=self.panel.right)
        below = BELOW_NETWORK if self.frame.is_wide else 0.0
        return replace(lower, name="network", bottom=lower.bottom + below)

    @property
    def enlarged_network(self) -> Area:
        """The area in which the small network is laid out before it is scaled down into its place."""
        place = self.network
        across, up = ENLARGED if self.frame.is_wide else ENLARGED_IN_OTHERS
        return replace(place, left=place.right - across * place.width, bottom=place.top - up * place.height)

    @property
    def surface(self) -> Area:
        """The place of a surface in three dimensions, beside or above its tags."""
        whole = self.frame.whole
        if self.frame.is_tall:
            return self.plot
        if self.frame.is_wide:
            left = whole.centre[0] - (SURFACE_WIDTH + SURFACE_GAP + SURFACE_TAGS) / 2
            return replace(whole, left=left, right=left + SURFACE_WIDTH)
        return replace(whole, bottom=whole.bottom + TAGS[0] + SURFACE_GAP + self._below_tags)

    @property
    def _below_tags(self) -> float:
        """The height of the learning rates below the tags of a surface, in a wide frame and in a square."""
        if not self.has_ways:
            return 0.0
        return RATES * (WAY + TAG_GAP) + TAG_GAP if self.frame.is_wide else WAY + TAG_GAP

    @property
    def ways(self) -> Sequence[Area]:
        """The areas of learning rates beside a surface: below the tags, or beside them in a tall frame."""
        if self.frame.is_tall:
            return self.rates
        if self.frame.is_wide:
            lowest = self.surface_tags[-1]
            tops = [lowest.bottom - 2 * TAG_GAP - row * (WAY + TAG_GAP) for row in range(RATES)]
            return [replace(lowest, name="way", top=top, bottom=top - WAY) for top in tops]
        bottom = self.frame.whole.bottom
        return [replace(tag, name="way", top=bottom + WAY, bottom=bottom) for tag in self.surface_tags]

    @property
    def slopes(self) -> Sequence[Area]:
        """The areas of the gradients of both weights, in the room of learning rates."""
        ways = self.ways
        room = replace(ways[0], top=max(way.top for way in ways), bottom=min(way.bottom for way in ways))
        if self.frame.is_wide or self.frame.is_tall:
            return self.frame.halves(room, gap=TAG_GAP, stacked=True)
        return ways[1:]

    @property
    def surface_tags(self) -> Sequence[Area]:
        """The areas of the tags of such a surface: in a column or, in a square frame, in a row."""
        whole = self.frame.whole
        if self.frame.is_tall:
            return self.map_tags
        if self.frame.is_wide:
            left = self.surface.right + SURFACE_GAP
            height = TAG_ROWS[0]
            pitch = height + TAG_GAP
            first = whole.centre[1] + (MAP_TAGS * pitch - TAG_GAP + self._below_tags) / 2
            tops = [first - number * pitch for number in range(MAP_TAGS)]
            return [
                replace(whole, left=left, right=left + SURFACE_TAGS, bottom=top - height, top=top)
                for top in tops
            ]
        width = whole.width / MAP_TAGS
        lefts = [whole.left + number * width for number in range(MAP_TAGS)]
        top = whole.bottom + TAGS[0] + self._below_tags
        return [
            replace(whole, left=left, right=left + width - TAG_GAP, bottom=top - TAGS[0], top=top)
            for left in lefts
        ]

    @property
    def seen(self) -> Area:
        """The place of the number of examples that a descent has used: above the tags of a map or, in other
        frames than wide ones, above its key."""
        if not self.frame.is_wide:
            column = self._columns[1]
            return replace(column, name="number of examples", bottom=column.top - SEEN)
        first = self.map_tags[0]
        bottom = first.top + TAG_GAP
        return replace(first, name="number of examples", bottom=bottom, top=bottom + SEEN)

    @property
    def key(self) -> Point:
        """The left end of the key of a map."""
        if self.frame.is_wide:
            lowest = self.map_tags[-1]
            return at(lowest.left, lowest.bottom - FOR_KEY / 2)
        column = self._columns[1]
        return at(column.left, column.centre[1])
