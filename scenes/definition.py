"""A definition: a term, its meaning, and examples from the chapter's network."""

from typing import Literal

from manim import Animation, AnimationGroup, Line, Succession, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics import layout, theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import draw, in_place_of, pop, write
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.paragraph import Paragraph, fitted
from storyreel.stage.stage import needed
from storyreel.stage.text_stage import TextStage
from storyreel.storyboard.cue import Text, Value, cue
from storyreel.storyboard.lesson_number import lesson_number

TERM = Area("term", layout.WHOLE.left + 1.2, 1.35, layout.WHOLE.right - 0.6, 2.55)
MEANING = Area("meaning", TERM.left, -1.1, TERM.right, 0.75)
EXAMPLES_BELOW = 1.05
"""Units from the last line of the meaning to the middle of the examples."""
TAG_GAP = 0.4


class Definition(TextStage):
    """A term, its meaning, and examples from the chapter's network."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.meaning: Paragraph | None = None
        self.entry, self.tags = VGroup(), VGroup()

    @cue(
        seconds=3.0,
        requires=("{term} fits 11.42 × 1.2 at 0.62 bold", "{meaning} fits 11.42 × 1.85 at 0.38"),
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
        title = fitted(term, TERM, em=0.95, smallest=0.6, weight="bold", colour=paint)
        title.shift(at(0, TERM.bottom - title.top + title.extent))
        self.meaning = fitted(meaning, MEANING, em=0.56)
        self.kind = kind
        x, top = TERM.left - 0.45, title.top
        bottom = self.meaning.top - self.meaning.extent
        bar = Line(at(x, top), at(x, bottom), color=paint, stroke_width=2 * theme.SPACING.stroke)
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
        x = self.tags.get_right()[0] + TAG_GAP if len(self.tags) else TERM.left
        tag.move_to(at(x + tag.width / 2, meaning.top - meaning.extent - EXAMPLES_BELOW))
        if tag.get_right()[0] > TERM.right:
            raise StoryreelError(f"there is no room for another example beside {len(self.tags)}")
        self.tags.add(tag)
        return pop(tag)

    def paragraph(self) -> Paragraph:
        """The words on stage; raises StoryreelError before there are any."""
        return needed(self.meaning, "there is nothing on stage yet; begin with `define`")
