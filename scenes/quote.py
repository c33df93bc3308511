"""A quotation: what somebody said, and who."""

from manim import Animation, AnimationGroup, Line, Succession, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics import layout, theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import draw, in_place_of, pop, vanish, write
from storyreel.graphics.text.paragraph import CAP_HEIGHT, Paragraph, fitted
from storyreel.graphics.text.typeset import words
from storyreel.graphics.text.underline import underlines
from storyreel.stage.stage import Stage
from storyreel.storyboard.cue import Text, cue

TEXT = Area("quotation", layout.WHOLE.left + 2.0, -1.5, layout.WHOLE.right - 1.2, 2.3)
AUTHOR = Area("author", TEXT.left + 1.0, -2.6, TEXT.right, -2.0)
MARK_EM = 2.6


class Quote(Stage):
    """What somebody said, and who."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.quotation: Paragraph | None = None
        self.entry, self.stress = VGroup(), VGroup()

    @cue(seconds=3.6)
    def show_quote(self, text: Text) -> Animation:
        """The words are written behind a large quotation mark; a quotation before them goes."""
        gone = VGroup(*self.entry, *self.stress)
        self.quotation = fitted(text, TEXT, em=0.66)
        self.quotation.put(TEXT.left, TEXT.centre[1] + self.quotation.extent / 2)
        mark = words("“", em=MARK_EM, colour=theme.colour("activation"), weight="bold")
        middle = self.quotation.top - CAP_HEIGHT * self.quotation.em / 2
        mark.move_to(at(TEXT.left - 0.5 - mark.width / 2, middle))
        self.entry, self.stress = VGroup(mark, self.quotation), VGroup()
        opening, said = pop(mark), write(self.quotation)
        said.run_time = 3.0
        return in_place_of(gone, Succession(opening, said))

    @cue(seconds=0.8)
    def stress_words(self, words: Text) -> Animation:
        """Some of the words are underlined; those stressed before are so no more."""
        lines = underlines(self._given(), words, "activation")
        before, self.stress = self.stress, lines
        return AnimationGroup(*map(draw, lines), *([vanish(before)] if len(before) else []))

    @cue(seconds=1.2)
    def name_author(self, author: Text) -> Animation:
        """Below the words, who said them."""
        quotation = self._given()
        y = quotation.top - quotation.extent - 0.85
        name = fitted(author, AUTHOR, em=0.46, colour=theme.colour("muted"))
        name.put(AUTHOR.left, y + CAP_HEIGHT * name.em / 2)
        dash = Line(at(TEXT.left, y), at(AUTHOR.left - 0.25, y), color=theme.colour("muted"))
        self.entry.add(dash, name)
        return AnimationGroup(draw(dash), write(name))

    def _given(self) -> Paragraph:
        if self.quotation is None:
            raise StoryreelError("there is nothing on stage yet; begin with `show_quote`")
        return self.quotation
