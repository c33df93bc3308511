"""A map of the plane of a network's two inputs, coloured by the class that the network predicts."""

import numpy as np
from manim import (
    DL,
    DOWN,
    LEFT,
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

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.curves import around
from storyreel.engine.network import Network
from storyreel.engine.regions.decision_regions import (
    STEPS,
    Labels,
    are_answers,
    classes_of,
    combinations,
    grid,
    regions,
)
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.polylines import polygons
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import maths

SHADE = 0.32
"""The share of a class's full colour that its region has."""
MARGINS = ((0.0, 0.05), (0.1, 0.15), (0.3, 0.25), (0.5, 0.35), (0.75, 0.45))
"""Where regions show how sure the network is: by how much the output of a class is above the others, at
least, and the share of its full colour that its region has there."""
RING = 0.22
"""The radius of the ring around an example that is in another class's region, in units."""
ROOM_FOR_NAMES, FROM_FRAME = 0.6, 0.12
"""The units below and to the left of a map for the symbols of the inputs, and from the edge to these."""


def is_plane(network: Network) -> bool:
    """True for a network that has a map: with two inputs, and no more classes than there are colours."""
    return len(network.input_names) == 2 and network.layers[-1].size <= len(theme.class_colours())


class DecisionMap(VGroup):
    """A square map in an area, with the examples as points whose shape and colour show their class.

    `inputs` has the shape (examples, 2), `targets` (examples, outputs). `frame` is the edge, `names` are the
    inputs' symbols along it, `regions` holds one shape for each class, `examples` the points. Where the map
    `shows_margins`, there are several shapes for each class, one upon the other, the brighter the further the
    output of the class is above the others, and `rings` around the examples that are in the region of another
    class. Where targets say yes or no to several questions (`has_answers`), each combination of answers is a
    class. Raises StoryreelError where there are not two inputs, or more classes than colours.
    """

    def __init__(
        self, network: Network, inputs: Array, targets: Array, area: Area, shows_margins: bool = False
    ) -> None:
        if len(network.input_names) != 2:
            raise StoryreelError(
                f"a map of the plane needs a network with two inputs, not {len(network.input_names)}"
            )
        self.has_answers = are_answers(targets)
        self.count = 2 ** targets.shape[1] if self.has_answers else max(targets.shape[1], 2)
        if self.count > len(theme.class_colours()):
            raise StoryreelError(
                f"the map has colours for {len(theme.class_colours())} classes, not for {self.count}"
            )
        side = min(area.width, area.height) - ROOM_FOR_NAMES
        self.side = side
        corner = np.array([area.right - side, area.top - side, 0.0])
        ranges = [around([float(value) for value in column], 0.15) for column in inputs.T]
        middles = [(low + high) / 2 for low, high in ranges]
        reach = max(high - low for low, high in ranges) / 2
        self.low, self.unit = np.array(middles) - reach, side / (2 * reach)
        self.places = self.low + 2 * reach / STEPS * grid()
        self.frame = Rectangle(
            width=side, height=side, stroke_color=theme.colour("line"), stroke_width=theme.SPACING.thin_stroke
        ).move_to(corner + at(side / 2, side / 2))
        across_name, up_name = (
            maths(symbol(name), plain=name, colour=theme.colour("input")) for name in network.input_names
        )
        self.names = VGroup(
            across_name.next_to(self.frame, DOWN, buff=FROM_FRAME),
            up_name.next_to(self.frame, LEFT, buff=FROM_FRAME),
        )
        self.margins = MARGINS if shows_margins else ((0.0, SHADE),)
        self.regions = VGroup(
            *(Region(number, shade) for _, shade in self.margins for number in range(self.count))
        )
        self.examples = VGroup(
            *(
                class_marker(number).move_to(self.place_of(place))
                for place, number in zip(inputs, self.classes_of(targets), strict=True)
            )
        )
        self._inputs, self._classes = inputs, self.classes_of(targets)
        self.rings = VGroup(
            *(
                Disc(RING, theme.colour("loss"), fill_opacity=0, stroke_width=theme.SPACING.stroke).move_to(
                    each
                )
                for each in self.examples
                if shows_margins
            )
        )
        super().__init__(self.regions, self.frame, self.names, self.rings, self.examples)
        self.colour(network)

    def classes_of(self, values: Array) -> Labels:
        """The class of each row of outputs or targets, or its combination of answers."""
        return combinations(values).argmax(axis=1) if self.has_answers else classes_of(values)

    def place_of(self, inputs: Array) -> Array:
        """Where the point of two inputs, (2,), is in Manim units: (3,)."""
        return np.asarray(self.frame.get_corner(DL) + at(*((inputs - self.low) * self.unit)))

    def colour(self, network: Network) -> None:
        """Show the regions in which `network` predicts each class, and which examples are in a wrong one."""
        outlines = [
            outline
            for margin, _ in self.margins
            for outline in regions(network, self.places, self.count, margin, self.has_answers)
        ]
        corner = self.frame.get_corner(DL)[:2]
        for region, corners in zip(self.regions, outlines, strict=True):
            region.points = polygons(corners * self.side / STEPS + corner)
        is_wrong = self.classes_of(network.forward(self._inputs).prediction) != self._classes
        for ring, shown in zip(self.rings, is_wrong.tolist(), strict=False):
            ring.set_stroke(opacity=float(shown))


class Region(VMobject):
    """The region of class `number`, which may have several parts or none, with a `shade` of its colour."""

    def __init__(self, number: int, shade: float) -> None:
        dark, bright = ManimColor(theme.colour("background")), ManimColor(theme.class_colours()[number])
        super().__init__(stroke_width=0, fill_color=interpolate_color(dark, bright, shade), fill_opacity=1)


def class_marker(number: int) -> VMobject:
    """The marker of an example of class `number`, counted from 0."""
    shapes: tuple[VMobject, ...] = (
        Disc(radius=0.11),
        Square(0.2),
        Triangle(radius=0.15),
        Square(0.2).rotate(np.pi / 4),
        Star(5, outer_radius=0.17, inner_radius=0.075),
        RegularPolygon(6, radius=0.14),
    )
    return (
        shapes[number]
        .set_fill(theme.class_colours()[number], opacity=1)
        .set_stroke(theme.colour("background"), theme.SPACING.thin_stroke)
    )
