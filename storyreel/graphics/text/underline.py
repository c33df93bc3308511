"""Lines under words of a paragraph, for what is stressed."""

from manim import Line, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.text.paragraph import Paragraph

DROP = 0.24
"""From the baseline down to the line, in em."""


def underlines(paragraph: Paragraph, phrase: str, kind: str) -> VGroup:
    """A line in the colour of `kind` under each row of the words of `phrase` in the paragraph.

    Raises StoryreelError where the paragraph has no such words.
    """
    rows = paragraph.found(phrase)
    if not rows:
        raise StoryreelError(f"“{phrase}” is not among the words on screen")
    lines = VGroup()
    for row in rows:
        y = paragraph.baseline(row) - DROP * paragraph.em
        left, right = at(row.get_left()[0], y), at(row.get_right()[0], y)
        lines.add(Line(left, right, color=theme.colour(kind), stroke_width=theme.SPACING.stroke))
    return lines
