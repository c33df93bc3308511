"""A grid of bars: the gradient of each example's loss by each of some weights, and the means of these."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, VGroup, VMobject
from numpy.typing import NDArray

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shorter, shown
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.axis_line import axis_line
from storyreel.graphics.layout import Area, at
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.plots.maps.decision_map import class_marker
from storyreel.graphics.plots.ticks import ticks
from storyreel.graphics.polylines import polygons
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, maths, tick, words

HEAD, GAP = 0.6, 0.35
"""The height of the row of markers below all, and the units before and after the columns of the examples."""
NAME_GAP = 0.15
"""The units between the name of a gradient and its scale."""
HEADING_EM = theme.SIZES.label
"""The font size of the words above a scale and at a mean, in Manim units."""
LEAST_PITCH = 0.1
"""The least distance of two columns, in Manim units."""
BAR, MEAN_BAR, REACH = 0.7, 0.6, 0.42
"""The width of a bar, in distances of columns, that of a mean in units, and the largest height of a bar, in
distances of rows."""
MEAN_COLUMN, WIDEST_COLUMN, BADGE_GAP = 1.15, 2.3, 0.1
"""The least and the largest width of the column of the means, which is that of the words below, and from a
mean's foot to its number, in units."""
TICK, TICK_ROOM = 0.1, 0.4
"""The length of a tick, and the least distance of two, in units."""
MARKER = 0.95
"""The largest width of a marker, in distances of columns."""
GROWING, APPEARING = 6, 8
"""How many columns grow at the same time, and how many times faster all of them take their colours."""
LEVEL, RESTED = 0.55, 0.8
"""The shares of a row's time after which its bars have levelled out, and after which these fade out."""
LEAST_SIDE = 0.2
"""The share of a single row's height, at least, on each side of the zero line."""
NUMBER_ROOM, NUMBER_GAP = 0.62, 0.1
"""The units beyond a bar's end that its number has, and those from that end to the number."""
NUMBER_WIDTH, FEW = 0.95, 12
"""The largest width of the number of a bar, in distances of columns, and up to how many bars are few."""
BEHIND = 0.2
"""The opacity of a row's bars behind those that level out."""


DIMMED = 0.35
"""The share of the time in which a batch is averaged after which the other bars are dim."""


@dataclass(frozen=True, eq=False)
class BatchMeans:
    """The column of the means of some `examples`, their numbers, at `x`: `averages` has the shape (weights,);
    `bars` are those of these examples, in front of all."""

    examples: NDArray[np.intp]
    averages: Array
    x: float
    axes: VGroup
    means: VGroup
    badges: VGroup
    heading: Typeset
    bars: VGroup


