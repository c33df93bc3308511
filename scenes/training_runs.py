"""Training runs compared: numbers of one network or of two over the steps of their training."""

from typing import Literal

import numpy as np
from manim import Animation, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.engine.experiment import Experiment
from storyreel.graphics import theme
from storyreel.graphics.plots.examples.example_bars import ExampleBars
from storyreel.graphics.plots.examples.paths_plot import PathsPlot
from storyreel.graphics.plots.examples.prediction_pair import PredictionPair
from storyreel.graphics.plots.examples.prediction_plot import PredictionPlot
from storyreel.graphics.plots.examples.runs_plot import Curve, RunsPlot
from storyreel.stage.runs.runs_stage import LONGEST_LEVEL, RunsStage
from storyreel.stage.stage import few_words
from storyreel.stage.tables.table_stage import MOST_ROWS
from storyreel.storyboard.cue import ExampleName, NetworkName, ParameterName, Steps, Text, Value, cue
from storyreel.storyboard.lesson_number import lesson_number

LONGEST_TEXT, MOST_CURVES, MOST_POINTS = 4.0, 4, 2
"""The largest width of the words for a run, in letters of body size, and the most curves and points."""


class TrainingRuns(RunsStage):
    """Training runs compared: numbers of one network or of two over the steps of their training."""

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
        gone = VGroup(*self.forget())
        curves = [
            self._curve(experiment, name, steps, run, place)
            for run, experiment in enumerate(experiments)
            for place, name in enumerate(of)
        ]
        levels = [lesson_number(self.experiment, level).value] if level else []
        self.plot = plot = RunsPlot(curves, texts, self.frame, scale == "log", levels)
        self.level = level
        return self.picture_appears(plot, gone)

    @cue(
        seconds=2.5,
        requires=(
            "a network",
            "pairs of numbers {x, y, texts, network, steps}",
            "pairs of numbers {x, y, texts, scale_of, steps}",
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
        scale_of: NetworkName | None = None,
    ) -> Animation:
        """A plane appears, in place of other axes, with a point for each pair of numbers, such as the two
        weights of a neuron: the first of `x` and the first of `y`, and so on. `run` moves the points as in so
        many steps of training, and draws their ways.

        `texts` says in the key what each point is, and the two `labels` what the axes are. `network`: the
        numbers are those of another network, which has some of the same names. `scale_of`: one for whose
        ways the plane has room, too, so that the two can be compared.
        """
        if not len(x) == len(y) == len(texts) or len(labels) != len("xy"):
            raise StoryreelError("a point has an `x`, a `y` and a text of its own, and the plane two labels")
        if len(x) > MOST_POINTS:
            raise StoryreelError(f"{len(x)} points cannot be told apart")
        for text, longest in ((each, LONGEST_TEXT) for each in texts):
            few_words(text, longest, em=theme.SIZES.body)
        for label in labels:
            few_words(label, LONGEST_LEVEL, em=theme.SIZES.body)
        gone = VGroup(*self.forget())
        experiments = self.performance.experiments
        experiment = experiments[network] if network else self.experiment
        curves, others = (
            [
                self._curve(one, name, steps, point, place)
                for point, pair in enumerate(zip(x, y, strict=True))
                for place, name in enumerate(pair)
            ]
            for one in (experiment, experiments[scale_of] if scale_of else experiment)
        )
        self.plot = plot = PathsPlot(curves, texts, labels, self.frame, others)
        return self.picture_appears(plot, gone)

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
        shows=("runs {steps}", "surface on runs"),
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
        gone = VGroup(*self.forget())
        others = [(self.performance.experiments[scale_of], steps)] if scale_of else []
        self.plot = plot = PredictionPlot(experiment, steps, text, labels, self.frame, others)
        return self.picture_appears(plot, gone)

    @cue(
        seconds=2.5,
        requires=(
            "a network",
            "predictions of both {texts, labels, other, steps, other_steps}",
            "same data {other}",
            "finite run of {other, other_steps}",
            "{texts} fits 4 at 0.42",
            "{labels} fits 4 at 0.42",
        ),
        hides="runs",
        shows=(
            "runs {steps}",
            "surface on runs",
            "two surfaces on runs",
            "ran on runs if `trained`",
        ),
    )
    def compare_predictions(
        self,
        other: NetworkName,
        texts: list[Text],
        labels: list[Text],
        steps: Steps,
        other_steps: Steps,
        trained: bool = False,
    ) -> Animation:
        """The predictions of the chapter's network and of another one appear as two surfaces side by side, on
        the same scale, as `plot_prediction` shows one. `run` goes through `steps` steps of the first and, in
        the same time, `other_steps` of the other.

        `texts` says in the keys what each is, and the three `labels` what the inputs and the output are.
        `trained`: both are at the ends of their runs from the beginning.
        """
        for text in (*texts, *labels):
            few_words(text, LONGEST_TEXT, em=theme.SIZES.body)
        gone = VGroup(*self.forget())
        pair = [self.experiment, self.performance.experiments[other]]
        self.plot = plot = PredictionPair(pair, (steps, other_steps), texts, labels, self.frame, trained)
        self.step = steps if trained else 0
        return self.picture_appears(plot, gone)

    @cue(
        seconds=2.5,
        requires=(
            "a network",
            "table of parameters",
            "mean cost",
            "data",
            "finite run {steps}",
            "{text} fits 4 at 0.42",
        ),
        hides="runs",
        shows=("runs {steps}", "example bars on runs"),
    )
    def plot_example_gradients(self, steps: Steps, text: Text, of: ParameterName | None = None) -> Animation:
        """For each weight and bias a chart appears, with a bar for each example: the gradient of its loss, up
        where a step makes the weight or bias smaller, down where it makes it larger. A line is at their mean,
        the gradient of the cost, which is written below. `run` changes them as in so many steps of training.

        `text` says in the key what the line is. Each chart has its own scale. `of`: of this weight or bias
        only. Then each example has a row with an arrow, to the left where a step makes the weight or bias
        smaller, and the arrow of the mean is below these.
        """
        names = [of] if of is not None else [*self.experiment.network.trained]
        cost, count = self.experiment.cost, len(self.experiment.network.trained)
        if self.experiment.data_inputs is None or (cost is not None and not cost.is_mean):
            raise StoryreelError("bars of examples are of a network with `data`, whose cost is their mean")
        if count > MOST_ROWS:
            raise StoryreelError(f"bars of {count} weights are too many; up to {MOST_ROWS} can be told apart")
        few_words(text, LONGEST_TEXT, em=theme.SIZES.body)
        gone = VGroup(*self.forget())
        self.plot = plot = ExampleBars(self.experiment, names, steps, text, self.frame)
        return self.picture_appears(plot, gone)

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
