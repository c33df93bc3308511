"""A second scene for tests, with the first as its base."""

from storyreel.storyboard.cue import Activation, File, Loss, cue

from .forward_pass import ForwardPass


class LossCurve(ForwardPass):
    """The loss over the steps of a run."""

    @cue(seconds=2)
    def draw_curve(
        self, steps: int, loss: Loss | None = None, like: Activation = "relu", over: File | None = None
    ) -> None:
        """Draw the loss."""
