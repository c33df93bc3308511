"""A quotation and its author."""

from dataclasses import replace

from manim import Animation, AnimationGroup, Line, Succession, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame, at
from storyreel.graphics.motion.verbs import draw, in_place_of, pop, write
from storyreel.graphics.text.paragraph import CAP_HEIGHT, Paragraph, fitted
from storyreel.graphics.text.typeset import words
from storyreel.stage.stage import needed
from storyreel.stage.text_stage import TextStage
from storyreel.storyboard.cue import Text, cue

MARK_EM, ROOM_FOR_MARK, MARK_IN_OTHERS = 2.8, 1.9, 0.75
"""The size of the quotation mark, the units to the left of the words that it has, and the part of both in
other frames than wide ones."""
EM, ROOM_FOR_AUTHOR = 0.85, 1.6
"""The size of the words, and the units below them for their author."""
DASH = 1.0
"""Units from the left edge of the words to the author's name."""


def mark_scale(frame: Frame) -> float:
    """The size of the quotation mark relative to that in a wide frame."""
    return 1.0 if frame.is_wide else MARK_IN_OTHERS


def text_area(frame: Frame) -> Area:
    """The area of the words, in other frames than wide ones below the chapter's title."""
    whole = frame.whole if frame.is_wide else frame.below_title
    return replace(
        whole,
        name="quotation",
        left=whole.left + ROOM_FOR_MARK * mark_scale(frame),
        bottom=whole.bottom + ROOM_FOR_AUTHOR,
    )


def author_area(frame: Frame) -> Area:
    """The area of the author's name, at some height below the words."""
    text = text_area(frame)
    height = 0.7 if frame.is_wide else 1.4  # for two lines
    return Area("author", text.left + DASH, frame.whole.bottom, text.right, frame.whole.bottom + height)


class Quote(TextStage):
    """A quotation and its author."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.quotation: Paragraph | None = None
        self.entry = VGroup()

    @cue(seconds=3.0, requires="{text} fits 11.32 × 5.1 at 0.37", hides="text", shows="text {text}")
    def show_quote(self, text: Text) -> Animation:
        """The words are written after a large quotation mark, in place of a quotation on stage."""
        gone = VGroup(*self.entry, *self.stress)
        area = text_area(self.frame)
        self.quotation = fitted(text, area, em=EM)
        self.quotation.put(area.left, area.centre[1] + self.quotation.extent / 2)
        mark = words(
            "“", em=MARK_EM * mark_scale(self.frame), colour=theme.colour("activation"), weight="bold"
        )
        middle = self.quotation.top - CAP_HEIGHT * self.quotation.em / 2
        mark.move_to(at(area.left - 0.4 - mark.width / 2, middle))
        self.entry, self.stress = VGroup(mark, self.quotation), VGroup()
        opening, quoted = pop(mark), write(self.quotation)
        quoted.run_time = 2.4
        return in_place_of(gone, Succession(opening, quoted))

    @cue(seconds=1.2, requires=("text", "{author} fits 10.32 × 0.7 at 0.38"))
    def name_author(self, author: Text) -> Animation:
        """The author's name appears below the words."""
        quotation = self.paragraph()
        y = quotation.top - quotation.extent - 1.0
        area, left = author_area(self.frame), text_area(self.frame).left
        name = fitted(author, area, em=0.56, colour=theme.colour("muted"))
        name.put(area.left, y + CAP_HEIGHT * name.em / 2)
        dash = Line(at(left, y), at(area.left - 0.25, y), color=theme.colour("muted"))
        self.entry.add(dash.set_stroke(width=theme.SPACING.thin_stroke), name)
        return AnimationGroup(draw(dash), write(name))

    def paragraph(self) -> Paragraph:
        """The words on stage; raises StoryreelError before there are any."""
        return needed(self.quotation, "there is nothing on stage yet; begin with `show_quote`")
