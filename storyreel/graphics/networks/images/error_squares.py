"""The squares of the errors of a network's outputs, and the loss that they add up to."""

import numpy as np
from manim import LEFT, Animation, Line, Mobject, Rectangle, UpdateFromAlphaFunc, VGroup
from manim.utils.rate_functions import linear

from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import ease_travel
from storyreel.graphics.networks.images.output_errors import OutputErrors
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, maths, slot

COLUMNS = 2
ROOM_FOR_CLASS, ROOM_FOR_NUMBER, GAP = 0.4, 1.15, 0.15
"""The widths of the class and of the area beside a square, and the gaps between the three, in units."""
LOWEST_ROW, BETWEEN = 0.5, 0.22
"""The least height of a row, in which its texts have room, and the gap between two rows, in units."""
FINENESS = 40
"""How often the scale is halved to find the largest that fits."""
ROOM_FOR_SUM = 1.0
"""The height of the row of the sum below the squares."""
DECIMALS = ".3f"
RESTING, LIT = 0.3, 0.9
"""The opacity of a square, and that while its area is added to the sum."""
ARRIVED = 0.5
"""The share of its time after which an error has arrived, and its square grows."""


class ErrorSquares(VGroup):
    """In `area`, a square on the error of each of the outputs of `rows`, with its class and its area.

    All squares have one scale, on which an error of 1 is `unit` Manim units long. `loss` is half the sum of
    their areas, as an equation below them, and no part of this group; `loss.slot(0)` is the sum.
    """

    def __init__(self, rows: OutputErrors, area: Area) -> None:
        self.rows = rows
        self.errors = rows.values - rows.wanted
        count = len(self.errors)
        lines = -(-count // COLUMNS)
        self.sides = np.abs(self.errors)
        # A column and a row for each group of squares: row `k` has the squares `k` and `k + lines`.
        table = np.zeros((COLUMNS, lines))
        table.flat[:count] = self.sides
        self.unit = _largest_unit(table, area)
        widths = ROOM_FOR_CLASS + ROOM_FOR_NUMBER + 2 * GAP + self.unit * table.max(axis=1)
        lefts = area.left + np.cumsum([0.0, *widths[:-1]]) + _spare(area.width, widths) * np.arange(COLUMNS)
        heights = np.maximum(LOWEST_ROW, self.unit * table.max(axis=0))
        free = (area.height - ROOM_FOR_SUM - heights.sum()) / lines
        bottoms = area.top - np.cumsum(heights + free) + free / 2
        self.squares, self.classes, self.areas = VGroup(), VGroup(), VGroup()
        em = theme.SIZES.body
        paint = theme.colour("loss")
        for place, error in enumerate(self.errors.tolist()):
            column, line = divmod(place, lines)
            left, bottom = float(lefts[column]), float(bottoms[line])
            side = max(self.unit * abs(error), 0.02)
            square = Rectangle(width=side, height=side, fill_color=paint, fill_opacity=RESTING)
            square.set_stroke(paint, theme.SPACING.thin_stroke)
            start = left + ROOM_FOR_CLASS + GAP
            square.move_to(at(start + side / 2, bottom + side / 2))
            self.squares.add(square)
            base = bottom + 0.04
            name = maths(str(place), plain=str(place), em=em, colour=theme.colour("muted"))
            self.classes.add(name.move_to(at(left + ROOM_FOR_CLASS / 2, 0)).on_baseline(base))
            text = shown(error * error, DECIMALS)
            number = maths(text, plain=text, em=em, colour=paint)
            number.align_to(at(start + side + GAP, 0), LEFT).on_baseline(base)
            self.areas.add(number)
        self.loss = self._loss(area)
        super().__init__(self.classes, self.squares, self.areas)

    def _loss(self, area: Area) -> Typeset:
        total, loss = float((self.errors**2).sum()), self.rows.trace.loss
        texts = shown(total, DECIMALS), shown(loss, DECIMALS)
        written = Typeset(
            f"${slot(1, symbol('loss'))} approx 1/2 dot {slot(0, texts[0])} approx {slot(1, texts[1])}$",
            plain=f"L ≈ 1/2 · {texts[0]} ≈ {texts[1]}",
            em=theme.SIZES.label,
            slots=("sum", "loss", "loss"),
            colours=(theme.colour("loss"),) * 2,
        )
        room = Area("sum", area.left, area.bottom, area.right, area.bottom + ROOM_FOR_SUM - GAP)
        return room.place(written)

    @property
    def around_sum(self) -> tuple[VGroup, VGroup]:
        """What is before and what is after the sum in the equation of the loss."""
        total = self.loss.slot(0)
        left, right = total.get_left()[0], total.get_right()[0]
        before = VGroup(*(glyph for glyph in self.loss if glyph.get_right()[0] <= left))
        return before, VGroup(*(glyph for glyph in self.loss if glyph.get_left()[0] >= right))

    def adds_up(self) -> Animation:
        """The squares light up one after another, and the sum so far is in the place of the sum."""
        total, sums = self.loss.slot(0), np.cumsum(self.errors**2).tolist()
        written, at_square = VGroup(), -1

        def add(_: Mobject, alpha: float) -> None:
            nonlocal at_square
            way = alpha * len(sums)
            for place, square in enumerate(self.squares):
                glow = max(0.0, 1 - abs(way - place - 0.5))
                square.set_fill(opacity=RESTING + (LIT - RESTING) * (glow if alpha < 1 else 0.0))
            now = min(len(sums) - 1, int(way))
            if now != at_square and alpha > 0:
                at_square, text = now, shown(sums[now], DECIMALS)
                number = maths(text, plain=text, em=self.loss.em, colour=theme.colour("loss"))
                copy_outlines(written, number.scale(total.height / number.height).move_to(total))

        return UpdateFromAlphaFunc(VGroup(written, self.squares), add, rate_func=linear)

    def grows(self, place: int) -> Animation:
        """The error of an output comes from its row, and its square grows on it. Where the squares are below
        the rows, it fades out there and appears at its place, so that it crosses no others."""
        line, square = self.rows.errors[place].copy(), self.squares[place]
        starts, end = line.points.copy(), square.points.copy()
        left, bottom = square.get_corner((-1, -1, 0))[:2]
        side = float(square.width)
        order = 1 if self.errors[place] < 0 else -1
        ends = Line(at(left, bottom), at(left + side, bottom)).points[::order]
        is_below = bottom + side < float(self.rows.heights[-1])
        square.points = np.zeros((0, 3))

        def move(_: Mobject, alpha: float) -> None:
            way = ease_travel(min(1.0, alpha / ARRIVED))
            line.points = starts + (round(way) if is_below else way) * (ends - starts)
            grown = ease_travel(max(0.0, (alpha - ARRIVED) / (1 - ARRIVED)))
            opacity = 1 - grown if alpha > 0 else 0.0
            line.set_stroke(opacity=opacity * abs(1 - 2 * way) if is_below else opacity)
            square.points = end.copy() if grown else np.zeros((0, 3))
            if grown:
                square.points[:, 1] = bottom + grown * (end[:, 1] - bottom)

        moving = VGroup(line, square)
        return UpdateFromAlphaFunc(moving, move, introducer=True, rate_func=linear)


def _largest_unit(table: np.ndarray, area: Area) -> float:
    """The largest scale of squares with the sides `table`, of shape (columns, rows), that have room in an
    area with their texts."""
    beside = ROOM_FOR_CLASS + ROOM_FOR_NUMBER + 2 * GAP
    across = (area.width - COLUMNS * beside) / float(table.max(axis=1).sum())
    low, high = 0.0, across
    for _ in range(FINENESS):
        middle = (low + high) / 2
        rows = np.maximum(LOWEST_ROW, middle * table.max(axis=0)) + BETWEEN
        low, high = (middle, high) if rows.sum() <= area.height - ROOM_FOR_SUM else (low, middle)
    return low


def _spare(width: float, widths: np.ndarray) -> float:
    """What is free between two columns."""
    return float(width - widths.sum()) / len(widths)
