"""The stage of chapters about a network of many neurons, whose diagram fills the stage."""

from dataclasses import replace

from manim import LEFT, RIGHT, Animation, AnimationGroup, FadeOut, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import rounded
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    ease_out,
    in_place_of,
    one_after_another,
    pop,
    slide,
)
from storyreel.graphics.networks.dense.parameter_counts import ROOM_FOR_COUNTS, parameter_counts
from storyreel.graphics.networks.diagram_motion import lights_up, sparks_into
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.networks.gates.gate_panel import GatePanel
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.networks.neuron import WIDEST_VALUE
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.maps.decision_map import class_marker
from storyreel.graphics.text.fitted_number import fitted_number
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.dense.comparison_stage import ComparisonStage
from storyreel.stage.dense.pass_stage import PassStage
from storyreel.stage.diagram_stage import NO_NETWORK, DiagramStage
from storyreel.stage.gate_stage import GateStage, Panel
from storyreel.stage.plane_stage import PlaneStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Count, Text, cue

ROOM_FOR_TAGS = 1.51
"""Units to the right of the network's area, which the tags of targets may enter."""
ROOM_BELOW, TAGS_IN_TALL, TAGS_IN_SQUARE = 0.33, 0.6, 1.05
"""In other frames than wide ones: the part of the height below it, and of the room to the right."""
MARKER_FROM = 0.33
"""Units from what is to the left of the marker of a class to its middle."""
WIDEST_OUTPUT, WIDEST_TAG, WIDEST_IN_OTHERS = 0.95, 1.5, 1.1
"""The largest width of an output's number and of its target's tag, with room for arrows between them, and
that of the tag in other frames than wide ones."""


BESIDE_NETWORK, FROM_MAP = 4.2, 0.5
"""The side of the area of a map beside the network, and the units from there to the network."""
FROM_PANEL, LEAST_PANEL = 0.3, 0.8
"""Units between neurons and an enlarged gate between their layers, and how small it may be, in its size."""
LEAST_IN_TWO = 0.1
"""The size of a weighted sum from which two decimals tell it, which are larger than more in a neuron."""
FAINT = theme.DIMMED / 2
"""The opacity of a connection that stays in the background."""


