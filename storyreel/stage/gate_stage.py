"""The stage of chapters in which neurons have their activation functions drawn as gates."""

import math
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Animation, AnimationGroup, Succession, VGroup

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.motion.verbs import appear, change, one_after_another, pop, slide, vanish
from storyreel.graphics.networks.edge import WeightLabel
from storyreel.graphics.networks.gates.gate import Gate, gate_of
from storyreel.graphics.networks.gates.gate_panel import GatePanel, leaves
from storyreel.graphics.networks.label_places import box_of, is_clear, put_clear
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.text.typeset import Typeset, maths
from storyreel.stage.diagram_stage import DiagramStage
from storyreel.storyboard.cue import QuantityName, cue

ABOVE_GATE = 0.1
"""Manim units between a gate and the label of a weight above it."""
FROM_NEURON = (0.2, 0.5, 0.8, 1.2)
"""Manim units between a neuron and its enlarged gate: the first with which that covers nothing."""
FROM_EDGE, FROM_GATE = 0.2, 0.2
"""Manim units from a connection, and from the gate, to a number that waits before it."""


Panel = TypeVar("Panel", bound=VGroup)


class GateStage(DiagramStage):
    """A stage on which a neuron's weighted sum passes a gate, its activation function."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.gates: dict[str, Gate] = {}
        self.waiting: dict[str, Typeset] = {}
        """The weighted sums that have come to a gate and not passed it, by the names of their neurons."""
        self.raised: list[tuple[WeightLabel, float]] = []
        """The labels of weights that would else be covered by gates, and how far they have risen."""

    def clear_stage(self) -> VGroup:
        """What has to fade out before a network is drawn, the gates too."""
        before, (gates, waiting) = super().clear_stage(), (self.gates, self.waiting)
        self.gates, self.waiting, self.raised = {}, {}, []
        return VGroup(*before, *gates.values(), *waiting.values())

    @cue(
        seconds=1.0,
        requires=("network", "gate function {of}"),
        shows=("gate {of} on network", "gate * on network if no `of`"),
    )
    def show_gates(self, of: list[QuantityName] | None = None) -> Animation:
        """At every neuron, or those named, appears a gate: a small plot of its activation function.

        A softmax has none: each of its values depends on all neurons of its layer.
        """
        diagram, new = self.drawing, list[Gate]()
        assert isinstance(diagram, NetworkDiagram)
        for name in of if of is not None else diagram.nodes:
            gate = self.gate_at(diagram, name)
            if gate is None and of is not None:
                raise StoryreelError(f"{name!r} has no activation function that could be drawn as a gate")
            if gate is not None and name not in self.gates:
                new.append(gate)
                self.gates[name] = gate
        if not self.gates:
            raise StoryreelError("no neuron has an activation function that could be drawn as a gate")
        raised = [(label, rise) for label, rise in self._rises(new) if rise > 0]
        self.raised += raised
        return AnimationGroup(one_after_another([pop(gate) for gate in new]), *self._shifted(raised, UP))

    def gate_at(self, diagram: NetworkDiagram, name: str) -> Gate | None:
        """The gate of a neuron in its place; None where it has none."""
        return gate_of(diagram, name)

    def _rises(self, gates: Sequence[Gate]) -> Iterator[tuple[WeightLabel, float]]:
        """How far the labels beside connections have to rise so that gates do not cover them."""
        for label in self.drawing.labels.values():
            if isinstance(label, WeightLabel) and label.is_beside:
                box = box_of(label.text, ABOVE_GATE)
                tops = [gate.plate.get_top()[1] for gate in gates if not is_clear(gate.plate, [box])]
                yield label, max(tops, default=box[1]) - box[1]

    def _shifted(self, labels: Sequence[tuple[WeightLabel, float]], towards: Array) -> list[Animation]:
        """The animations in which labels are shifted; those that are not on stage are so at once."""
        on_stage, moves = set(map(id, self.get_mobject_family_members())), list[Animation]()
        for label, length in labels:
            if id(label.text[0]) in on_stage:
                moves.append(change(label).shift(length * towards).build())
            else:
                label.shift(length * towards)
        return moves

    @cue(seconds=0.6, requires="gate", hides="gate")
    def hide_gates(self) -> Animation:
        """All gates fade out, with the sums that wait before them."""
        if not self.gates:
            raise StoryreelError("there are no gates on stage yet; `show_gates` comes first")
        gone, raised = [*self.gates.values(), *self.waiting.values()], self.raised
        self.gates, self.waiting, self.raised = {}, {}, []
        return AnimationGroup(*map(vanish, gone), *self._shifted(raised, DOWN))

    @cue(seconds=4.4, requires=("gate function {value}", "gate {value}"))
    def pass_gate(self, value: QuantityName, enlarged: bool = True) -> Animation:
        """A neuron's weighted sum passes its gate, and what comes out is the neuron's activation.

        `enlarged`: in an enlarged plot of the function with both numbers; else the small one has the dot.
        """
        if self.drawing.node(value) and value not in self.gates:
            raise StoryreelError(f"{value!r} has no gate on stage; `show_gates` comes first")
        z_name, z = self._sum_of(value)
        if not enlarged:
            waiting = self.waiting.pop(value, None)
            number = waiting or self.number_before(value, self._trace.text(z_name))
            gone = [vanish(waiting)] if waiting is not None else []
            passing = self.gates[value].passing(z)
            return AnimationGroup(passing, self.take_activation(value, number), *gone)
        waiting, inside = self.waiting.pop(value, None), self.drawing.value(value)
        before = waiting.plain if waiting is not None else self._trace.text(z_name)
        after = self._trace.text(value) if inside is None else inside.plain  # with the neuron's digits
        panel = self.place_gate(
            GatePanel(self.gates[value], self._function_of(value), z, before, after), value
        )
        arrives = slide(waiting, panel.before) if waiting is not None else appear(panel.before)
        steps = [
            panel.opens(),
            arrives,
            panel.passes(),
            appear(panel.after),
            AnimationGroup(self.take_activation(value, panel.after.copy()), leaves(panel.after)),
            AnimationGroup(panel.closes(), self.gates[value].passing(z)),
        ]
        for step, share in zip(steps, (0.8, 0.6, 1.2, 0.4, 0.9, 0.5), strict=True):
            step.run_time = share
        return Succession(*steps)

    @property
    def _trace(self) -> Trace:
        return self.drawing.trace

    def _sum_of(self, neuron: str) -> tuple[str, float]:
        """The name and the value of a neuron's weighted sum."""
        names = self._trace.network.names
        layer, (index,) = names[neuron].layer or 0, names[neuron].index
        z = self._trace.forward.pre_activations[layer - 1][0, index]
        return names.pre_activations[layer][index], float(z)

    def _function_of(self, neuron: str) -> str:
        network = self._trace.network
        return network.layers[(network.names[neuron].layer or 1) - 1].activation.name.replace("_", " ")

    def place_gate(self, panel: Panel, neuron: str) -> Panel:
        """Move an enlarged gate to where it covers nothing: below its neuron or above it, and to its right
        where values come from above."""
        diagram, node = self.drawing, self.drawing.node(neuron)
        sides = (RIGHT, LEFT) if diagram.runs_down else (DOWN, UP, RIGHT, LEFT)
        named = VGroup(node.circle, *filter(None, [diagram.names.get(neuron)]))
        places = [
            panel.copy()
            .move_to(node.circle)
            .next_to(named, side, buff=gap, coor_mask=np.abs(side))
            .get_center()
            for gap in FROM_NEURON
            for side in sides
        ]
        others = [box_of(other.circle) for name, other in diagram.nodes.items() if name != neuron]
        put_clear(panel, places, [*diagram.boxes(neuron), *others], [1.0])
        return panel

    def number_before(self, neuron: str, text: str) -> Typeset:
        """A number in its place before a gate: below the connection, as large as fits between the gate and
        the neurons before it, or to the left of an upright one."""
        gate = self.gates[neuron]
        number = maths(
            text, plain=text, em=theme.SIZES.number, colour=theme.colour("pre_activation")
        ).set_z_index(1)
        x, y, _ = self.drawing.node(neuron).get_center()
        if self.drawing.runs_down:
            low = gate.get_top()[1] + FROM_GATE + number.height / 2
            return number.move_to(at(x - FROM_EDGE - number.width / 2, low))
        right = float(gate.get_left()[0]) - FROM_GATE
        before = (float(node.circle.get_right()[0]) for node in self.drawing.nodes.values())
        room = right - max((edge for edge in before if edge < right), default=-math.inf)
        number.scale(min(1.0, room / number.width))
        return number.move_to(at(right - number.width / 2, y - FROM_EDGE - number.height / 2))

    @abstractmethod
    def take_activation(self, neuron: str, number: Typeset) -> Animation:
        """The animation in which what comes out of its gate becomes a neuron's number."""
