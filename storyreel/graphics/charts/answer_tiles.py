"""The answers of a network to many examples, as tiles in rows, a row for each class."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from manim import LEFT, RIGHT, RoundedRectangle, VGroup

from storyreel.core.arrays import Array
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.text.typeset import Typeset, words

ROOM_FOR_NAMES, ROOM_FOR_COUNT = 0.9, 0.75
"""Units to the left of the tiles for the names of the classes, and below them for the count."""
TALLEST, WIDEST = 1.8, 1.25
"""The largest distances of two rows and of two tiles in a row, in units."""
FILLED, LETTERS, WORD = 0.86, 0.4, 0.74
"""The sides of a tile, in these distances, its letters' size in its height, and
the largest width of its word in its own."""
READABLE = 0.23
"""The smallest letters that a tile has, in units; smaller ones are left out."""
CORNER = 0.06
"""The radius of a tile's corners, in units."""


class AnswerTiles(VGroup):
    """A tile for each example, with the name of its answer, in `area`: in the row of its own class.

    `answers` and `classes`, of shape (examples,), are numbers of `names`. A tile has the colour of targets
    if the answer is right and else that of losses, and is then filled. `rows` are the tiles of each class
    after its name, and `count` says below them how many are right, before `text`.
    """

    def __init__(
        self, answers: Array, classes: Array, names: Sequence[str], area: Area, text: Typeset
    ) -> None:
        room = replace(area, left=area.left + ROOM_FOR_NAMES, bottom=area.bottom + ROOM_FOR_COUNT)
        longest = max(int((classes == number).sum()) for number in range(len(names)))
        down, across = min(TALLEST, room.height / len(names)), min(WIDEST, room.width / longest)
        top = room.centre[1] + down * (len(names) - 1) / 2
        self.rows, self.tiles = [VGroup() for _ in names], VGroup()
        for number, row in enumerate(self.rows):
            y = top - number * down
            label = words(names[number], em=theme.SIZES.label, colour=theme.colour("activation"))
            row.add(label.move_to(at(area.left, y), aligned_edge=LEFT))
            for place, answer in enumerate(answers[classes == number].tolist()):
                size = FILLED * across, FILLED * down
                tile = _tile(names[answer], answer == number, *size)
                row.add(tile.move_to(at(room.left + (place + 0.5) * across, y)))
                self.tiles.add(tile)
        correct = str(int((np.asarray(answers) == np.asarray(classes)).sum()))
        right = words(correct, em=theme.SIZES.label, colour=theme.colour("target"))
        self.count = VGroup(right, text.next_to(right, RIGHT, buff=0.2))
        base = area.bottom + 0.3 * ROOM_FOR_COUNT
        for part in self.count:
            part.on_baseline(base)
        self.count.align_to(at(area.left, 0), LEFT)
        super().__init__(*self.rows, self.count)


def _tile(name: str, is_right: bool, width: float, height: float) -> VGroup:
    """A tile with a name, if that can be read in it; a wrong one has a bold frame in any case."""
    paint = theme.colour("target" if is_right else "loss")
    frame = RoundedRectangle(corner_radius=CORNER, width=width, height=height)
    frame.set_stroke(paint, theme.SPACING.thin_stroke if is_right else theme.SPACING.bold_stroke)
    frame.set_fill(theme.colour("surface"), opacity=1)
    em = max(theme.SIZES.smallest, LETTERS * height)
    word = words(name, em=em, colour=paint)
    factor = min(1.0, WORD * width / word.width)
    readable = factor * em >= READABLE
    return VGroup(frame, *([word.scale(factor).move_to(frame)] if readable else []))
