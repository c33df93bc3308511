"""The stage of chapters about a network of many neurons: its picture over the whole stage, and its values."""

from collections.abc import Sequence
from itertools import pairwise

from manim import RIGHT, Animation, AnimationGroup, Succession, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.engine.trace import Trace
from storyreel.graphics import layout, theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import appear, change, draw, in_place_of, one_after_another, pop, pulse
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.text.typeset import Typeset, maths, words
from storyreel.stage.plane_stage import PlaneStage
from storyreel.storyboard.cue import Text, cue

NETWORK = Area("network", layout.STAGE.left, -2.15, 5.1, 2.65)
COUNTS_AT = -2.5
WIDEST_OUTPUT, WIDEST_TAG = 0.95, 1.5
"""Units that an output's number and its target's tag may take: between them is room for something more."""


class DenseStage(PlaneStage):
    """A stage on which a network of many neurons fills the picture."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.diagram: NetworkDiagram | None = None
        self.counts: list[Typeset] = []
        self.written: dict[str, list[Typeset]] = {}

    @property
    def trace(self) -> Trace:
        """The trace of the chapter's example."""
        return self.experiment.trace

    @property
    def drawing(self) -> NetworkDiagram:
        """The network on stage; raises StoryreelError where there is none."""
        if self.diagram is None:
            raise StoryreelError("there is no network on stage; draw it with `draw_network`")
        return self.diagram

    def clear_stage(self) -> VGroup:
        """All that is on stage, which is to fade away."""
        self.diagram = None
        self.counts, self.written = [], {}
        return super().clear_stage()

    @cue(seconds=2.4)
    def draw_network(self) -> Animation:
        """The network takes shape from its inputs to its outputs, over the whole stage."""
        before = self.clear_stage()
        self.diagram = diagram = NetworkDiagram(self.trace, NETWORK)
        self.keep(*diagram.edges.values(), *diagram.nodes.values(), *diagram.names.values())
        self.written = {name: [label] for name, label in diagram.names.items()}
        steps = []
        for column in diagram.columns:
            lines = [draw(path) for name in column for path in diagram.forward_paths(name)]
            names = [appear(diagram.names[name]) for name in column if name in diagram.names]
            steps += [AnimationGroup(*lines)] if lines else []
            steps.append(AnimationGroup(*(pop(diagram.nodes[name]) for name in column), *names))
        return in_place_of(before, one_after_another(steps, overlap=0.4))

    @cue(seconds=4.0)
    def count_parameters(self, weights: list[Text], biases: list[Text]) -> Animation:
        """Below the picture is written how many weights each layer has and then how many biases, with these
        words for them: for one and for several, `[weight, weights]`."""
        diagram, names = self.drawing, self.trace.network.names
        xs = [diagram.nodes[column[0]].get_x() for column in diagram.columns]
        middles = [(left + right) / 2 for left, right in pairwise(xs)]
        for row, x in zip(names.weights[1:], middles, strict=True):
            self._count(sum(map(len, row)), weights, "weight", x)
        for group, x in zip(names.biases[1:], xs[1:], strict=True):
            if group:
                self._count(len(group), biases, "bias", x)
        return one_after_another([appear(count, from_above=0.2) for count in self.counts], overlap=0.4)

    def _count(self, number: int, nouns: Sequence[str], kind: str, x: float) -> None:
        noun = nouns[0] if number == 1 else nouns[-1]
        count = words(f"{shown(number)} {noun}", em=theme.SIZES.small, colour=theme.colour(kind))
        self.counts.append(count.move_to(at(x, COUNTS_AT)))
        self.keep(count)

    @cue(seconds=2.4)
    def light_up(self) -> Animation:
        """Values flow through the network; each neuron becomes as bright as its activation is large."""
        diagram = self.drawing
        counts, self.counts = self.counts, []
        steps = [AnimationGroup(*self.take_away(*counts))] if counts else []
        for column in diagram.columns:
            paths = [path for name in column for path in diagram.forward_paths(name)]
            steps += [AnimationGroup(*(pulse(path, "activation") for path in paths))] if paths else []
            steps.append(AnimationGroup(*(self._fill(name) for name in column)))
        return Succession(*steps)

    def _fill(self, name: str) -> Animation:
        """A neuron takes its brightness, and its number where there is room; an output's beside it."""
        diagram, node = self.drawing, self.drawing.nodes[name]
        number = diagram.value(name)
        if number is None and name in diagram.columns[-1]:
            text = shown(self.trace[name].value)
            number = maths(text, plain=text, em=theme.SIZES.small + 0.06, colour=theme.colour("activation"))
            number.scale(min(1.0, WIDEST_OUTPUT / number.width)).next_to(node, RIGHT, buff=0.18)
        moves = [change(node.circle).set_fill(node.fill_at(diagram.brightness(name))).build()]
        if number is not None:
            self.keep(number)
            self.written.setdefault(name, []).append(number)
            moves.append(appear(number))
        return AnimationGroup(*moves)

    @cue(seconds=1.2)
    def show_targets(self) -> Animation:
        """The target of every output appears at the right edge."""
        tags = list(self.drawing.targets.values())
        for tag in tags:
            tag.scale(min(1.0, WIDEST_TAG / tag.width)).align_to(at(layout.STAGE.right, 0), RIGHT)
        self.keep(*tags)
        return one_after_another([appear(tag, from_above=0.15) for tag in tags])
