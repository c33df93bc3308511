"""Bars that compare nudges of weights: how far each moves the loss, in lengths of the nudge."""

from collections.abc import Mapping

import numpy as np
from manim import DOWN, LEFT, RIGHT, Line, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.number_format import decimals_for, in_full, rounded, shown
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Point, at
from storyreel.graphics.plots.ticks import ticks
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import CAPITALS, Typeset, maths, slot, tick

DIGITS = 4
"""Significant digits of the ratio of a change of the loss to the nudge."""
TALLEST_ROW, BAR, TEXT = 0.95, 0.5, 0.6
"""The largest height of a row in Manim units; the height of its bars and the font size of its texts, in
rows."""
TALLEST_SCALE, LONGEST_TICK, TICK_TO_NUMBER, MOST_TICKS = 0.75, 0.12, 0.1, 4
"""The height of the scale below the rows, that of a tick and the space below it, in units; the most ticks."""
MOST_TEXT = 0.65
"""The largest share of the width that texts take; bars have the rest."""
LONGEST_UNIT, GAP, BETWEEN = 0.55, 0.25, 0.6
"""The largest length that stands for a nudge; the units from a bar to its text, and from the nudges to the
changes."""
SEAM, SHORTEST = 0.04, 0.12
"""Units between the pieces of a bar, each a nudge long; the length of a nudge from which there are pieces."""


class NudgeBar(VGroup):
    """A row: the nudge of the weight `name`, and the change of the loss, each as a text beside a bar.

    `before` and `after` are the traces without and with the nudge. The row's parts are `label` and `block` of
    the nudge, `bar` and `text` of the change, whose ratio to the nudge is `ratio`. The bar of a loss that
    falls is an outline.
    """

    def __init__(self, before: Trace, after: Trace, name: str, nudge: float, em: float) -> None:
        self.change, kind, step = after.loss - before.loss, before[name].kind, in_full(nudge)
        self.ratio = self.change / nudge
        ratio = rounded(self.ratio, decimals_for(self.ratio, DIGITS))
        paint, red, pink = (theme.colour(one) for one in (kind, "loss", "gradient"))
        self.label = Typeset(
            f"${slot(0, f'Delta {symbol(name)} = {step}')}$",
            plain=f"Δ{name} = {step}",
            em=em,
            slots=("nudge",),
            colours=(paint,),
        )
        moved = slot(0, f"Delta {symbol('loss')}")
        self.text = Typeset(
            f"${moved} approx {slot(1, ratio)} times {slot(2, step)}$",
            plain=f"Δloss ≈ {ratio} × {step}",
            em=em,
            slots=("change", "ratio", "nudge"),
            colours=(red, pink, paint),
        )
        self.block = VMobject(stroke_width=0, fill_color=paint, fill_opacity=1)
        self.bar = VMobject(stroke_width=0, fill_color=red, fill_opacity=1)
        if self.change < 0:
            self.bar.set_stroke(red, theme.SPACING.thin_stroke).set_fill(opacity=0)
        super().__init__(self.label, self.block, self.bar, self.text)

    def place(self, lefts: tuple[float, float, float], y: float, unit: float, height: float) -> None:
        """Begin at the x coordinates `lefts` of label, nudge and change, with bars around the height `y`;
        `unit` is the length of a nudge, `height` that of the bars."""
        self.left, self.y, self.unit, self.bar_height = lefts[2], y, unit, height
        self.block.points = _pieces(lefts[1], y, 1.0, unit, height)
        end = self.left + abs(self.ratio) * unit + GAP
        for text, x in zip((self.label, self.text), (lefts[0], end), strict=True):
            text.on_baseline(y - CAPITALS * text.em / 2).align_to(at(x, 0), LEFT)
        self.grow(1.0)

    def grow(self, share: float) -> None:
        """Let the bar of the change have a share, 0 to 1, of its length."""
        self.bar.points = _pieces(self.left, self.y, share * abs(self.ratio), self.unit, self.bar_height)


