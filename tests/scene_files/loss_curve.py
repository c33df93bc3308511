"""A second scene for tests, with the first as its base."""

from storyreel.storyboard.cue import ActivationName, File, LossName, Steps, cue

from .forward_pass import ForwardPass


class LossCurve(ForwardPass):
    """The loss over the steps of a run."""

    @cue(seconds=2)
    def draw_curve(
        self,
        steps: Steps,
        loss: LossName | None = None,
        like: ActivationName = "relu",
        over: File | None = None,
        width: float = 1.0,
    ) -> None:
        """Draw the loss."""
