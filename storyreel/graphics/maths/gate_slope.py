"""The slope of a gate of a chain: of the gate enlarged, with the tangent and the derivative of the link, or
as a number at each gate."""

from manim import DOWN, LEFT, RIGHT, UP, VGroup

from storyreel.core.number_format import is_exact, rounded
from storyreel.engine.weight_path import WeightPath
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.maths.chain_graph import ChainGraph
from storyreel.graphics.maths.derivative_term import DerivativeTerm
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.networks.label_places import box_of
from storyreel.graphics.text.typeset import maths, words

LARGEST, AROUND = 3.0, 1.1
"""The largest side of the plot, and the units that its name and the weighted sum need above and below it."""
GAP, TO_TERM = 0.12, 0.6
"""Units from the plot to what is above and below it, and to the derivative at its right."""
TO_NUMBER = 0.08
"""Units from the word for a slope down to its number."""
DOT = 0.6
"""The radius of the dot, in that on a gate of a neuron."""
LEAST = 0.4
"""The smallest factor by which it is scaled down into its area."""


def slopes_at_gates(graph: ChainGraph, word: str) -> list[VGroup]:
    """The slope of each gate of a chain with `word` above it: above the gate, and above the nodes beside it
    if it is too wide to be between them, or to the right of the gate where the chain runs down."""
    path, found = WeightPath(graph.trace, graph.chain.parameter, pre_activations=True), list[VGroup]()
    slopes = zip(path.names[1:], path.derivative_names, path.derivatives, strict=True)
    for name, called, slope in slopes:
        gate = next((part for part in graph.operators.get(name, ()) if isinstance(part, Gate)), None)
        if gate is None or not path.is_activation_of(name):
            continue
        text = graph.trace.notation.text(called, slope)
        number = maths(text, plain=text, em=theme.SIZES.body, colour=theme.colour("gradient"))
        heading = words(word, em=theme.SIZES.small, colour=theme.colour("muted"))
        side = RIGHT if graph.runs_down else UP
        written = VGroup(heading, number).arrange(DOWN, buff=TO_NUMBER).next_to(gate, side, buff=GAP)
        if not graph.runs_down and any(node.meets(box_of(number, GAP)) for node in graph.nodes.values()):
            written.align_to(at(0, graph.row + graph.radius + GAP), DOWN)
        found.append(written)
    return found


class GateSlope(VGroup):
    """The plot of the function `activation` in an area, with a dot and the tangent at the weighted sum `z`.

    Its parts are the `plot`, with the function's name above and the sum as the text `written` below it, and
    the derivative `term`, the slope of the tangent.
    """

    def __init__(self, activation: str, z: float, written: str, term: DerivativeTerm, area: Area) -> None:
        side = min(LARGEST, area.height - AROUND)
        self.gate = Gate(activation, z, side).put_dot(z).show_slope(z)
        self.gate.dot.scale(DOT)  # the tangent is seen on both sides of it
        name = words(activation.replace("_", " "), em=theme.SIZES.small, colour=theme.colour("muted"))
        self.before = maths(
            written, plain=written, em=theme.SIZES.body, colour=theme.colour("pre_activation")
        )
        name.next_to(self.gate.plate, UP, buff=GAP)
        self.before.next_to(self.gate.plate, DOWN, buff=GAP).set_x(self.gate.point(z)[0])
        self.plot, self.term = VGroup(self.gate, name, self.before), term
        term.next_to(self.gate.plate, RIGHT, buff=TO_TERM)
        super().__init__(self.plot, term)
        area.place(self, least=LEAST)
        self.scaled = self.gate.plate.width / side

    @property
    def still(self) -> VGroup:
        """What does not change when the dot moves: the plate with the curve, and the function's name."""
        gate = self.gate
        return VGroup(gate.plate, gate.axes, gate.curve, self.plot[1])

    @property
    def moving(self) -> VGroup:
        """What does: the tangent, the dot, the weighted sum and the derivative."""
        tangent, dot = self.gate.submobjects[-2:]
        return VGroup(tangent, dot, self.before, self.term)

    def at_sum(self, z: float, decimals: tuple[int, int]) -> VGroup:
        """The same for another weighted sum, with so many decimals of that and of the slope."""
        gate, term = self.gate, self.term
        assert gate.plotted.slope is not None
        dot = gate.dot.copy().move_to(gate.point(z)).set_fill(opacity=1)
        text = rounded(z, decimals[0])
        colour, em = theme.colour("pre_activation"), theme.SIZES.body
        number = maths(text, plain=text, em=em, colour=colour).scale(self.scaled)
        number.move_to(self.before).set_x(gate.point(z)[0])
        value = gate.plotted.slope(z)
        text = rounded(value, decimals[1])
        slope = term.of_number(text, "=" if is_exact(value, text) else "approx").scale(self.scaled)
        slope.align_to(term, LEFT).shift((term.bar.get_y() - slope.bar.get_y()) * UP)
        return VGroup(gate.tangent(z), dot, number, slope)
