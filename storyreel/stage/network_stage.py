"""The stage of chapters about a network: its diagram, its values and its gradients."""

from collections.abc import Sequence
from dataclasses import replace

from manim import (
    UP,
    Animation,
    AnimationGroup,
    FadeIn,
    FadeOut,
    Succession,
    VGroup,
    VMobject,
)

from storyreel.core.errors import StoryreelError
from storyreel.engine.operation import COST_GRADIENT, GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.maths.computation_graph import ComputationGraph
from storyreel.graphics.motion.verbs import (
    appear,
    draw,
    ease_out,
    in_place_of,
    one_after_another,
    run_spark,
    vanish,
)
from storyreel.graphics.networks.diagram import Diagram
from storyreel.graphics.networks.diagram_motion import lights_up
from storyreel.graphics.networks.diagram_move import move_diagram, written_on
from storyreel.graphics.networks.highlight import highlight
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.stage.badge_stage import BadgeStage
from storyreel.storyboard.cue import ExampleName, QuantityName, cue

ROOM_ABOVE = 0.3
"""Units between what is below the network and a table or bars."""
BELOW_NAMES, HIGHEST_FORMULA = 0.85, 2.85
"""Units from the symbols of a chain's neurons, below which its badges are, to a large equation, and the
height of that."""
LARGEST_SHIFT = 0.2
"""The Manim units by which a new number of a node rises at most."""


