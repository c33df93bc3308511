"""How the numbers of a chain respond to a nudge: on number lines, in their nodes, and as ratios."""

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from manim import VGroup

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import decimals_for, is_exact, read_float, rounded_briefly
from storyreel.engine.curves import SMALLEST
from storyreel.graphics import theme
from storyreel.graphics.layout import GAP, Area, Point, at
from storyreel.graphics.maths.chain_graph import ChainGraph
from storyreel.graphics.maths.derivative_term import DerivativeTerm
from storyreel.graphics.motion.placement import beside_each_other
from storyreel.graphics.plots.number_line import NumberLine
from storyreel.graphics.plots.number_line_marker import NumberLineMarker

TO_RATIOS, TO_LINES, BELOW_LINES = 0.2, 1.6, 0.85
"""Units from the lower edge of the graph down to the ratios, from these to the number lines, and what these
need below at most."""
BELOW_TICKS = 0.45
"""Units that are free below the ticks of number lines whose moves are not enlarged."""
AFTER_NODES, ROOM_FOR_RATIOS = 0.35, 2.2
"""Units from the nodes of a chain that runs down to the number lines beside them, and the width of the room
for ratios on the right."""
SMALLEST_SHARE, ENLARGED_SHARE = 0.12, 0.3
"""Moves below the first share of the longest move are enlarged to at least the second share."""
RATIO_EM, RATIO_EM_IN_NARROW, NARROW, RATIO_HEIGHT = 0.155, 0.16, 2.5, 2.2
"""The font size of a ratio in widths of a column, that in columns of less than some units, and the height of
a ratio in font sizes."""
WIDEST_RATIO = 0.86
"""The largest width of a ratio, in widths of a column: between two there is a gap."""
BELOW_CHAIN, ABOVE_PRODUCT = 1.8, 0.15
"""Units from a chain without number lines down to the bars of its derivatives, and from these down to the
room for their product."""
BESIDE_CHAIN, HEIGHT_OF_TERM = 0.9, 4.0
"""Units from a chain that runs down to the derivatives beside it, and the largest font size of these, as the
divisor of the distance of nodes."""
WIDEST_TERM, LARGEST_GROWTH = 0.87, 1.5
"""The largest width of such a derivative, in distances of nodes, and its largest growth from its size below
ratios."""
ROOM_AROUND_RATIOS, LEAST_AROUND_RATIOS = 0.4, 0.1
"""Units that stay free above and below the ratios, if there is room, and at least."""
SAME_RATE = 1e-9
"""The relative error up to which a ratio is the derivative of its link, and is written like that."""
RATIO_DIGITS, MOVE_DIGITS, MOST_RATIO_DIGITS = 3, 2, 4
"""Significant digits of a ratio and of a move, and the most of a ratio."""


@dataclass(frozen=True)
class Moment:
    """One moment of a nudge.

    The parameter is nudged by `nudge`; half a number line covers `half_range`. Numbers have the digits that a
    nudge by `finest` needs. During an animation `speed` is how fast the range changes, 0 to 1.
    """

    nudge: float
    half_range: float
    finest: float
    speed: float | None = None

    @property
    def is_at_rest(self) -> bool:
        """True where nothing moves."""
        return self.speed is None


