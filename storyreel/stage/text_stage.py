"""The stage of chapters about a paragraph of text in which words can be stressed."""

from abc import abstractmethod

from manim import Animation, AnimationGroup, VGroup

from storyreel.graphics.motion.verbs import draw, vanish
from storyreel.graphics.text.paragraph import Paragraph
from storyreel.graphics.text.underline import underlines
from storyreel.stage.stage import Stage
from storyreel.storyboard.cue import Text, cue


class TextStage(Stage):
    """A stage with a paragraph; `stress` holds the lines under its stressed words."""

    kind = "activation"
    """The kind of quantity that the words are about, for the colour of the lines."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.stress = VGroup()

    @cue(seconds=0.8, requires=("text", "phrase {words}"))
    def stress_words(self, words: Text) -> Animation:
        """Some of the words are underlined; those stressed before no longer are."""
        before, self.stress = self.stress, underlines(self.paragraph(), words, self.kind)
        return AnimationGroup(*map(draw, self.stress), *([vanish(before)] if len(before) else []))

    @abstractmethod
    def paragraph(self) -> Paragraph:
        """The words on stage; raises StoryreelError before there are any."""
