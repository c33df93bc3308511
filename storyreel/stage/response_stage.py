"""The stage of chapters that show what a chain computes as a whole, with its gates and without them."""

from dataclasses import replace

from manim import DOWN, RIGHT, Animation, AnimationGroup, Restore, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.response import response, with_activation
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.maths.single_connection import SingleConnection
from storyreel.graphics.motion.verbs import change, ease_out, vanish
from storyreel.graphics.networks.diagram_move import written_on
from storyreel.graphics.networks.gates.gate_response import CHANGING, GateResponse
from storyreel.graphics.networks.gates.response_formula import response_formula
from storyreel.graphics.networks.gates.response_plot import ResponsePlot
from storyreel.graphics.text.symbol import symbol
from storyreel.stage.equation_stage import LEAVING
from storyreel.stage.gate_stage import GateStage
from storyreel.stage.network_stage import NetworkStage
from storyreel.storyboard.cue import ActivationName, NetworkName, QuantityName, cue

GATE_SHARE = 0.3
"""What an enlarged gate has of the room that it shares with the response."""
RESPONSE_HEIGHT = 3.6
"""Manim units from the top of the room below a network that runs from left to right to the bottom of a
response: more than an equation has, so that a curve's bend is seen."""
BESIDE = 1.3
"""The units by which it reaches beyond the network on both sides in a wide frame; half as far in others."""
SMALLEST_FORMULA, LONGER = theme.SIZES.smallest / theme.SIZES.formula, 9.0
"""The smallest factor by which the formula of another network is scaled down, and how many times as long as
the chain fades out its response bends."""
DARKNESS = 0.65
"""What the network loses of its opacity while the response shows what it would compute; its own values are
not to be seen then."""


