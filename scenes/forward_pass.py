"""The forward pass: values flow through the network, from its inputs to its outputs."""

from collections.abc import Sequence
from dataclasses import replace

from manim import DOWN, Animation, AnimationGroup, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.calculation import OWN_SUM, SUM
from storyreel.graphics.layout import Area, at
from storyreel.graphics.maths.computation_graph import ComputationGraph
from storyreel.graphics.maths.equation import Equation
from storyreel.graphics.motion.verbs import run_spark, vanish
from storyreel.graphics.networks.adjustable_network import AdjustableNetwork, area_above_knobs
from storyreel.graphics.networks.diagram import Diagram
from storyreel.graphics.networks.diagram_motion import sparks_into
from storyreel.graphics.networks.images.image_classifier import ImageClassifier
from storyreel.graphics.networks.images.image_fold import fold_image
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.networks.network_fold import fold_network
from storyreel.graphics.networks.number_run import number_beside, run_number
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.example_stage import ExampleStage
from storyreel.stage.formulas.linear_sum_stage import LinearSumStage
from storyreel.stage.gate_stage import Panel
from storyreel.stage.graphs.network_or_graph import NetworkOrGraph
from storyreel.stage.network_stage import ROOM_ABOVE
from storyreel.stage.response_stage import ResponseStage
from storyreel.stage.stage import needed
from storyreel.stage.view import Box
from storyreel.storyboard.cue import NetworkName, QuantityName, Steps, WeightName, cue

HIGHEST_BELOW = 2.3
"""The height of the room below a network, in Manim units, that leaves it large in a wide frame."""


