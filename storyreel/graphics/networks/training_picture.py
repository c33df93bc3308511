"""A picture of training: the network with its changing numbers, its cost or loss, and one of its outputs."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from manim import VGroup

from storyreel.core.errors import StoryreelError
from storyreel.engine.experiment import Experiment
from storyreel.graphics.layout import Area, Frame
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.plots.run_plot import RunPlot

GAP = 0.4
HEIGHT_OF_CHAIN, HEIGHT_IN_OTHERS = 2.7, 2.2
"""The height of a network with one neuron per layer, which stands above its two plots: in a wide frame, and
in others, where it is narrow."""
WIDTH_OF_NETWORK = 7.6
"""The width of any other network, which stands to the left of them."""


class TrainingPicture:
    """The first `steps` steps of an experiment's run: `diagram`, `loss_plot`, of the cost where there is
    data, and `output_plot` of `output`.

    `start_at` shows its first step, `follow` a range of steps; `moving` are the parts that change. Raises
    StoryreelError where the run diverges, or a logarithmic scale has to show a loss of 0.
    """

    def __init__(self, experiment: Experiment, steps: int, output: str, is_log: bool, frame: Frame) -> None:
        self.training = experiment.run(steps)
        losses, outputs = self.training.objective, self.training.numbers(output)
        if not (np.isfinite(losses).all() and np.isfinite(outputs).all()):
            raise StoryreelError(f"this network diverges within {steps} steps; lower its learning rate")
        if is_log and losses.min() <= 0:
            raise StoryreelError("a loss of zero has no place on a logarithmic scale; leave the scale linear")
        names = experiment.network.names
        areas = _areas(frame, is_chain=all(len(column) == 1 for column in names.activations))
        target = experiment.trace.number(names.targets[names.activations[-1].index(output)])
        self.diagram = NetworkDiagram(self.training.trace(0), areas[0], has_values=True)
        self.output = output
        self.loss_plot = RunPlot(areas[1], experiment.objective, "loss", losses, is_log=is_log)
        self.output_plot = RunPlot(areas[2], output, "activation", outputs, target)
        self.plots = (self.loss_plot, self.output_plot)

    @property
    def moving(self) -> VGroup:
        """All parts that `follow` changes."""
        nodes = self.diagram.nodes.values()
        return VGroup(
            *self.diagram.edges.values(),
            *nodes,
            *(node.value for node in nodes if node.value is not None),
            *self.diagram.labels.values(),
            *(part for plot in self.plots for part in plot.moving),
        )

    def start_at(self, step: int) -> None:
        """Show a step, with numbers at rest, before the picture is on stage."""
        for plot in self.plots:
            plot.show_step(step)
        self.diagram.start_from(self.training.trace(step))

    def follow(self, step_at: Callable[[float], float]) -> Callable[[float], None]:
        """A function that shows the step `step_at(alpha)` at `alpha` (0 to 1) of an animation.

        Between two steps, curves are interpolated and numbers are those of the last whole step. The output's
        has the decimals of that at its curve.
        """
        plots = [plot.follow(step_at) for plot in self.plots]
        before: int | None = None

        def show(alpha: float) -> None:
            nonlocal before
            for show_plot in plots:
                show_plot(alpha)
            last = int(step_at(alpha) + 1e-9)
            if last != before or alpha == 1:
                before = last
                is_at_rest = alpha == 1
                written = {self.output: self.output_plot.text_at(last, is_at_rest)}
                self.diagram.show_trace(self.training.trace(last), is_at_rest, written=written)

        return show


def _areas(frame: Frame, is_chain: bool) -> tuple[Area, Area, Area]:
    """The areas of the network, of the loss plot and of the output plot."""
    whole = frame.whole
    if not frame.is_wide:
        network = replace(whole, bottom=whole.top - HEIGHT_IN_OTHERS if is_chain else whole.centre[1])
        middle = (network.bottom - GAP / 2 + whole.bottom) / 2
        return (
            network,
            replace(whole, top=network.bottom - GAP / 2, bottom=middle + GAP / 4),
            replace(whole, top=middle - GAP / 4),
        )
    if is_chain:
        network = replace(whole, bottom=whole.top - HEIGHT_OF_CHAIN)
        below = replace(whole, top=network.bottom - GAP / 2)
        middle = below.centre[0]
        return network, replace(below, right=middle - GAP / 2), replace(below, left=middle + GAP / 2)
    network = replace(whole, right=whole.left + WIDTH_OF_NETWORK)
    beside = replace(whole, left=network.right + GAP)
    middle = beside.centre[1]
    return network, replace(beside, bottom=middle + GAP / 4), replace(beside, top=middle - GAP / 4)
