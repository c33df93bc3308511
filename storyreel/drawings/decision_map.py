"""A map of the plane of a network's two inputs: each place in the colour of the class that it predicts."""

import numpy as np
from manim import (
    DL,
    ManimColor,
    Rectangle,
    RegularPolygon,
    Square,
    Star,
    Triangle,
    VGroup,
    VMobject,
    interpolate_color,
)
from manim import Circle as Disc
from numpy.typing import NDArray

from storyreel import theme
from storyreel.arrays import Array
from storyreel.drawings.scale import around
from storyreel.drawings.symbol import symbol
from storyreel.drawings.typeset import maths
from storyreel.errors import StoryreelError
from storyreel.layout import Area, at
from storyreel.network import Network

CELLS = 80
"""Places across and upwards at which the network is asked."""
SHADE = 0.32
"""How strong a class's colour is on the map, beside that of its points."""
ROOM_FOR_NAMES = 0.5


def classes_of(values: Array) -> NDArray[np.int64]:
    """The class that each row of outputs or targets stands for: the largest; of a single one, whether ≥ ½."""
    return values.argmax(axis=1) if values.shape[1] > 1 else (values[:, 0] >= 0.5).astype(np.int64)


class DecisionMap(VGroup):
    """A square map in an area, with the examples as points, whose shape and colour tell their class.

    `inputs` has the shape (examples, 2), `targets` (examples, outputs). `frame` is the edge, `names` are the
    inputs' symbols along it, `regions` hold one shape for each class, and `examples` the points. Raises
    StoryreelError where there are not two inputs, or more classes than colours.
    """

    def __init__(self, network: Network, inputs: Array, targets: Array, area: Area) -> None:
        if len(network.input_names) != 2:
            raise StoryreelError(
                f"a map of the plane needs a network with two inputs, not {len(network.input_names)}"
            )
        self.count = max(targets.shape[1], 2)
        if self.count > len(theme.CLASSES):
            raise StoryreelError(
                f"the map has colours for {len(theme.CLASSES)} classes, not for {self.count}"
            )
        side = min(area.width, area.height) - ROOM_FOR_NAMES
        self.side = side
        corner = np.array([area.right - side, area.top - side, 0.0])
        ranges = [around([float(value) for value in column], 0.15) for column in inputs.T]
        middles = [(low + high) / 2 for low, high in ranges]
        reach = max(high - low for low, high in ranges) / 2
        self.low, self.unit = np.array(middles) - reach, side / (2 * reach)
        steps = (np.arange(CELLS) + 0.5) * 2 * reach / CELLS
        across, up = np.meshgrid(self.low[0] + steps, self.low[1] + steps)
        self.places = np.stack([across.ravel(), up.ravel()], axis=1)
        self.frame = Rectangle(
            width=side, height=side, stroke_color=theme.colour("line"), stroke_width=theme.SPACING.thin_stroke
        ).move_to(corner + at(side / 2, side / 2))
        across_name, up_name = (
            maths(symbol(name), plain=name, colour=theme.colour("input")) for name in network.input_names
        )
        self.names = VGroup(
            across_name.move_to(corner + at(side / 2, -ROOM_FOR_NAMES / 2)),
            up_name.move_to(corner + at(-ROOM_FOR_NAMES / 2, side / 2)),
        )
        self.regions = self.regions_of(network)
        self.examples = VGroup(
            *(
                _marker(number).move_to(corner + at(*((place - self.low) * self.unit)))
                for place, number in zip(inputs, classes_of(targets), strict=True)
            )
        )
        super().__init__(self.regions, self.frame, self.names, self.examples)

    def regions_of(self, network: Network) -> VGroup:
        """Where `network` predicts each class, one shape for each."""
        predicted = classes_of(network.forward(self.places).prediction).reshape(CELLS, CELLS)
        return VGroup(*(self._region(predicted == number, number) for number in range(self.count)))

    def _region(self, is_here: NDArray[np.bool_], number: int) -> VMobject:
        """One shape of all places that are of a class: a rectangle for each run of them in a row."""
        cell = self.side / CELLS
        edges = np.diff(np.pad(is_here, ((0, 0), (1, 1))).astype(np.int8), axis=1)
        rows, starts = np.nonzero(edges == 1)
        ends = np.nonzero(edges == -1)[1]
        paint = interpolate_color(
            ManimColor(theme.colour("background")), ManimColor(theme.CLASSES[number]), SHADE
        )
        shape = VMobject(stroke_width=0, fill_color=paint, fill_opacity=1)
        xs = np.stack([starts, ends, ends, starts], axis=1)
        ys = np.stack([rows, rows, rows + 1, rows + 1], axis=1)
        corners = np.stack([xs, ys, np.zeros_like(xs)], axis=2) * cell + self.frame.get_corner(DL)
        following = np.roll(corners, -1, axis=1)
        shares = np.linspace(0, 1, 4)[:, None]
        # A straight side is a Bézier curve whose handles divide it in three.
        curves = corners[:, :, None] * (1 - shares) + following[:, :, None] * shares
        shape.points = curves.reshape(-1, 3)
        return shape


def _marker(number: int) -> VMobject:
    """The point of an example of class `number`."""
    shapes: tuple[VMobject, ...] = (
        Disc(radius=0.11),
        Square(0.2),
        Triangle(radius=0.15),
        Square(0.2).rotate(np.pi / 4),
        Star(5, outer_radius=0.17, inner_radius=0.075),
        RegularPolygon(6, radius=0.14),
    )
    return shapes[number].set_fill(theme.CLASSES[number], opacity=1).set_stroke(theme.colour("background"), 2)
