"""A definition: a term, its meaning, and examples from the chapter's network."""

from dataclasses import replace
from typing import Literal

from manim import Animation, AnimationGroup, Line, Succession, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame, at
from storyreel.graphics.motion.verbs import draw, in_place_of, pop, write
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.paragraph import Paragraph, fitted
from storyreel.stage.stage import needed
from storyreel.stage.text_stage import TextStage
from storyreel.storyboard.cue import Text, Value, cue
from storyreel.storyboard.lesson_number import lesson_number

EM_OF_TERM, EM = 1.15, 0.7
ROOM_FOR_BAR, ROOM_FOR_TERM, GAP, ROOM_FOR_EXAMPLES = 0.6, 1.6, 0.6, 1.5
"""Units to the left of the words, for the term above them, below the term, and for examples below them."""
EXAMPLES_BELOW = 1.15
"""Units from the last line of the meaning to the middle of the examples."""
TAG_GAP = 0.4


def term_area(frame: Frame) -> Area:
    """The area of the term."""
    whole = frame.whole
    return replace(whole, name="term", left=whole.left + ROOM_FOR_BAR, bottom=whole.top - ROOM_FOR_TERM)


def meaning_area(frame: Frame) -> Area:
    """The area of its meaning."""
    term, low = term_area(frame), frame.whole.bottom + ROOM_FOR_EXAMPLES
    return replace(term, name="meaning", bottom=low, top=term.bottom - GAP)


class Definition(TextStage):
    """A term, its meaning, and examples from the chapter's network."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.meaning: Paragraph | None = None
        self.entry, self.tags = VGroup(), VGroup()

    @cue(
        seconds=3.0,
        requires=("{term} fits 12.62 × 1.6 at 0.61 bold", "{meaning} fits 12.62 × 3 at 0.37"),
        hides="text",
        shows="text {meaning}",
    )
    def define(
        self,
        term: Text,
        meaning: Text,
        kind: Literal["text", "activation", "weight", "target", "loss", "gradient"] = "text",
    ) -> Animation:
        """A term and, below it, its meaning are written, in place of a definition on stage.

        `kind` is the kind of quantity that the term is about, which gives its colour.
        """
        gone = VGroup(*self.entry, *self.stress, *self.tags)
        paint = theme.colour(kind)
        place = term_area(self.frame)
        title = fitted(term, place, em=EM_OF_TERM, smallest=0.6, weight="bold", colour=paint)
        title.shift(at(0, place.bottom - title.top + title.extent))
        self.meaning = fitted(meaning, meaning_area(self.frame), em=EM)
        self.kind = kind
        x, top = place.left - 0.5, title.top
        bottom = self.meaning.top - self.meaning.extent
        bar = Line(at(x, top), at(x, bottom), color=paint, stroke_width=theme.SPACING.bold_stroke)
        self.entry, self.stress, self.tags = VGroup(title, bar, self.meaning), VGroup(), VGroup()
        written, explained = AnimationGroup(draw(bar), write(title)), write(self.meaning)
        explained.run_time = 2.0
        return in_place_of(gone, Succession(written, explained))

    @cue(seconds=1.0, requires="text")
    def give_example(self, value: Value) -> Animation:
        """A number of the network appears below as an example, with its symbol: w₁ = 3."""
        meaning = self.paragraph()
        number = lesson_number(self.experiment, value)
        tag = Tag(value, number.text, number.kind, em=theme.SIZES.number)
        x = self.tags.get_right()[0] + TAG_GAP if len(self.tags) else term_area(self.frame).left
        tag.move_to(at(x + tag.width / 2, meaning.top - meaning.extent - EXAMPLES_BELOW))
        if tag.get_right()[0] > term_area(self.frame).right:
            raise StoryreelError(f"there is no room for another example beside {len(self.tags)}")
        self.tags.add(tag)
        return pop(tag)

    def paragraph(self) -> Paragraph:
        """The words on stage; raises StoryreelError before there are any."""
        return needed(self.meaning, "there is nothing on stage yet; begin with `define`")