class ChainResponse:
    """The drawings of everything that depends on a nudge of `graph`'s parameter, by the name of a number.

    `lines` are the number lines, with a range in which a nudge by `first` can be seen; `markers` are the
    numbers on them. Ratios stand below the links and the lines below these, as far up as the y coordinate
    `bottom`. Where the chain runs down, each line is beside its node, and ratios to the right of the lines.
    Moves that could hardly be seen are enlarged, but not where `is_one_scale`. They have so many significant
    `digits`, and ratios as many, but three at least and four at most.
    Raises StoryreelError where the nudge is 0, or its effect is too small or too large for a computer.
    """

    def __init__(
        self,
        graph: ChainGraph,
        first: float,
        bottom: float,
        is_one_scale: bool = False,
        digits: int = MOVE_DIGITS,
    ) -> None:
        self.graph, self.chain, self.bottom = graph, graph.chain, bottom
        self.digits, self.ratio_digits = digits, min(max(RATIO_DIGITS, digits), MOST_RATIO_DIGITS)
        # All drawings of a moment need the same values and ratios, each for its own number.
        self._values, self._ratios = lru_cache(8)(self.chain.values), lru_cache(8)(self.chain.ratios)
        self._cache: dict[str, tuple[Hashable, VGroup]] = {}
        way = self.chain.way(first)
        moves = [float(column[np.abs(column).argmax()]) for column in way.T]
        longest = max(map(abs, moves))
        if not first or not math.isfinite(longest):
            raise StoryreelError(f"a nudge by {first:g} cannot be drawn")
        self.lines: dict[str, NumberLine] = {}
        for column, (name, move) in enumerate(zip(self.chain.names, moves, strict=True)):
            quantity = graph.trace[name]
            self.lines[name] = NumberLine(
                name,
                quantity.kind,
                quantity.value,
                *self._place_of_line(column),
                side=-1 if move < 0 else 1,
                enlarged=1 if is_one_scale or not longest else _enlargement(abs(move) / longest),
            )

        half_range = self.half_range_for(first)
        self.markers = {name: NumberLineMarker(line, half_range) for name, line in self.lines.items()}

    def _place_of_line(self, column: int) -> tuple[Point, float]:
        """The middle of a number line and its width."""
        graph = self.graph
        if not graph.runs_down:
            height = max(self.bottom + BELOW_LINES, self._end_of_ratios - TO_LINES)
            return at(graph.x(column), height), graph.spacing - 0.4
        x, y, _ = graph.place(column)
        left, right = x + graph.radius + AFTER_NODES, graph.area.right - ROOM_FOR_RATIOS
        return at((left + right) / 2, y), right - left

    @property
    def _end_of_ratios(self) -> float:
        """The y coordinate down to which ratios reach below a chain that runs from left to right."""
        return self.graph.lowest - TO_RATIOS - RATIO_HEIGHT * self.em

    @property
    def below_ratios(self) -> Area:
        """The room below the ratios of a chain that runs from left to right, down to the lowest ticks of the
        number lines there."""
        area, bottom = self.graph.area, self.bottom + BELOW_TICKS
        return Area("below the ratios", area.left, bottom, area.right, self._end_of_ratios - TO_RATIOS)

    @property
    def has_room_beside_last(self) -> bool:
        """True where the chain is so wide that a picture has room beside its last ratio."""
        return not self.graph.runs_down and self.graph.spacing > NARROW

    @property
    def beside_last(self) -> Area:
        """The room below the chain, and to the left of its last ratio."""
        graph = self.graph
        right = graph.x(len(self.chain.names) - 1.5) - WIDEST_RATIO * graph.spacing / 2
        top = graph.lowest - 2 * TO_RATIOS
        return Area("beside the last ratio", graph.area.left, self.bottom, right, top)

    @property
    def left_of_lines(self) -> float:
        """The x coordinate of the left end of the first number line."""
        first = self.lines[self.chain.names[0]]
        return float(first.middle - first.half)

    def half_range_for(self, nudge: float) -> float:
        """The range that half a line must cover so that a nudge fills the lines, also while it grows.

        Raises StoryreelError where a computer has no numbers for it.
        """
        ways = zip(self.chain.way(nudge).T.tolist(), self.lines.values(), strict=True)
        half_range = max(line.half_range_for(move) for way, line in ways for move in way)
        if half_range < SMALLEST:
            raise StoryreelError(f"a nudge by {nudge:g} is too small for a computer to tell")
        if half_range == math.inf:
            raise StoryreelError(f"a nudge by {nudge:g} cannot be drawn")
        return half_range

    def show(self, name: str, moment: Moment) -> None:
        """Move a number on its line to where it is at a moment."""
        value, decimals = self._number(name, moment)
        self.markers[name].move_number(value, moment.half_range, decimals, moment.speed)

    def number(self, name: str, moment: Moment) -> VGroup:
        """The number in its node, empty where it does not fit."""
        if moment.is_at_rest and not moment.nudge:
            number = self.graph.value(name)
            shown_number = VGroup(number) if number else VGroup()
        else:
            shown_number = self._moved(name, *self._number(name, moment), moment.is_at_rest)
        return shown_number.set_z_index(1)  # above its circle, whose fill changes

    def rate_text(self, name: str, moment: Moment) -> str:
        """The ratio of a number's move to the move of the number before it, as it is written at a moment;
        where a nudge of any size has the same ratio, like the derivative."""
        place = self.chain.names.index(name)
        rate, limit = self._ratios(moment.nudge)[place - 1], self.chain.derivatives[place - 1]
        if math.isclose(rate, limit, rel_tol=SAME_RATE):
            return self.chain.trace.notation.text(self.chain.derivative_names[place - 1], limit)
        decimals = decimals_for(self._ratios(moment.finest)[place - 1], self.ratio_digits)
        return rounded_briefly(rate, decimals, moment.is_at_rest)

    def move_text(self, name: str, moment: Moment) -> str:
        """The move of a number, as it is written at a moment at rest."""
        value, decimals = self._number(name, moment)
        return rounded_briefly(value - self._values(0.0)[self.chain.names.index(name)], decimals)

    def ratio(self, name: str, moment: Moment) -> VGroup:
        """The ratio of a number's move to the move of the number before it, below the link between them."""
        place = self.chain.names.index(name)
        value, text = self._ratios(moment.nudge)[place - 1], self.rate_text(name, moment)
        is_readable = moment.is_at_rest and math.isfinite(value)
        is_equal = is_readable and math.isclose(read_float(text), value, rel_tol=1e-9)
        before = self.chain.names[place - 1]

        def term() -> VGroup:
            kinds = self.graph.trace[name].kind, self.graph.trace[before].kind
            sign = "=" if is_equal else "approx"
            return VGroup(
                self._place_below_link(
                    DerivativeTerm("Delta", name, before, kinds, text, sign, self.em), place
                )
            )

        return term() if moment.is_at_rest else self._cached(f"ratio {name}", text, term)

    def _moved(self, name: str, value: float, decimals: int, is_at_rest: bool) -> VGroup:
        def number() -> VGroup:
            return self.graph.moved_value(name, value, decimals, is_at_rest)

        if is_at_rest:
            return number()
        brightness = self.graph.brightness_at(name, value)
        ink = theme.ink_on(self.graph.nodes[name].fill_at(brightness).to_hex())
        return self._cached(name, (rounded_briefly(value, decimals, is_at_rest), ink), number)

    def _cached(self, place: str, key: Hashable, draw: Callable[[], VGroup]) -> VGroup:
        """The last drawing for a place if it had the same key, which is common between frames."""
        last = self._cache.get(place)
        if last is None or last[0] != key:
            last = self._cache[place] = key, draw()
        return last[1]

    def derivative(self, name: str) -> DerivativeTerm:
        """The limit of a ratio, in its place."""
        return self._place_below_link(self.derivative_term(name), self.chain.names.index(name))

    def derivative_term(self, name: str) -> DerivativeTerm:
        """The limit of a ratio, in the font size that all have where they have room for it."""
        place = self.chain.names.index(name)
        value, before = self.chain.derivatives[place - 1], self.chain.names[place - 1]
        text = self.chain.trace.notation.text(self.chain.derivative_names[place - 1], value)
        sign = "=" if is_exact(value, text) else "approx"
        kind = self.chain.derivative_kinds[place - 1]
        return DerivativeTerm("partial", name, before, (kind, kind), text, sign, self.em)

    def place_derivatives(self, terms: Sequence[DerivativeTerm], below: float, taken: float) -> None:
        """Place the limits of all ratios, where there are no number lines, in one font size at their links;
        those below a chain are above the y coordinate `below`, where their product has its room, and those
        beside one to the right of the x coordinate up to which slopes of gates have `taken` the room."""
        if self.graph.runs_down:
            self._place_beside(terms, taken)
        else:
            self._place_in_row(terms, below)

    def _place_beside(self, terms: Sequence[DerivativeTerm], taken: float) -> None:
        graph = self.graph
        left = max(graph.place(0)[0] + graph.radius + BESIDE_CHAIN, taken + 2 * GAP)
        largest = min(theme.SIZES.number, graph.spacing / HEIGHT_OF_TERM)
        growth = min((graph.area.right - left) / max(term.width for term in terms), largest / self.em)
        for place, term in enumerate(terms):
            _, y, _ = graph.place(place + 0.5)
            term.scale(growth).shift(at(left - term.get_left()[0], y - term.bar.get_y()))

    def _place_in_row(self, terms: Sequence[DerivativeTerm], below: float) -> None:
        """As large as all fit into a column, but not smaller than can be read if the row has the room."""
        graph, gap = self.graph, (1 - WIDEST_TERM) * self.graph.spacing
        widths = [term.width for term in terms]
        in_columns = min(WIDEST_TERM * graph.spacing / max(widths), LARGEST_GROWTH)
        in_row = (graph.area.width - gap * (len(terms) - 1)) / sum(widths)
        growth = max(in_columns, min(in_row, max(1.0, theme.SIZES.smallest / self.em)))
        links = [graph.x(column + 0.5) for column in range(len(terms))]
        places = beside_each_other(links, [growth * width for width in widths], gap, graph.area.right)
        for term, x in zip(terms, places, strict=True):
            term.scale(growth).set_x(x)
        depth = max(float(term.bar.get_y() - term.get_bottom()[1]) for term in terms)
        bars = max(graph.lowest - BELOW_CHAIN, below + ABOVE_PRODUCT + depth)
        for term in terms:
            term.shift(at(0, bars - term.bar.get_y()))

    @property
    def em(self) -> float:
        """The font size of ratios: they fit into a column and into the room below the lines."""
        if self.graph.runs_down:
            return min(theme.SIZES.number, RATIO_EM * ROOM_FOR_RATIOS, self.graph.spacing / RATIO_HEIGHT)
        room = self.graph.lowest - TO_LINES - BELOW_LINES - self.bottom
        least = min(theme.SIZES.smallest, (room - LEAST_AROUND_RATIOS) / RATIO_HEIGHT)
        wanted = max((room - ROOM_AROUND_RATIOS) / RATIO_HEIGHT, least)
        share = RATIO_EM if self.graph.spacing > NARROW else RATIO_EM_IN_NARROW
        return min(theme.SIZES.number, share * self.graph.spacing, wanted)

    def _place_below_link(self, term: DerivativeTerm, place: int) -> DerivativeTerm:
        graph = self.graph
        room = WIDEST_RATIO * (ROOM_FOR_RATIOS if graph.runs_down else graph.spacing)
        height = (
            graph.place(place - 0.5)[1]
            if graph.runs_down
            else self._end_of_ratios + RATIO_HEIGHT * self.em / 2
        )
        term.scale(min(1.0, room / term.width)).set_x(graph.x(place - 0.5))
        if graph.runs_down:  # all end there, so that the frame has room for each
            term.shift(at(graph.area.right - term.get_right()[0], 0))
        return term.shift(at(0, height - term.bar.get_y()))  # all fraction bars are at the same height

    def _number(self, name: str, moment: Moment) -> tuple[float, int]:
        """A number at a moment, and the decimals that its move needs."""
        place = self.chain.names.index(name)
        finest = self._values(moment.finest)[place] - self._values(0.0)[place]
        return self._values(moment.nudge)[place], decimals_for(finest, self.digits)


def _enlargement(share: float) -> int:
    """The round factor by which a move is enlarged; `share` is its size relative to the longest move."""
    if share >= SMALLEST_SHARE or share < SMALLEST:
        return 1
    power = int(10 ** math.floor(math.log10(ENLARGED_SHARE / share)))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power * share >= ENLARGED_SHARE)
