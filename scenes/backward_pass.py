"""The backward pass: gradients flow from the loss back to every weight, each upstream × local."""

from collections.abc import Callable, Iterator

import numpy as np
from manim import RIGHT, UP, Animation, AnimationGroup, ShrinkToCenter, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import in_full
from storyreel.engine.operation import GRADIENT
from storyreel.engine.trace import Trace
from storyreel.engine.weight_path import WeightPath
from storyreel.graphics.layout import LayoutError
from storyreel.graphics.maths.chain_graph import ChainGraph
from storyreel.graphics.maths.difference_quotient import DifferenceQuotient
from storyreel.graphics.motion.redraw import Redraw
from storyreel.graphics.motion.verbs import appear, ease_out, pop, run_spark, vanish
from storyreel.graphics.networks.diagram import BADGE_SCALES
from storyreel.graphics.networks.label_places import SHARES, Box, box_of, is_clear, put_clear
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.parts.badge import Badge
from storyreel.stage.example_stage import ExampleStage
from storyreel.storyboard.cue import ParameterName, QuantityName, cue

NUDGED_DECIMALS = 4
"""The most decimals of numbers in nodes while a weight is nudged."""
FADED = 0.15
"""The share of a nudge at which numbers at rest have faded into those that change, and back."""
AT_REST = 0.3
"""Seconds for which numbers have stopped changing before one of them flies away."""


