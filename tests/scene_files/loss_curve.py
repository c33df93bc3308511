"""A second scene for tests, with the first as its base."""

from storyreel.storyboard.cue import ActivationName, File, LossName, cue

from .forward_pass import ForwardPass


class LossCurve(ForwardPass):
    """The loss over the steps of a run."""

    @cue(seconds=2)
    def draw_curve(
        self,
        steps: int,
        loss: LossName | None = None,
        like: ActivationName = "relu",
        over: File | None = None,
    ) -> None:
        """Draw the loss."""
