"""A quotation and its author."""

from manim import Animation, AnimationGroup, Line, Succession, VGroup

from storyreel.graphics import layout, theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import draw, in_place_of, pop, write
from storyreel.graphics.text.paragraph import CAP_HEIGHT, Paragraph, fitted
from storyreel.graphics.text.typeset import words
from storyreel.stage.stage import needed
from storyreel.stage.text_stage import TextStage
from storyreel.storyboard.cue import Text, cue

TEXT = Area("quotation", layout.WHOLE.left + 2.0, -1.5, layout.WHOLE.right - 1.2, 2.3)
AUTHOR = Area("author", TEXT.left + 1.0, -2.6, TEXT.right, -2.0)
MARK_EM = 2.6


class Quote(TextStage):
    """A quotation and its author."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.quotation: Paragraph | None = None
        self.entry = VGroup()

    @cue(seconds=3.6, requires="{text} fits 10.02 × 3.8 at 0.36", hides="text", shows="text {text}")
    def show_quote(self, text: Text) -> Animation:
        """The words are written after a large quotation mark, in place of a quotation on stage."""
        gone = VGroup(*self.entry, *self.stress)
        self.quotation = fitted(text, TEXT, em=0.66)
        self.quotation.put(TEXT.left, TEXT.centre[1] + self.quotation.extent / 2)
        mark = words("“", em=MARK_EM, colour=theme.colour("activation"), weight="bold")
        middle = self.quotation.top - CAP_HEIGHT * self.quotation.em / 2
        mark.move_to(at(TEXT.left - 0.5 - mark.width / 2, middle))
        self.entry, self.stress = VGroup(mark, self.quotation), VGroup()
        opening, quoted = pop(mark), write(self.quotation)
        quoted.run_time = 3.0
        return in_place_of(gone, Succession(opening, quoted))

    @cue(seconds=1.2, requires=("text", "{author} fits 9.02 × 0.6 at 0.37"))
    def name_author(self, author: Text) -> Animation:
        """The author's name appears below the words."""
        quotation = self.paragraph()
        y = quotation.top - quotation.extent - 0.85
        name = fitted(author, AUTHOR, em=0.46, colour=theme.colour("muted"))
        name.put(AUTHOR.left, y + CAP_HEIGHT * name.em / 2)
        dash = Line(at(TEXT.left, y), at(AUTHOR.left - 0.25, y), color=theme.colour("muted"))
        self.entry.add(dash, name)
        return AnimationGroup(draw(dash), write(name))

    def paragraph(self) -> Paragraph:
        """The words on stage; raises StoryreelError before there are any."""
        return needed(self.quotation, "there is nothing on stage yet; begin with `show_quote`")
