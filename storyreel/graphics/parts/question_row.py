"""Short questions in a row, to which more are added, and which are answered one by one."""

from manim import Animation, AnimationGroup, Line, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import appear, change, draw, one_after_another
from storyreel.graphics.text.typeset import Typeset
from storyreel.graphics.text.word_row import word_row

BELOW = 0.1
"""Units from the lowest letter of all questions to the line below one."""


class QuestionRow:
    """The questions on stage, from left to right: `written`; those that are answered are `underlined`."""

    def __init__(self) -> None:
        self.written: list[Typeset] = []
        self.underlined: dict[str, Line] = {}

    @property
    def parts(self) -> list[VMobject]:
        """All that is on stage."""
        return [*self.written, *self.underlined.values()]

    def answer(self, text: str, kind: str) -> Animation:
        """A question takes the colour of `kind`, in which it is underlined.

        Raises StoryreelError where it has not been asked.
        """
        question = next((each for each in self.written if each.plain == text), None)
        if question is None:
            raise StoryreelError(f"the question {text!r} is not on stage; bring it with `ask`")
        lowest = min(float(each.get_bottom()[1]) for each in self.written)
        left, right = float(question.get_left()[0]), float(question.get_right()[0])
        line = Line(at(left, lowest - BELOW), at(right, lowest - BELOW), stroke_color=theme.colour(kind))
        self.underlined[text] = line.set_stroke(width=theme.SPACING.stroke)
        return AnimationGroup(change(question).set_fill(theme.colour(kind)).build(), draw(line))

    def ask(self, text: str, area: Area) -> Animation:
        """A question appears to the right of those before it, which make room; all are centred in `area`."""
        before = self.written
        row = word_row([*(question.plain for question in before), text], area)
        row[-1].set_fill(theme.colour("text"))
        for question, there in zip(before, row, strict=False):
            there.set_fill(question[0].get_fill_color())
        moves = [change(question).become(there).build() for question, there in zip(before, row, strict=False)]
        for there in row:
            if line := self.underlined.get(there.plain):
                moves.append(change(line).set_x(there.get_x()).build())
        before.append(row[-1])
        arrival = appear(row[-1], from_above=0.2)
        return one_after_another([AnimationGroup(*moves), arrival], overlap=0.6) if moves else arrival
