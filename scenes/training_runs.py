"""Training runs compared: numbers of one network or of two over the steps of their training."""

from typing import Literal

import numpy as np
from manim import Animation, AnimationGroup, Succession, UpdateFromAlphaFunc, VGroup, VMobject
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.engine.experiment import Experiment
from storyreel.graphics import theme
from storyreel.graphics.motion.verbs import (
    appear,
    draw,
    ease_run,
    in_place_of,
    one_after_another,
    pop,
    vanish,
)
from storyreel.graphics.networks.highlight import highlight
from storyreel.graphics.plots.examples.paths_plot import PathsPlot
from storyreel.graphics.plots.examples.prediction_plot import PredictionPlot
from storyreel.graphics.plots.examples.runs_plot import Curve, RunsPlot
from storyreel.stage.stage import Stage, few_words, needed
from storyreel.storyboard.cue import Count, ExampleName, NetworkName, Steps, Text, Value, cue
from storyreel.storyboard.lesson_number import lesson_number

LONGEST_TEXT, LONGEST_LEVEL, MOST_CURVES, MOST_POINTS = 4.0, 6.0, 4, 2
"""The largest widths of the words for a run and for a level, in letters of body size, and the most curves and
points."""


class TrainingRuns(Stage):
    """Training runs compared: numbers of one network or of two over the steps of their training."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.plot: RunsPlot | None = None
        self.marks: list[VMobject] = []
        self.step = 0
        self.level: str | None = None

    @property
    def _drawn(self) -> RunsPlot:
        return needed(self.plot, "there are no axes on stage yet; begin with `plot_runs`")

    @cue(
        seconds=2.5,
        requires=(
            "a network",
            "comparable runs {of, texts, network, steps, level}",
            "{texts} fits 4 at 0.42",
        ),
        hides="runs",
        shows="runs {steps}",
        opens=True,
    )
    def plot_runs(
        self,
        of: list[ExampleName],
        texts: list[Text],
        steps: Steps,
        network: NetworkName | None = None,
        scale: Literal["linear", "log"] = "linear",
        level: Value | None = None,
    ) -> Animation:
        """Axes for these numbers over so many steps of training appear, in place of others, with the first
        points and a key. With another `network`, which has numbers of the same names, its run is beside
        that of the chapter's network; `texts` says what each run is.

        `scale`: that of the numbers. `level`: a number that `mark_level` will show, for which the axes
        have room.
        """
        experiments = [self.experiment, *([self.performance.experiments[network]] if network else [])]
        if len(texts) != len(experiments):
            raise StoryreelError(f"there is a text for each run: {len(experiments)}, not {len(texts)}")
        for text in texts:
            few_words(text, LONGEST_TEXT, em=theme.SIZES.body)
        if len(of) * len(experiments) > MOST_CURVES:
            raise StoryreelError(f"{len(of) * len(experiments)} curves cannot be told apart")
        gone = VGroup(*self._forget())
        curves = [
            self._curve(experiment, name, steps, run, place)
            for run, experiment in enumerate(experiments)
            for place, name in enumerate(of)
        ]
        levels = [lesson_number(self.experiment, level).value] if level else []
        self.plot = plot = RunsPlot(curves, texts, self.frame, scale == "log", levels)
        self.level = level
        return self._appears(plot, gone)

    def _appears(self, plot: RunsPlot, gone: VGroup) -> Animation:
        """Axes and key appear in place of others, and then the first points and numbers."""
        plot.show_step(0.0)
        come = appear if isinstance(plot, PredictionPlot) else pop
        moving = one_after_another([*map(appear, plot.numbers), *map(come, plot.lines)], overlap=0.8)
        return in_place_of(gone, Succession(AnimationGroup(appear(plot.axes), appear(plot.key)), moving))

    @cue(
        seconds=2.5,
        requires=(
            "a network",
            "pairs of numbers {x, y, texts, network, steps}",
            "labels of a plane {labels}",
            "{texts} fits 4 at 0.42",
            "{labels} fits 6 at 0.42",
        ),
        hides="runs",
        shows="runs {steps}",
        opens=True,
    )
    def plot_paths(
        self,
        x: list[ExampleName],
        y: list[ExampleName],
        texts: list[Text],
        labels: list[Text],
        steps: Steps,
        network: NetworkName | None = None,
    ) -> Animation:
        """A plane appears, in place of other axes, with a point for each pair of numbers, such as the two
        weights of a neuron: the first of `x` and the first of `y`, and so on. `run` moves the points as in so
        many steps of training, and draws their ways.

        `texts` says in the key what each point is, and the two `labels` what the axes are. `network`: the
        numbers are those of another network, which has some of the same names.
        """
        if not len(x) == len(y) == len(texts) or len(labels) != len("xy"):
            raise StoryreelError("a point has an `x`, a `y` and a text of its own, and the plane two labels")
        if len(x) > MOST_POINTS:
            raise StoryreelError(f"{len(x)} points cannot be told apart")
        for text, longest in ((each, LONGEST_TEXT) for each in texts):
            few_words(text, longest, em=theme.SIZES.body)
        for label in labels:
            few_words(label, LONGEST_LEVEL, em=theme.SIZES.body)
        gone = VGroup(*self._forget())
        pairs = enumerate(zip(x, y, strict=True))
        experiment = self.performance.experiments[network] if network else self.experiment
        curves = [
            self._curve(experiment, name, steps, point, place)
            for point, pair in pairs
            for place, name in enumerate(pair)
        ]
        self.plot = plot = PathsPlot(curves, texts, labels, self.frame)
        return self._appears(plot, gone)

    @cue(
        seconds=2.5,
        requires=(
            "a network",
            "prediction over two inputs {labels, network, steps}",
            "same data {scale_of}",
            "finite run of {scale_of, steps}",
            "{text} fits 4 at 0.42",
            "{labels} fits 4 at 0.42",
        ),
        hides="runs",
        shows="runs {steps}",
        opens=True,
    )
    def plot_prediction(
        self,
        text: Text,
        labels: list[Text],
        steps: Steps,
        network: NetworkName | None = None,
        scale_of: NetworkName | None = None,
    ) -> Animation:
        """The prediction of a network with two inputs and one output appears as a surface above them, in
        place of other axes, and the examples as points at their targets, each with a line to the surface.
        `run` moves the surface as in so many steps of training.

        `text` says in the key what it is, and the three `labels` what the inputs and the output are.
        `network`: another one than that of the chapter. `scale_of`: one whose run the axis of the output has
        room for, too, so that the two can be compared.
        """
        few_words(text, LONGEST_TEXT, em=theme.SIZES.body)
        for label in labels:
            few_words(label, LONGEST_TEXT, em=theme.SIZES.body)
        experiment = self.performance.experiments[network] if network else self.experiment
        inputs, outputs = (len(each) for each in (experiment.network.input_names, experiment.targets[0]))
        if (inputs, outputs) != (2, 1) or len(labels) != inputs + outputs:
            raise StoryreelError("a surface is over two inputs and shows one output, and has three labels")
        gone = VGroup(*self._forget())
        others = [self.performance.experiments[scale_of]] if scale_of else []
        self.plot = plot = PredictionPlot(experiment, steps, text, labels, self.frame, others)
        return self._appears(plot, gone)

    def _curve(self, experiment: Experiment, name: str, steps: int, run: int, place: int) -> Curve:
        trained = experiment.run(steps)
        if name == experiment.objective:
            values = trained.objective
        elif name in experiment.network.parameter_names:
            # A trace of each step would take a thousand times as long.
            position = experiment.network.position(name)
            values = np.array([network.parameters[position] for network in trained.networks])
        else:
            values = np.array([experiment.number(name, k) for k in range(steps + 1)])
        return Curve(name, lesson_number(experiment, name).kind, values, run, place)

    def _forget(self) -> list[VMobject]:
        plot = [*self.plot, *self.plot.moving] if self.plot is not None else []
        gone = [*plot, *self.marks]
        self.setup()
        return gone

    @cue(seconds=5.0, requires=("runs", "more steps {until}"), shows="ran on runs")
    def run(self, until: Count | None = None) -> Animation:
        """The curves go on to step `until`, or to the end, and the numbers in the key change with them."""
        plot, start = self._drawn, self.step
        last = len(plot.curves[0].values) - 1
        self.step = end = last if until is None else until
        if not start < end <= last:
            raise StoryreelError(f"the runs stand at step {start} of {last} and cannot go to step {end}")
        show = plot.follow(lambda alpha: start + (end - start) * ease_run(alpha))
        return UpdateFromAlphaFunc(plot.moving, lambda _, alpha: show(alpha), rate_func=linear)

    @cue(seconds=1.0, requires=("runs", "run in key {run}"))
    def point_out(self, run: Count) -> Animation:
        """A frame is drawn around a run in the key, counted from 1, and fades out."""
        plot = self._drawn
        if run > len(plot.key):
            raise StoryreelError(f"there is no run {run} on stage, but {len(plot.key)}")
        numbers = [
            text for text, curve in zip(plot.numbers, plot.curves, strict=True) if curve.run == run - 1
        ]
        frame = highlight(VGroup(*plot.key[run - 1], *numbers))
        return Succession(draw(frame), vanish(frame))

    @cue(
        seconds=1.5,
        requires=("runs", "level of runs {value}", "{text} fits 6 at 0.42"),
        shows="level on runs",
    )
    def mark_level(self, value: Value, text: Text) -> Animation:
        """A dashed line appears at the height of a number, and a few words for it in the key."""
        plot = self._drawn
        few_words(text, LONGEST_LEVEL, em=theme.SIZES.body)
        if value != self.level:
            raise StoryreelError(
                f"the axes may have no room for `{value}`; give `plot_runs` this `level`, too"
            )
        level = lesson_number(self.experiment, value).value
        line, sample, label = plot.mark_level(level, text)
        self.marks += [line, sample, label]
        return AnimationGroup(draw(line), draw(sample), appear(label))
