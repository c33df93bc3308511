"""The gradients of two networks, layer by layer, as bars side by side."""

import numpy as np
from manim import Animation, AnimationGroup, Mobject, Succession, UpdateFromAlphaFunc, VGroup
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.charts.layer_bars import LayerBars, scale_for, sizes_of
from storyreel.graphics.motion.verbs import appear, draw, ease_travel, in_place_of, vanish
from storyreel.graphics.networks.highlight import highlight
from storyreel.stage.stage import Stage, few_words, needed
from storyreel.storyboard.cue import Count, NetworkName, Text, cue

LONGEST_HEADING, LONGEST_NAME, MOST_LAYERS = 5.0, 1.1, 12
"""The largest widths of the words above a chart, in letters of body size, and of those beside its layers, in
small ones; and the most layers."""
GAP, GROWING = 0.7, 0.8
"""Units between two charts, and the part of its time in which bars grow before their numbers appear."""


class LayerGradients(Stage):
    """The sizes of the gradients of two networks, a bar for each layer, on one logarithmic scale."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.charts: list[LayerBars] = []
        self.grown = False

    @cue(
        seconds=2.0,
        requires=(
            "a network",
            "layers of both {other}",
            "two names {names}",
            "{names} fits 5 at 0.42",
            "{text} fits 1.1 at 0.36",
        ),
        hides="charts",
        shows=("charts", "bars of {other} on charts", "bars to come on charts"),
        opens=True,
    )
    def chart_layers(self, other: NetworkName, names: list[Text], text: Text) -> Animation:
        """Two charts appear, of the chapter's network and of another one, with a place for each layer and one
        logarithmic scale for both. `names` are written above them, beside plots of the activation functions
        of the hidden layers, and `text` beside the layers' numbers; `pass_gradients_back` draws the bars."""
        gone = VGroup(*(VGroup(chart, *(chart.ends if self.grown else ())) for chart in self.charts))
        experiments = (self.experiment, self.performance.experiments[other])
        sizes = [sizes_of(experiment.trace) for experiment in experiments]
        self._check(names)
        few_words(text, LONGEST_NAME)
        if any(not 2 <= len(each) <= MOST_LAYERS for each in sizes):
            raise StoryreelError(f"there are bars for networks of 2 to {MOST_LAYERS} layers")
        if not all(np.isfinite(each).all() and (each > 0).all() for each in sizes):
            raise StoryreelError("a gradient of 0 has no place on a logarithmic scale")
        self.setup()
        low, high = scale_for(sizes)
        areas = self.frame.halves(self.frame.whole, gap=GAP, stacked=not self.frame.is_wide)
        self.charts = [
            LayerBars(area, each, low, high, name, text, one.network.layers[0].activation.name)
            for area, each, name, one in zip(areas, sizes, names, experiments, strict=True)
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