class NudgeBars(VGroup):
    """The rows of equal nudges of the weights or biases `names`, in `area`; `rows` holds them by name.

    `nudged` has the traces in which the number of a name is larger by `nudge`, in the order of the rows.
    Below the bars of the changes there is a `scale`: its line, its ticks with their numbers, and its name.
    """

    def __init__(self, before: Trace, nudged: Mapping[str, Trace], nudge: float, area: Area) -> None:
        height = min(TALLEST_ROW, (area.height - TALLEST_SCALE) / len(nudged))
        em = min(theme.SIZES.label, TEXT * height)
        self.rows = self._rows_of(before, nudged, nudge, em)
        if (widest := self._width_of_texts()) > MOST_TEXT * area.width:
            self.rows = self._rows_of(before, nudged, nudge, em * MOST_TEXT * area.width / widest)
        rows = list(self.rows.values())
        longest = max(1e-9, *(abs(row.ratio) for row in rows))
        spaces = 2 * GAP + BETWEEN
        unit = min(LONGEST_UNIT, (area.width - self._width_of_texts() - spaces) / (longest + 1))
        label = max(row.label.width for row in rows)
        ends = (abs(row.ratio) * unit + row.text.width for row in rows)
        left = area.centre[0] - (label + spaces + unit + max(ends)) / 2
        block = left + label + GAP
        start = block + unit + BETWEEN
        for number, row in enumerate(rows):
            row.place((left, block, start), area.top - (number + 0.5) * height, unit, BAR * height)
        is_signed = any(row.change < 0 for row in rows)
        self.scale_line = _scale(
            start, area.top - len(rows) * height, longest * unit, longest * abs(nudge), is_signed
        )
        super().__init__(*rows, self.scale_line)

    def _rows_of(
        self, before: Trace, nudged: Mapping[str, Trace], nudge: float, em: float
    ) -> dict[str, NudgeBar]:
        return {name: NudgeBar(before, after, name, nudge, em) for name, after in nudged.items()}

    def _width_of_texts(self) -> float:
        rows = self.rows.values()
        return max(row.label.width for row in rows) + max(row.text.width for row in rows)


def _scale(left: float, y: float, length: float, highest: float, is_signed: bool) -> VGroup:
    """A line from 0 to the change of the loss `highest`, with ticks, numbers and its name."""
    scale = VGroup(_line(at(left, y), at(left + length, y)))
    for value in ticks(0.0, highest, MOST_TICKS):
        x = left + value / highest * length
        mark = _line(at(x, y), at(x, y - LONGEST_TICK))
        number = tick(shown(value)).next_to(mark, DOWN, buff=TICK_TO_NUMBER)
        if len(scale) > 1 and number.get_left()[0] < scale[-1].get_right()[0] + GAP:
            continue
        scale.add(mark, number)
    sign = "abs(Delta {})" if is_signed else "Delta {}"
    name = maths(sign.format(symbol("loss")), plain="|Δloss|" if is_signed else "Δloss", em=theme.SIZES.label)
    name.set_fill(theme.colour("loss")).next_to(scale[-1], RIGHT, buff=2 * GAP)
    return scale.add(name.align_to(scale[-1], DOWN))


def _line(start: Point, end: Point) -> Line:
    return Line(start, end, stroke_color=theme.colour("line"), stroke_width=theme.SPACING.thin_stroke)


def _pieces(left: float, y: float, length: float, unit: float, height: float) -> Array:
    """The outline of a bar of a length in units, in pieces one unit long where these can be told apart."""
    count = int(np.ceil(length - 1e-9)) if unit >= SHORTEST else 1
    ends = [min(length, k + 1.0) for k in range(count)] if count > 1 else [length]
    outlines = []
    for k, end in enumerate(ends):
        start, stop = left + k * unit, left + end * unit - (SEAM if k < count - 1 else 0.0)
        low, high = y - height / 2, y + height / 2
        corners = at(start, low), at(stop, low), at(stop, high), at(start, high), at(start, low)
        outlines.append(polyline(corners))
    return np.concatenate(outlines)
