"""The key of the lines that stand for gradients or weights: a line of each sign, with words beside it."""

import numpy as np
from manim import Line, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame, at
from storyreel.graphics.networks.images.edge_bundle import EdgeBundle
from storyreel.graphics.text.typeset import words

LINE, BESIDE, BETWEEN = 0.2, 0.2, 0.3
"""The length of a line, in widths of its half of the key; its distance from the words, and the gap between
the halves, in Manim units."""
STACKED = 3.0
"""The width of an area, in its heights, below which one half is above the other."""
LARGEST = 0.46
"""The em of the words, at most."""
HEIGHT = 0.92
"""The height of a line of words from its lowest to its highest letter, in em."""
MIDDLE = 0.26
"""The height of the middle of small letters above the baseline, in em."""
SIGNS = {"positive": 1.0, "negative": -1.0}
"""A gradient of each sign; the first has the left or the upper half of the key."""
KINDS = ("falling", "gradient")
"""The colours of lines whose weights a step makes smaller, those of positive gradients, and larger."""


class KeyEntry(VGroup):
    """A `line` as those of the largest gradients of a sign, and `text` to the right of it as its `label`, in
    its half of `area`. `kinds` are the colours of a positive and a negative number."""

    def __init__(
        self, sign: str, text: str, frame: Frame, area: Area, kinds: tuple[str, str] = KINDS
    ) -> None:
        is_stacked = area.width < STACKED * area.height
        half = frame.halves(area, gap=BETWEEN, stacked=is_stacked)[list(SIGNS).index(sign)]
        length = LINE * half.width
        em = min(LARGEST, half.height / HEIGHT)
        self.label = words(text, em=em, colour=theme.colour("text"), weight="semibold")
        whole = VGroup(Line(at(0, 0), at(length + BESIDE, 0), stroke_width=0), self.label).arrange(buff=0.0)
        length *= half.scale_of(whole)
        half.place(whole)
        left = float(self.label.get_left()[0]) - BESIDE
        height = half.centre[1]
        self.label.on_baseline(height - MIDDLE * em)
        ends = np.array([[at(left - length, height), at(left, height)]])
        self.line = EdgeBundle(ends, kinds, is_measured=True)
        super().__init__(self.line.show_numbers(np.array([SIGNS[sign]]), 1.0), self.label)
