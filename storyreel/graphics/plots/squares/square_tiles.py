"""Lines that divide a square into smaller ones of equal size."""

from itertools import product

import numpy as np
from manim import Line, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.parts.labelled import Labelled

CLEAR = 0.08
"""Units that the lines keep from the number in the square."""


def square_tiles(square: Labelled, count: int) -> VGroup:
    """Lines that divide `square` into `count` parts across and up; none of them runs over its label."""
    whole, label, lines = square.shapes[0], square.label, VGroup()
    (left, bottom), (right, top) = whole.get_corner((-1, -1, 0))[:2], whole.get_corner((1, 1, 0))[:2]
    room = np.array([label.get_corner((-1, -1, 0))[:2] - CLEAR, label.get_corner((1, 1, 0))[:2] + CLEAR])
    for share, is_upright in product(np.arange(1, count) / count, (True, False)):
        across, along = (0, 1) if is_upright else (1, 0)
        place = (left, bottom)[across] + share * (right - left)
        ends = (left, bottom)[along], (right, top)[along]
        pieces = [ends]
        if room[0, across] < place < room[1, across]:
            pieces = [(ends[0], room[0, along]), (room[1, along], ends[1])]
        for start, stop in pieces:
            here, there = (at(place, end) if is_upright else at(end, place) for end in (start, stop))
            line = Line(here, there, stroke_color=theme.colour("loss"))
            lines.add(line.set_stroke(width=theme.SPACING.thin_stroke))
    return lines
