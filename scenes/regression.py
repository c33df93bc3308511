"""Regression: the data as points, and the prediction of a network that comes to fit them in training."""

from dataclasses import replace

import numpy as np
from manim import UP, Animation, AnimationGroup, Mobject, Succession, UpdateFromAlphaFunc, VGroup, VMobject
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import (
    appear,
    draw,
    ease_run,
    in_place_of,
    one_after_another,
    pop,
)
from storyreel.graphics.plots.fit_plot import FitPlot
from storyreel.graphics.plots.plot_picture import axis_words
from storyreel.graphics.plots.run_plot import RunPlot
from storyreel.graphics.text.symbol import symbol
from storyreel.stage.stage import Stage, few_words, needed
from storyreel.storyboard.conditions.training import fit_fault
from storyreel.storyboard.cue import Count, Steps, Text, cue

SHARE, SHARE_IN_OTHERS, GAP = 0.6, 0.6, 0.5
"""The part of the frame that the fit has, that in frames that are not wide, and the units between it and the
plot of the cost."""
ROOM_FOR_NAME = 0.7
"""Units above the plot of the cost for its name."""
LONGEST_LABEL, LABEL_EM = 5.0, 0.46
"""The largest width of a label of an axis, and the size of its letters, in Manim units."""
MOST_LOOKED_AT = 40
"""Networks of a run for which the axes have room; in between, they differ little."""


