"""What two networks predict, as two surfaces side by side over the same inputs, on the same scale."""

from collections.abc import Callable, Sequence

from manim import VGroup, VMobject

from storyreel.engine.experiment import Experiment
from storyreel.graphics.layout import Area, Frame
from storyreel.graphics.plots.examples.prediction_plot import PredictionPlot
from storyreel.graphics.text.typeset import Typeset

GAP, IN_HALF = 0.5, 0.25
"""Units between the two surfaces, and between a surface and its key."""
SHARE, SHARE_BESIDE, FLAT = 0.8, 0.58, 1.5
"""The part of its half that a surface has with its key below it, the same with the key beside it, and the
width from which on a half has it there, in its heights."""


class PredictionPair(VGroup):
    """The surfaces of two `experiments` with the same data, each after its number of `steps`, side by side
    or, in an upright frame, one above the other; below each, its key with the word for it.

    Both go through their runs in the same time: where they have unlike numbers of steps, a step of the first
    is so many of the second. All else is as in a `PredictionPlot`.
    """

    def __init__(
        self,
        experiments: Sequence[Experiment],
        steps: Sequence[int],
        texts: Sequence[str],
        labels: Sequence[str],
        frame: Frame,
        is_trained: bool,
    ) -> None:
        halves = frame.halves(frame.whole, gap=GAP, stacked=not frame.is_wide)
        pairs = [*zip(experiments, steps, strict=True)]
        self.plots = [
            PredictionPlot(experiment, count, text, labels, frame, pairs, _rooms(frame, half), is_trained)
            for (experiment, count), text, half in zip(pairs, texts, halves, strict=True)
        ]
        first, second = self.plots
        self.curves = first.curves
        self.ratio = steps[1] / steps[0]
        self.axes, self.key = VGroup(first.axes, second.axes), VGroup(*first.key, *second.key)
        self.lines, self.numbers = [*first.lines, *second.lines], [*first.numbers, *second.numbers]
        self.moving = VGroup(first.moving, second.moving)
        super().__init__(self.axes, self.key)

    def numbers_of(self, run: int) -> list[Typeset]:
        """The numbers in the key of a run, counted from 0."""
        return self.plots[run].numbers

    @property
    def azimuth(self) -> float:
        """How far the view is turned about the vertical, in degrees."""
        return self.plots[0].azimuth

    def turn(self, azimuth: float) -> None:
        """Both views are turned so far about the vertical, in degrees."""
        for plot in self.plots:
            plot.turn(azimuth)

    def show_step(self, step: float) -> None:
        """The surfaces after `step` steps of the first run."""
        for plot, ratio in zip(self.plots, (1.0, self.ratio), strict=True):
            plot.show_step(step * ratio)

    def follow(self, step_at: Callable[[float], float]) -> Callable[[float], None]:
        """A function that shows the surfaces and numbers at `step_at(alpha)` of the first run at `alpha` (0
        to 1)."""
        first = self.plots[0].follow(step_at)
        second = self.plots[1].follow(lambda alpha: step_at(alpha) * self.ratio)

        def show(alpha: float) -> None:
            first(alpha)
            second(alpha)

        return show

    def new_examples(self, step: float) -> list[VGroup]:
        """Of each network, its own example in the picture, and its numbers in the key, after some steps."""
        return [
            group
            for plot, ratio in zip(self.plots, (1.0, self.ratio), strict=True)
            for group in plot.new_examples(round(step * ratio))
        ]

    def clear_numbers(self) -> list[VMobject]:
        """Forget the numbers in both keys with what is before them, and return them to be faded out."""
        return [part for plot in self.plots for part in plot.clear_numbers()]

    def gaps_of_new(self, step: float) -> list[Typeset]:
        """How far both predictions for the networks' own example are off after some steps, as equations in
        their keys."""
        pairs = zip(self.plots, (1.0, self.ratio), strict=True)
        return [plot.gap_of_new(round(step * ratio)) for plot, ratio in pairs]


def _rooms(frame: Frame, half: Area) -> tuple[Area, Area]:
    """The areas of a surface and of its key in a half of the frame."""
    is_flat = half.width > FLAT * half.height
    return frame.halves(half, SHARE_BESIDE if is_flat else SHARE, IN_HALF, stacked=not is_flat)
