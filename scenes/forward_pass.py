"""The forward pass: values flow through the network, from its inputs to its outputs."""

from manim import Animation, Succession

from storyreel.cue import Value, cue
from storyreel.drawings.motion import pulse
from storyreel.drawings.network_diagram import NetworkDiagram
from storyreel.errors import StoryreelError
from storyreel.stage_network import NetworkStage


class ForwardPass(NetworkStage):
    """Values flow through the network, from its inputs to its outputs."""

    @cue(seconds=1.2)
    def propagate(self, along: Value | None = None, into: Value | None = None) -> Animation:
        """Sparks run along one connection (`along` a weight), or along all that end in one neuron (`into`).

        With neither, through the whole network, layer by layer.
        """
        drawing = self.drawing
        if not isinstance(drawing, NetworkDiagram):
            raise StoryreelError("sparks run through a network; draw one with `draw_network`")
        if along is not None:
            return pulse(drawing.edge(along), "activation")
        if into is not None:
            return self.sparks(into, drawing.forward_paths(into), "activation")
        layers = (
            [path for name in column for path in drawing.forward_paths(name)] for column in drawing.columns
        )
        return Succession(*(self.sparks("the layer", paths, "activation") for paths in layers if paths))
