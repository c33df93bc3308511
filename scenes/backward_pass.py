"""The backward pass: gradients travel from the loss back to every weight, each upstream × local."""

from manim import Animation

from storyreel.cue import Value, cue
from storyreel.stage_network import NetworkStage


class BackwardPass(NetworkStage):
    """Gradients travel from the loss back to every weight, each upstream × local."""

    @cue(seconds=1.2)
    def backpropagate(self, to: Value) -> Animation:
        """Sparks in the colour of gradients run back to a neuron, a weight or a bias."""
        return self.sparks(to, self.drawing.backward_paths(to), "gradient")
