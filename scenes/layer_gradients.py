"""The gradients of two networks, layer by layer, as bars side by side, and what the networks then learn."""

from dataclasses import replace

import numpy as np
from manim import Animation, AnimationGroup, Mobject, Succession, UpdateFromAlphaFunc, VGroup, VMobject
from manim.utils.rate_functions import linear

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.experiment import Experiment
from storyreel.engine.network import Network
from storyreel.engine.regions.recognition import Recognition
from storyreel.graphics import theme
from storyreel.graphics.charts.layer_bars import BESIDE, LayerBars, scale_for, sizes_of, values_of
from storyreel.graphics.motion.training_steps import training_steps
from storyreel.graphics.motion.verbs import appear, draw, ease_travel, in_place_of, vanish
from storyreel.graphics.networks.highlight import highlight
from storyreel.graphics.networks.images.answer_grid import AnswerGrid
from storyreel.stage.stage import Stage, few_words, needed
from storyreel.storyboard.cue import Count, NetworkName, Steps, Text, cue

LONGEST_HEADING, LONGEST_NAME, MOST_LAYERS = 5.0, 1.1, 12
"""The largest widths of the words above a chart, in letters of body size, and of those beside its layers, in
small ones; and the most layers."""
LONGEST_KEY, LONGEST_COUNTED = 1.8, 4.8
"""The largest widths of a word in the key, in small letters, and of those after the number of right
answers."""
BELOW_HEADLINE = 1.3
"""Units from the top of the frame to the images, below the names of the networks."""
GAP, GROWING = 0.7, 0.8
"""Units between two charts, and the part of its time in which bars grow before their numbers appear."""


