"""Bars for the gradients, and the values, of a network's layers, on a logarithmic scale."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from manim import DOWN, LEFT, RIGHT, Line, Rectangle, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.number_format import shown
from storyreel.engine.curves import has_curve
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.plots.ticks import powers_of_ten
from storyreel.graphics.text.glyph import Points
from storyreel.graphics.text.typeset import Typeset, maths, tick, words

ROOM_ABOVE, ROOM_BELOW, ROOM_LEFT = 1.65, 0.55, 1.15
"""Units above the bars for the heading, below them for the numbers of the layers, and to the left for their
name and the numbers of the scale."""
LOW, BESIDE, NUMBERS_ABOVE = 4.0, 2.3, 0.55
"""The height below which an area has the heading at its left; the units that it has there, and those above
the bars for their numbers."""
GATE, BESIDE_GATE = 1.0, 0.25
"""The side of the plot of the activation function beside the heading, and the units between both."""
ROOM_FOR_KEY, SAMPLE, BETWEEN = 0.6, 0.26, 0.7
"""Units below the numbers of the layers for a key, the side of its samples of colour, and the units between
its two entries."""
PAIRED = 0.4
"""The width of each of two bars of one layer, in distances of layers."""
WIDTH, TICK, NUMBER = 0.62, 0.1, 0.42
"""The width of a bar, in distances of bars, the length of a tick, and the em of the numbers of layers."""
FIRST_LINE, LINE = 0.25, 0.58
"""Units from the top down to the middle of the heading, and from there to that of the line below it."""
LEVEL = 0.6
"""The least units between numbers of the scale."""
PLAIN, ALIKE = 1e-3, 2.0
"""The size below which a number is written as a power of ten, and how many times as large a bar beside it may
be before a number has a line to its own."""
_SQUARE = Rectangle(width=1, height=1).points


def sizes_of(trace: Trace) -> Array:
    """For each layer the mean of the absolute gradients of its weights."""
    return np.array([float(np.abs(layer).mean()) for layer in trace.gradients.weights])


def values_of(trace: Trace) -> Array:
    """For each layer the mean of the absolute activations of its neurons, for the example in focus."""
    return np.array([float(np.abs(layer).mean()) for layer in trace.forward.activations[1:]])


class LayerBars(VGroup):
    """A bar for each of `sizes`, all above 0, in an area, with its top at its size on a logarithmic scale.

    The scale goes from `low` to `high`, the same for charts that are compared. `heading` is written above,
    `name` beside the numbers of the layers, and a plot of the hidden neurons' `activation` beside the
    heading, if it has a curve. `note` is a line below the heading, which `written_below` makes. `grow` lets
    the last bars grow before the first. `ends` are the numbers of the first and the last bar.

    With `values`, also above 0, there is a second bar for each layer, of `value_bars`, which are no part of
    this group; `grow_values` lets the first of them grow first. `key` are then the words for values and for
    gradients, which are below the layers.
    """

    def __init__(
        self,
        area: Area,
        sizes: Array,
        low: float,
        high: float,
        heading: str,
        name: str,
        activation: str,
        values: Array | None = None,
        key: Sequence[str] = (),
    ) -> None:
        self.sizes, self.low, self.high, self.values = sizes, low, high, values
        self.is_low = area.height < LOW
        inner = replace(area, left=area.left + ROOM_LEFT + (BESIDE if self.is_low else 0.0))
        below = ROOM_BELOW + (ROOM_FOR_KEY if key else 0.0)
        above = NUMBERS_ABOVE if self.is_low else ROOM_ABOVE
        self.bottom, self.top = inner.bottom + below, inner.top - above
        self.pitch = inner.width / len(sizes)
        self.aside = 0.0 if values is None else PAIRED / 2 * self.pitch
        self.centres = [inner.left + self.pitch * (place + 0.5) for place in range(len(sizes))]
        colour = theme.colour("muted")
        self.area, self.inner = area, inner
        gate = [Gate(activation, 0.0, GATE)] if has_curve(activation) else []
        self.words_at = inner.centre[0] - inner.width / 4 + (GATE / 2 + BESIDE_GATE if gate else 0.0)
        self.words_top = inner.top
        if self.is_low:
            self.words_at, self.words_top = area.left, inner.top - (GATE + BESIDE_GATE if gate else 0.0)
        text = words(heading, em=theme.SIZES.label, weight="semibold")
        self._put(text, self.words_top - FIRST_LINE)
        for plot in gate:
            x = area.left + GATE / 2 if self.is_low else self.words_at - BESIDE_GATE - GATE / 2
            plot.move_to(at(x, inner.top - GATE / 2))
        self.heading = VGroup(*gate, text)
        self.note: Typeset | None = None
        numbers = self._layers()
        beside = words(name, em=theme.SIZES.small, colour=colour)
        beside.next_to(at(inner.left, numbers[0].get_y()), LEFT, buff=TICK)
        line = Line(at(inner.left, self.bottom), at(inner.right, self.bottom))
        line.set_stroke(theme.colour("line"), theme.SPACING.thin_stroke)
        self.frame = VGroup(beside, line, *self._levels(inner), *numbers, *self._key(key))
        self.bars = VGroup(*(Rectangle() for _ in sizes)).set_stroke(width=0)
        self.bars.set_fill(theme.colour("gradient"), opacity=1)
        self.value_bars = VGroup(*(Rectangle() for _ in (() if values is None else values)))
        self.value_bars.set_stroke(width=0).set_fill(theme.colour("activation"), opacity=1)
        self.ends = VGroup(*(part for place in (0, len(sizes) - 1) for part in self._number(place)))
        super().__init__(self.heading, self.frame, self.bars)
        self.grow(0.0)

    def _key(self, texts: Sequence[str]) -> list[VGroup]:
        """A square in the colour of values and one in that of gradients, each with its word."""
        entries = VGroup()
        for text, kind in zip(texts, ("activation", "gradient"), strict=False):
            sample = Rectangle(width=SAMPLE, height=SAMPLE).set_stroke(width=0)
            sample.set_fill(theme.colour(kind), opacity=1)
            word = words(text, em=theme.SIZES.small, colour=theme.colour(kind))
            entries.add(VGroup(sample, word.next_to(sample, RIGHT, buff=TICK)))
        if len(entries):
            entries.arrange(RIGHT, buff=BETWEEN)
            entries.move_to(at(self.inner.centre[0], self.inner.bottom + entries.height / 2))
        return [*entries]

    def written_below(self, note: str) -> Typeset:
        """Words below those of the heading."""
        return self._put(words(note, em=theme.SIZES.body), self.words_top - FIRST_LINE - LINE)

    def _put(self, text: Typeset, y: float) -> Typeset:
        """Words beside the plot of the function, made smaller if they need more than their room."""
        right = self.area.left + BESIDE if self.is_low else self.inner.right
        text.scale(min(1.0, (right - self.words_at) / text.width))
        return text.move_to(at(self.words_at, y), aligned_edge=LEFT)

    def y_of(self, size: float) -> float:
        """The height in the frame of a size."""
        share = np.log(size / self.low) / np.log(self.high / self.low)
        return self.bottom + float(share) * (self.top - self.bottom)

    def _levels(self, inner: Area) -> list[VGroup]:
        marks = []
        most = max(1, int((self.top - self.bottom) / LEVEL))
        for level in powers_of_ten(self.low, self.high, most):
            y = self.y_of(level)
            if y < self.bottom + LEVEL / 2:
                continue  # the name of the layers is there
            across = Line(at(inner.left, y), at(inner.right, y))
            across.set_stroke(theme.colour("line"), theme.SPACING.thin_stroke, opacity=theme.DIMMED)
            number = tick(shown(level, ".0e").removeprefix("1×"), NUMBER).next_to(across, LEFT, buff=TICK)
            marks.append(VGroup(across, number))
        return marks

    def _layers(self) -> list[Typeset]:
        return [
            tick(str(number), NUMBER).next_to(at(x, self.bottom), DOWN, buff=TICK)
            for number, x in enumerate(self.centres, start=1)
        ]

    def _number(self, place: int) -> list[VMobject]:
        """The size of a layer, above the bars that it is over, with a line to its own if those are higher."""
        size, centre = float(self.sizes[place]), self.centres[place] + self.aside
        highest = self.sizes if self.values is None else np.maximum(self.sizes, self.values)
        text = shown(size, ".1e" if size < PLAIN else ".2g")
        number = maths(text, plain=text, em=NUMBER, colour=theme.colour("gradient"))
        left, right = self.centres[0] - self.pitch / 2, self.centres[-1] + self.pitch / 2
        x = min(max(centre, left + number.width / 2), right - number.width / 2)
        over = [
            other
            for other, its in zip(highest.tolist(), self.centres, strict=True)
            if abs(its - x) < (number.width + self.pitch) / 2
        ]
        bottom = (self.y_of(max(over)) if self.values is None else self.top) + TICK
        number.move_to(at(x, bottom + number.height / 2))
        if max(over) <= ALIKE * size:
            return [number]
        line = Line(at(centre, self.y_of(size)), at(centre, bottom - TICK / 2))
        return [number, line.set_stroke(theme.colour("gradient"), theme.SPACING.thin_stroke)]

    def grow(self, share: float) -> None:
        """Show a share of the way back, from the last bar (0) to when all have their sizes (1)."""
        count = len(self.sizes)
        for place, (bar, x, size) in enumerate(
            zip(self.bars, self.centres, self.sizes.tolist(), strict=True)
        ):
            grown = float(np.clip(share * count - (count - 1 - place), 0.0, 1.0))
            bar.points = self._outline(x + self.aside, self.bottom + grown * (self.y_of(size) - self.bottom))

    def grow_values(self, share: float) -> None:
        """Show a share of the way forward, from the first bar of `value_bars` (0) to when all have their
        sizes (1)."""
        values = [] if self.values is None else self.values.tolist()
        bars = zip(self.value_bars, self.centres, values, strict=True)
        for place, (bar, x, value) in enumerate(bars):
            grown = float(np.clip(share * len(values) - place, 0.0, 1.0))
            bar.points = self._outline(x - self.aside, self.bottom + grown * (self.y_of(value) - self.bottom))

    def _outline(self, x: float, top: float) -> Points:
        height = max(top - self.bottom, 0.01)
        width = WIDTH if self.values is None else PAIRED
        shape: Points = _SQUARE * (width * self.pitch, height, 0.0)
        return shape + at(x, self.bottom + height / 2)


def scale_for(sizes: Sequence[Array]) -> tuple[float, float]:
    """The powers of ten around all sizes, the lower one below the lowest."""
    every = np.concatenate(list(sizes))
    low, high = 10.0 ** np.floor(np.log10(every.min()) - 0.3), 10.0 ** np.ceil(np.log10(every.max()))
    return float(low), float(high)
