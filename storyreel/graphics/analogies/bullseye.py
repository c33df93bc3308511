"""A bullseye: rings of equal loss around the target, and arrows as far from its middle as outputs are off."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Circle, Dot, Line, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.axis_line import axis_line
from storyreel.graphics.layout import Area, at
from storyreel.graphics.plots.ticks import ticks
from storyreel.graphics.text.slot_list import SlotList
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, maths

MOST_RINGS = 4
BEYOND = 1.03
"""The radius of the outermost ring, at least, as a multiple of the distance of the farthest arrow."""
FILLS = 0.1, 0.22
"""The opacities of every other ring."""
MIDDLE, TIP = 0.13, 0.1
"""The radii of the target's middle and of the tip of an arrow, in Manim units."""
SHAFT = np.array([0.5, 0.36, 0.0])
"""The shaft of an arrow that stands in the board, as seen from in front, in Manim units."""
FEATHERS = np.array([0.02, 0.17, 0.0]), np.array([0.18, 0.02, 0.0])
"""The two feathers at its end."""
LOWER_RIGHT = np.array([math.sqrt(0.5), -math.sqrt(0.5), 0.0])
"""The direction in which the loss at the outermost ring stands beside it, where no arrow is."""
DIGITS = 4
"""The most significant digits of the loss at a ring: exact where the distances are round."""
FLAT = 4
"""The width of an area, in its heights, from which on an equation in it has one line."""
BESIDE_BOARD = 0.3
"""Units from the board to the names of the two differences."""


class BullseyeBoard(VGroup):
    """Rings of equal loss in an area, at round distances of the outputs from their targets, with the loss on
    the outermost one.

    `loss_of(distance)` is the loss at the ring of that distance; `gaps` are all differences, output minus
    target, for which there is to be room, of the shape (arrows, 1 or 2): the first is across, the second
    up. `names` are those of the outputs, each with that of its target.
    """

    def __init__(
        self,
        area: Area,
        gaps: Array,
        names: Sequence[tuple[str, str]],
        loss_of: Callable[[float], float],
    ) -> None:
        farthest = float(np.linalg.norm(gaps, axis=1).max()) or 1.0
        step = ticks(0.0, farthest * BEYOND, MOST_RINGS)[1]
        self.distances = [step * (k + 1) for k in range(math.ceil(farthest * BEYOND / step))]
        written = [_difference(*pair) for pair in names]
        above = sum(name.height + BESIDE_BOARD for name in written[1:])
        beside = written[0].width + BESIDE_BOARD
        radius = min((area.width - beside) / 2, (area.height - above) / 2)
        self.unit = radius / self.distances[-1]
        """Manim units for a distance of 1."""
        x, y, _ = area.centre
        self.middle = np.array(at(x - beside / 2, y - above / 2))
        self.rings = VGroup(*(self._ring(k) for k in reversed(range(len(self.distances)))))
        ends = [(LEFT, RIGHT), (DOWN, UP)][: len(names)]
        self.axes = VGroup(*(axis_line(*(self.middle + radius * end for end in both)) for both in ends))
        self.centre = Dot(self.middle, radius=MIDDLE, color=theme.colour("target"))
        self.loss = self._loss_at(self.distances[-1], loss_of(self.distances[-1]))
        self.names = VGroup(*written)
        for name, (_, end) in zip(written, ends, strict=True):
            name.next_to(self.middle + radius * end, end, buff=BESIDE_BOARD)
        super().__init__(self.rings, self.axes, self.centre, self.loss, self.names)

    def _ring(self, number: int) -> Circle:
        return Circle(
            radius=self.unit * self.distances[number],
            stroke_color=theme.colour("loss"),
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("loss"),
            fill_opacity=FILLS[number % 2],
        ).move_to(self.middle)

    def _loss_at(self, distance: float, loss: float) -> VMobject:
        """The loss on a ring, written beside it."""
        number = shown(loss, digits=DIGITS)
        text = maths(
            f"{symbol('loss')} = {number}", plain=number, em=theme.SIZES.body, colour=theme.colour("loss")
        )
        corner = self.middle + (self.unit * distance + theme.SPACING.padding) * LOWER_RIGHT
        return text.move_to(corner).align_to(corner, LEFT).align_to(corner, UP)

    def place_of(self, gap: Array) -> np.ndarray:
        """Where an arrow stands for this difference of outputs and targets, (1 or 2,)."""
        across, up = (*gap.tolist(), 0.0)[:2]
        return self.middle + self.unit * np.array([across, up, 0.0])


class BoardArrow(VGroup):
    """An arrow that stands in the board, with its `tip` at a place."""

    def __init__(self, place: np.ndarray) -> None:
        paint, stroke = theme.colour("activation"), theme.SPACING.stroke
        end = place + SHAFT
        shaft = Line(place, end, stroke_color=paint, stroke_width=stroke)
        feathers = [
            Line(spot, spot + feather, stroke_color=paint, stroke_width=stroke)
            for spot in (end, end - 0.25 * SHAFT)
            for feather in FEATHERS
        ]
        self.tip = Dot(place, radius=TIP, color=theme.colour("text"))
        super().__init__(shaft, *feathers, self.tip)

    def stand_at(self, place: np.ndarray) -> None:
        """Move the arrow, so that its tip is at a place."""
        self.shift(place - self.tip.get_center())


def _difference(output: str, target: str) -> Typeset:
    """The difference of an output and its target, in symbols."""
    slots = SlotList()
    first, second = (
        slots.add(output, symbol(output), "activation"),
        slots.add(target, symbol(target), "target"),
    )
    return slots.typeset(f"{first} - {second}", f"{output} - {target}", theme.SIZES.label)


def squares_of(gaps: Sequence[float], factor: float, loss: float, area: Area) -> Typeset:
    """How the loss of an example comes of its gaps, in an area: its factor, which is 1 or one over a whole
    number, times the sum of the squared gaps."""
    slots, share = SlotList(), round(1 / factor)
    squared = [shown(gap**2) for gap in gaps]
    texts = [f"{slots.add('gap', shown(abs(gap)), 'activation')}^2" for gap in gaps]
    parts = [" + ".join(texts), " + ".join(slots.add("square", each, "loss") for each in squared)]
    if share != 1:
        parts = [f"frac(1, {share}) ({part})" for part in parts]
    name, number = slots.add("name", symbol("loss"), "loss"), slots.add("loss", shown(loss), "loss")
    plain = f"({' + '.join(squared)}) / {share} ≈ {shown(loss)}"
    lines = [f"{name} &= {parts[0]}", f"&approx {parts[1]}", f"&approx {number}"]
    between = " " if area.width > FLAT * area.height else " \\ "
    written = slots.typeset(between.join(lines), plain, theme.SIZES.number)
    return area.place(written, least=theme.SIZES.smallest / theme.SIZES.number)
