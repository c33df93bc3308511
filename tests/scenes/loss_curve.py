"""A second scene for tests, with the first as its base."""

from storyreel.cue import cue

from .forward_pass import ForwardPass


class LossCurve(ForwardPass):
    """The loss over the steps of a run."""

    @cue(seconds=2)
    def draw_curve(self, steps: int) -> None:
        """Draw the loss."""
