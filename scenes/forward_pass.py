"""The forward pass: values flow through the network, from its inputs to its outputs."""

from manim import Animation, AnimationGroup, Succession

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
        steps = [[into]] if into is not None else drawing.columns[1:]
        return Succession(
            *(
                AnimationGroup(
                    *(pulse(path, "activation") for name in step for path in drawing.forward_paths(name))
                )
                for step in steps
            )
        )