class ResponseStage(GateStage, NetworkStage):
    """A stage with room below a chain for what it computes as a whole: in place of an equation, and it leaves
    as one does, with `clear_equation`."""

    whole: VGroup | None = None
    """The one connection, or the response, that is below the chain."""
    is_hidden = False
    """True while the formula of another network stands where the chain was."""
    dimmed: tuple[VMobject, ...] = ()
    """What is dimmed of the chain, with its own look saved in it."""

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
        requires=("network", "gate function {of}", "gate {of}", "points of {examples}"),
        hides="table",
    )
    def plot_response(
        self,
        of: QuantityName | None = None,
        input: float | None = None,
        examples: NetworkName | None = None,
    ) -> Animation:
        """Below the network, a chain, appears the output over the input, with a point for the `input`, by
        default that of the network, and one for twice that, or with the targets of the data of a network with
        one input and one output (`examples`); beside it, a neuron's gate, enlarged, if one is
        named (`of`). `bend_gate` bends both. The chain is dimmed, and its own
        values, which are others, are hidden. They leave as an
        equation does, with `clear_equation`.
        """
        if of is not None and of not in self.gates:
            raise StoryreelError(f"{of!r} has no gate on stage; `show_gates` comes first")
        return self._response_opens(of, input, examples)

    @cue(seconds=4.0, equation="all weights", requires="network", hides="table")
    def swing_line(self, slopes: list[float]) -> Animation:
        """The line of the response swings through other slopes, as it would with other weights, and back;
        where it was is seen, pale, until then. The response appears first if it is not on stage."""
        opening = [] if isinstance(self.whole, GateResponse) else [self._response_opens(None)]
        assert isinstance(self.whole, GateResponse)
        return Succession(*opening, self.whole.swings(slopes))

    @cue(
        seconds=4.0,
        equation="all weights",
        requires=("network", "response of {network}"),
        hides="table",
    )
    def bend_response(self, network: NetworkName) -> Animation:
        """The output over the input bends into that of another network, of one input, a few neurons and one
        output. Its formula is where the chain was, which fades out, and the targets of its data, if it has
        any, take the place of those of the plot. The response appears first if it is not on stage."""
        opening = [] if isinstance(self.whole, GateResponse) else [self._response_opens(None)]
        assert isinstance(self.whole, GateResponse)
        experiment, nodes = self.performance.experiments[network], self.drawing.nodes.values()
        low, high = (getattr(VGroup(*nodes), f"get_{side}")()[1] for side in ("bottom", "top"))
        room = self._room_of_response()
        area = replace(room, name="formula", bottom=float(low), top=float(high))
        formula = response_formula(experiment.trace, area, SMALLEST_FORMULA)
        targets = [] if experiment.data_inputs is None else self._points_of(network)
        self.is_hidden = True
        fades = [change(part).fade(1.0).build() for part in self.dimmed]
        bending = self.whole.becomes(response(experiment.network), targets, formula)
        bending.run_time = LONGER * CHANGING
        return Succession(*opening, AnimationGroup(*fades, run_time=CHANGING), bending)

    @cue(
        seconds=0.8,
        equation="all weights",
        requires=("network", "gate function {of}"),
        hides="table",
    )
    def open_gate(self, of: QuantityName) -> Animation:
        """Beside the response, the enlarged gate of a neuron comes out of this; the response appears first if
        it is not on stage. `bend_gate` bends both."""
        if self.trace.network.names[of].kind != "activation":
            raise StoryreelError(f"{of!r} has no activation function that could be drawn as a gate")
        is_open = isinstance(self.whole, GateResponse)
        opening = [] if is_open else [self._response_opens(None)]
        assert isinstance(self.whole, GateResponse)
        if self.whole.gate is None:
            layer = (self.trace.network.names[of].layer or 1) - 1
            activation = self.trace.network.layers[layer].activation.name
            opening.append(self.whole.gate_opens(activation, self.drawing.node(of)))
        return Succession(*opening)

    @cue(
        seconds=2.0,
        equation="all weights",
        requires=("network", "gate function {of}", "plot of gate {into}"),
        hides="table",
    )
    def bend_gate(self, of: QuantityName, into: ActivationName) -> Animation:
        """The enlarged gate of a neuron in a chain bends into another activation function, and the output
        over the input with it; what is not on stage of both appears first, as with `plot_response` or, if the
        neuron has no gate on stage, as with `open_gate`. If the response is on stage without an enlarged
        gate, and the neuron has its gate, this one bends."""
        if isinstance(self.whole, GateResponse) and self.whole.gate is None and of in self.gates:
            self.whole.take_gate(self.gates[of], RIGHT if self.drawing.runs_down else DOWN)
        if isinstance(self.whole, GateResponse) and self.whole.gate is not None:
            opening = []
        elif of in self.gates and self.whole is None:
            opening = [self._response_opens(of)]
        else:
            opening = [self.open_gate(of)]
        assert isinstance(self.whole, GateResponse)
        layer = (self.trace.network.names[of].layer or 1) - 1
        bending = self.whole.bends(into, response(with_activation(self.trace.network, layer, into)))
        return Succession(*opening, bending)

    def _response_opens(
        self, of: str | None, first: float | None = None, examples: str | None = None
    ) -> Animation:
        leaving = self._equation_vanishes()
        columns, notation = self.trace.network.names.activations, self.trace.notation
        (before,), (after,) = columns[0], columns[-1]
        beside, room = self.frame.halves(self._room_of_response(), GATE_SHARE, stacked=False)
        first = self.trace.number(before) if first is None else first
        plot = ResponsePlot(
            room,
            response(self.trace.network),
            [] if examples else [(value, notation.text(before, value)) for value in (first, 2 * first)],
            (symbol(before), symbol(after)),
            lambda output: notation.text(after, output),
            self._points_of(examples) if examples else (),
        )
        activation = self.gates[of].activation if of else None
        formula = SingleConnection.formula(self.trace)
        self.whole = whole = GateResponse(beside, plot, activation, formula)
        opening = AnimationGroup(whole.opens(), *self._dims())
        return Succession(*([leaving] if leaving else []), opening)

    def _points_of(self, network: str) -> list[tuple[float, float]]:
        """The inputs and targets of the data of a network."""
        experiment = self.performance.experiments[network]
        inputs, targets = experiment.data_inputs, experiment.data_targets
        assert inputs is not None and targets is not None
        return list(zip(inputs[:, 0].tolist(), targets[:, 0].tolist(), strict=True))

    def _room_of_response(self) -> Area:
        room = self.room_below
        if self.drawing.runs_down:
            return room
        aside = BESIDE if self.frame.is_wide else BESIDE / 2
        bottom = room.top - RESPONSE_HEIGHT
        return replace(room, left=room.left - aside, right=room.right + aside, bottom=bottom)

    def _dims(self) -> list[Animation]:
        """The chain with its numbers is dimmed until the response leaves."""
        diagram, there = self.drawing, set(self.get_mobject_family_members())
        parts = (*diagram.connections, *diagram.nodes.values(), *written_on(diagram), *self.gates.values())
        self.dimmed = tuple(part for part in parts if not there.isdisjoint(part.get_family()))
        for part in self.dimmed:
            part.save_state()
        values = [node.value for node in diagram.nodes.values()]
        dims = [change(part).fade(1.0 if part in values else DARKNESS).build() for part in self.dimmed]
        for dim in dims:
            dim.run_time = CHANGING
        return dims

    def _equation_vanishes(self) -> Animation | None:
        leaving, whole, self.whole = super()._equation_vanishes(), self.whole, None
        if whole is None:
            return leaving
        dimmed, self.dimmed = self.dimmed, ()
        brightens = [Restore(part, rate_func=ease_out) for part in dimmed]
        gone = [*([leaving] if leaving else []), vanish(whole)]
        if not self.is_hidden:
            return AnimationGroup(*gone, *brightens, run_time=LEAVING)
        self.is_hidden = False
        return Succession(AnimationGroup(*gone), AnimationGroup(*brightens), run_time=LEAVING)
