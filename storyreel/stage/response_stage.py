"""The stage of chapters that show what a chain computes as a whole, with its gates and without them."""

from manim import Animation, AnimationGroup, Succession, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.engine.response import response, with_activation
from storyreel.graphics.maths.single_connection import SingleConnection
from storyreel.graphics.motion.verbs import vanish
from storyreel.graphics.networks.gates.gate_response import GateResponse
from storyreel.graphics.plots.response_plot import ResponsePlot
from storyreel.graphics.text.symbol import symbol
from storyreel.stage.equation_stage import LEAVING
from storyreel.stage.gate_stage import GateStage
from storyreel.stage.network_stage import NetworkStage
from storyreel.storyboard.cue import ActivationName, QuantityName, cue

GATE_SHARE = 0.3
"""What an enlarged gate has of the room that it shares with the response."""


class ResponseStage(GateStage, NetworkStage):
    """A stage with room below a chain for what it computes as a whole: in place of an equation, and it leaves
    as one does, with `clear_equation`."""

    whole: VGroup | None = None
    """The one connection, or the response, that is below the chain."""

    @cue(seconds=2.4, equation="all weights", requires="network", hides="table")
    def merge_connections(self) -> Animation:
        """Below the network, a chain, appears the one connection that it would be without gates and biases:
        its weight is the product of all weights. It leaves as an equation does, with `clear_equation`."""
        leaving = self._equation_vanishes()
        self.whole = single = SingleConnection(self.trace, self.room_below)
        return Succession(*([leaving] if leaving else []), single.appears())

    @cue(
        seconds=3.0,
        equation="all weights",
        requires=("network", "gate function {of}", "gate {of}"),
        hides="table",
    )
    def plot_response(self, of: QuantityName, input: float | None = None) -> Animation:
        """Below the network, a chain, appear a neuron's gate, enlarged, and the output over the input, with a
        point for the `input`, by default that of the network, and one for twice that. `bend_gate` bends both.
        They leave as an equation does, with `clear_equation`."""
        return self._response_opens(of, input)

    @cue(
        seconds=2.0,
        equation="all weights",
        requires=("network", "gate function {of}", "gate {of}", "plot of gate {into}"),
        hides="table",
    )
    def bend_gate(self, of: QuantityName, into: ActivationName) -> Animation:
        """The enlarged gate of a neuron in a chain bends into another activation function, and the output
        over the input with it; both appear first, as with `plot_response`, if they are not on stage."""
        is_open = isinstance(self.whole, GateResponse)
        opening = [] if is_open else [self._response_opens(of)]
        assert isinstance(self.whole, GateResponse)
        layer = (self.trace.network.names[of].layer or 1) - 1
        bending = self.whole.bends(into, response(with_activation(self.trace.network, layer, into)))
        return Succession(*opening, bending)

    def _response_opens(self, of: str, first: float | None = None) -> Animation:
        if of not in self.gates:
            raise StoryreelError(f"{of!r} has no gate on stage; `show_gates` comes first")
        leaving = self._equation_vanishes()
        columns, notation = self.trace.network.names.activations, self.trace.notation
        (before,), (after,) = columns[0], columns[-1]
        beside, room = self.frame.halves(self.room_below, GATE_SHARE, stacked=False)
        first = self.trace.number(before) if first is None else first
        plot = ResponsePlot(
            room,
            response(self.trace.network),
            [(value, notation.text(before, value)) for value in (first, 2 * first)],
            (symbol(before), symbol(after)),
            lambda output: notation.text(after, output),
        )
        self.whole = whole = GateResponse(self.gates[of].activation, beside, plot)
        return Succession(*([leaving] if leaving else []), whole.opens())

    def _equation_vanishes(self) -> Animation | None:
        leaving, whole, self.whole = super()._equation_vanishes(), self.whole, None
        if whole is None:
            return leaving
        return AnimationGroup(*([leaving] if leaving else []), vanish(whole), run_time=LEAVING)