class LayerGradients(Stage):
    """The sizes of the gradients of two networks, a bar for each layer, on one logarithmic scale."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.charts: list[LayerBars] = []
        self.experiments: tuple[Experiment, ...] = ()
        self.grown = self.has_values = False
        self.answers: list[AnswerGrid] = []
        self.trained = 0

    def _everything(self) -> list[VMobject]:
        """Everything on stage."""
        if self.answers:
            return [*self.answers, *(part for chart in self.charts for part in _headline(chart))]
        parts: list[VMobject] = [*self.charts]
        parts += [chart.ends for chart in self.charts if self.grown]
        return parts + [chart.value_bars for chart in self.charts if self.has_values]

    @cue(
        seconds=2.0,
        requires=(
            "a network",
            "layers of both {other}",
            "two names {names}",
            "{names} fits 5 at 0.42",
            "{text} fits 1.1 at 0.36",
            "{values} fits 1.8 at 0.36",
            "{gradients} fits 1.8 at 0.36",
        ),
        hides=("charts", "answers"),
        shows=(
            "charts",
            "bars of {other} on charts",
            "bars to come on charts",
            "values to come on charts if `values`",
        ),
        opens=True,
    )
    def chart_layers(
        self,
        other: NetworkName,
        names: list[Text],
        text: Text,
        values: Text | None = None,
        gradients: Text | None = None,
    ) -> Animation:
        """Two charts appear, of the chapter's network and of another one, with a place for each layer and one
        logarithmic scale for both. `names` are written above them, beside plots of the activation functions
        of the hidden layers, and `text` beside the layers' numbers; `pass_gradients_back` draws the bars.

        With `values`, the word for them in a key, there is room for a bar of the mean activation beside that
        of each layer's gradients, which `pass_values_forward` draws; `gradients` is the other word in the
        key.
        """
        gone = VGroup(*self._everything())
        experiments = (self.experiment, self.performance.experiments[other])
        sizes = [sizes_of(experiment.trace) for experiment in experiments]
        found = [values_of(experiment.trace) for experiment in experiments] if values else []
        words = [few_words(each, LONGEST_KEY).plain for each in (values, gradients) if each]
        key = words if values else []
        self._check(names)
        few_words(text, LONGEST_NAME)
        if any(not 2 <= len(each) <= MOST_LAYERS for each in sizes):
            raise StoryreelError(f"there are bars for networks of 2 to {MOST_LAYERS} layers")
        if not all(np.isfinite(each).all() and (each > 0).all() for each in [*sizes, *found]):
            raise StoryreelError("a size of 0 has no place on a logarithmic scale")
        self.setup()
        self.experiments = experiments
        low, high = scale_for([*sizes, *found])
        areas = self.frame.halves(self.frame.whole, gap=GAP, stacked=not self.frame.is_wide)
        self.charts = [
            LayerBars(area, each, low, high, name, text, one.network.layers[0].activation.name, its, key)
            for area, each, name, one, its in zip(
                areas, sizes, names, experiments, found or [None, None], strict=True
            )
        ]
        return in_place_of(
            gone, AnimationGroup(*(appear(VGroup(chart.heading, chart.frame)) for chart in self.charts))
        )

    def _check(self, names: list[str]) -> None:
        """Raise StoryreelError where there are not two names, or where they are too long."""
        if len(names) != 2:
            raise StoryreelError(f"`names` are two: the words for each network, not {len(names)}")
        for name in names:
            few_words(name, LONGEST_HEADING, em=theme.SIZES.body)

    @cue(seconds=4.0, requires="values to come", hides="values to come")
    def pass_values_forward(self) -> Animation:
        """The bars of the values of both networks grow, from the first layer to the last, as the forward
        pass comes by: the top of each is at the mean size of the activations of the layer."""
        charts = self.charts
        needed(charts[0] if charts else None, "there are no charts yet; begin with `chart_layers`")
        if any(chart.values is None for chart in charts):
            raise StoryreelError("the charts have no room for values; give `chart_layers` the word `values`")
        self.has_values = True

        def show(_: Mobject, alpha: float) -> None:
            for chart in charts:
                chart.grow_values(ease_travel(alpha))

        bars = VGroup(*(chart.value_bars for chart in charts))
        return UpdateFromAlphaFunc(bars, show, rate_func=linear, introducer=True)

    @cue(seconds=5.0, requires="bars to come", hides="bars to come")
    def pass_gradients_back(self) -> Animation:
        """The bars of both networks grow, from the last layer to the first, as the backward pass comes by:
        the top of each is at the mean size of the gradients of the layer's weights. Then those of the first
        and of the last layer are written above their bars."""
        charts = self.charts
        needed(charts[0] if charts else None, "there are no charts yet; begin with `chart_layers`")
        self.grown = True

        def show(_: Mobject, alpha: float) -> None:
            for chart in charts:
                chart.grow(ease_travel(alpha))

        bars = VGroup(*(chart.bars for chart in charts))
        growing = UpdateFromAlphaFunc(bars, show, rate_func=linear, introducer=True)
        numbers = AnimationGroup(*(appear(chart.ends) for chart in charts))
        return Succession(growing.set_run_time(GROWING), numbers.set_run_time(1 - GROWING))

    @cue(seconds=1.0, requires=("charts", "two names {names}", "{names} fits 5 at 0.42"))
    def write(self, names: list[Text]) -> Animation:
        """A few words appear below the name of each of the two charts, in place of those before."""
        charts = self.charts
        needed(charts[0] if charts else None, "there are no charts yet; begin with `chart_layers`")
        self._check(names)
        before = VGroup(*(chart.note for chart in charts if chart.note is not None))
        notes = []
        for chart, name in zip(charts, names, strict=True):
            if chart.note is not None:
                chart.remove(chart.note)
            chart.note = chart.written_below(name)
            chart.add(chart.note)
            notes.append(chart.note)
        return in_place_of(before, AnimationGroup(*map(appear, notes)))

    @cue(seconds=1.6, requires=("charts", "no bars to come", "layer of both {number}"))
    def point_out_layer(self, number: Count) -> Animation:
        """A frame is drawn around the bar of a layer, counted from 1, in both charts, and fades out."""
        charts = self.charts
        needed(charts[0] if charts else None, "there are no charts yet; begin with `chart_layers`")
        if any(number > len(chart.bars) for chart in charts):
            raise StoryreelError(f"there is no layer {number} in both charts")
        frames = VGroup(*(highlight(chart.bars[number - 1]) for chart in charts))
        return Succession(AnimationGroup(*map(draw, frames)), vanish(frames))

    @cue(
        seconds=2.4,
        requires=("charts", "test", "square inputs", "{text} fits 4.8 at 0.42"),
        hides=("bars of *", "bars to come", "values to come"),
        shows="answers on charts",
    )
    def compare_answers(self, text: Text) -> Animation:
        """In place of the bars, the images that the networks are tested with appear under the name of each
        network, with its answer below each image; wrong ones have another colour and a frame. Below them is
        how many are right, before `text`, a word for these."""
        charts = self.charts
        needed(charts[0] if charts else None, "there are no charts yet; begin with `chart_layers`")
        gone = VGroup(*self._everything())
        gone.remove(*charts)
        for chart in charts:
            gone.add(*(part for part in chart if part not in _headline(chart)))
        self.answers = []
        for chart, experiment in zip(charts, self.experiments, strict=True):
            images, recognition = self._tested(experiment, experiment.network)
            area = replace(chart.area, top=chart.area.top - BELOW_HEADLINE)
            if chart.is_low:
                area = replace(chart.area, left=chart.area.left + BESIDE)
            said = few_words(text, LONGEST_COUNTED, em=theme.SIZES.body)
            grid = AnswerGrid(images, recognition.classes, area, said)
            grid.set_answers(recognition.answers)
            self.answers.append(grid)
        return in_place_of(gone, AnimationGroup(*map(appear, self.answers)))

    def _tested(self, experiment: Experiment, network: Network) -> tuple[Array, Recognition]:
        """The images that a network is tested with, and its answers; raises StoryreelError without any."""
        if experiment.test is None:
            raise StoryreelError(f"{experiment.name!r} has nothing to be tested with; give it `test`")
        return experiment.test[0], Recognition(network, *experiment.test)

    @cue(seconds=8.0, requires="answers")
    def train_answers(self, steps: Steps) -> Animation:
        """Both networks are trained for the next `steps` steps, and the answers follow; the first steps are
        the slowest, as they change the most."""
        grids, start = self.answers, self.trained
        needed(grids[0] if grids else None, "there are no answers yet; `compare_answers` comes first")
        self.trained += steps
        runs = [experiment.run(self.trained) for experiment in self.experiments]

        def show(step: int) -> None:
            for grid, experiment, run in zip(grids, self.experiments, runs, strict=True):
                grid.set_answers(self._tested(experiment, run.networks[step])[1].answers)

        return training_steps(VGroup(*grids), start, steps, show)


def _headline(chart: LayerBars) -> list[VMobject]:
    """What is above the bars of a chart."""
    return [chart.heading, *([chart.note] if chart.note is not None else [])]
