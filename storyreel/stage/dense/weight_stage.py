"""The stage of chapters in which the gradient of a hidden neuron becomes that of a weight before it."""

from manim import RIGHT, UP, Animation, AnimationGroup, Succession, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics.layout import Point, at
from storyreel.graphics.motion.verbs import appear, draw, in_place_of, pop, run_spark
from storyreel.graphics.networks.gradient_line import fitted_line
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.parts.badge import Badge
from storyreel.stage.dense.gradient_stage import LONG_ENOUGH, GradientStage
from storyreel.storyboard.cue import ParameterName, cue

ABOVE_EDGE, BESIDE_SOURCE = 0.75, 0.3
"""Units from a connection to the calculation of its weight's gradient, and around what comes in below."""


class WeightStage(GradientStage):
    """A stage on which the gradient of a hidden neuron becomes that of a weight."""

    @cue(seconds=4.0, requires=("slope of sum", "{weight}"), hides="sum of products")
    def weigh_input(self, weight: ParameterName) -> Animation:
        """What comes into the hidden neuron through a `weight` appears in place of the sum; the gradient
        of the neuron's sum times this is the gradient of the weight, which appears on its connection."""
        gathering, diagram = self.gathered, self.drawing
        gradient = gathering.numbers.into(self.trace, weight)
        if gradient.source not in diagram.nodes:
            raise StoryreelError(diagram.absence(gradient.source))
        parts = [part.copy() for part in self.parts_of(gradient.source)]
        node = gathering.node
        way = self._place_of_source() - parts[0].get_center()
        source, *labels = [part.shift(way) for part in parts]
        assert isinstance(source, Neuron)
        edge = diagram.edge_from(source, weight, node)
        before, factor, sign, result = gradient.texts
        kinds = ("gradient", "activation")
        line = fitted_line((before, f"× {factor}"), kinds, sign, result, LONG_ENOUGH)
        if self.frame.is_wide:
            line.move_to(edge.get_center() + ABOVE_EDGE * UP)
        else:
            line.next_to(source, RIGHT, buff=2 * BESIDE_SOURCE)
        badge = Badge(result, "gradient").move_to(edge.get_center())
        sinks = VGroup(*(diagram.nodes[name].circle for name in gathering.following))
        stays = self.has_arrows_below(sinks)  # out of the way of what comes in
        leaving = [gathering.gate] if stays else gathering.sums
        gone = VGroup(*(part for part in leaving if part in self.shown))
        self.shown = [part for part in self.shown if part not in gone.submobjects]
        gathering.gate = None
        if not stays:
            gathering.arrows = None
        gathering.weighed = VGroup(source, *labels, edge, line, badge)
        self.keep(source, *labels, edge, line, badge)
        arriving = AnimationGroup(*map(appear, (source, *labels)), draw(edge))
        factors = [appear(line.terms[0]), appear(line.terms[1])]
        steps = Succession(
            arriving.set_run_time(0.7),
            AnimationGroup(run_spark(edge.copy().reverse_direction(), "gradient"), factors[0]).set_run_time(
                1.0
            ),
            factors[1].set_run_time(0.5),
            AnimationGroup(appear(line.ending), pop(badge)).set_run_time(0.6),
        )
        return in_place_of(gone, steps)

    def _place_of_source(self) -> Point:
        """The place of what comes into the hidden neuron: to its left in a wide frame, else below it."""
        node, following = self.gathered.node, self.gathered.following
        x, y = float(node.get_x()), float(node.get_y())
        if self.frame.is_wide:
            return at(x - LONG_ENOUGH - 2 * node.radius, y)
        low = min(float(self.drawing.nodes[name].circle.get_bottom()[1]) for name in following)
        return at(x, low - BESIDE_SOURCE - node.radius)
