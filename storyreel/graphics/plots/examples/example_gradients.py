"""A grid of bars: how each example would change each of some weights, and the mean of these changes."""

from collections.abc import Sequence

import numpy as np
from manim import LEFT, RIGHT, Line, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.plots.decision_map import class_marker
from storyreel.graphics.polylines import polygons
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, maths, words

HEAD, HEADING, GAP = 0.5, 0.5, 0.35
"""The heights of the row of markers and of the words above it, and the units before and after the columns of
the examples."""
LEAST_PITCH = 0.1
"""The least distance of two columns, in Manim units."""
BAR, MEAN_BAR, REACH = 0.62, 0.34, 0.45
"""The width of a bar, in distances of columns, that of a mean in units, and the largest height of a bar, in
distances of rows."""
MARKER = 0.72
"""The largest width of a marker, in distances of columns."""
GROWING, APPEARING = 6, 8
"""How many columns grow at the same time, and how many times faster all of them take their colours."""
PILED, MIXED = 0.6, 0.85
"""The shares of an animation after which all bars are in the column of the means, and have their height."""
SPREAD = 0.5
"""How much of the time until they are there is between the first bar's start and the last one's."""


class ExampleGradients(VGroup):
    """Bars for `descents`, negative gradients of the shape (weights, examples), in an area.

    A bar points upwards where the loss of its example, the column, would be less with a larger weight, the
    row; all have one scale, of `unit` Manim units. `classes` are those of the examples: a column has its
    marker, and its bars that colour. `markers`, `names` and `axes` are what is written and drawn around
    the `bars`; `means` are the bars of the means, `heading` the words above these. Raises StoryreelError
    where there are too many examples.
    """

    def __init__(
        self, descents: Array, classes: Sequence[int], names: Sequence[str], heading: str, area: Area
    ) -> None:
        self.descents, self.classes = descents, np.asarray(classes)
        weights, examples = descents.shape
        paint = theme.colour("weight")
        symbols = [maths(symbol(name), plain=name, em=theme.SIZES.body, colour=paint) for name in names]
        self.heading = words(heading, em=theme.SIZES.small, colour=theme.colour("gradient"))
        left = area.left + max(each.width for each in symbols) + GAP
        aside = 2 * MEAN_BAR
        self.pitch = (area.right - left - aside - GAP) / examples
        if self.pitch < LEAST_PITCH:
            raise StoryreelError(f"there is no room for the gradients of {examples} examples")
        self.xs = left + self.pitch * (np.arange(examples) + 0.5)
        self.mean_x = area.right - aside / 2
        top = area.top - HEADING
        line = (top - HEAD - area.bottom) / weights
        self.bases = top - HEAD - line * (np.arange(weights) + 0.5)
        self.unit = REACH * line / (float(np.abs(descents).max()) or 1.0)
        for text, y in zip(symbols, self.bases, strict=True):
            text.move_to(at(area.left, y), aligned_edge=LEFT)
        self.names: list[Typeset] = symbols
        self.heading.move_to(at(area.right, area.top - HEADING / 2), aligned_edge=RIGHT)
        self.markers = VGroup(*(self._marker(k, top - HEAD / 2) for k in range(examples)))
        self.axes = VGroup(*(self._axis(left, area.right, y) for y in self.bases))
        self.bars, self.copies = self._bars(), self._bars()
        self.means = VGroup(*(_bar(theme.colour("gradient")) for _ in range(weights)))
        for bar, base, mean in zip(self.means, self.bases, descents.mean(axis=1), strict=True):
            bar.points = self._rectangles(np.array([self.mean_x]), MEAN_BAR, base, np.array([mean]))
        super().__init__(self.axes, *symbols, self.markers, self.bars)
        self.grow(1.0)

    def _marker(self, example: int, y: float) -> VMobject:
        marker = class_marker(int(self.classes[example]))
        marker.scale(min(1.0, MARKER * self.pitch / marker.width))
        return marker.move_to(at(self.xs[example], y))

    def _axis(self, left: float, right: float, y: float) -> Line:
        return Line(
            at(left, y),
            at(right, y),
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke / 2,
        )

    def _bars(self) -> VGroup:
        """A shape for the bars of each class in each row."""
        kinds, colours = np.unique(self.classes), theme.class_colours()
        return VGroup(*(_bar(colours[kind]) for _ in self.bases for kind in kinds))

    def _set(self, bars: VGroup, xs: Array, width: Array | float, heights: Array) -> None:
        """Give the bars their places (examples,), widths, and heights (weights, examples) as gradients."""
        shapes, widths = iter(bars), np.broadcast_to(width, xs.shape)
        for base, row in zip(self.bases, heights, strict=True):
            for kind in np.unique(self.classes):
                own = self.classes == kind
                next(shapes).points = self._rectangles(xs[own], widths[own], base, row[own])

    def _rectangles(self, xs: Array, width: Array | float, base: float, heights: Array) -> Array:
        half, tops = np.broadcast_to(np.asarray(width) / 2, xs.shape), base + self.unit * heights
        bases = np.full_like(xs, base)
        corners = [(xs - half, bases), (xs + half, bases), (xs + half, tops), (xs - half, tops)]
        return polygons(np.stack([np.stack(corner, axis=-1) for corner in corners], axis=1))

    def grow(self, alpha: float) -> None:
        """Show the bars as they grow, a column after the other: none at 0, all at 1."""
        count = len(self.xs)
        shares = np.clip((alpha * (count + GROWING) - np.arange(count)) / GROWING, 0.0, 1.0)
        self._set(self.bars, self.xs, BAR * self.pitch, self.descents * _soft(shares))
        self.bars.set_fill(opacity=min(1.0, alpha * APPEARING))

    def average(self, alpha: float) -> None:
        """Show copies of the bars on their way into the column of the means, where all take the height of the
        mean: at 1 there are only the bars of the means."""
        count = len(self.xs)
        late = SPREAD * np.arange(count)[::-1] / max(count - 1, 1)
        shares = np.clip((alpha / PILED - late) / (1 - SPREAD), 0.0, 1.0)
        way, mixed = _soft(shares), _soft(np.clip((alpha - PILED) / (MIXED - PILED), 0.0, 1.0))
        means = self.descents.mean(axis=1, keepdims=True)
        self._set(
            self.copies,
            self.xs + way * (self.mean_x - self.xs),
            BAR * self.pitch + way * (MEAN_BAR - BAR * self.pitch),
            self.descents + mixed * (means - self.descents),
        )
        fade = min(1.0, max(0.0, (alpha - MIXED) / (1 - MIXED)))
        self.copies.set_fill(opacity=1 - fade)
        self.means.set_fill(opacity=fade)


def _soft(shares: Array) -> Array:
    """The shares of a way, 0 to 1, with a soft start and end: bars start one after another."""
    return np.asarray(shares * shares * (3 - 2 * shares))


def _bar(paint: str) -> VMobject:
    return VMobject(stroke_width=0, fill_color=paint, fill_opacity=1)