class DenseStage(GateStage, ComparisonStage, PassStage, PlaneStage, DiagramStage):
    """A stage on which a network of many neurons fills the picture."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.diagram: NetworkDiagram | None = None
        self.counts: list[Typeset] = []
        self.written: dict[str, list[VMobject]] = {}
        self.numbered: set[str] = set()
        """The neurons that show their numbers, where these have room."""
        self.lit = 0
        """The number of layers that show their values, the inputs included."""
        self.has_markers = False
        """True where the markers of classes stand beside the outputs."""

    @property
    def trace(self) -> Trace:
        """The trace of the chapter's example."""
        return self.experiment.trace

    @property
    def network_area(self) -> Area:
        """The area of the network, with room for the counts of its parameters below it."""
        whole, is_wide = self.frame.whole, self.frame.is_wide
        share = 1.0 if is_wide else TAGS_IN_TALL if self.frame.is_tall else TAGS_IN_SQUARE
        return replace(
            self.frame.stage,
            name="network",
            left=whole.left + (BESIDE_NETWORK + FROM_MAP if is_wide and self.is_beside else 0.0),
            bottom=whole.bottom + (ROOM_FOR_COUNTS if is_wide else ROOM_BELOW * whole.height),
            right=whole.right - share * ROOM_FOR_TAGS,
        )

    @property
    def widest_tag(self) -> float:
        """The largest width of the tag of a target, in Manim units."""
        return WIDEST_TAG if self.frame.is_wide else WIDEST_IN_OTHERS

    @property
    def drawing(self) -> NetworkDiagram:
        """The diagram on stage; raises StoryreelError where there is none."""
        return needed(self.diagram, NO_NETWORK)

    def clear_stage(self) -> VGroup:
        """Forget everything on stage, and return it to be faded out."""
        self.diagram = None  # GateStage, and then PlaneStage, know the rest
        self.counts, self.written, self.numbered, self.lit = [], {}, set(), 0
        self.has_markers = False
        return super().clear_stage()

    def require_layer(self, layer: int | None) -> None:
        """Raise StoryreelError where the network has no layer of this number, counted from 1."""
        layers = len(self.trace.network.layers)
        if layer is not None and layer > layers:
            raise StoryreelError(f"the network has layers 1 to {layers}, and no layer {layer}")

    def place_network(self, with_loss: bool, pixels: bool) -> NetworkDiagram:
        """Lay out the network over the whole stage."""
        self.diagram = diagram = NetworkDiagram(self.trace, self.network_area, with_loss, pixels=pixels)
        self.keep(*diagram.edges.values(), *diagram.nodes.values(), *diagram.names.values())
        self.keep(*diagram.marks.values())
        self.written = {name: [label] for name, label in diagram.names.items()}
        return diagram

    def fill_network(self) -> list[Animation]:
        """Values appear in the neurons and beside the outputs, targets at the right edge."""
        self.lit = len(self.drawing.columns)
        return [*map(self._fill, self.drawing.nodes), self.show_targets()]

    @cue(seconds=4.0, requires="network")
    def count_parameters(self, weights: list[Text], biases: list[Text]) -> Animation:
        """The numbers of weights and then of biases of each layer appear below the network.

        `weights` and `biases` are the words for them, for one and for several: `[weight, weights]`.
        """
        self.counts = parameter_counts(
            self.drawing, self.network_area.bottom, self.frame.is_wide, weights, biases
        )
        self.keep(*self.counts)
        return one_after_another([appear(count, from_above=0.2) for count in self.counts], overlap=0.4)

    @cue(seconds=2.4, requires=("network", "numbered layer {layer}"))
    def light_up(self, layer: Count | None = None) -> Animation:
        """Values flow through the network; the larger the size of its activation, the brighter each neuron
        becomes; its number, where it fits, has the sign.

        `layer`: only as far as this layer, counted from 1, from the last one that shows its values.
        """
        diagram = self.drawing
        self.require_layer(layer)
        last = len(diagram.columns) if layer is None else layer + 1
        start = self.lit if self.lit < last else 0
        self.lit = max(self.lit, last)
        counts, self.counts = self.counts, []
        steps: list[Animation] = [AnimationGroup(*self.take_away(*counts))] if counts else []
        for column in diagram.columns[start:last]:
            if not any(name in self.waiting for name in column):
                steps += sparks_into(diagram, column)
            # Those that are lit already would come to lie above their numbers.
            if dark := [name for name in column if name not in self.numbered]:
                steps.append(AnimationGroup(*map(self._fill, dark)))
        return Succession(*steps)

    def _fill(self, name: str) -> Animation:
        """A neuron takes its brightness and shows its number if it fits, in place of its sum if that waits
        there; an output's appears beside it."""
        number, waiting = self.put_number(name), self.waiting.pop(name, None)
        arriving = AnimationGroup(
            lights_up(self.drawing, name), *([appear(number)] if number is not None else [])
        )
        return arriving if waiting is None else in_place_of(VGroup(waiting), arriving)

    @cue(
        seconds=1.8,
        requires=("network", "numbered layer {layer}", "no sums of layer {layer}"),
        shows="sums of layer {layer} on network",
    )
    def show_sums(self, layer: Count) -> Animation:
        """Values flow into a layer, counted from 1, whose neurons show their weighted sums where these fit,
        until `light_up` turns them into activations; the connections of other layers are dimmed."""
        diagram = self.drawing
        self.require_layer(layer)
        steps: list[Animation] = []
        if self.lit < layer:
            steps.append(self.light_up(layer - 1) if layer > 1 else self._inputs_light_up())
        column = diagram.columns[layer]
        for name in column:
            z_name, z = self._sum_of(name)
            text = self.trace.text(z_name)
            if abs(z) >= LEAST_IN_TWO:
                text = min(text, rounded(z, 2), key=len)
            node = diagram.nodes[name]  # two sums are told apart by two decimals, if these can be read at all
            number = node.value_to_show(text, 0.0, widest=WIDEST_VALUE) or node.longest_value(text, z, 0.0)
            if number is not None and name not in self.numbered:
                self.waiting[name] = number.set_z_index(1)  # above its circle, which is lit
        sums = [appear(self.waiting[name]) for name in column if name in self.waiting]
        own = {name for row in self.trace.network.names.weights[layer] for name in row}
        dimming = [
            change(edge).set_stroke(opacity=diagram.calmness if name in own else FAINT).build()
            for name, edge in diagram.edges.items()
        ]
        steps.append(AnimationGroup(*sparks_into(diagram, column), *dimming))
        return Succession(*steps, *([AnimationGroup(*sums)] if sums else []))

    def _inputs_light_up(self) -> Animation:
        """The inputs show their values, if they do not yet."""
        self.lit = max(self.lit, 1)
        return AnimationGroup(
            *(self._fill(name) for name in self.drawing.columns[0] if name not in self.numbered)
        )

    def place_gate(self, panel: Panel, neuron: str) -> Panel:
        """An enlarged gate stands between its neuron's layer and the next one, with a line to the neuron."""
        diagram = self.drawing
        layer = diagram.layer_of(neuron)
        beside = diagram.columns[layer + 1 if layer + 1 < len(diagram.columns) else layer - 1][0]
        (x, y, _), other = diagram.nodes[neuron].get_center(), float(diagram.nodes[beside].get_x())
        room = abs(other - x) - 2 * (diagram.layout.half_width + FROM_PANEL)
        middle = (x + other) / 2
        least = LEAST_PANEL * panel.width
        if room < least:  # over the next layer where a map is beside the network, else to the right of all
            last = max(self._right_of(name) for name in diagram.columns[-1])
            left = x + diagram.layout.half_width if self.is_beside else last
            room = self.frame.stage.right - left - FROM_PANEL
            middle = left + FROM_PANEL + min(room, panel.width) / 2
        if diagram.runs_down or room < least or not isinstance(panel, GatePanel):
            return super().place_gate(panel, neuron)
        panel.scale(min(1.0, room / panel.width))
        half, area = panel.height / 2, self.network_area
        panel.move_to(at(middle, min(max(y, area.bottom + half), area.top - half)))
        panel.tie_to(diagram.nodes[neuron])
        return panel

    def gate_at(self, diagram: NetworkDiagram, name: str) -> Gate | None:
        """The gate of a neuron outside its rim, as it would cover numbers of small neurons."""
        gate = super().gate_at(diagram, name)
        if gate is not None:
            gate.next_to(diagram.nodes[name].circle, LEFT, buff=0)
        return gate

    def take_activation(self, neuron: str, number: Typeset) -> Animation:
        """The number fades out on its way to its neuron, which lights up if it is dark."""
        node, moves = self.drawing.nodes[neuron], list[Animation]()
        if neuron not in self.numbered:
            inside = self.put_number(neuron)
            if inside is not None:
                return AnimationGroup(slide(number, inside), lights_up(self.drawing, neuron))
            moves = [lights_up(self.drawing, neuron)]
        # An introducer, as it would else be on stage before its turn.
        way = (node.get_center() - number.get_center()) / 2
        leaves = FadeOut(number, shift=way, scale=0.5, rate_func=ease_out, introducer=True)
        return AnimationGroup(leaves, *moves)

    def put_number(self, name: str) -> Typeset | None:
        """The number of a neuron in its place; None where it does not fit and there is no room beside it."""
        diagram, node = self.drawing, self.drawing.nodes[name]
        number = diagram.value(name)
        if number is None and name in diagram.columns[-1]:
            em = theme.SIZES.body if self.frame.is_wide else theme.SIZES.smallest
            text, value = self.trace.text(name), self.trace.number(name)
            number = fitted_number(text, value, em, WIDEST_OUTPUT, theme.colour("activation"))
            number.move_to(at(self._right_of(name) + 0.18, node.get_y()), aligned_edge=LEFT)
        self.numbered.add(name)
        if number is not None:
            self.keep(number)
            self.written.setdefault(name, []).append(number)
        return number

    def _right_of(self, name: str) -> float:
        """Where a neuron and what is written beside it end at the right."""
        parts = (self.drawing.nodes[name].circle, *self.written.get(name, ()))
        return max(float(part.get_right()[0]) for part in parts)

    @cue(seconds=1.6, requires=("network", "classes"))
    def show_classes(self) -> Animation:
        """The marker of its class appears beside each output, as it is on the map of `show_data`."""
        return one_after_another([pop(marker) for marker in self.put_classes()])

    def put_classes(self) -> list[VMobject]:
        """The markers of the classes in their places."""
        diagram, last, markers = self.drawing, len(self.trace.network.layers), list[VMobject]()
        outputs, most = self.trace.network.layers[-1].size, len(theme.class_colours())
        if not 1 < outputs <= most:
            raise StoryreelError(f"outputs stand for classes if there are 2 to {most} of them, not {outputs}")
        for name, number in zip(diagram.columns[-1], diagram.layout.drawn(last), strict=True):
            place = at(self._right_of(name) + MARKER_FROM, diagram.nodes[name].get_y())
            markers.append(class_marker(number).move_to(place))
            self.written.setdefault(name, []).append(markers[-1])
        self.has_markers = True
        self.keep(*markers)
        return markers

    @cue(seconds=1.2, requires="network")
    def show_targets(self) -> Animation:
        """The target of every output appears at the right edge."""
        return one_after_another([appear(tag, from_above=0.15) for tag in self.put_targets()])

    def put_targets(self) -> list[Tag]:
        """The tags of the targets in their places."""
        tags = list(self.drawing.targets.values())
        for tag in tags:
            tag.scale(min(1.0, self.widest_tag / tag.width)).align_to(at(self.frame.stage.right, 0), RIGHT)
        self.keep(*tags)
        return tags
