"""The stage of chapters with a network in rows below the bars of its inputs."""

from abc import abstractmethod
from typing import cast

import numpy as np
from manim import Animation, AnimationGroup, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.network import Network
from storyreel.graphics import theme
from storyreel.graphics.charts.bar_chart import BarChart, lefts_in
from storyreel.graphics.charts.network_rows import NetworkRows, activations
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import appear, in_place_of, vanish
from storyreel.graphics.networks.images.edge_bundle import EdgeBundle, bundle_fades, bundle_grows, pulses
from storyreel.graphics.networks.output_bars import OutputBars
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.stage import Stage, few_words, needed
from storyreel.storyboard.cue import Text, cue

LONGEST_NAME = 0.9
"""The largest width of the name of an output."""
LEAVES = 0.12
"""The share of its time in which gradients fade out before what else an animation does."""


class RowsStage(Stage):
    """A stage with a chart of the inputs, answers, and the network in rows below the chart."""

    rows_area: Area
    """The room of the network."""
    chart_area: Area
    """The room of the chart above it."""
    chart: BarChart | None
    answers: OutputBars | None
    names: VGroup
    step: int
    rows: NetworkRows | None
    gradients: list[EdgeBundle]

    def _without_rows(self) -> None:
        """No network is on stage yet."""
        self.rows, self.gradients = None, []

    def clear_below(self) -> list[VMobject]:
        """Forget what is below the spectrum, and return it to be faded out."""
        gone: list[VMobject] = [*self.gradients, *filter(None, [self.rows])]
        self._without_rows()
        return gone

    @abstractmethod
    def after_room(self, animation: Animation) -> Animation:
        """An animation before which the pictures on stage make room for what appears in it."""

    def network_at(self, step: float) -> Network:
        """The network after so many steps of training."""
        return self.experiment.run(int(np.ceil(step))).network_at(step)

    @cue(
        seconds=2.5,
        requires=(
            "spectrum",
            "answers if no `names`",
            "name for each output {names}",
            "{names} fits 0.9 at 0.42",
        ),
        hides=("weights", "rows", "row gradients"),
        shows="rows on wave",
        opens=True,
    )
    def draw_network(self, names: list[Text] | None = None) -> Animation:
        """The network appears below the spectrum, in rows from its inputs, each below its tone, down to its
        outputs with their names: a connection is as wide as its weight is large, and a neuron as bright as
        its activation for the sound in focus. The `names` are by default those of `name_answers`, which may
        also come later."""
        chart = needed(self.chart, "there is no spectrum on stage; put `show_spectrum` first")
        if names is None:
            needed(self.answers, "there are no answers on stage; put `name_answers` first, or give `names`")
        titles: list[str] = [*names] if names else [cast(Typeset, name).plain for name in self.names]
        for name in titles:
            few_words(name, LONGEST_NAME, em=theme.SIZES.body)
        if len(titles) != (count := self.experiment.network.layers[-1].size):
            raise StoryreelError(f"there is a name for each of the {count} outputs, not {len(titles)}")
        gone, network = VGroup(*self.clear_below()), self.network_at(self.step)
        lefts = lefts_in(self.chart_area, len(chart.lefts))
        self.rows = rows = NetworkRows(network, lefts, self.rows_area, titles)
        rows.show_network(network, self.experiment.inputs)
        steps = [
            AnimationGroup(bundle_grows(bundle), appear(row))
            for bundle, row in zip(rows.bundles, rows.rows[1:], strict=True)
        ]
        last = AnimationGroup(*steps.pop().animations, appear(rows.titles))
        return in_place_of(gone, self.after_room(Succession(appear(rows.rows[0]), *steps, last)))

    @property
    def _rows(self) -> NetworkRows:
        return needed(self.rows, "there is no network on stage; put `draw_network` first")

    @cue(seconds=2.0, requires="rows")
    def pass_forward(self) -> Animation:
        """Light runs down through the network, layer by layer: the larger a number is beside those of its
        layer, the brighter the light that starts there."""
        found = activations(self.network_at(self.step), self.experiment.inputs)
        return Succession(
            *(
                pulses(bundle, np.abs(values) / (np.abs(values).max() or 1.0), "activation")
                for bundle, values in zip(self._rows.bundles, found, strict=False)
            )
        )

    @cue(seconds=3.0, requires="rows", hides="row gradients", shows="row gradients on wave")
    def show_gradients(self) -> Animation:
        """Light runs back up through the network, layer by layer, and leaves the gradients of all weights on
        their connections, for the sound in focus: the larger, the wider and brighter, in one colour where
        a step makes the weight larger and in another where it makes it smaller."""
        rows, before, experiment = self._rows, VGroup(*self.gradients), self.experiment
        network = self.network_at(self.step)
        self.gradients = rows.gradients(network, experiment.inputs, experiment.targets)
        dimmed = [bundle_fades(bundle, theme.DIMMED) for bundle in rows.bundles]
        back = (
            AnimationGroup(
                pulses(bundle, bundle.shares, "gradient", backwards=True),
                bundle_grows(bundle, backwards=True),
            )
            for bundle in reversed(self.gradients)
        )
        return in_place_of(before, Succession(AnimationGroup(*dimmed, run_time=0.3), *back))

    def without_gradients(self, animation: Animation) -> Animation:
        """An animation before which gradients fade out, if there are any on stage."""
        gone, self.gradients = self.gradients, []
        if not gone:
            return animation
        clear = [bundle_fades(bundle, 1.0) for bundle in self._rows.bundles]
        leave = AnimationGroup(*map(vanish, gone), *clear)
        return Succession(leave.set_run_time(LEAVES), animation.set_run_time(1 - LEAVES))
