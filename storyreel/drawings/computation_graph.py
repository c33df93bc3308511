"""The computation graph of a chain: every number a node of its own, with the operations between them."""

from manim import LEFT, Arrow, Circle, Line, VGroup, VMobject

from storyreel import theme
from storyreel.drawings.diagram import LABEL_GAP, Diagram
from storyreel.drawings.neuron import Neuron
from storyreel.drawings.typeset import maths
from storyreel.errors import StoryreelError
from storyreel.layout import Area, Point, at
from storyreel.trace import Trace

RADIUS = 0.6
RISE = 2 * RADIUS + 0.6
"""Units from the row of activations up to the row of parameters."""


class Operator(VGroup):
    """A small circle with the sign of an operation (Typst maths) in it."""

    def __init__(self, sign: str, radius: float) -> None:
        self.circle = Circle(
            radius=radius,
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("background"),
            fill_opacity=1,
        )
        label = maths(sign, plain="", em=theme.SIZES.small, colour=theme.colour("muted"))
        super().__init__(self.circle, label.scale(min(1.0, 1.6 * radius / label.width)))


class ComputationGraph(Diagram):
    """The graph of a network with one neuron a layer, from its input (left) to the loss (right).

    Weights, biases and the target stand above the operation that they enter. `operations` are the circles
    between the numbers, by the name of the number that each makes; `arrows` the lines, by their two ends.
    Raises StoryreelError for a wider network.
    """

    def __init__(self, trace: Trace, area: Area) -> None:
        super().__init__(trace)
        columns = trace.network.names.activations
        if any(len(column) > 1 for column in columns):
            raise StoryreelError(
                "the computation graph is drawn for chains: networks with one neuron a layer"
            )
        self.operations: dict[str, Operator] = {}
        self.arrows: dict[tuple[str, str], VMobject] = {}
        steps = self._steps()
        self.spacing = area.width / (2 * len(steps) + 1)
        self.radius = min(RADIUS, 0.4 * self.spacing)
        self.row = area.centre[1] - RISE / 2
        self.left = area.left + self.spacing / 2
        self._node(columns[0][0], 0)
        for place, (name, operator, source, parameters) in enumerate(steps):
            self._node(name, 2 * place + 2)
            self._operation(name, operator, 2 * place + 1)
            self._join(source, name)
            for parameter in parameters:
                self._node(parameter, 2 * place + 1, RISE)
                self._join(parameter, name)
        for name, node in self.nodes.items():
            self.name_below(name)
            if node.get_y() > area.centre[1]:
                self.names[name].next_to(node, LEFT, buff=LABEL_GAP)

    def _steps(self) -> list[tuple[str, str, str, list[str]]]:
        """Each number after the input: its name, its operator, its source, the parameters above it."""
        names, steps = self.trace.network.names, []
        for layer, column in enumerate(names.activations[1:], start=1):
            (source,), (value,), (before,) = (
                names.activations[layer - 1],
                column,
                names.pre_activations[layer],
            )
            weight, bias = names.weights[layer][0][0], names.biases[layer]
            is_identity = self.trace[value].operation.kind == "weighted_sum"
            summed = value if is_identity else before
            steps.append((summed, "times +" if bias else "times", source, [weight, *bias]))
            if not is_identity:
                steps.append((value, "f", summed, []))
        (target,), (output,) = names.targets, names.activations[-1]
        return [*steps, ("loss", "ell", output, [target])]

    def _at(self, place: float, rise: float = 0.0) -> Point:
        return at(self.left + place * self.spacing, self.row + rise)

    def _node(self, name: str, place: int, rise: float = 0.0) -> None:
        crowd = sum(
            1 for other in self.nodes.values() if abs(other.get_x() - self._at(place)[0]) < 0.1 and rise
        )
        node = Neuron(self.trace[name].kind, self.radius)
        self.nodes[name] = node.move_to(self._at(place + crowd, rise))

    def _operation(self, name: str, operator: str, place: int) -> None:
        operation = self.operations[name] = Operator(operator, 0.5 * self.radius)
        operation.move_to(self._at(place))
        self.arrows["", name] = arrow_between(operation.circle, self.nodes[name].circle)

    def _join(self, source: str, name: str) -> None:
        self.arrows[source, name] = arrow_between(self.nodes[source].circle, self.operations[name].circle)

    def forward_paths(self, name: str) -> list[VMobject]:
        """From each operand through the operation to the number `name`."""
        return [arrow for (_, sink), arrow in self.arrows.items() if sink == name]

    def backward_paths(self, name: str) -> list[VMobject]:
        """From the next number back through the operation to the number `name`."""
        return [
            _bent(self.nodes[sink].circle, self.operations[sink].circle, self.nodes[name].circle)
            for source, sink in self.arrows
            if source == name
        ]


def arrow_between(source: Circle, sink: Circle) -> Arrow:
    """A thin arrow from the rim of one circle to the rim of another."""
    start, end = source.get_center(), sink.get_center()
    line = Line(start, end, buff=0)
    along = line.get_unit_vector()
    return Arrow(
        start + along * source.width / 2,
        end - along * sink.width / 2,
        buff=0.04,
        stroke_width=theme.SPACING.thin_stroke,
        tip_length=0.16,
        color=theme.colour("line"),
        max_tip_length_to_length_ratio=0.4,
    )


def _bent(*circles: Circle) -> VMobject:
    """The line through the centres of circles."""
    return VMobject().set_points_as_corners([circle.get_center() for circle in circles])