class Regression(Stage):
    """The data as points, and the prediction of a network that comes to fit them in training."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.fit: FitPlot | None = None
        self.cost: RunPlot | None = None
        self.has_graph = self.has_errors = False
        self.step = self.last = 0
        self.labels: tuple[str | None, str | None] = (None, None)

    @property
    def _drawn(self) -> FitPlot:
        return needed(self.fit, "there is no plot of data on stage yet; begin with `plot_data`")

    @property
    def _areas(self) -> tuple[Area, Area]:
        """The areas of the fit and of the cost beside it."""
        share = SHARE if self.frame.is_wide else SHARE_IN_OTHERS
        area, beside = self.frame.halves(self.frame.whole, share, GAP, stacked=not self.frame.is_wide)
        return area, replace(beside, bottom=beside.bottom + 0.3, top=beside.top - ROOM_FOR_NAME)

    @cue(
        seconds=3.0,
        requires=("a network", "data to fit", "finite run {steps}", "{x_label, y_label} fits 5 at 0.46"),
        hides="plotted data",
        shows="plotted data",
        opens=True,
    )
    def plot_data(self, steps: Steps, x_label: Text | None = None, y_label: Text | None = None) -> Animation:
        """The examples of the network's data appear as points, target over input. A network with several
        inputs has no axis for them: its points are predictions over targets, which training moves.

        The axes have room for `steps` steps of training, which `train` takes. The labels of the axes are the
        symbols of what is on them, or words.
        """
        inputs, targets = self.experiment.data_inputs, self.experiment.data_targets
        if inputs is None or targets is None:
            raise StoryreelError(f"the network {self.experiment.name} has no `data` that it could fit")
        if fault := fit_fault(targets):
            raise StoryreelError(fault)
        if not np.isfinite(self.experiment.run(steps).objective).all():
            raise StoryreelError(f"this network diverges within {steps} steps; lower its learning rate")
        for label in filter(None, (x_label, y_label)):
            few_words(label, LONGEST_LABEL, em=LABEL_EM)
        gone = VGroup(*self._forget())
        self.last, self.labels = steps, (x_label, y_label)
        self.fit = fit = self._plot(self.frame.whole, x_label, y_label)
        points = one_after_another([pop(point) for point in fit.points_of_data], overlap=0.8)
        parts = [appear(fit.frame).set_run_time(0.8), points.set_run_time(1.6)]
        return in_place_of(gone, Succession(*parts))

    @cue(seconds=1.5, requires=("plotted data", "no fit"), shows="fit on plotted data")
    def draw_fit(self) -> Animation:
        """The prediction of the network appears as a curve over the input; of a network with several inputs,
        a dashed line on which prediction and target are equal."""
        if self.has_graph:
            raise StoryreelError("the prediction is on stage already")
        self.has_graph = True
        return draw(self._drawn.graph)

    def _plot(self, area: Area, x_label: str | None, y_label: str | None) -> FitPlot:
        """The plot in an area, with room for the whole training, showing its start."""
        inputs, targets = self.experiment.examples
        run, names = self.experiment.run(self.last), self.experiment.network.names
        own = names.activations[0][0] if inputs.shape[1] == 1 else names.targets[0]
        labels = zip((x_label, y_label), (own, names.activations[-1][0]), strict=True)
        across, up = (axis_words(words) if words else symbol(name) for words, name in labels)
        looked_at = np.unique(np.linspace(0, self.last, min(self.last + 1, MOST_LOOKED_AT)).astype(int))
        networks = [run.networks[step] for step in looked_at.tolist()]
        return FitPlot(area, networks, inputs, targets, (across, up))

    def _forget(self) -> list[VMobject]:
        """Begin anew, and return what is on stage."""
        fit, cost = self.fit, self.cost
        gone: list[VMobject] = [fit.frame, fit.points_of_data, *self._shown(fit)] if fit is not None else []
        gone += [cost, *cost.moving] if cost is not None else []
        self.setup()
        return gone

    def _shown(self, fit: FitPlot) -> list[VMobject]:
        """What is on stage of the prediction and the errors."""
        return [*([fit.graph] if self.has_graph else []), *([fit.errors] if self.has_errors else [])]

    @cue(seconds=1.5, requires=("fit", "no errors"), shows="errors on plotted data")
    def show_errors(self) -> Animation:
        """A line leads from each point to its prediction: the error, which changes with the network."""
        fit = self._drawn
        if not self.has_graph:
            raise StoryreelError("there is no prediction on stage yet; `draw_fit` comes first")
        if self.has_errors:
            raise StoryreelError("the errors are on stage already")
        self.has_errors = True
        return one_after_another([draw(error) for error in fit.errors], overlap=0.8)

    @cue(seconds=1.5, requires=("plotted data", "no cost"), shows="cost on plotted data")
    def plot_cost(self) -> Animation:
        """The plot makes room for one of the cost over all steps of the training, up to the last one
        that was taken."""
        area, beside = self._areas
        if self.cost is not None:
            raise StoryreelError("a plot of the cost is on stage already")
        run = self.experiment.run(self.last)
        self.cost = cost = RunPlot(beside, self.experiment.objective, "loss", run.objective)
        cost.names[1].next_to(at(cost.left, beside.top), UP, buff=0.1)
        cost.show_step(float(self.step))
        smaller = self._plot(area, *self.labels)
        smaller.show_network(run.network_at(self.step))
        room = self._drawn.becomes(smaller, self._shown(self._drawn), self._shown(smaller))
        return Succession(room, AnimationGroup(appear(cost), *map(appear, cost.moving)))

    @cue(seconds=5.0, requires=("fit", "step of fit {until}"), shows="trained step on plotted data")
    def train(self, until: Count | None = None) -> Animation:
        """Training goes on to step `until`, or to the last one: the curve bends to the points or, with
        several inputs, the points come to the line; errors and the cost follow."""
        fit, start = self._drawn, self.step
        if not self.has_graph:
            raise StoryreelError("there is no prediction on stage yet; `draw_fit` comes first")
        end = self.last if until is None else until
        if not start < end <= self.last:
            raise StoryreelError(f"the run stands at step {start} of {self.last} and cannot go to step {end}")
        self.step, run, cost = end, self.experiment.run(self.last), self.cost

        def step_at(alpha: float) -> float:
            return start + (end - start) * ease_run(alpha)

        follow = cost.follow(step_at) if cost is not None else None

        def show(_: Mobject, alpha: float) -> None:
            fit.show_network(run.network_at(step_at(alpha)))
            if follow is not None:
                follow(alpha)

        parts = VGroup(fit.points_of_data, *self._shown(fit), *(cost.moving if cost is not None else ()))
        return UpdateFromAlphaFunc(parts, show, rate_func=linear)
