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
from storyreel.graphics.text.typeset import CAPITALS, Typeset, slot

DIGITS = 4
"""Significant digits of the ratio of a change of the loss to the nudge."""
TALLEST_ROW, BAR, TEXT, APART = 1.75, 0.36, 0.38, 0.06
"""The largest height of a row in Manim units; the height of its bars, the font size of its texts and what is
free below it, in rows. Texts stand above their bars."""
LONGEST_UNIT, BETWEEN = 0.7, 0.9
"""The largest length that stands for a nudge; the units from the nudges to the changes."""
SEAM, SHORTEST = 0.04, 0.12
"""Units between the pieces of a bar, each a nudge long; the length of a nudge from which there are pieces."""


class NudgeBar(VGroup):
    """A row: the nudge of the weight `name`, and the change of the loss, each as a text above a bar.

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

    @property
    def change_text(self) -> str:
        """The change of the loss with its sign, with as many digits as the ratio has."""
        written = rounded(self.change, decimals_for(self.change, DIGITS))
        return written if self.change < 0 else f"+{written}"

    def place(self, lefts: tuple[float, float], top: float, unit: float, height: float) -> None:
        """Fill a row of a height below `top`; the nudge and the change begin at the x coordinates `lefts`,
        and `unit` is the length of a nudge."""
        self.left, self.unit, self.bar_height = lefts[1], unit, BAR * height
        self.y = top - height * (1 - APART - BAR / 2)
        self.block.points = _pieces(lefts[0], self.y, 1.0, unit, self.bar_height)
        room = height * (1 - APART - BAR)
        for text, x in zip((self.label, self.text), lefts, strict=True):
            text.on_baseline(top - (room + CAPITALS * text.em) / 2).align_to(at(x, 0), LEFT)
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
        em = min(theme.SIZES.number, TEXT * height)
        rows = _rows_of(before, nudged, nudge, em)
        if (widest := _width_of_texts(rows)) + BETWEEN > area.width:
            rows = _rows_of(before, nudged, nudge, em * (area.width - BETWEEN) / widest)
        self.rows = rows
        labels = max(row.label.width for row in rows.values())
        longest = max(1e-9, *(abs(row.ratio) for row in rows.values()))
        unit = min(LONGEST_UNIT, (area.width - labels - BETWEEN) / longest)
        ends = (max(abs(row.ratio) * unit, row.text.width) for row in rows.values())
        left = area.centre[0] - (labels + BETWEEN + max(ends)) / 2
        top = area.centre[1] + len(rows) * height / 2
        for number, row in enumerate(rows.values()):
            row.place((left, left + labels + BETWEEN), top - number * height, unit, height)
        super().__init__(*rows.values())


def _rows_of(before: Trace, nudged: Mapping[str, Trace], nudge: float, em: float) -> dict[str, NudgeBar]:
    return {name: NudgeBar(before, after, name, nudge, em) for name, after in nudged.items()}


def _width_of_texts(rows: Mapping[str, NudgeBar]) -> float:
    return max(row.label.width for row in rows.values()) + max(row.text.width for row in rows.values())


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
