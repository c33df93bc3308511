"""The stage of chapters about what a linear network comes to, with whatever weights: one weighted sum."""

from collections.abc import Sequence
from dataclasses import replace

from manim import Animation, AnimationGroup, Mobject, Succession, UpdateFromAlphaFunc, VGroup, VMobject
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.engine.network import Network
from storyreel.engine.regions.linear_sum import is_linear
from storyreel.engine.trace import Trace
from storyreel.graphics.layout import LayoutError
from storyreel.graphics.maths.linear_sum import LinearSum
from storyreel.graphics.motion.verbs import appear, ease_travel, vanish
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.text.copy_outlines import drop_empty_shapes
from storyreel.stage.network_stage import NetworkStage
from storyreel.storyboard.cue import NetworkName, cue


class LinearSumStage(NetworkStage):
    """A stage with a network that can take the weights of others, and the weighted sum that it comes to."""

    linear_sum: LinearSum | None = None

    @cue(
        seconds=1.5,
        requires=("a network", "network", "linear network"),
        hides="table",
        shows="linear sum on network",
    )
    def write_linear_sum(self) -> Animation:
        """Below a network without activation functions appears the one weighted sum of its inputs that its
        output is, in place of an equation; `take_weights` changes its numbers."""
        if not is_linear(self.experiment.network) or len(self.experiment.network.names.targets) != 1:
            raise StoryreelError("only a network without activation functions, with one output, is one sum")
        leaving = self._equation_vanishes()
        try:
            self.linear_sum = LinearSum(self.experiment.network, self.formula_area, self.formula_em)
        except LayoutError as fault:
            raise StoryreelError(str(fault)) from None
        come = appear(self.linear_sum)
        return Succession(leaving, come) if leaving else come

    @cue(
        seconds=2.5,
        requires=("a network", "network", "no gate", "no plots", "same layers {other}"),
        hides=("table", "grad.*"),
    )
    def take_weights(self, other: NetworkName) -> Animation:
        """All weights and biases become those of another network with the same layers, or of the chapter's
        own, and what follows from them changes with them. An equation and gradients fade out; the weighted
        sum of `write_linear_sum` stays. Cues after this are about the network with these weights."""
        diagram, experiment = self.drawing, self.experiment
        if not isinstance(diagram, NetworkDiagram):
            raise StoryreelError("only a network takes the weights of another; draw one with `draw_network`")
        before, after = experiment.network, self.performance.experiments[other].network
        if before.parameters.shape != after.parameters.shape:
            raise StoryreelError(f"`{other}` has other layers")
        kept, self.linear_sum = self.linear_sum, None
        gone = [*filter(None, [self._equation_vanishes()]), *map(vanish, self.gradients.values())]
        self.linear_sum, self.gradients = kept, {}
        self._experiment = replace(experiment, network=before.with_parameters(after.parameters))

        def network_at(alpha: float) -> Network:
            share = ease_travel(alpha)
            return before.with_parameters((1 - share) * before.parameters + share * after.parameters)

        follow = kept.follow(network_at) if kept is not None else None
        traces = experiment.trace, self.trace
        steady = [
            name for name in (*diagram.labels, *diagram.nodes) if len({t.number(name) for t in traces}) == 1
        ]

        def show_network(alpha: float) -> None:
            trace = Trace(network_at(alpha), experiment.inputs, experiment.targets, experiment.notation)
            diagram.show_trace(trace, alpha in (0, 1), steady)

        # Manim draws only the glyphs that there are at the start, and numbers are longer while they change.
        show_network(0.5)
        show_network(0)

        def show(_: Mobject, alpha: float) -> None:
            show_network(alpha)
            if follow is not None:
                follow(alpha)
            if alpha == 1:
                for number in (*diagram.labels.values(), *values):
                    drop_empty_shapes(number)

        values = [node.value for node in diagram.nodes.values() if node.value is not None]
        parts: list[VMobject] = [*diagram.edges.values(), *diagram.nodes.values(), *values]
        parts += [*diagram.labels.values(), *([kept] if kept is not None else [])]
        change = UpdateFromAlphaFunc(VGroup(*parts), show, rate_func=linear)
        return AnimationGroup(*gone, change) if gone else change

    def formula_parts(self) -> Sequence[VMobject]:
        """Forget the formula or the weighted sum on stage, and return it to be faded out."""
        before, self.linear_sum = self.linear_sum, None
        return [*super().formula_parts(), *([before] if before is not None else [])]
