"""The forward pass: values flow through the network, from its inputs to its outputs."""

from manim import Animation, AnimationGroup, Succession

from storyreel.core.errors import StoryreelError
from storyreel.graphics.motion.verbs import run_spark, vanish
from storyreel.graphics.networks.adjustable_network import AdjustableNetwork, area_above_knobs
from storyreel.graphics.networks.diagram_motion import sparks_into
from storyreel.graphics.networks.images.image_classifier import ImageClassifier
from storyreel.graphics.networks.images.image_fold import fold_image
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.networks.network_fold import fold_network
from storyreel.stage.example_stage import ExampleStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import NetworkName, QuantityName, Steps, WeightName, cue


class ForwardPass(ExampleStage):
    """Values flow through the network, from its inputs to its outputs."""

    wide: NetworkDiagram | ImageClassifier | None = None

    @cue(seconds=0.1, requires="a network", shows="wide network {network}")
    def carry_intro(self, network: NetworkName, steps: Steps | None = None) -> None:
        """Another network is on stage from the first frame on, as at the end of a chapter with the scene
        `intro` after this many steps of training; continue with `fold_network`."""
        other = AdjustableNetwork(self.performance.experiments[network], area_above_knobs(self.frame))
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

    @cue(
        seconds=2.4,
        requires=("wide network", "fold {wide network}"),
        hides=("wide network", "network", "graph", "chain", "grad.*"),
        shows="network",
    )
    def fold_network(self) -> Animation:
        """The network on stage becomes the chapter's network: the neurons of each layer merge."""
        before = needed(self.wide, "only another network folds; put one on stage with `carry_image`")
        gone = self.clear_stage()
        self.wide, self.diagram = None, NetworkDiagram(self.trace, self.frame.stage, has_values=True)
        if isinstance(before, ImageClassifier):
            folding = fold_image(before, self.diagram)
        else:
            folding = fold_network(before, self.diagram)
        return AnimationGroup(*([vanish(gone)] if len(gone) else []), *folding)

    @cue(seconds=1.2, requires=("network", "way to {into}"))
    def propagate(self, along: WeightName | None = None, into: QuantityName | None = None) -> Animation:
        """Sparks run along the connection of a weight (`along`), and along all that end in a neuron (`into`).

        With neither, they run through the whole network, layer by layer.
        """
        drawing = self.drawing
        if not isinstance(drawing, NetworkDiagram):
            raise StoryreelError("sparks run through a network; draw one with `draw_network`")
        runs = [] if into is None else [self.sparks(into, drawing.forward_paths(into), "activation")]
        if along is not None:
            runs.append(run_spark(drawing.edge(along), "activation"))
        if runs:
            return AnimationGroup(*runs) if len(runs) > 1 else runs[0]
        return Succession(*(move for column in drawing.columns for move in sparks_into(drawing, column)))
