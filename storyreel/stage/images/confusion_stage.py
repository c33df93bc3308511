"""The stage of chapters about which classes a network takes for which, and how many answers are right."""

import math

import numpy as np
from manim import Animation, AnimationGroup, Mobject, Succession, UpdateFromAlphaFunc, VGroup
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.engine.regions.recognition import Recognition
from storyreel.graphics import theme
from storyreel.graphics.motion.training_steps import SLOW_START
from storyreel.graphics.motion.verbs import appear, in_place_of, one_after_another, pop
from storyreel.graphics.networks.images.confusion_matrix import ConfusionMatrix
from storyreel.graphics.plots.run_plot import RunPlot
from storyreel.stage.images.answer_stage import AnswerStage
from storyreel.stage.images.text_stage import OVERLAP
from storyreel.stage.stage import few_words, needed
from storyreel.storyboard.cue import Steps, Text, cue

LONGEST = 2.6
"""The largest width of a word above the matrix, in Manim units."""
SHARE, SHARE_IN_OTHERS, GAP = 0.52, 0.66, 0.4
"""The part of the frame that the matrix has beside the curve, or above it in frames that are not wide; the
units between both."""
LOOKS = 100
"""At how many steps of a long run its matrix is shown, so that it does not flicker."""
NO_MATRIX = "there is no confusion matrix on stage yet; begin with `show_confusion`"


class ConfusionStage(AnswerStage):
    """A stage with a confusion matrix, beside a curve of how many answers are right."""

    matrix: ConfusionMatrix | None = None
    curve_of_right: RunPlot | None = None

    def clear_stage(self) -> VGroup:
        """Forget all that is on stage, and return it to be faded out."""
        self.matrix = self.curve_of_right = None
        return super().clear_stage()

    def _matrix(self) -> ConfusionMatrix:
        return needed(self.matrix, NO_MATRIX)

    @cue(
        seconds=5.0,
        requires=(
            "a network",
            "several outputs",
            "test",
            "finite run {steps}",
            "{shown} fits 2.6 at 0.36",
            "{answer} fits 2.6 at 0.36",
        ),
        hides=("image", "outputs", "neuron", "examples", "answers", "weights"),
        shows="answers confusion",
    )
    def show_confusion(self, shown: Text, answer: Text, right: Text, steps: Steps) -> Animation:
        """A confusion matrix appears: for each class of the images that the network is tested with, how often
        each class is the answer, before any training. Beside it are axes for how many answers are `right`,
        over so many `steps` of training. All else fades out.

        `shown` and `answer` are words for the classes at the left and for those above.
        """
        gone, experiment = self.clear_stage(), self.experiment
        assert experiment.test is not None
        inputs, targets = experiment.test
        run = experiment.run(steps)
        first = Recognition(run.networks[0], inputs, targets)
        frame = self.frame
        share = SHARE if frame.is_wide else SHARE_IN_OTHERS
        left, side = frame.halves(frame.whole, share, GAP, stacked=not frame.is_wide)
        texts = [few_words(text, LONGEST, em=theme.SIZES.small) for text in (shown, answer)]
        matrix = self.matrix = ConfusionMatrix(first.classes, targets.shape[1], left, *texts)
        matrix.set_answers(first.answers)
        counts = [Recognition(network, inputs, targets).are_right.sum() for network in run.networks]
        curve = self.curve_of_right = RunPlot(side, right, "target", np.array(counts, dtype=float))
        curve.show_step(0.0)
        rows = [
            VGroup(*(part[k : k + matrix.size] for part in (matrix.ground, matrix.cells, matrix.counts)))
            for k in range(0, matrix.size**2, matrix.size)
        ]
        arrival = Succession(
            AnimationGroup(appear(matrix.heads), appear(matrix.words)).set_run_time(0.2),
            one_after_another(map(appear, rows), overlap=0.8).set_run_time(0.5),
            AnimationGroup(appear(curve), *map(pop, curve.moving[1:])).set_run_time(0.3),
        )
        return in_place_of(gone, arrival, OVERLAP)

    @cue(seconds=10.0, requires="answers confusion")
    def train_confusion(self) -> Animation:
        """The network is trained for the steps of the axes: the matrix and the curve follow, in long runs
        after every few steps; the first steps are the slowest, as they change the most."""
        matrix, curve = self._matrix(), needed(self.curve_of_right, NO_MATRIX)
        steps = len(curve.values) - 1
        run, test = self.experiment.run(steps), self.experiment.test
        assert test is not None
        shown, every = -1, max(1, steps // LOOKS)

        def step_at(share: float) -> int:
            step = math.floor(steps * share**SLOW_START + 1e-9)
            return max(min(step, 1), step // every * every) if step < steps else steps

        draw = curve.follow(step_at)

        def follow(_: Mobject, share: float) -> None:
            nonlocal shown
            draw(share)
            step = step_at(share)
            if step != shown:
                shown = step
                matrix.set_answers(Recognition(run.networks[step], *test).answers)

        return UpdateFromAlphaFunc(VGroup(matrix, *curve.moving), follow, rate_func=linear)

    @cue(seconds=0.8, requires="answers confusion")
    def point_out_cells(self, shown: int | None = None, answer: int | None = None) -> Animation:
        """A frame appears around the cells of a class that is `shown`, a row, of an `answer`, a column, or of
        both, one cell, all counted from 0. That around other cells fades out."""
        matrix = self._matrix()
        if any(number is not None and not 0 <= number < matrix.size for number in (shown, answer)):
            raise StoryreelError(f"there are {matrix.size} classes on stage, counted from 0")
        return self.frame_around(matrix.cells_of(shown, answer))
