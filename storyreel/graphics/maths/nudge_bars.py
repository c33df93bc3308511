"""Bars that compare nudges of weights: how far each moves the loss, in lengths of the nudge."""

from collections.abc import Mapping

import numpy as np
from manim import LEFT, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.number_format import decimals_for, in_full, rounded
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, slot

DIGITS = 4
"""Significant digits of a change of the loss and of its ratio to the nudge."""
TALLEST_ROW, BAR = 1.05, 0.3
"""The largest height of a row in Manim units, and the height of its bars, in rows."""
LARGEST_TEXT, TEXT = 0.46, 0.42
"""The largest font size of a row's texts, in units and in rows."""
ABOVE_BAR = 0.14
"""Units from a bar up to the baseline of its text."""
LONGEST_UNIT, BETWEEN = 0.5, 0.5
"""The largest length that stands for a nudge, and the units between the nudges and the changes."""
SEAM, SHORTEST = 0.04, 0.12
"""Units between the pieces of a bar, each a nudge long; the length of a nudge from which there are pieces."""


class NudgeBar(VGroup):
    """A row: the nudge of the weight `name`, and the change of the loss, each as a text above a bar.

    `before` and `after` are the traces without and with the nudge. The row's parts are `label` and `block` of
    the nudge, `text` and `bar` of the change, whose ratio to the nudge is `ratio`. The bar of a loss that
    falls is an outline.
    """

    def __init__(self, before: Trace, after: Trace, name: str, nudge: float, em: float) -> None:
        change, kind, step = after.loss - before.loss, before[name].kind, in_full(nudge)
        self.ratio = change / nudge
        texts = [rounded(value, decimals_for(value, DIGITS)) for value in (change, self.ratio)]
        paint, red, pink = (theme.colour(one) for one in (kind, "loss", "gradient"))
        self.label = Typeset(
            f"${slot(0, f'Delta {symbol(name)} = {step}')}$",
            plain=f"Δ{name} = {step}",
            em=em,
            slots=("nudge",),
            colours=(paint,),
        )
        moved = slot(0, f"Delta {symbol('loss')} approx {texts[0]}")
        self.text = Typeset(
            f"${moved} approx {slot(1, texts[1])} times {slot(2, step)}$",
            plain=f"Δloss ≈ {texts[0]} ≈ {texts[1]} × {step}",
            em=em,
            slots=("change", "ratio", "nudge"),
            colours=(red, pink, paint),
        )
        self.block = VMobject(stroke_width=0, fill_color=paint, fill_opacity=1)
        self.bar = VMobject(stroke_width=0, fill_color=red, fill_opacity=1)
        if change < 0:
            self.bar.set_stroke(red, theme.SPACING.thin_stroke).set_fill(opacity=0)
        super().__init__(self.label, self.block, self.text, self.bar)

    def place(self, lefts: tuple[float, float], y: float, unit: float, height: float) -> None:
        """Begin at the x coordinates `lefts` of nudge and change, with bars around the height `y`; `unit` is
        the length of a nudge, `height` that of the bars."""
        self.left, self.y, self.unit, self.bar_height = lefts[1], y, unit, height
        self.block.points = _pieces(lefts[0], y, 1.0, unit, height)
        for text, x in zip((self.label, self.text), lefts, strict=True):
            text.on_baseline(y + height / 2 + ABOVE_BAR).align_to(at(x, 0), LEFT)
        self.grow(1.0)

    def grow(self, share: float) -> None:
        """Let the bar of the change have a share, 0 to 1, of its length."""
        self.bar.points = _pieces(self.left, self.y, share * abs(self.ratio), self.unit, self.bar_height)


class NudgeBars(VGroup):
    """The rows of equal nudges of the weights or biases `names`, in `area`; `rows` holds them by name.

    `nudged` has the traces in which the number of a name is larger by `nudge`, in the order of the rows.
    """

    def __init__(self, before: Trace, nudged: Mapping[str, Trace], nudge: float, area: Area) -> None:
        height = min(TALLEST_ROW, area.height / len(nudged))
        em = min(LARGEST_TEXT, TEXT * height)
        self.rows = self._rows_of(before, nudged, nudge, em)
        if (widest := self._width_of_texts()) > area.width:
            self.rows = self._rows_of(before, nudged, nudge, em * area.width / widest)
        rows = list(self.rows.values())
        shift = max(row.label.width for row in rows) + BETWEEN
        longest = max(1e-9, *(abs(row.ratio) for row in rows))
        unit = min(LONGEST_UNIT, (area.width - shift) / longest)
        left = area.centre[0] - max(shift + longest * unit, self._width_of_texts()) / 2
        for number, row in enumerate(rows):
            y = area.top - (number + 1 - BAR) * height
            row.place((left, left + shift), y, unit, BAR * height)
        super().__init__(*rows)

    def _rows_of(
        self, before: Trace, nudged: Mapping[str, Trace], nudge: float, em: float
    ) -> dict[str, NudgeBar]:
        return {name: NudgeBar(before, after, name, nudge, em) for name, after in nudged.items()}

    def _width_of_texts(self) -> float:
        rows = self.rows.values()
        return max(row.label.width for row in rows) + BETWEEN + max(row.text.width for row in rows)


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
