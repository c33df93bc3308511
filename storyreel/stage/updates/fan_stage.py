"""The stage of chapters in which an output follows the weight that a curve is over."""

from dataclasses import replace

from manim import Animation

from storyreel.core.errors import StoryreelError
from storyreel.graphics.motion.verbs import appear, in_place_of
from storyreel.graphics.networks.dense.weight_fan import WeightFan
from storyreel.graphics.plots.adjustable.adjustable_loss_curve import AdjustableLossCurve
from storyreel.graphics.plots.descent_layout import DescentLayout
from storyreel.stage.stage import needed
from storyreel.stage.updates.valley_stage import ValleyStage
from storyreel.storyboard.cue import cue


class FanStage(ValleyStage):
    """A stage on which the curve over a weight stands beside the output that this weight leads into."""

    has_output = False
    """True where the output stays beside what follows, in a wide frame that the plot fills."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.has_output = False

    @property
    def layout(self) -> DescentLayout:
        """The areas of the picture."""
        return replace(super().layout, has_output=self.has_output)

    def require_room_above(self, curve: AdjustableLossCurve, remedy: str) -> None:
        """Raise StoryreelError where the curve is in the panel of a plot that fills the frame."""
        panel, graph = self.layout.panel, curve.parts["graph"]
        reached = (graph.points[:, :2] > (panel.left, panel.bottom)).all(axis=1)
        if self.layout.is_filled and reached.any():
            raise StoryreelError(f"there is no room for the numbers above this curve; {remedy}")

    @cue(seconds=1.8, requires=("a network", "curve"))
    def show_output(self) -> Animation:
        """The output that the plotted weight leads into appears beside the curve, with its bar and its
        target, and with the neurons before it, counted from 1. The weight's connection gets wider as the
        weight grows, and the output follows.

        It fades out when the rule appears or the point takes steps, which need its place; but where the plot
        `fills` a wide frame, it stays beside them.
        """
        curve = needed(self.curve, "there is no curve on stage; begin with `plot_loss`")
        network = self.experiment.network
        if curve.weight not in {name for row in network.names.weights[-1] for name in row}:
            raise StoryreelError(f"{curve.weight!r} is no weight into an output, which could follow it")
        self.has_output = self.layout.is_filled
        self.require_room_above(curve, "leave out `show_output`")
        before = curve.take_network()
        fan = WeightFan(self.experiment, self.layout.network, curve.weight)
        curve.add_network(fan, fan.show_network)
        return in_place_of(before, appear(fan))