class ExampleGradients(VGroup):
    """Bars for `gradients` of the shape (weights, examples), in an area: a row for each weight.

    All have one scale, of `unit` Manim units for a gradient of 1, which `axes` tell at the left of each row,
    beside the `names` of the gradients, or below a `text` in place of these. `classes` are those of the
    examples: a column has its marker, and its bars that colour. `means` are the bars of the means, at the
    same scale, on `mean_axes`, with their numbers, `averages`, on `badges`; `heading` are the words below
    these. `add_batch` adds a column for the means of some examples. Raises StoryreelError where there are too
    many.

    Of a single weight, and where each column has room for it, `numbers` are those of the bars, at their ends:
    with as many digits as it has.
    """

    def __init__(
        self,
        gradients: Array,
        classes: Sequence[int],
        names: Sequence[str],
        heading: str,
        averages: Sequence[str],
        area: Area,
        text: str | None = None,
        with_numbers: bool = False,
    ) -> None:
        self.gradients, self.classes = gradients, np.asarray(classes)
        self.averages = gradients.mean(axis=1)
        weights, examples = gradients.shape
        paint = theme.colour("gradient")
        foot = area.bottom + HEAD
        line = (area.top - foot) / weights
        self.bases = area.top - line * (np.arange(weights) + 0.5)
        column = (area.width - MEAN_COLUMN) / (examples + 1)
        self.numbers = _numbers(gradients[0].tolist(), NUMBER_WIDTH * column) if with_numbers else VGroup()
        free = line - (2 * NUMBER_ROOM if len(self.numbers) else 0.0)
        high = float(np.abs(gradients).max()) or 1.0
        low = high
        if weights == 1:  # of one row, the side of the zero line with larger bars has more room
            high, low = max(0.0, float(gradients.max())), max(0.0, -float(gradients.min()))
            low, high = (max(side, LEAST_SIDE * (low + high)) or 1.0 for side in (low, high))
            self.bases += REACH * free * (low - high) / (low + high)
        self.unit = 2 * REACH * free / (low + high)
        em = min(theme.SIZES.body, 0.4 * line)
        symbols = [
            maths(symbol(GRADIENT + name), plain=GRADIENT + name, em=em, colour=paint)
            if text is None
            else words(text, em=HEADING_EM, colour=paint)
            for name in names
        ]
        self.heading = words(heading, em=HEADING_EM, colour=paint)
        scale = self._scale(self.unit * low, self.unit * high)
        beside = 0.0 if text is not None else max(each.width for each in symbols) + NAME_GAP
        left = area.left + beside + scale.width
        self.axes = VGroup(*(scale.copy().shift(at(left, y)) for y in self.bases))
        right = area.right - min(max(MEAN_COLUMN, self.heading.width), WIDEST_COLUMN)
        end = right - GAP
        self.pitch = (end - left - GAP / 2) / examples
        if self.pitch < LEAST_PITCH:
            raise StoryreelError(f"there is no room for the gradients of {examples} examples")
        self.xs = left + GAP / 2 + self.pitch * (np.arange(examples) + 0.5)
        self.mean_x = (right + area.right) / 2
        self.axes.add(*(axis_line(at(left, y), at(end, y)) for y in self.bases))
        self.mean_axes = VGroup(*(axis_line(at(right, y), at(area.right, y)) for y in self.bases))
        for name, y, axis in zip(symbols, self.bases, self.axes, strict=False):
            name.move_to(at(area.left, y), aligned_edge=LEFT)
            if text is not None:
                name.next_to(axis, UP, buff=NAME_GAP).align_to(axis, LEFT)
        self.names: list[Typeset] = symbols
        self.heading.move_to(at(self.mean_x, foot - HEAD / 2))
        self.heading.shift(min(0.0, area.right - float(self.heading.get_right()[0])) * RIGHT)
        self.markers = VGroup(*(self._marker(k, foot - HEAD / 2) for k in range(examples)))
        self.bars, self.copies = self._bars(), self._bars()
        for number, x, height in zip(self.numbers, self.xs, self.unit * gradients[0], strict=False):
            number.next_to(at(x, self.bases[0] + height), UP if height >= 0 else DOWN, buff=NUMBER_GAP)
        self.means = VGroup(*(_bar(paint) for _ in range(weights)))
        for bar, base, mean in zip(self.means, self.bases, self.averages, strict=True):
            bar.points = self._rectangles(np.array([self.mean_x]), MEAN_BAR, base, self.unit * mean[None])
        self.badges = VGroup(*map(self._badge, self.bases, self.averages, averages))
        self._put_heading(self.heading, self.badges)
        self.batch: BatchMeans | None = None
        super().__init__(self.axes, *symbols, self.markers, self.bars)
        self.grow(1.0)

    def _scale(self, below: float, above: float) -> VGroup:
        """An upright axis through the origin, so far below and above it, with ticks at 0 and at a round
        number on each side where that has room."""
        unit = self.unit
        largest = ticks(0.0, max(below, above) / unit, 2)[-1]
        is_clear = unit * largest >= TICK_ROOM
        numbers = [
            number
            for number in (-largest, 0.0, largest)
            if not number or (is_clear and -below <= unit * number <= above)
        ]
        axis = VGroup(axis_line(at(0, -below), at(0, above)))
        for number in numbers:
            mark = axis_line(at(-TICK, unit * number), at(0, unit * number))
            axis.add(mark, tick(shown(number)).next_to(mark, LEFT, buff=TICK))
        return axis

    def _put_heading(self, heading: Typeset, badges: VGroup) -> None:
        """Move the words of a column to the number of its only mean."""
        if len(badges) == 1:
            x = float(heading.get_x())
            heading.next_to(badges[0], DOWN if self.averages[0] >= 0 else UP, buff=BADGE_GAP).set_x(x)

    def add_batch(self, examples: NDArray[np.bool_], heading: str) -> "BatchMeans":
        """Add a column to the right of the means, with words, for those of some examples, a mask of the shape
        (examples,); nothing of it is seen before `average_batch`."""
        own = self.gradients[:, examples]
        averages = own.mean(axis=1)
        paint = theme.colour("gradient")
        title = words(heading, em=HEADING_EM, colour=paint)
        x = self._batch_x(title)
        axes = VGroup(
            *(axis_line(at(x - MEAN_COLUMN / 2, y), at(x + MEAN_COLUMN / 2, y)) for y in self.bases)
        )
        texts = [shown(mean, ".2f") for mean in averages.tolist()]
        pairs = zip(self.bases, averages, texts, strict=True)
        badges = VGroup(*(self._badge(*row).set_x(x) for row in pairs))
        title.move_to(at(x, self.heading.get_y()))
        self._put_heading(title, badges)
        means = VGroup(*(_bar(paint) for _ in self.bases))
        self.batch = BatchMeans(
            np.flatnonzero(examples), averages, x, axes, means, badges, title, self._bars()
        )
        self.average_batch(0.0)
        return self.batch

    def _batch_x(self, title: Typeset) -> float:
        """The middle of the column with these words, to the right of that of the means."""
        column = max(MEAN_COLUMN, (title.width + self.heading.width) / 2 + GAP)
        return float(self.heading.get_x()) + column

    def right_of_batch(self, heading: str) -> float:
        """Where a column with these words would end on the right."""
        title = words(heading, em=HEADING_EM)
        return self._batch_x(title) + max(MEAN_COLUMN, title.width) / 2

    def average_batch(self, alpha: float) -> None:
        """Show all bars but those of the batch go dim, and these level out to their means, in all rows at the
        same time, while the bars of the means grow beside those of all."""
        batch = self.batch
        assert batch is not None
        dim, level = np.clip([alpha / DIMMED, (alpha - DIMMED) / (1 - DIMMED)], 0.0, 1.0).tolist()
        self.bars.set_fill(opacity=1.0 - (1.0 - BEHIND) * dim)
        share = float(_soft(np.array(level)))
        heights = self.gradients + share * (batch.averages[:, None] - self.gradients)
        widths = np.zeros(len(self.xs))
        widths[batch.examples] = (BAR + (1 - BAR) * dim) * self.pitch
        self._set(batch.bars, self.xs, widths, self.unit * heights)
        for bar, base, mean in zip(batch.means, self.bases, batch.averages, strict=True):
            bar.points = self._rectangles(np.array([batch.x]), MEAN_BAR, base, self.unit * share * mean[None])
            bar.set_fill(opacity=min(1.0, APPEARING * level))

    def _badge(self, base: float, mean: float, text: str) -> Badge:
        """The number of a mean on a badge, on the other side of the zero line than its bar."""
        badge = Badge(text, "gradient", theme.SIZES.number)
        badge.scale(min(1.0, MEAN_COLUMN / badge.width))
        side = DOWN if mean >= 0 else UP
        return badge.next_to(at(self.mean_x, base), side, buff=BADGE_GAP)

    def _marker(self, example: int, y: float) -> VMobject:
        marker = class_marker(int(self.classes[example]))
        marker.scale(min(1.0, MARKER * self.pitch / marker.width))
        return marker.move_to(at(self.xs[example], y))

    def _bars(self) -> VGroup:
        """A shape for the bars of each class in each row."""
        kinds, colours = np.unique(self.classes), theme.class_colours()
        return VGroup(*(_bar(colours[kind]) for _ in self.bases for kind in kinds))

    def _set(self, bars: VGroup, xs: Array, width: Array | float, heights: Array) -> None:
        """Give the bars their places (examples,), widths, and heights (weights, examples), in units."""
        shapes, widths = iter(bars), np.broadcast_to(width, xs.shape)
        for base, row in zip(self.bases, heights, strict=True):
            for kind in np.unique(self.classes):
                own = self.classes == kind
                next(shapes).points = self._rectangles(xs[own], widths[own], base, row[own])

    def _rectangles(self, xs: Array, width: Array | float, base: float, heights: Array) -> Array:
        half, tops = np.broadcast_to(np.asarray(width) / 2, xs.shape), base + heights
        bases = np.full_like(xs, base)
        corners = [(xs - half, bases), (xs + half, bases), (xs + half, tops), (xs - half, tops)]
        return polygons(np.stack([np.stack(corner, axis=-1) for corner in corners], axis=1))

    def grow(self, alpha: float) -> None:
        """Show the bars as they grow, a column after the other: none at 0, all at 1."""
        heights = self.unit * self.gradients * _soft(self.shares(alpha))
        self._set(self.bars, self.xs, BAR * self.pitch, heights)
        self.bars.set_fill(opacity=min(1.0, alpha * APPEARING))

    def shares(self, alpha: float) -> Array:
        """How far each column has grown at `alpha`, 0 to 1: (examples,)."""
        count = len(self.xs)
        return np.clip((alpha * (count + GROWING) - np.arange(count)) / GROWING, 0.0, 1.0)

    def average(self, alpha: float) -> None:
        """Show copies of the bars level out, one row after the other, until all have the height of the row's
        mean, to which its bar grows at the same time; at 1 there are the bars of the examples and of the
        means."""
        rows = len(self.bases)
        turns = np.clip(alpha * rows - np.arange(rows), 0.0, 1.0)
        level = _soft(np.clip(turns / LEVEL, 0.0, 1.0))[:, None]
        heights, means = self.gradients, self.averages[:, None]
        self._set(self.copies, self.xs, BAR * self.pitch, self.unit * (heights + level * (means - heights)))
        kinds = len(self.copies) // rows
        for row, turn in enumerate(turns.tolist()):
            gone = max(0.0, (turn - RESTED) / (1 - RESTED))
            seen = 1.0 - gone if turn > 0 else 0.0
            for k in range(kinds * row, kinds * (row + 1)):
                self.copies[k].set_fill(opacity=seen)
                self.bars[k].set_fill(opacity=1.0 - (1.0 - BEHIND) * seen)
            height = self.unit * level[row] * self.averages[row]
            self.means[row].points = self._rectangles(
                np.array([self.mean_x]), MEAN_BAR, self.bases[row], height
            )
            self.means[row].set_fill(opacity=min(1.0, APPEARING * turn))


def _numbers(gradients: Sequence[float], room: float) -> VGroup:
    """The numbers of bars on badges at most `room` units wide. Where they would be too small, of few bars
    only the first has its number, and of many none."""
    badges = [Badge([shown(gradient), *shorter(gradient)][-1], "gradient") for gradient in gradients]
    share = min(1.0, room / max(badge.width for badge in badges))
    if share * badges[0].em < theme.SIZES.smallest:
        return VGroup(badges[0]) if len(badges) <= FEW else VGroup()
    return VGroup(*(badge.scale(share) for badge in badges))


def _soft(shares: Array) -> Array:
    """The shares of a way, 0 to 1, with a soft start and end: bars start one after another."""
    return np.asarray(shares * shares * (3 - 2 * shares))


def _bar(paint: str) -> VMobject:
    return VMobject(stroke_width=0, fill_color=paint, fill_opacity=1)
