"""How the numbers of a chain answer a nudge: on number lines, in their nodes, and in ratios."""

import math
from dataclasses import dataclass

from manim import VGroup

from storyreel import theme
from storyreel.drawings.chain_graph import ChainGraph
from storyreel.drawings.move_line import MoveLine
from storyreel.drawings.rate import Rate
from storyreel.errors import StoryreelError
from storyreel.layout import FORMULA, at
from storyreel.number import decimals_for, is_exact, rounded, shown

LINE_GAP = 1.12
"""Units from the lowest part of the graph down to the number lines."""
SMALLEST_SHARE, ENLARGED_SHARE = 0.12, 0.3
"""Moves that are a smaller part of the longest are enlarged, to at least such a part of it."""
RATIO_EM, RATIO_HEIGHT, ROOM_AROUND_RATIOS = 0.155, 2.2, 0.4
"""The size of a ratio in parts of the width of a column, its height in parts of its size, the room around."""
RATIO_DIGITS, MOVE_DIGITS = 3, 2
"""Significant digits of a ratio and of a move."""


@dataclass(frozen=True)
class Moment:
    """A moment of a nudge.

    The parameter is nudged by `nudge`, and half a number line covers a range of `reach`.
    The digits are those that the moves of a nudge by `finest` need.
    """

    nudge: float
    reach: float
    finest: float
    is_at_rest: bool


class ChainResponse:
    """The pictures of all that depends on a nudge of `graph`'s parameter, by the name of a number.

    `lines` are the number lines, in a scale on which a nudge by `first` can be seen. Raises StoryreelError
    where there is nothing to see.
    """

    def __init__(self, graph: ChainGraph, first: float) -> None:
        self.graph, self.chain = graph, graph.chain
        moves = self.chain.moves(first)
        longest = max(map(abs, moves))
        height = graph.lowest - LINE_GAP
        if not first or not math.isfinite(longest):
            raise StoryreelError(f"a nudge by {first:g} cannot be drawn")
        self.lines: dict[str, MoveLine] = {}
        for column, (name, move) in enumerate(zip(self.chain.names, moves, strict=True)):
            quantity = graph.trace[name]
            self.lines[name] = MoveLine(
                name,
                quantity.kind,
                quantity.value,
                at(graph.x(column), height),
                graph.spacing - 0.4,
                side=-1 if move < 0 else 1,
                enlarged=_enlargement(abs(move) / longest),
            )

    def reach(self, nudge: float) -> float:
        """The range that half a line must cover so that a nudge fills the lines."""
        moves = zip(self.chain.moves(nudge), self.lines.values(), strict=True)
        return max(line.reach(move) for move, line in moves)

    def line(self, name: str, moment: Moment) -> VGroup:
        """The ticks of a number's line, and its move on it."""
        line, (value, decimals) = self.lines[name], self._number(name, moment)
        return VGroup(line.ticks(moment.reach), line.move(value, moment.reach, decimals, moment.is_at_rest))

    def number(self, name: str, moment: Moment) -> VGroup:
        """The number in its node, or nothing where there is no room for it."""
        if moment.is_at_rest and not moment.nudge:
            number = self.graph.value(name)
            shown_number = VGroup(number) if number else VGroup()
        else:
            value, decimals = self._number(name, moment)
            shown_number = self.graph.moved_value(name, value, decimals, moment.is_at_rest)
        return shown_number.set_z_index(1)  # above its circle, which changes beneath it

    def ratio(self, name: str, moment: Moment) -> VGroup:
        """The ratio of a number's move to the move of the one before it; below the link between the two."""
        place = self.chain.names.index(name)
        value = self.chain.ratios(moment.nudge)[place - 1]
        decimals = decimals_for(self.chain.ratios(moment.finest)[place - 1], RATIO_DIGITS)
        text = rounded(value, decimals, moment.is_at_rest)
        is_equal = moment.is_at_rest and math.isclose(round(value, decimals), value, rel_tol=1e-9)
        before = self.chain.names[place - 1]
        kinds = self.graph.trace[name].kind, self.graph.trace[before].kind
        rate = Rate("Delta", name, before, kinds, text, "=" if is_equal else "approx", self._em)
        return VGroup(self._below_link(rate, place))

    def derivative(self, name: str) -> Rate:
        """What the ratio tends to, in its place."""
        place = self.chain.names.index(name)
        value, before = self.chain.derivatives[place - 1], self.chain.names[place - 1]
        sign = "=" if is_exact(value, shown(value)) else "approx"
        kinds = ("gradient", "gradient")
        return self._below_link(Rate("partial", name, before, kinds, shown(value), sign, self._em), place)

    @property
    def _em(self) -> float:
        """The size of ratios, which have the width of a column and the room below the lines."""
        room = self._lowest - FORMULA.bottom - ROOM_AROUND_RATIOS
        return min(theme.SIZES.label, RATIO_EM * self.graph.spacing, room / RATIO_HEIGHT)

    @property
    def _lowest(self) -> float:
        return min(line.lowest for line in self.lines.values())

    def _below_link(self, rate: Rate, place: int) -> Rate:
        room = 0.94 * self.graph.spacing
        height = (FORMULA.bottom + self._lowest) / 2
        rate.scale(min(1.0, room / rate.width)).set_x(self.graph.x(place - 0.5))
        return rate.shift(at(0, height - rate.bar.get_y()))  # the bars of all ratios are in a line

    def _number(self, name: str, moment: Moment) -> tuple[float, int]:
        """A number at a moment, and the decimals in which its move can be read."""
        place = self.chain.names.index(name)
        finest = self.chain.moves(moment.finest)[place]
        return self.chain.values(moment.nudge)[place], decimals_for(finest, MOVE_DIGITS)


def _enlargement(share: float) -> int:
    """The round factor by which to enlarge a move that is this part of the longest."""
    if share >= SMALLEST_SHARE or not share:
        return 1
    power = int(10 ** math.floor(math.log10(ENLARGED_SHARE / share)))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power * share >= ENLARGED_SHARE)