class NetworkStage(BadgeStage):
    """A stage with a network's diagram in its middle and room for an equation below."""

    from_start = ("room for the loss",)

    @property
    def formula_area(self) -> Area:
        """The room for an equation or a table, below the middle of the diagram's nodes; where these stand one
        below the other, which leaves room on both sides, in the middle of the frame. Large equations of a
        chain have all the room below its badges, and are no wider than it."""
        area = super().formula_area
        if self.diagram is None or self.diagram.runs_down:
            return area
        nodes = self.diagram.nodes.values()
        left, right = min(node.get_left()[0] for node in nodes), max(node.get_right()[0] for node in nodes)
        area = area.shifted(float(left + right) / 2 - area.centre[0])
        columns = self.trace.network.names.activations
        if self.formula_em <= theme.SIZES.formula or any(len(column) > 1 for column in columns):
            return area
        lowest = min(float(name.get_bottom()[1]) for name in self.diagram.names.values())
        top = lowest - BELOW_NAMES
        bottom = min(area.bottom, top - HIGHEST_FORMULA)
        return Area(area.name, float(left), bottom, float(right), top)

    def clear_stage(self) -> VGroup:
        """Forget the diagram with its gradients and the words beside it, and return them to be faded out."""
        if (diagram := self.diagram) is None:
            return VGroup()
        parts = (*diagram.connections, *diagram.nodes.values(), *written_on(diagram))
        beside = (*self.gradients.values(), *self.remarks)
        self.diagram, self.gradients, self.remarks = None, {}, []
        there = set(self.get_mobject_family_members())
        # Of a label that came with another picture, the parts are on stage, and not the whole.
        shown = (part for part in (*parts, *beside) if not there.isdisjoint(part.get_family()))
        return VGroup(*shown)

    @property
    def room_below(self) -> Area:
        """The room below the network and the badges on it, or that of an equation if it is larger."""
        area = self.formula_area
        lowest = min(float(part.get_bottom()[1]) for part in self.parts_of_picture())
        return replace(area, top=max(area.top, lowest - ROOM_ABOVE))

    def parts_of_picture(self) -> list[VMobject]:
        """The neurons with their symbols, and what stands beside them."""
        diagram = self.drawing
        return [
            *diagram.nodes.values(),
            *diagram.names.values(),
            *self.gradients.values(),
            *self.remarks,
        ]

    def place_network(self, with_loss: bool, pixels: bool) -> NetworkDiagram:
        """Lay out the network in the middle of the stage."""
        self.diagram = diagram = NetworkDiagram(self.trace, self.frame.stage, with_loss, True, pixels)
        return diagram

    def fill_network(self) -> list[Animation]:
        """Values appear in the nodes, weights on their connections, targets beside the outputs."""
        diagram = self.drawing
        values = [self._fill(name) for name in diagram.nodes if name != "loss"]
        return [*values, *map(appear, diagram.labels.values()), *map(appear, diagram.targets.values())]

    @cue(
        seconds=0.1,
        requires=("a network", "network place {gradients}"),
        hides=("network", "graph", "chain", "ways", "grad.*", "race"),
        shows=("network", "loss node on network if `loss`", "grad.{gradients}"),
    )
    def carry_network(self, loss: bool = False, gradients: list[QuantityName] | None = None) -> None:
        """The network is on stage from the first frame on, with its weights, values and targets, as at the
        end of another chapter; with a node for the `loss`, and with some `gradients`."""
        self.carry(NetworkDiagram(self.trace, self.frame.stage, loss, has_values=True), gradients)

    @cue(
        seconds=0.1,
        requires=("a network", "one neuron a layer", "graph place {gradients}"),
        hides=("network", "graph", "chain", "ways", "grad.*", "race"),
        shows=("graph", "grad.{gradients}"),
    )
    def carry_graph(self, gradients: list[QuantityName] | None = None) -> None:
        """The computation graph is on stage from the first frame on, with all values and some `gradients`, as
        at the end of another chapter; `fold_graph` turns it into a network."""
        self.carry(ComputationGraph(self.trace, self.frame.stage), gradients)

    def carry(self, diagram: Diagram, gradients: Sequence[str] | None = None) -> None:
        """Put a diagram on stage at once, with all values and with `gradients` of its parts, in place of one
        that is there."""
        self.remove(*self.clear_stage().get_family())
        self.diagram = diagram
        for name, node in diagram.nodes.items():
            node.shine(diagram.brightness(name))
            node.value = diagram.value(name)
        self.add(*diagram.connections, *diagram.nodes.values(), *written_on(diagram))
        for name in gradients or ():
            if badge := self.gradient_badge(name):
                self.gradients[name] = badge
                self.add(badge.set_z_index(1))

    def _network_vanishes(self) -> list[Animation]:
        """The whole diagram fades out."""
        diagram, self.diagram = self.drawing, None
        parts = (*diagram.connections, *diagram.nodes.values(), *written_on(diagram))
        return [vanish(part) for part in parts]

    @cue(
        seconds=2.4,
        requires=("network or graph or chain", "one neuron a layer"),
        hides=("network", "graph", "chain"),
        shows="graph",
    )
    def unfold_graph(self) -> Animation:
        """The network, a chain, turns into its computation graph, which has a node for every number. An
        equation that would be in its way fades out first."""
        graph = ComputationGraph(self.drawing.trace, self.frame.stage)
        lowest = min(float(node.get_bottom()[1]) for node in graph.nodes.values())
        is_in_the_way = self.equation is not None and self.equation.get_top()[1] > lowest
        leaving = self._equation_vanishes() if is_in_the_way else None
        turn = self.turn_into(graph)
        if leaving is None:
            return turn
        leaving.run_time = 0.3 * turn.run_time
        return AnimationGroup(leaving, turn)  # a succession would leave the nodes without their texts

    @cue(
        seconds=2.4,
        requires="network or graph or chain",
        hides=(
            "network",
            "graph",
            "chain",
            "grad.input",
            "grad.pre_activation",
            "grad.activation",
            "grad.loss",
        ),
        shows=("network", "loss node on network"),
    )
    def fold_graph(self) -> Animation:
        """The computation graph turns into the network with a node for the loss. The gradients of weights and
        biases stay, others fade out."""
        kept = self.trace.network.names.parameters
        gone = [self.gradients.pop(name) for name in list(self.gradients) if name not in kept]
        network = NetworkDiagram(self.drawing.trace, self.frame.stage, with_loss=True, has_values=True)
        return self.turn_into(network, gone)

    def turn_into(self, after: Diagram, leaving: Sequence[VMobject] = ()) -> Animation:
        """The diagram turns into another one together with the gradients on it; without one, it appears.

        Shapes that are `leaving` fade out first. Gradients that would meet others on their way fade out and
        in.
        """
        before, self.diagram, badges = self.diagram, after, dict(self.gradients)
        self.gradients = {}
        for name in badges:
            if badge := self.gradient_badge(name):
                self.gradients[name] = badge
        hidden = set[str]()
        if before is not None:
            there = set(map(id, self.get_mobject_family_members()))
            hidden = {
                name for name, tag in before.tags.items() if there.isdisjoint(map(id, tag.get_family()))
            }
            self.remove(*written_on(before))
        pairs = {name: (badges[name], badge) for name, badge in self.gradients.items()}
        gone = [badge for name, badge in badges.items() if name not in pairs]
        return move_diagram(before, after, pairs, [*leaving, *gone], hidden)

    @cue(seconds=1.2, requires="network or graph or chain")
    def show_weights(self) -> Animation:
        """The label of every weight appears on its connection, and that of every bias beside its neuron.

        Between layers with many connections there is no room for that; `reveal` shows one weight at a time.
        """
        labels = self.drawing.labels.values()
        if not labels and isinstance(self.drawing, NetworkDiagram):
            message = "there is no room for the numbers of all weights; `reveal` shows one at a time"
            raise StoryreelError(message)
        return one_after_another([appear(label, from_above=0.2) for label in labels])

    @cue(seconds=0.8, requires=("network or graph or chain", "{value}"))
    def reveal(self, value: QuantityName) -> Animation:
        """A number appears in its place: in its neuron, on its connection, or beside its neuron or output."""
        if value in self.drawing.nodes:
            return self._fill(value)
        drawing = self.drawing
        address = self.trace.network.names.get(value)
        if isinstance(drawing, NetworkDiagram) and address and address.kind in ("weight", "bias"):
            # Just above a label that is called up there may be another one.
            above = 0.2 if value in drawing.labels else 0.0
            return appear(drawing.call_up(value, self.taken()), from_above=above)
        return appear(drawing.part(value), from_above=0.2)

    @cue(seconds=1.2, requires=("network or graph or chain", "{value}"))
    def point_out(self, value: ExampleName) -> Animation:
        """A frame is drawn around a part of the picture, such as a weight or a gradient, and fades out."""
        of = value.removeprefix(COST_GRADIENT).removeprefix(GRADIENT)
        part = (self.gradients.get(of) if of != value else None) or self.drawing.part(value)
        frame = highlight(part)
        return Succession(draw(frame), FadeOut(frame, rate_func=ease_out))

    def _fill(self, name: str, source: VMobject | None = None) -> Animation:
        """A node takes the brightness of its value; the number appears in it or flies in from `source`."""
        node, number = self.drawing.node(name), self.drawing.value(name)
        bright = lights_up(self.drawing, name)
        if node.value is not None:
            node.value.set_z_index(1)  # above its circle, which is added to the stage again
        if number is None or node.value is not None:
            return AnimationGroup(bright)
        node.value = number
        return AnimationGroup(bright, appear(number) if source is None else self.fly((source, number)))

    def _refill(self, name: str) -> Animation:
        """A node's number is replaced by the one in the diagram's current trace."""
        node = self.drawing.node(name)
        before, node.value = node.value, self.drawing.value(name)
        bright = lights_up(self.drawing, name)
        if before is not None:
            before.set_z_index(1)  # above its circle, which is added to the stage again
        if node.value is None:
            return AnimationGroup(bright, *([vanish(before)] if before else []))
        shift = min(LARGEST_SHIFT, node.radius / 2)  # from within the node
        arrival = FadeIn(node.value.set_z_index(1), shift=shift * UP, rate_func=ease_out)
        return AnimationGroup(bright, in_place_of(before or VGroup(), arrival))

    def sparks(self, name: str, paths: list[VMobject], kind: str) -> Animation:
        """Sparks in the colour of `kind` run along `paths`, which end in `name`."""
        if not paths:
            raise StoryreelError(f"no connection leads to {name!r}, so nothing can flow to it")
        return AnimationGroup(*(run_spark(path, kind) for path in paths))

    def take_result(self, name: str, number: VMobject) -> Animation | None:
        """A value flies into its node, a gradient becomes a badge on its part."""
        if name.startswith(GRADIENT):
            return self.take_gradient(name.removeprefix(GRADIENT), number)
        if name in self.drawing.nodes and self.drawing.node(name).value is None:
            return self._fill(name, number)
        return None

    def take_gradient(self, name: str, number: VMobject) -> Animation | None:
        """The animation that puts the calculated gradient of `name` on a badge, or None if it needs none."""
        is_within = self.trace[name].kind == "pre_activation" and name not in self.drawing.nodes
        if name in self.gradients or is_within:
            return None  # it is there already, or has no place of its own within a neuron
        badge = self.gradient_badge(name)
        if badge is None:
            return None  # it stays in its equation
        self.gradients[name] = badge
        return self.fly((number, badge))
