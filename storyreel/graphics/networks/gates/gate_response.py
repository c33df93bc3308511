"""A gate enlarged beside the output of its network over the input; both bend if it gets another function."""

from collections.abc import Callable

from manim import (
    UP,
    Animation,
    AnimationGroup,
    FadeIn,
    Mobject,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
)
from manim.utils.rate_functions import linear

from storyreel.core.arrays import Array
from storyreel.engine.curves import Function
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import appear, ease_out, ease_travel, in_place_of, pop
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.networks.gates.gate_panel import GAP, SIDE, leaves
from storyreel.graphics.networks.gates.response_plot import ResponsePlot
from storyreel.graphics.text.typeset import Typeset, words

LEAST = theme.SIZES.smallest / theme.SIZES.formula
"""The smallest factor by which a formula is scaled down into its area."""
LEAST_HEADING = 1.2
"""The smallest factor by which the name of a gate is scaled with it."""
CHANGING = 0.3
"""The time in which what is written of a function fades out or in, relative to that in which curves bend."""


class GateResponse(VGroup):
    """In an area the plot of the activation function called `activation`, `gate`, with its name above it, the
    `heading`, and to the right of both, in a room of its own, the `response` of the network.

    Without an `activation`, the `formula` of the response is there until `gate_opens` or the response bends,
    if it has one, and room for it. A gate that is on its neuron may take the place of the enlarged one
    (`take_gate`); it is no part of this.
    """

    def __init__(
        self,
        area: Area,
        response: ResponsePlot,
        activation: str | None = None,
        formula: Typeset | None = None,
    ) -> None:
        super().__init__(response)
        self.area, self.response = area, response
        self.formula = VGroup()
        if formula is not None and not activation and area.scale_of(formula) >= LEAST:
            self.formula.add(area.place(formula, least=LEAST))
        self.add(self.formula)
        self.gate: Gate | None = None
        self.name_side: Array = UP
        self.heading: Typeset | None = None
        if activation is not None:
            self._add_gate(activation)

    def _add_gate(self, activation: str) -> Gate:
        self.gate, self.heading = Gate(activation, 0.0, SIDE), _named(activation)
        self.heading.next_to(self.gate.plate, UP, buff=GAP)
        self.area.place(VGroup(self.gate, self.heading))
        self.add(self.gate, self.heading)
        return self.gate

    def opens(self) -> Animation:
        """The gate with its name, if it has one, and then the response with its formula."""
        if self.gate is not None and self.heading is not None:
            return Succession(AnimationGroup(pop(self.gate), appear(self.heading)), self.response.appears())
        return AnimationGroup(self.response.appears(), *map(appear, self.formula))

    def gate_opens(self, activation: str, neuron: VMobject) -> Animation:
        """The gate of a neuron comes out of that in place of the formula, without its name: it is about to
        bend."""
        gate = self._add_gate(activation)
        assert self.heading is not None
        self.remove(self.heading)
        self.heading = None
        before, self.formula = self.formula, VGroup()
        self.remove(before)
        size = neuron.height / gate.height
        return in_place_of(before, FadeIn(gate, target_position=neuron, scale=size, rate_func=ease_out))

    def take_gate(self, gate: Gate, side: Array) -> None:
        """Let a gate that is on its neuron be the one that bends; its name then comes on that side of it."""
        self.gate, self.name_side = gate, side

    def bends(self, activation: str, function: Function) -> Animation:
        """The gate's curve becomes that of another activation function, with its name, and that of the
        response the one of `function`, with its numbers."""
        response, heading = self.response, _named(activation)
        assert self.gate is not None
        gate, before = self.gate, [*([self.heading] if self.heading else []), *self.formula]
        self.remove(self.formula)
        self.formula = VGroup()
        old = [*before, *response.outputs_written]
        show_gate, show_response = self._gate_bends(gate, activation), response.bend(function)
        scale = max(gate.plate.width / SIDE, LEAST_HEADING)
        heading.scale(scale).next_to(gate.plate, self.name_side, buff=GAP)
        self.remove(*before).add(heading)
        self.heading = heading

        def bend(_: Mobject, alpha: float) -> None:
            for show in (show_gate, show_response):
                show(ease_travel(alpha))

        moved = VGroup(*response.before, *gate.axes, gate.curve, response.graph, *response.marks)
        bending = UpdateFromAlphaFunc(moved, bend, introducer=True, rate_func=linear)
        new = AnimationGroup(appear(heading), *map(appear, response.outputs_written), run_time=CHANGING)
        return Succession(AnimationGroup(bending, AnimationGroup(*map(leaves, old), run_time=CHANGING)), new)

    def _gate_bends(self, gate: Gate, activation: str) -> Callable[[float], None]:
        """A function of a share, 0 to 1, that bends the gate's curve into that of another function."""
        bent = Gate(activation, 0.0, gate.plate.width).move_to(gate.plate)
        lines = list(zip([*gate.axes, gate.curve], [*bent.axes, bent.curve], strict=True))
        ends = [(line, line.points.copy(), other.points) for line, other in lines]

        def show(share: float) -> None:
            for line, start, end in ends:
                line.points = (1 - share) * start + share * end

        return show


def _named(activation: str) -> Typeset:
    return words(activation.replace("_", " "), em=theme.SIZES.small, colour=theme.colour("muted"))
