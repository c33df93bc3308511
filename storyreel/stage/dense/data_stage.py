"""The stage of chapters about training on many examples: the gradient of each, their mean, mini-batches."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from manim import (
    DL,
    UR,
    Animation,
    AnimationGroup,
    Mobject,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    Wait,
    linear,
)

from storyreel.core.errors import StoryreelError
from storyreel.engine.cost import not_a_mean
from storyreel.engine.regions.decision_regions import classes_of_examples
from storyreel.engine.training import Batches
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import (
    appear,
    crossing,
    ease_run,
    one_after_another,
    pop,
    slide,
)
from storyreel.graphics.plots.examples.batch_costs import BatchCosts, BatchRun, steps_per_pass
from storyreel.graphics.plots.examples.example_gradients import ExampleGradients
from storyreel.graphics.plots.examples.swelling import Swelling
from storyreel.graphics.plots.maps.decision_map import is_plane
from storyreel.stage.plane_stage import PlaneStage
from storyreel.stage.stage import needed
from storyreel.stage.view import Box
from storyreel.storyboard.cue import Count, ParameterName, Steps, Text, cue

AVERAGING = 2.9
"""The seconds in which the means of all rows appear."""
ROOM_ABOVE = 0.2
"""Units above the gradients of the examples."""


class DataStage(PlaneStage):
    """A stage with pictures of a network's training on its data."""

    example_gradients: ExampleGradients | None = None
    batch_costs: BatchCosts | None = None

    @property
    def room(self) -> Box | None:
        """That of the column which a mini-batch gets beside the means, if the chapter has one: so the view
        need not move as it comes."""
        grid = self.example_gradients
        cues = (cue for beat in self.performance.chapter.beats for cue in beat.cues)
        texts = [str(cue.parameters["text"]) for cue in cues if cue.name == "average_batch"]
        if grid is None or not texts:
            return None
        (left, low), (right, high) = grid.get_corner(DL)[:2], grid.get_corner(UR)[:2]
        ends = map(grid.right_of_batch, texts)
        return float(left), float(low), max(float(right), *ends), float(high)

    def clear_stage(self) -> VGroup:
        """Forget everything on stage, and return it to be faded out."""
        self.example_gradients = self.batch_costs = None
        return super().clear_stage()

    @cue(
        seconds=5.0,
        requires=("a network", "data", "coloured classes"),
        hides=(
            "network",
            "matrices",
            "map",
            "side map",
            "example gradients",
            "costs of batches",
            "two passes",
        ),
        shows="example gradients",
        opens=True,
    )
    def show_example_gradients(
        self, of: list[ParameterName], mean: Text, text: Text | None = None
    ) -> Animation:
        """A column of bars for each example of the data shows the gradients of its own loss by some
        weights or biases; a column has the marker and the colour of its class, and each row its scale.

        A map beside a network stays, and each point on it swells while its bar grows; the network becomes
        small, with only the connections of these weights lit.

        `mean`: the words below the column in which `average_gradients` puts the means.
        `text`: the words above the bars of one weight; no symbol is written then. Where columns are wide
        enough, as of eight examples in a wide frame, each bar of one weight has its number; of up to twelve
        bars in narrower columns, the first.
        """
        if text is not None and len(of) > 1:
            raise StoryreelError("`text` is for the gradients of one weight; without it, each has its symbol")
        return self.gradients_appear(of, mean, text)

    def gradients_appear(self, of: Sequence[str], mean: str, text: str | None) -> Animation:
        """The bars take the place of all on stage; the points of a map fly to their markers."""
        area = replace(self.frame.whole, top=self.frame.whole.top - ROOM_ABOVE)
        points = list(self.plane.examples) if self.plane is not None else []
        if self.plane is not None:
            self.plane.remove(self.plane.examples)
        before = self.clear_stage()
        grid = self.put_gradients(of, mean, area, text)
        growing: Animation = UpdateFromAlphaFunc(
            grid.bars, lambda _, alpha: grid.grow(alpha), rate_func=linear, introducer=True
        ).set_run_time(1.9)
        if len(grid.numbers):
            self.keep(grid.numbers)
            numbers = one_after_another([pop(number) for number in grid.numbers]).set_run_time(1.5)
            growing = AnimationGroup(growing, Succession(Wait(0.4), numbers))
        arriving = one_after_another([pop(marker) for marker in grid.markers], overlap=0.8)
        if points:
            arriving = AnimationGroup(*map(slide, points, grid.markers))
        around = AnimationGroup(appear(grid.axes), *map(appear, grid.names), arriving)
        return Succession(crossing(before, around).set_run_time(1.1), growing)

    def put_gradients(
        self, of: Sequence[str], mean: str, area: Area, text: str | None = None
    ) -> ExampleGradients:
        """The bars of all examples in an area, not grown yet."""
        cost = needed(self.experiment.cost, "the network has nothing to train on; give it `data`")
        gradients, notation = cost.gradients_of_examples(of), self.experiment.notation
        means = zip(of, gradients.mean(axis=1).tolist(), strict=True)
        texts = [notation.text(f"cost.grad.{name}", value) for name, value in means]
        classes = classes_of_examples(cost.targets).tolist()
        grid = ExampleGradients(gradients, classes, of, mean, texts, area, text, len(of) == 1)
        self.example_gradients = grid
        self.keep(grid.axes, *grid.names, grid.markers, grid.bars)
        grid.grow(0.0)
        return grid

    @cue(
        seconds=3.2,
        requires=("example gradients", "no mean gradients", "mean cost"),
        shows="mean gradients on example gradients",
    )
    def average_gradients(self) -> Animation:
        """One row after another, the bars of all examples level out, and their mean grows beside them at the
        same scale, with its number: the gradient of the cost."""
        grid = needed(self.example_gradients, "there are no gradients of examples on stage")
        cost = self.experiment.cost
        if cost is not None and not cost.is_mean:
            raise StoryreelError(f"the gradient of the cost is not the mean of these: {not_a_mean(cost)}")
        self.keep(grid.heading, grid.mean_axes, grid.means, grid.copies, grid.badges)
        grid.average(0.0)
        moving = VGroup(grid.bars, grid.copies, grid.means)

        def move(_: Mobject, alpha: float) -> None:
            grid.average(alpha)

        averaging = UpdateFromAlphaFunc(moving, move, rate_func=linear, introducer=True)
        turn = AVERAGING / len(grid.badges)
        numbers = [
            Succession(Wait((k + 0.5) * turn), pop(badge).set_run_time(0.5 * turn))
            for k, badge in enumerate(grid.badges)
        ]
        setting = AnimationGroup(appear(grid.heading), appear(grid.mean_axes)).set_run_time(0.3)
        return Succession(setting, AnimationGroup(averaging.set_run_time(AVERAGING), *numbers))

    @cue(
        seconds=3.4,
        requires=("mean gradients", "no batch gradients"),
        shows="batch gradients on mean gradients",
    )
    def average_batch(self, batch_size: Count, text: Text) -> Animation:
        """After `average_gradients`, a mini-batch of so many examples is picked, the first of a training with
        them: all other markers and bars go dim, and on a map beside them their points swell; their bars level
        out, and their mean grows beside that of all examples, at the same scale, with its number.

        `text`: the words at this mean.
        """
        grid = needed(self.example_gradients, "there are no gradients of examples on stage")
        rows, batched = self.experiment.data_rows, self.experiment.in_batches(batch_size)
        picked = np.isin(np.arange(rows), next(Batches(rows, min(batch_size, rows), batched.seed)))
        batch, row = grid.add_batch(picked, text), Swelling(grid.markers)
        points = Swelling(self.plane.examples) if self.plane is not None else None
        self.keep(batch.axes, batch.means, batch.badges, batch.heading, batch.bars)

        def move(_: Mobject, alpha: float) -> None:
            grid.average_batch(alpha)
            share = min(1.0, 3 * alpha)
            row.dim_others(picked, share)
            if points is not None:
                points.single_out(picked, share)

        on_map = [self.plane.examples] if self.plane is not None else []
        moving = VGroup(grid.bars, batch.bars, batch.means, grid.markers, *on_map)
        averaging = UpdateFromAlphaFunc(moving, move, rate_func=linear, introducer=True)
        setting = AnimationGroup(appear(batch.heading), appear(batch.axes))
        numbers = AnimationGroup(*map(pop, batch.badges))
        return Succession(averaging.set_run_time(2.6), AnimationGroup(setting, numbers).set_run_time(0.8))

    @cue(
        seconds=8.0,
        requires=("a network", "data", "finite run {steps}"),
        hides=("network", "matrices", "map", "example gradients", "costs of batches", "two passes"),
        shows="costs of batches",
    )
    def compare_batches(
        self,
        batch_size: Count,
        steps: Steps,
        full: Text,
        batches: Text,
        step_word: list[Text],
        example_word: list[Text],
        brief: bool = False,
    ) -> Animation:
        """Two trainings start from the same weights: one with all examples in each step, the other with
        mini-batches of `batch_size`. The cost of each falls over the gradients that have been worked out, one
        for each example of a step, until the mini-batches have had so many `steps`; beside the curves are the
        steps, the costs, and for a network with two inputs the regions of each training's network.

        `full` and `batches` are the words for the two trainings, `step_word` and `example_word` those for a
        step and for the gradient of an example, for one and for several: `[step, steps]`.

        `brief`: larger curves, with no regions beside them, and of the numbers only the steps and the costs.
        """
        trainings = (self.experiment.in_batches(None), self.experiment.in_batches(batch_size))
        passes = steps / steps_per_pass(trainings[1])
        runs = [BatchRun.of(training, passes) for training in trainings]
        before = self.clear_stage()
        nouns = (tuple(step_word), tuple(example_word))
        has_plane = is_plane(self.experiment.network) and not brief
        self.batch_costs = picture = BatchCosts(
            self.experiment, runs, (full, batches), nouns, self.frame, has_plane, brief
        )
        setting = self.costs_appear(picture)
        drawing = costs_fall(picture, 0.0, passes)
        return Succession(crossing(before, setting).set_run_time(1.0), drawing.set_run_time(7.0))

    def costs_appear(self, picture: BatchCosts) -> Animation:
        """The picture of two trainings appears, with their starts."""
        still = (picture.axes, picture.key, *picture.maps, picture.start, picture.moving)
        self.keep(*still)
        return AnimationGroup(*map(appear, still))


def costs_fall(picture: BatchCosts, start: float, end: float) -> Animation:
    """Two trainings go on from so many passes over the data to so many."""
    show = picture.follow(lambda share: start + ease_run(share) * (end - start))
    regions = [part for plane in picture.maps for part in (plane.regions, plane.rings)]

    def move(_: Mobject, alpha: float) -> None:
        show(alpha)

    moving = VGroup(picture.moving, *regions)
    return UpdateFromAlphaFunc(moving, move, rate_func=linear, introducer=True)
