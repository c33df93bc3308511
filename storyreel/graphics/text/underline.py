"""Lines under stressed words of a paragraph."""

from manim import Line, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.text.paragraph import Paragraph

DROP = 0.24
"""Distance from the baseline down to the line, in em."""


def underlines(paragraph: Paragraph, phrase: str, kind: str) -> VGroup:
    """A line in the colour of `kind` under the words of `phrase`, one for each line of text that they are on.

    Raises StoryreelError where the paragraph does not contain them.
    """
    rows = paragraph.find(phrase)
    if not rows:
        raise StoryreelError(f"“{phrase}” is not among the words on screen")
    lines = VGroup()
    for row in rows:
        y = paragraph.baseline(row) - DROP * paragraph.em
        left, right = at(row.get_left()[0], y), at(row.get_right()[0], y)
        lines.add(Line(left, right, color=theme.colour(kind), stroke_width=theme.SPACING.stroke))
    return lines
