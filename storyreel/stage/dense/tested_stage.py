"""The stage of chapters with a network in rows that is tested with examples that it has not learned from."""

from abc import abstractmethod
from typing import cast

from manim import Animation, Mobject, Succession, VGroup, VMobject

from storyreel.engine.regions.recognition import Recognition
from storyreel.graphics import theme
from storyreel.graphics.charts.answer_tiles import AnswerTiles
from storyreel.graphics.charts.wave_plot import WavePlot
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import appear, in_place_of, one_after_another
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.dense.rows_stage import RowsStage
from storyreel.stage.stage import few_words, needed
from storyreel.storyboard.cue import Text, cue

LONGEST = 3.6
"""The largest width of the words after the number of right answers."""


class TestedStage(RowsStage):
    """A stage on which the answers of a network to all that it is tested with are seen."""

    wave: WavePlot | None
    tiles: AnswerTiles | None = None
    tests_area: Area
    """The room of the tiles."""

    @abstractmethod
    def everything(self) -> list[Mobject]:
        """Everything on stage."""

    @cue(
        seconds=2.6,
        requires=("answers", "test", "{text} fits 3.6 at 0.42"),
        hides=("wave", "spectrum", "weights", "rows", "row gradients", "answers"),
    )
    def show_tests(self, text: Text) -> Animation:
        """In place of all else, a tile appears for each example that the network is tested with, after the
        steps of training so far: in the row of its class, with the name of the answer, in another colour
        where this is wrong. Below them is how many are right, before `text`, a word for these."""
        needed(self.answers, "there are no answers on stage; put `name_answers` first")
        assert self.experiment.test is not None
        found = Recognition(self.network_at(self.step), *self.experiment.test)
        names = [cast(Typeset, name).plain for name in self.names]
        said = few_words(text, LONGEST, em=theme.SIZES.body)
        before = VGroup(*(part for part in self.everything() if isinstance(part, VMobject)))
        self.wave = self.chart = self.answers = None
        self.clear_below()
        self.names = VGroup()
        self.tiles = tiles = AnswerTiles(found.answers, found.classes, names, self.tests_area, said)
        rows = one_after_another([appear(part) for part in tiles], overlap=0.4)
        return in_place_of(before, Succession(rows))
