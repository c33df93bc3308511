"""The mark of one example on a map of the plane: a ring, and lines to its two coordinates at the edges."""

from manim import DOWN, LEFT, RIGHT, UP, Circle, Line, VGroup

from storyreel.core.arrays import Array
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.plots.maps.decision_map import FROM_FRAME, DecisionMap
from storyreel.graphics.text.typeset import Typeset, maths

RING, BESIDE = 0.26, 0.1
"""The radius of the ring in Manim units, and the least distance of a coordinate from the symbol beside it."""


class MapPoint(VGroup):
    """The mark of the example of a `trace` with two inputs on a map.

    `ring` is around its point, `lines` lead from there to the lower and the left edge of the map, where the
    `numbers` are: x₁ below the one, x₂ to the left of the other. `asides` says how far, in units, the symbols
    of the inputs have to move to make room for these.
    """

    def __init__(self, plane: DecisionMap, trace: Trace) -> None:
        names = trace.network.input_names
        spot = plane.place_of(trace.forward.activations[0][0])
        frame, (x, y, _) = plane.frame, spot
        ink, thin = theme.colour("text"), theme.SPACING.thin_stroke
        self.ring = Circle(radius=RING, stroke_color=ink, stroke_width=theme.SPACING.stroke).move_to(spot)
        foot, side = at(x, float(frame.get_bottom()[1])), at(float(frame.get_left()[0]), y)
        self.lines = VGroup(
            *(
                Line(spot + RING * way, end, stroke_color=theme.colour("input"), stroke_width=thin)
                for way, end in ((DOWN, foot), (LEFT, side))
            )
        )
        self.numbers: list[Typeset] = [
            maths(
                trace.text(name), plain=trace.text(name), em=theme.SIZES.label, colour=theme.colour("input")
            )
            for name in names
        ]
        for number, end, way in zip(self.numbers, (foot, side), (DOWN, LEFT), strict=True):
            number.next_to(end, way, buff=FROM_FRAME)
        self.asides = [self._aside(plane, k, way) for k, way in enumerate((RIGHT, UP))]
        super().__init__(self.lines, self.ring, *self.numbers)

    def _aside(self, plane: DecisionMap, number: int, way: Array) -> Array:
        """The way of an input's symbol along its edge, `way`, until it is clear of its number: (3,)."""
        name, own = plane.names[number], self.numbers[number]
        axis = int(way[1])  # 0 along the lower edge, 1 along the left one
        sizes = [(one.width, one.height)[axis] for one in (name, own)]
        apart = float(name.get_center()[axis] - own.get_center()[axis])
        missing = max(0.0, sum(sizes) / 2 + BESIDE - abs(apart))
        return missing * way if apart >= 0 else -missing * way