class ForwardPass(NetworkOrGraph, ResponseStage, LinearSumStage, ExampleStage):
    """Values flow through the network, from its inputs to its outputs."""

    wide: NetworkDiagram | ImageClassifier | None = None

    @property
    def formula_area(self) -> Area:
        """The room just below a network that runs from left to right, as wide as its neurons, so that a long
        equation stands large on two lines, and below a graph, which leaves little height, as wide as the
        frame; else that of other chapters."""
        area = super().formula_area
        if self.diagram is None or self.diagram.runs_down:
            return area
        neurons = VGroup(*(node.circle for node in self.drawing.nodes.values()))
        lowest = min(float(part.get_bottom()[1]) for part in self.parts_of_picture())
        left, right = float(neurons.get_left()[0]), float(neurons.get_right()[0])
        if isinstance(self.diagram, ComputationGraph):
            left, right = self.frame.stage.left, self.frame.stage.right
        top = max(area.top, lowest - ROOM_ABOVE)
        return replace(area, left=left, right=right, top=top, bottom=max(area.bottom, top - HIGHEST_BELOW))

    def equation_of(self, name: str) -> Equation:
        """The equation of a number, at the bottom of its room, so that the view shows all of that."""
        return super().equation_of(name).align_to(at(0, self.formula_area.bottom), DOWN)

    def place_gate(self, panel: Panel, neuron: str) -> Panel:
        """Move an enlarged gate to the bottom of the room below its network, and into that room; beside its
        neuron where the network runs down."""
        room = self.formula_area
        super().place_gate(panel.scale(min(1.0, room.height / panel.height)), neuron)
        return panel if self.drawing.runs_down else panel.align_to(at(0, room.bottom), DOWN)

    @cue(
        seconds=0.1,
        requires=("a network", "square inputs {network} if `pixels`"),
        shows="wide network {network}",
    )
    def carry_intro(self, network: NetworkName, steps: Steps | None = None, pixels: bool = False) -> None:
        """Another network is on stage from the first frame on, as at the end of a chapter with the scene
        `intro` after this many steps of training; continue with `fold_network`.

        `pixels`: with its inputs as an image, too.
        """
        other = AdjustableNetwork(self.performance.experiments[network], area_above_knobs(self.frame), pixels)
        other.show(other.experiment.run(steps or 0).networks[-1].parameters)
        self.wide = diagram = other.diagram
        self.add(*diagram.edges.values(), *diagram.nodes.values(), *diagram.names.values())
        self.add(*diagram.marks.values())

    @cue(
        seconds=0.1,
        requires=("a network", "square inputs of {network}"),
        shows="wide network {network}",
    )
    def carry_image(self, network: NetworkName) -> None:
        """Another network is on stage from the first frame on, with the image of its inputs, its bars and its
        gradients, as at the end of a chapter with the scene `recognition`; continue with `fold_network`."""
        self.wide = ImageClassifier(self.performance.experiments[network], self.frame)
        self.add(*self.wide.carry())

    @property
    def room(self) -> Box | None:
        """That of a network with an image, as in the chapter before: the view need not move between both."""
        return self.wide.room if isinstance(self.wide, ImageClassifier) else None

    @cue(
        seconds=2.4,
        requires=("wide network", "fold {wide network}"),
        hides=("wide network", "network", "graph", "chain", "grad.*"),
        shows="network",
    )
    def fold_network(self) -> Animation:
        """The network on stage becomes the chapter's network: the neurons of each layer merge, and hidden
        layers with each other where the chapter's network has fewer."""
        before = needed(self.wide, "only another network folds; put one on stage with `carry_image`")
        gone = self.clear_stage()
        self.wide, self.diagram = None, NetworkDiagram(self.trace, self.frame.stage, has_values=True)
        if isinstance(before, ImageClassifier):
            folding = fold_image(before, self.diagram)
        else:
            folding = fold_network(before, self.diagram)
        return AnimationGroup(*([vanish(gone)] if len(gone) else []), *folding)

    @cue(seconds=1.2, equation="sum of {neuron}", requires=("a network", "network"), hides="table")
    def write_sum(self, neuron: QuantityName) -> Animation:
        """The equation of a neuron's weighted sum appears below the picture in symbols, with its bias, even
        where that is 0 as its layer has none; `calculate` for the sum, such as `z1`, adds the numbers.

        Of a neuron without a gate on stage whose activation function is the identity, it is the equation of
        its value, such as `h`.
        """
        is_value = neuron not in self.gates and self._is_sum_of(neuron, neuron)
        return self.rule_appears((OWN_SUM if is_value else SUM) + neuron)

    @cue(
        seconds=1.2,
        requires=("network or computation graph", "a network if `along`", "way to {into}", "formula {into}"),
    )
    def propagate(self, along: WeightName | None = None, into: QuantityName | None = None) -> Animation:
        """Sparks run along the connection of a weight (`along`), and along all that end in a neuron (`into`).

        With neither, they run through the whole network, layer by layer. Along the only connection between
        two neurons the number of the first goes with its spark, and becomes its product with the weight. In a
        graph of formulas they run `into` a node, or through all of it.
        """
        if self.of_graph is not None:
            self.require_layers_for("along" if along is not None else None)
            return self.of_graph.sparks(into)
        drawing = self.drawing
        if not isinstance(drawing, NetworkDiagram):
            raise StoryreelError("sparks run through a network; draw one with `draw_network`")
        runs = [] if into is None else [self.sparks(into, drawing.forward_paths(into), "activation")]
        if along is not None:
            runs += [run_spark(drawing.edge(along), "activation"), *self._number_runs(drawing, along)]
        if runs:
            return AnimationGroup(*runs) if len(runs) > 1 else runs[0]
        return Succession(*(move for column in drawing.columns for move in sparks_into(drawing, column)))

    def _number_runs(self, drawing: NetworkDiagram, weight: str) -> list[Animation]:
        """The number of a connection's source runs along it, where it is on stage and there is room."""
        source, sink = drawing.ends(weight)
        edge, label = drawing.edges[weight], drawing.labels.get(weight)
        is_alone = label is not None and label.is_beside and not self.gradients
        if not is_alone or drawing.nodes[source].value is None:
            return []
        number = number_beside(edge, self.trace.text(source), drawing.nodes[source].kind, 0.0)
        product: Typeset | None = None
        if drawing.bias_of(sink) is None:
            text = self.trace.text(self._sum_of(sink)[0])
            if sink in self.gates:
                product = self.waiting[sink] = self.number_before(sink, text)
            else:
                product = number_beside(edge, text, "pre_activation", 1.0)
        return [run_number(edge, number, product, stays=sink in self.gates)]

    def take_result(self, name: str, number: VMobject) -> Animation | None:
        """A weighted sum waits before its neuron's gate, if that is on stage, until it passes it."""
        sink = next((neuron for neuron in self.gates if self._is_sum_of(name, neuron)), None)
        if sink is None or self.drawing.nodes[sink].value is not None:
            return super().take_result(name, number)
        if sink in self.waiting:
            return None
        self.waiting[sink] = waiting = self.number_before(sink, self.trace.text(name))
        return self.fly((number, waiting))

    def _is_sum_of(self, name: str, neuron: str) -> bool:
        is_identity = self._function_of(neuron) == "identity"
        return name == self._sum_of(neuron)[0] or (name == neuron and is_identity)

    def take_activation(self, neuron: str, number: VMobject) -> Animation:
        """The number flies into its neuron, which takes its brightness."""
        return self._fill(neuron, number)

    def left_by_example(self) -> list[VMobject]:
        """The sums before gates and the dots on their curves."""
        gone = [*self.waiting.values(), *(gate.dot for gate in self.gates.values())]
        self.waiting = {}
        return gone

    def turn_into(self, after: Diagram, leaving: Sequence[VMobject] = ()) -> Animation:
        """The diagram turns into another one, without its gates."""
        gone = [*self.gates.values(), *self.waiting.values()]
        self.gates, self.waiting = {}, {}
        return super().turn_into(after, [*leaving, *gone])