class BackwardPass(ExampleStage):
    """Gradients flow from the loss back to every weight, each upstream × local."""

    comparison: DifferenceQuotient | None = None

    @cue(
        seconds=0.1,
        requires=("a network", "path {weight}"),
        hides=("network", "graph", "chain", "grad.*"),
        shows="chain {weight}",
    )
    def carry_chain(self, weight: ParameterName) -> None:
        """The path from a weight or a bias to the loss is on stage from the first frame on, as at the end of
        a chapter about the chain rule; `unfold_graph` turns it into the whole graph."""
        self.carry(ChainGraph(WeightPath(self.trace, weight), self.frame.stage))

    @cue(seconds=1.2, requires=("network or graph or chain", "way back to {to}"))
    def backpropagate(self, to: QuantityName) -> Animation:
        """Sparks in the colour of gradients run back to a neuron, a weight or a bias; the larger the gradient
        where they are, the wider they are."""
        paths = self.drawing.backward_paths(to)
        return self.sparks(to, paths, "gradient", self._sizes_of_sparks(to, len(paths)))

    def _sizes_of_sparks(self, to: str, count: int) -> list[tuple[float, float]]:
        """The gradients where `count` sparks to a quantity start and end, relative to the largest of all."""
        trace = self.trace
        quantity = trace[to]
        if quantity.gradient is None:
            return []
        end, operation = abs(quantity.gradient), quantity.gradient_operation
        before = [name for name in operation.operands if name.startswith(GRADIENT)] if operation else []
        starts = [abs(trace.number(name)) for name in before] or [end]
        starts = starts if len(starts) == count else [max(starts)] * count
        layers = trace.gradients
        steepest = max(
            float(np.abs(array).max())
            for array in (*layers.weights, *layers.biases, *layers.pre_activations, *layers.activations)
            if array is not None and array.size
        )
        return [(start / (steepest or 1.0), end / (steepest or 1.0)) for start in starts]

    @cue(
        seconds=8.0,
        requires=("network or graph or chain", "gradient place {of}", "difference {of, nudge}"),
        hides="table",
    )
    def check_gradient(self, of: ParameterName, nudge: float = 0.001) -> Animation:
        """A weight or a bias is nudged, the network runs again, and the change of the loss divided by the
        nudge is compared with the gradient; then the nudge is undone. `clear_equation` clears it away."""
        trace, name = self.trace, str(of)
        try:
            comparison = DifferenceQuotient(trace, self._nudged(name, nudge), name, nudge, self.formula_area)
        except LayoutError:
            message = f"the losses before and after a nudge by {nudge:g} have too many digits"
            raise StoryreelError(f"{message} to be written out; a larger `nudge` may help") from None
        leaving, self.comparison = self._equation_vanishes(), comparison
        tag = self._nudge_tag(name, nudge)
        sparks = [
            AnimationGroup(*(run_spark(path, "activation") for path in paths))
            for paths in self._paths_from(name)
        ]
        dependent = {one: self.drawing.nodes[one] for one in self._depending_on(name)}
        holders = {one: VGroup(node.value) for one, node in dependent.items() if node.value is not None}
        steps = [
            AnimationGroup(*([leaving] if leaving else []), pop(tag), run_time=0.7),
            AnimationGroup(appear(comparison.part("quotient")), Succession(*sparks), run_time=2.0),
            AnimationGroup(
                appear(comparison.part("losses")),
                self._arrives(holders.get("loss"), comparison.part("after")),
                appear(comparison.part("before")),
                run_time=1.4,
            ),
            AnimationGroup(appear(comparison.part("slope")), run_time=0.8),
            AnimationGroup(
                appear(comparison.part("gradient")),
                self._arrives(self.number_on_stage(GRADIENT + name), comparison.part("number")),
                run_time=1.2,
            ),
            AnimationGroup(appear(comparison.part("name")), run_time=0.8),
            AnimationGroup(ShrinkToCenter(tag, rate_func=ease_out), run_time=0.6),
        ]
        ends = np.cumsum([step.run_time for step in steps])

        def share(alpha: float) -> float:
            # The numbers change while the sparks run, are at rest when one flies, and return in the end.
            times = [ends[0], ends[1] - AT_REST, ends[-2], ends[-1]]
            return float(np.interp(alpha * ends[-1], times, [0, 1, 1, 0]))

        responses = [self._responds(one, holder, name, nudge, share) for one, holder in holders.items()]
        together = AnimationGroup(*responses, run_time=ends[-1]) if responses else None
        return AnimationGroup(Succession(*steps), *([together] if together else []))

    def _nudged(self, name: str, by: float) -> Trace:
        trace = self.trace
        return Trace(trace.network.nudged(name, by), trace.inputs, trace.targets, trace.notation)

    def _nudge_tag(self, name: str, nudge: float) -> Badge:
        """The nudge on a badge beside its weight or bias."""
        text = in_full(nudge)
        tag = Badge(text if nudge < 0 else f"+{text}", self.trace[name].kind)
        first = tag.copy()
        label = self.drawing.labels.get(name)
        if label is not None and label.is_beside:
            first.next_to(label, UP, buff=0.08)
        elif name in self.gradients:
            side = RIGHT if name in self.drawing.nodes else UP
            first.next_to(self.gradients[name], side, buff=0.08)
        else:
            first.move_to(self.drawing.badge_places(name, tag)[0])
        places = [first.get_center(), *self.drawing.badge_places(name, tag)]
        if isinstance(self.drawing, NetworkDiagram) and name in self.drawing.edges:
            on = [self.drawing.edges[name].point_from_proportion(share) for share in SHARES]
            places += [spot + side * (tag.height / 2 + 0.1) * UP for side in (0, -1, 1) for spot in on]
        taken = [*self.drawing.boxes(name), *self.taken()]
        roomy = tag.copy()
        put_clear(roomy, places, [*taken, *self._rooms_for_values(name)], BADGE_SCALES)
        if is_clear(roomy, taken):
            return roomy
        put_clear(tag, places, taken, BADGE_SCALES)
        return tag

    def _rooms_for_values(self, name: str) -> Iterator[Box]:
        """The rectangles, as wide as their nodes, of the numbers that depend on a weight or a bias."""
        for node in (self.drawing.nodes[one] for one in self._depending_on(name)):
            if node.value is not None:
                _, bottom, _, top = box_of(node.value)
                yield node.get_left()[0], bottom, node.get_right()[0], top

    def _columns_after(self, name: str) -> list[list[str]]:
        """The nodes that depend on a weight or a bias, in the order of the forward pass."""
        names = self.trace.network.names
        layer, own = names[name].layer or 0, names[name].index[0]
        columns: list[list[str]] = []
        for number in range(layer, len(names.activations)):
            for column in (names.pre_activations[number], names.activations[number]):
                columns.append(list(column[own : own + 1] if number == layer else column))
        columns.append(["loss"])
        return [[one for one in column if one in self.drawing.nodes] for column in columns]

    def _depending_on(self, name: str) -> list[str]:
        return [one for column in self._columns_after(name) for one in column]

    def _arrives(self, source: VMobject | None, number: VMobject) -> Animation:
        """A number flies in from `source`, or appears without one."""
        return self.fly((source, number)) if source is not None else appear(number)

    def _paths_from(self, name: str) -> list[list[VMobject]]:
        """The lines along which a nudge runs to the loss, step by step."""
        columns = self._columns_after(name)
        paths = [[path for one in column for path in self.drawing.forward_paths(one)] for column in columns]
        return [lines for lines in paths if lines]

    def _responds(
        self, one: str, holder: VGroup, name: str, nudge: float, share: Callable[[float], float]
    ) -> Animation:
        """The number in the node `one` follows a nudge of `name`, the share of which is given by alpha."""
        node, rest = self.drawing.nodes[one], self.drawing.value(one)
        assert node.value is not None
        self.remove(node.value)
        self.add(holder.set_z_index(1))
        node.value = rest
        brightness = self.drawing.brightness(one)

        def picture(alpha: float) -> VGroup:
            value = self._nudged(name, nudge * share(alpha)).number(one)
            nudged = node.rounded_value(value, NUDGED_DECIMALS, brightness, is_at_rest=False)
            faded = share(alpha) / FADED
            return VGroup(
                *_in_opacity(nudged, min(1.0, 2 * faded - 1)),
                *_in_opacity(self.drawing.value(one), 1 - 2 * faded),
            ).set_z_index(1)

        return Redraw(holder, picture, VGroup(*([rest] if rest is not None else [])).set_z_index(1))

    def _equation_vanishes(self) -> Animation | None:
        leaving, before = super()._equation_vanishes(), self.comparison
        self.comparison = None
        return vanish(before) if before is not None else leaving


def _in_opacity(number: VMobject | None, opacity: float) -> list[VMobject]:
    """A number in an opacity up to 1; an empty list where nothing of it can be seen."""
    return [number.set_fill(opacity=opacity)] if number is not None and opacity > 0 else []
