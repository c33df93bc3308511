"""The stage of chapters about a network of many neurons, whose diagram fills the stage."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from manim import RIGHT, Animation, AnimationGroup, Succession, VGroup

from storyreel.core.number_format import shown
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import appear, one_after_another
from storyreel.graphics.networks.diagram_motion import lights_up, sparks_into
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.text.fitted_number import fitted_number
from storyreel.graphics.text.typeset import Typeset, words
from storyreel.stage.diagram_stage import NO_NETWORK, DiagramStage
from storyreel.stage.plane_stage import PlaneStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Text, cue

ROOM_FOR_TAGS = 1.51
"""Units to the right of the network's area, which the tags of targets may enter."""
ROOM_FOR_COUNTS = 0.65
"""Units below it for the numbers of weights and biases."""
ROOM_BELOW, TAGS_IN_OTHERS = 0.33, 0.6
"""In other frames than wide ones: the part of the height below it, and of the room to the right."""
BIASES_BELOW = 0.45
"""Units that the numbers of biases are below those of weights, in other frames than wide ones."""
WIDEST_OUTPUT, WIDEST_TAG = 0.95, 1.5
"""The largest width of an output's number and of its target's tag, with room for arrows between them."""


class DenseStage(PlaneStage, DiagramStage):
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
    def network_area(self) -> Area:
        """The area of the network, with room for the counts of its parameters below it."""
        whole = self.frame.whole
        return replace(
            self.frame.stage,
            name="network",
            bottom=whole.bottom + (ROOM_FOR_COUNTS if self.frame.is_wide else ROOM_BELOW * whole.height),
            right=whole.right - (1.0 if self.frame.is_wide else TAGS_IN_OTHERS) * ROOM_FOR_TAGS,
        )

    @property
    def drawing(self) -> NetworkDiagram:
        """The diagram on stage; raises StoryreelError where there is none."""
        return needed(self.diagram, NO_NETWORK)

    def clear_stage(self) -> VGroup:
        """Forget everything on stage, and return it to be faded out."""
        self.diagram = None
        self.counts, self.written = [], {}
        return super().clear_stage()

    def place_network(self, with_loss: bool, pixels: bool) -> NetworkDiagram:
        """Lay out the network over the whole stage."""
        self.diagram = diagram = NetworkDiagram(self.trace, self.network_area, with_loss, pixels=pixels)
        self.keep(*diagram.edges.values(), *diagram.nodes.values(), *diagram.names.values())
        self.keep(*diagram.marks.values())
        self.written = {name: [label] for name, label in diagram.names.items()}
        return diagram

    def fill_network(self) -> list[Animation]:
        """Values appear in the neurons and beside the outputs, targets at the right edge."""
        return [*map(self._fill, self.drawing.nodes), self.show_targets()]

    @cue(seconds=4.0, requires="network")
    def count_parameters(self, weights: list[Text], biases: list[Text]) -> Animation:
        """The numbers of weights and then of biases of each layer appear below the network.

        `weights` and `biases` are the words for them, for one and for several: `[weight, weights]`.
        """
        diagram, names = self.drawing, self.trace.network.names
        xs = [diagram.nodes[column[0]].get_x() for column in diagram.columns]
        middles = [(left + right) / 2 for left, right in pairwise(xs)]
        for row, x in zip(names.weights[1:], middles, strict=True):
            self._count(sum(map(len, row)), weights, "weight", x)
        for group, x in zip(names.biases[1:], xs[1:], strict=True):
            if group:
                self._count(len(group), biases, "bias", x)
        self._fit_counts()
        return one_after_another([appear(count, from_above=0.2) for count in self.counts], overlap=0.4)

    def _count(self, number: int, nouns: Sequence[str], kind: str, x: float) -> None:
        noun = nouns[0] if number == 1 else nouns[-1]
        count = words(f"{shown(number)} {noun}", em=theme.SIZES.small, colour=theme.colour(kind))
        below = BIASES_BELOW if kind == "bias" and not self.frame.is_wide else 0.0
        baseline = self.network_area.bottom - ROOM_FOR_COUNTS * 0.7 - below
        self.counts.append(count.set_x(x).on_baseline(baseline))
        self.keep(count)

    def _fit_counts(self) -> None:
        """Make all counts smaller where two would overlap."""
        second_row = self.network_area.bottom - ROOM_FOR_COUNTS
        ordered = sorted(self.counts, key=lambda count: (count.get_y() < second_row, float(count.get_x())))
        pairs = (
            ((one.width + other.width) / 2 + 0.2, other.get_x() - one.get_x())
            for one, other in pairwise(ordered)
        )
        factor = min((room / needed for needed, room in pairs if room > 0), default=1.0)
        for count in ordered:
            count.scale(min(1.0, max(factor, theme.SIZES.crowded / theme.SIZES.small)))

    @cue(seconds=2.4, requires="network")
    def light_up(self) -> Animation:
        """Values flow through the network; the larger its activation, the brighter each neuron becomes."""
        diagram = self.drawing
        counts, self.counts = self.counts, []
        steps: list[Animation] = [AnimationGroup(*self.take_away(*counts))] if counts else []
        for column in diagram.columns:
            steps += sparks_into(diagram, column)
            steps.append(AnimationGroup(*(self._fill(name) for name in column)))
        return Succession(*steps)

    def _fill(self, name: str) -> Animation:
        """A neuron takes its brightness and shows its number if it fits; an output's appears beside it."""
        diagram, node = self.drawing, self.drawing.nodes[name]
        number = diagram.value(name)
        if number is None and name in diagram.columns[-1]:
            text = self.trace.text(name)
            value, em = self.trace.number(name), theme.SIZES.small + 0.06
            number = fitted_number(text, value, em, WIDEST_OUTPUT, theme.colour("activation"))
            number.next_to(node, RIGHT, buff=0.18)
        moves = [lights_up(diagram, name)]
        if number is not None:
            self.keep(number)
            self.written.setdefault(name, []).append(number)
            moves.append(appear(number))
        return AnimationGroup(*moves)

    @cue(seconds=1.2, requires="network")
    def show_targets(self) -> Animation:
        """The target of every output appears at the right edge."""
        tags = list(self.drawing.targets.values())
        for tag in tags:
            tag.scale(min(1.0, WIDEST_TAG / tag.width)).align_to(at(self.frame.stage.right, 0), RIGHT)
        self.keep(*tags)
        return one_after_another([appear(tag, from_above=0.15) for tag in tags])
