"""The stage of chapters with plots of training beside the network that is trained."""

import math
from typing import Literal

from manim import Animation, AnimationGroup, Succession, UpdateFromAlphaFunc, linear

from storyreel.core.errors import StoryreelError
from storyreel.graphics.motion.verbs import appear, ease_run, ease_travel
from storyreel.graphics.networks.network_move import move_network
from storyreel.graphics.networks.training_picture import TrainingPicture
from storyreel.stage.objective_stage import ObjectiveStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Count, OutputName, Steps, cue

MOST_AT_REST, MOVING = 12, 0.35
"""The most steps of a run that rests at each, and the share of a step's time in which it moves on."""


def stepwise(step: float) -> float:
    """A step of a run, which may be between two steps, that is reached soon after the last one, and rests."""
    whole = math.floor(step)
    return whole + ease_travel(min(1.0, (step - whole) / MOVING))


class TrainingStage(ObjectiveStage):
    """A stage on which the network moves aside for plots of its training."""

    picture: TrainingPicture | None = None
    step = 0
    """The step of training that the plots show."""

    @cue(
        seconds=2.0,
        requires=("network", "finite run {steps}"),
        hides=("loss node", "grad.*", "table", "plots", "step"),
        shows="plots {steps}",
    )
    def plot_training(
        self, steps: Steps, output: OutputName | None = None, scale: Literal["linear", "log"] = "linear"
    ) -> Animation:
        """The network moves aside for two plots of its training: the loss, or the cost C of a network with
        data, and an output with its target.

        `steps`: the length of the plots. `output`: by default the last one. `scale`: that of the loss.
        """
        before = self.network
        outputs = self.trace.network.names.activations[-1]
        self.step = int(self.has_run)
        self.picture = picture = TrainingPicture(
            self.experiment, steps, output or outputs[-1], scale == "log", self.frame
        )
        self.diagram = diagram = picture.diagram
        picture.start_at(self.step)
        return Succession(
            *self.leftovers_vanish(),
            *move_network(before, diagram, self.get_mobject_family_members()),
            AnimationGroup(*(appear(plot) for plot in picture.plots)),
            AnimationGroup(*(plot.begins() for plot in picture.plots)),
        )

    def leftovers_vanish(self) -> list[Animation]:
        """The animations, one after another, in which everything around the network fades out."""
        return []

    @cue(seconds=5.0, requires=("plots", "step of plots {until}"), shows="step")
    def train(self, until: Count | None = None) -> Animation:
        """Weights, values and curves change step by step, to step `until` or to the end; in a short run,
        curves rest at each step, where their numbers are those of the network."""
        picture = needed(self.picture, "there are no plots yet; put `plot_training` before `train`")
        start, last = self.step, len(picture.training.objective) - 1
        end = last if until is None else until
        if not start < end <= last:
            raise StoryreelError(f"the run stands at step {start} of {last} and cannot go to step {end}")
        self.step = end

        rests = end - start <= MOST_AT_REST

        def step_at(share: float) -> float:
            step = start + (end - start) * ease_run(share)
            return stepwise(step) if rests else step

        show = picture.follow(step_at)
        return UpdateFromAlphaFunc(picture.moving, lambda _, alpha: show(alpha), rate_func=linear)

    def bring_into_focus(self, example: int) -> None:
        """Bring an example of the data into focus; StoryreelError once plots of another one are on stage."""
        if self.picture is not None:
            raise StoryreelError("the plots are of the example before; take another before `plot_training`")
        super().bring_into_focus(example)
