"""A gate enlarged beside the output of its network over the input; both bend if it gets another function."""

from collections.abc import Callable, Sequence

from manim import (
    LEFT,
    RIGHT,
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
from storyreel.core.number_format import shown
from storyreel.engine.curves import Function
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import appear, ease_out, ease_travel, in_place_of, pop, vanish
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.networks.gates.gate_panel import GAP, SIDE, leaves
from storyreel.graphics.networks.gates.response_plot import ResponsePlot
from storyreel.graphics.text.typeset import Typeset, tick, words

LEAST = theme.SIZES.smallest / theme.SIZES.formula
"""The smallest factor by which a formula is scaled down into its area."""
LEAST_HEADING = 1.2
"""The smallest factor by which the name of a gate is scaled with it."""
LARGEST, ROOM_FOR_NAME, ROOM_BESIDE = 2.7, 0.7, 0.4
"""The largest side of an enlarged gate in Manim units, and the units of its area that stay free for its name,
and beside it."""
FAR, NEARLY = 100.0, 1e-9
"""A sum so far from 0 that a gate with limits has reached them, and how near to them its values are then."""
HIDDEN = 0.1
"""The share of the time in which a line swings after which its formula has faded out, and before whose end
it fades in."""
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
        room = self.area.height - ROOM_FOR_NAME, self.area.width - ROOM_BESIDE
        side = max(SIDE, min(LARGEST, *room))
        self.gate, self.heading = Gate(activation, 0.0, side), _named(activation)
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

    def swings(self, slopes: Sequence[float]) -> Animation:
        """The line of the response swings through other slopes; its formula is not seen meanwhile."""
        show, formula = self.response.swing(slopes), self.formula

        def swing(_: Mobject, share: float) -> None:
            show(share)
            formula.set_fill(opacity=max(0.0, 1 - min(share, 1 - share) / HIDDEN))

        moved = VGroup(*self.response.before, self.response.graph, *self.response.marks, *formula)
        return UpdateFromAlphaFunc(moved, swing, introducer=True, rate_func=linear)

    def becomes(
        self, function: Function, targets: Sequence[tuple[float, float]], formula: Typeset
    ) -> Animation:
        """The response bends into another function, whose `formula` appears and whose targets, if there are
        any, rise in place of those on the plot; the gate stays."""
        response = self.response
        old = [*self.formula, *response.outputs_written]
        self.remove(self.formula)
        self.formula = VGroup(formula)
        self.add(self.formula)
        rise = [response.set_targets(targets)] if targets else []
        show = response.bend(function)
        moved = VGroup(*response.before, response.graph, *response.marks)
        bending = UpdateFromAlphaFunc(
            moved, lambda _, alpha: show(ease_travel(alpha)), introducer=True, rate_func=linear
        )
        first = AnimationGroup(*map(vanish, old), appear(formula), *rise, run_time=2 * CHANGING)
        new = [AnimationGroup(*map(appear, response.outputs_written), run_time=CHANGING)]
        return Succession(first, bending, *(new if response.outputs_written else []))

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
        ends = self._ends_of(gate, activation)
        self.add(*ends)

        def bend(_: Mobject, alpha: float) -> None:
            for show in (show_gate, show_response):
                show(ease_travel(alpha))

        moved = VGroup(*response.before, *gate.axes, gate.curve, response.graph, *response.marks)
        bending = UpdateFromAlphaFunc(moved, bend, introducer=True, rate_func=linear)
        new = AnimationGroup(*map(appear, (heading, *ends, *response.outputs_written)), run_time=CHANGING)
        leaving = [AnimationGroup(*map(leaves, old), run_time=CHANGING)] if old else []
        return Succession(AnimationGroup(bending, *leaving), new)

    def _gate_bends(self, gate: Gate, activation: str) -> Callable[[float], None]:
        """A function of a share, 0 to 1, that bends the gate's curve into that of another function."""
        bent = Gate(activation, 0.0, gate.plate.width).move_to(gate.plate)
        lines = list(zip([*gate.axes, gate.curve], [*bent.axes, bent.curve], strict=True))
        ends = [(line, line.points.copy(), other.points) for line, other in lines]

        def show(share: float) -> None:
            for line, start, end in ends:
                line.points = (1 - share) * start + share * end

        return show

    def _ends_of(self, gate: Gate, activation: str) -> list[Typeset]:
        """The numbers between which the values of an enlarged gate stay, at its upright axis."""
        if gate.plate.width < SIDE:
            return []
        bent = Gate(activation, 0.0, gate.plate.width).move_to(gate.plate)
        limits = [bent.function(far) for far in (-FAR, FAR)]
        nearer = [bent.function(far) for far in (-FAR / 2, FAR / 2)]
        if any(abs(one - other) > NEARLY for one, other in zip(limits, nearer, strict=True)):
            return []
        return [
            tick(shown(limit)).next_to(bent.place(0.0, limit), LEFT if limit > 0 else RIGHT, buff=GAP)
            for limit in limits
            if abs(limit) > NEARLY
        ]


def _named(activation: str) -> Typeset:
    return words(activation.replace("_", " "), em=theme.SIZES.small, colour=theme.colour("muted"))
