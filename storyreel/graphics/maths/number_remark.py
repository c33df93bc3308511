"""Words below a number of an equation, in the middle below it, with a short line from one to the other."""

from collections.abc import Sequence

import numpy as np
from manim import DOWN, Line, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.networks.label_places import Box, box_of, covered
from storyreel.graphics.text.typeset import Typeset

GAP, LINE = 0.08, 0.1
"""Manim units above and below the line, and its least length."""
BESIDE = 0.07
"""Manim units that stay free around the words and the line."""
STEP = 0.02
"""Manim units by which the words are lowered until they are clear."""


class NumberRemark(VGroup):
    """`words` in the middle below `number`, as high as they are clear of the boxes `taken`.

    A line leads from the number to them, unless it would cross a box.
    """

    def __init__(self, number: VGroup, words: Typeset, taken: Sequence[Box]) -> None:
        self.words = words
        super().__init__(words)
        words.next_to(number, DOWN, buff=LINE + 2 * GAP).set_x(number.get_x())
        while not _is_free(box_of(words, BESIDE), taken):
            words.shift(STEP * DOWN)
        x, top, bottom = number.get_x(), number.get_bottom()[1] - GAP, words.get_top()[1] + GAP
        if _is_free((x - BESIDE, bottom, x + BESIDE, top), taken):
            colour = number[0].get_fill_color()
            width = theme.SPACING.thin_stroke
            self.add(Line(at(x, top), at(x, bottom), stroke_color=colour, stroke_width=width))


def _is_free(box: Box, taken: Sequence[Box]) -> bool:
    return not covered(np.array([box]), np.array(taken).reshape(-1, 4)).any()
