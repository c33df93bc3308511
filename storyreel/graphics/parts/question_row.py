"""Short questions in a row, to which more are added."""

from manim import Animation, AnimationGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import appear, change, one_after_another
from storyreel.graphics.text.typeset import Typeset
from storyreel.graphics.text.word_row import word_row


class QuestionRow:
    """The questions on stage, from left to right: `written`."""

    def __init__(self) -> None:
        self.written: list[Typeset] = []

    def ask(self, text: str, area: Area, kind: str = "text") -> Animation:
        """A question appears in the colour of `kind`, to the right of those before it, which make room; all
        are centred in `area`."""
        before = self.written
        row = word_row([*(question.plain for question in before), text], area)
        row[-1].set_fill(theme.colour(kind))
        for question, there in zip(before, row, strict=False):
            there.set_fill(question[0].get_fill_color())
        moves = [change(question).become(there).build() for question, there in zip(before, row, strict=False)]
        before.append(row[-1])
        arrival = appear(row[-1], from_above=0.2)
        return one_after_another([AnimationGroup(*moves), arrival], overlap=0.6) if moves else arrival
