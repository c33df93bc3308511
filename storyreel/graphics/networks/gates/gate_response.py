"""A gate enlarged beside the output of its network over the input; both bend if it gets another function."""

from collections.abc import Callable

from manim import UP, Animation, AnimationGroup, Mobject, Succession, UpdateFromAlphaFunc, VGroup
from manim.utils.rate_functions import linear

from storyreel.engine.curves import Function
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import appear, ease_travel, pop
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.networks.gates.gate_panel import GAP, SIDE, leaves
from storyreel.graphics.networks.gates.response_plot import ResponsePlot
from storyreel.graphics.text.typeset import Typeset, words

CHANGING = 0.3
"""The time in which what is written of a function fades out or in, relative to that in which curves bend."""


class GateResponse(VGroup):
    """In an area the plot of the activation function called `activation`, `gate`, with its name above it, the
    `heading`, and to the right of both, in a room of its own, the `response` of the network."""

    def __init__(self, activation: str, area: Area, response: ResponsePlot) -> None:
        self.gate, self.heading, self.response = Gate(activation, 0.0, SIDE), _named(activation), response
        self.heading.next_to(self.gate.plate, UP, buff=GAP)
        area.place(VGroup(self.gate, self.heading))
        super().__init__(self.gate, self.heading, response)

    def opens(self) -> Animation:
        """The gate with its name, and then the response."""
        return Succession(AnimationGroup(pop(self.gate), appear(self.heading)), self.response.appears())

    def bends(self, activation: str, function: Function) -> Animation:
        """The gate's curve becomes that of another activation function, with its name, and that of the
        response the one of `function`, with its numbers."""
        response, heading = self.response, _named(activation)
        old = [self.heading, *response.outputs_written]
        show_gate, show_response = self._gate_bends(activation), response.bend(function)
        heading.scale(self.gate.plate.width / SIDE).next_to(self.gate.plate, UP, buff=GAP)
        self.remove(self.heading).add(heading)
        self.heading = heading

        def bend(_: Mobject, alpha: float) -> None:
            for show in (show_gate, show_response):
                show(ease_travel(alpha))

        moved = VGroup(*self.gate.axes, self.gate.curve, response.graph, *response.marks)
        bending = UpdateFromAlphaFunc(moved, bend, introducer=True, rate_func=linear)
        new = AnimationGroup(appear(heading), *map(appear, response.outputs_written), run_time=CHANGING)
        return Succession(AnimationGroup(bending, AnimationGroup(*map(leaves, old), run_time=CHANGING)), new)

    def _gate_bends(self, activation: str) -> Callable[[float], None]:
        """A function of a share, 0 to 1, that bends the gate's curve into that of another function."""
        gate = self.gate
        bent = Gate(activation, 0.0, gate.plate.width).move_to(gate.plate)
        lines = list(zip([*gate.axes, gate.curve], [*bent.axes, bent.curve], strict=True))
        ends = [(line, line.points.copy(), other.points) for line, other in lines]

        def show(share: float) -> None:
            for line, start, end in ends:
                line.points = (1 - share) * start + share * end

        return show


def _named(activation: str) -> Typeset:
    return words(activation.replace("_", " "), em=theme.SIZES.small, colour=theme.colour("muted"))
