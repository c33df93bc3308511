"""The stage of chapters that train two networks on the same data, side by side."""

import numpy as np
from manim import DL, UR, Animation, AnimationGroup, Succession, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.engine.layer import can_be_merged
from storyreel.graphics.layout import Area
from storyreel.graphics.maths.merged_layers import MergedLayers
from storyreel.graphics.motion.verbs import appear, crossing, draw, in_place_of, vanish
from storyreel.graphics.networks.highlight import highlight
from storyreel.graphics.plots.examples.batch_costs import BatchCosts, BatchRun
from storyreel.graphics.plots.maps.decision_map import is_plane
from storyreel.stage.dense.data_stage import DataStage, costs_fall
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Count, NetworkName, Steps, Text, cue

LEAVING = 0.6
"""The seconds in which tables of weights make room for the curves again as training goes on."""


class ComparisonStage(DataStage):
    """A stage with a picture of two networks in training."""

    trained_to = 0
    """The step that the two networks on stage have come to."""
    merged = VGroup()
    """The tables of weights in place of their curves."""

    @cue(
        seconds=2.0,
        requires=(
            "a network",
            "data",
            "same data {other}",
            "finite run {steps}",
            "finite run of {other, steps}",
        ),
        hides=("network", "matrices", "map", "example gradients", "costs of batches", "two passes"),
        shows=("costs of batches", "two networks on costs of batches"),
    )
    def compare_networks(
        self,
        other: NetworkName,
        steps: Steps,
        names: list[Text],
        step_word: list[Text],
        gradient: Text | None = None,
    ) -> Animation:
        """The chapter's network and another one, with the same data, stand side by side before training:
        axes for their costs over so many steps, the cost of each, and for networks with two inputs the
        regions of each. `train_both` trains them.

        `names` are the words for the two networks, `step_word` that for a step, for one and for several:
        `[step, steps]`. `gradient`: the words for the mean size of the gradients of the cost by all weights,
        such as `mean gradient`, which is then beside each cost.
        """
        if len(names) != 2:
            raise StoryreelError("`names` are two: the words for the chapter's network and for the other one")
        if not self.experiment.data_rows:
            raise StoryreelError("the network has nothing to train on; give it `data`")
        trainings = (self.experiment, self.performance.experiments[other])
        runs = [BatchRun.over_steps(training.run(steps)) for training in trainings]
        for training, run in zip(trainings, runs, strict=True):
            if not np.isfinite(run.costs).all():
                message = f"{training.name!r} diverges within {steps} steps; lower its learning rate"
                raise StoryreelError(message)
        before = self.clear_stage()
        nouns, has_plane = (tuple(step_word), tuple(step_word)), is_plane(self.experiment.network)
        picture = BatchCosts(
            self.experiment, runs, names, nouns, self.frame, has_plane, is_brief=True, gradient=gradient or ""
        )
        self.batch_costs, self.trained_to, self.merged = picture, 0, VGroup()
        return crossing(before, self.costs_appear(picture))

    @cue(
        seconds=5.0,
        requires=("two networks", "step of networks {until}"),
        shows="step of both on two networks",
    )
    def train_both(self, until: Count | None = None) -> Animation:
        """The two networks of `compare_networks` are trained, to step `until` or to the end: their curves,
        costs and regions follow. Tables of `merge_layers` fade out."""
        picture = needed(self.batch_costs, "there are no two networks yet; begin with `compare_networks`")
        start, last = self.trained_to, len(picture.runs[0].costs) - 1
        self.trained_to = end = last if until is None else until
        if not start < end <= last:
            raise StoryreelError(f"the run stands at step {start} of {last} and cannot go to step {end}")
        before, self.merged = self.merged, VGroup()
        falling = costs_fall(picture, start, end)
        if not len(before):
            return falling
        back = in_place_of(before, appear(_curves(picture))).set_run_time(LEAVING)
        return Succession(back, falling)

    @cue(
        seconds=3.5,
        requires=("two networks", "two layers to merge"),
        shows="merged layers on two networks",
    )
    def merge_layers(self) -> Animation:
        """The weights of both layers of the one of two networks without an activation function, as they are
        after the steps so far, appear as two tables, and then their product: the weights of the one layer
        that does the same. The curves make room, until training goes on."""
        picture = needed(self.batch_costs, "there are no two networks yet; begin with `compare_networks`")
        networks = [run.run.networks[self.trained_to] for run in picture.runs]
        trained = next((each for each in networks if can_be_merged(each.layers)), None)
        if trained is None:
            raise StoryreelError(
                "neither network has two small layers without an activation function between"
            )
        gone = self.merged if len(self.merged) else _curves(picture)
        area = Area("tables", *picture.axes.get_corner(DL)[:2], *picture.axes.get_corner(UR)[:2])
        self.merged = tables = MergedLayers(trained, area)
        return in_place_of(gone, Succession(*_merge(tables)))


def _curves(picture: BatchCosts) -> VGroup:
    """The axes with the curves of both costs."""
    return VGroup(picture.axes, picture.lines, picture.start, picture.marks, picture.tips)


def _merge(tables: MergedLayers) -> list[Animation]:
    """Both tables appear, and then, with frames around them for a moment, their product."""
    come = AnimationGroup(*map(appear, (tables.second, tables.times, tables.first)))
    frames = VGroup(*(highlight(table[0]) for table in (tables.second, tables.first)))
    one = AnimationGroup(appear(tables.equals), appear(tables.one))
    return [come, AnimationGroup(*map(draw, frames)), AnimationGroup(one, vanish(frames))]
