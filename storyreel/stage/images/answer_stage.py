"""The stage of chapters about the answers of a network to many images at once."""

from itertools import chain

from manim import Animation, Mobject, Succession, UpdateFromAlphaFunc, VGroup
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.engine.network import Network
from storyreel.engine.regions.recognition import Recognition
from storyreel.graphics import theme
from storyreel.graphics.motion.training_steps import training_steps
from storyreel.graphics.motion.verbs import appear, ease_travel, one_after_another, vanish
from storyreel.graphics.networks.images.answer_grid import AnswerGrid
from storyreel.stage.images.grid_stage import GridStage
from storyreel.stage.stage import few_words, needed
from storyreel.storyboard.cue import OutputName, Steps, Text, cue

LEAVING = 0.08
"""The share of the time in which answers appear that what was on stage takes to fade out."""
LONGEST = 4.8
"""The largest width of the words beside a count, in Manim units."""


class AnswerStage(GridStage):
    """A stage on which a network says what it sees in all the images that it is tested with."""

    answers: AnswerGrid | None = None
    trained = 0
    """The steps of training that the network of the answers has had."""

    def clear_stage(self) -> VGroup:
        """Forget all that is on stage, and return it to be faded out."""
        gone = super().clear_stage()
        self.answers, self.trained = None, 0
        return gone

    @cue(
        seconds=6.0,
        requires=(
            "a network",
            "several outputs",
            "square inputs",
            "test",
            "`answers` if `of`",
            "{text} fits 4.8 at 0.42",
            "{answers} fits 4.8 at 0.42",
            "{trained} fits 4.8 at 0.42",
        ),
        hides=("image", "outputs", "neuron", "examples", "answers", "weights"),
        shows="answers",
    )
    def show_answers(
        self,
        text: Text,
        of: OutputName | None = None,
        answers: Text | None = None,
        trained: Text | None = None,
    ) -> Animation:
        """The images that the network is tested with appear, each with its answer below it; wrong ones have
        another colour and a frame. Below them is how many are right, before `text`, a word for these. All
        else fades out.

        With an output `of`, beside it is how often its class is the answer, before `answers`, a word for it.
        With `trained`, a word for them, the steps of `train_answers` are counted, too.
        """
        if len(self.experiment.network.names.targets) == 1:
            raise StoryreelError("outputs stand for classes if there are several of them, not one")
        gone = self.clear_stage()
        assert self.experiment.test is not None
        recognition = self._recognition(self.experiment.network)
        said = [few_words(each, LONGEST, em=theme.SIZES.body) for each in (text, answers or "") if each]
        counting = few_words(trained, LONGEST, em=theme.SIZES.body) if trained else None
        counted = None if of is None else (self.experiment.network.names[of].index[0], said[-1])
        images, area = self.experiment.test[0], self.frame.whole
        grid = self.answers = AnswerGrid(images, recognition.classes, area, said[0], counted, counting)
        grid.set_answers(recognition.answers)
        parts = list(zip(grid.images, grid.frames, grid.answers, strict=True))
        starts = range(0, len(parts), grid.per_row)
        rows = [VGroup(*chain(*parts[start : start + grid.per_row])) for start in starts]
        arrival = one_after_another([*map(appear, rows), appear(grid.counts)], overlap=0.7)
        # It is gone when the view is that of the answers, which is another one.
        leaving = [vanish(gone).set_run_time(LEAVING * arrival.run_time)] if len(gone) else []
        return Succession(*leaving, arrival)

    def _recognition(self, network: Network) -> Recognition:
        test = self.experiment.test
        assert test is not None
        return Recognition(network, *test)

    def _answers(self) -> AnswerGrid:
        return needed(self.answers, "there are no answers on stage yet; begin with `show_answers`")

    @cue(seconds=10.0, requires="answers")
    def train_answers(self, steps: Steps) -> Animation:
        """The network is trained for the next `steps` steps, and the answers follow; the first steps are the
        slowest, as they change the most."""
        grid, start = self._answers(), self.trained
        self.trained += steps
        run = self.experiment.run(self.trained)

        def show(step: int) -> None:
            grid.set_answers(self._recognition(run.networks[step]).answers)
            grid.set_steps(step)

        return training_steps(grid, start, steps, show)

    @cue(seconds=1.2, requires="answers")
    def point_out_mistakes(self) -> Animation:
        """The images whose answers are right are dimmed, so that those with wrong ones stand out."""
        grid = self._answers()

        def dim(_: Mobject, share: float) -> None:
            grid.tell_apart(ease_travel(share))

        return UpdateFromAlphaFunc(grid, dim, rate_func=linear)
