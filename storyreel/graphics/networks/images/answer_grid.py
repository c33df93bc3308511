"""Many images, each with the answer of a network below it."""

import math

import numpy as np
from manim import RoundedRectangle, VGroup

from storyreel.core.arrays import Array
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.networks.images.pixel_grid import PixelGrid
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.typeset import CAPITALS, Typeset, maths

FILLED = 0.8
"""The side of an image, as a share of the distance of two columns."""
SMALLER = 0.8
"""The side of images in full rows, as a share of the largest side with a last row that is not full, from
which on they are preferred."""
ROOM_FOR_ANSWER, GAP = 0.5, 0.14
"""The least height of an answer, and the gap between it and its image, in Manim units."""
SIDE_BY_SIDE = 10.0
"""The width from which on two counts are on one line, in Manim units."""
ROOM_FOR_COUNT = 0.8
"""The height of the line below the images, in Manim units."""
DIMMED = 0.22
"""The opacity of images whose answers are right, while the others are pointed out."""
FROM_TEXT = 0.25
"""Units between the count and its text."""


class AnswerCount(VGroup):
    """A whole number before `text`, on one line whose baseline is at `base`, around the x coordinate `x`."""

    def __init__(self, text: Typeset, kind: str, x: float, base: float) -> None:
        self.kind, self.base, self.count = kind, base, -1
        self.text = text.set_x(x + theme.SIZES.label).on_baseline(base)
        self.number = VGroup()
        super().__init__(self.number, self.text)

    def set_count(self, count: int) -> None:
        """Show this number."""
        if count != self.count:
            self.count, text = count, str(count)
            number = maths(text, plain=text, em=theme.SIZES.label, colour=theme.colour(self.kind))
            number.next_to(self.text, at(-1, 0), buff=FROM_TEXT).on_baseline(self.base)
            copy_outlines(self.number, number)


class AnswerGrid(VGroup):
    """The images `inputs`, of shape (images, pixels), in rows in the middle of `area`, with a digit below
    each.

    `classes` are their classes, of shape (images,). A digit is in the colour of targets if it is right, and
    else in that of losses, with a frame around its image. Below them all, `correct` says how many are right,
    before `text`. `counted` is a class and a text: beside it, before this text, is how often that class is
    the answer. `steps` is a text, too: before it is how many steps of training there have been.
    """

    def __init__(
        self,
        inputs: Array,
        classes: Array,
        area: Area,
        text: Typeset,
        counted: tuple[int, Typeset] | None = None,
        steps: Typeset | None = None,
    ) -> None:
        self.classes, self.area = classes, area
        count = len(inputs)
        texts = [(steps, "text"), (text, "target"), (counted[1] if counted else None, "activation")]
        lines = [(each, kind) for each, kind in texts if each is not None]
        are_stacked = area.width < SIDE_BY_SIDE
        below = (len(lines) if are_stacked else 1) * ROOM_FOR_COUNT
        room = Area("images", area.left, area.bottom + below, area.right, area.top)
        self.per_row = _columns(room, count)
        rows = math.ceil(count / self.per_row)
        down = room.height / rows
        self.side = FILLED * _pitch(room, self.per_row, count)
        self.em = min((down - self.side - 2 * GAP) / CAPITALS, theme.SIZES.number, 0.9 * self.side)
        high = self.side + GAP + CAPITALS * self.em
        across = room.width / self.per_row
        self.images, self.frames = VGroup(), VGroup()
        written = [VGroup() for _ in inputs]
        for number, pixels in enumerate(inputs):
            row, column = divmod(number, self.per_row)
            in_row = min(self.per_row, count - row * self.per_row)
            x = room.centre[0] + (column - (in_row - 1) / 2) * across
            top = room.top - row * down - (down - high) / 2
            image = PixelGrid(pixels, self.side).pixels.move_to(at(x, top - self.side / 2))
            self.images.add(image)
            frame = RoundedRectangle(
                corner_radius=0.06,
                width=self.side + 0.08,
                height=self.side + 0.08,
                stroke_width=theme.SPACING.thin_stroke,
            )
            self.frames.add(
                frame.move_to(image).set_stroke(theme.colour("loss"), opacity=0).set_fill(opacity=0)
            )
        self.written, self.answers = written, VGroup(*written)
        self.shown = np.full(count, -1)
        base, (x, _, _) = area.bottom + 0.3 * ROOM_FOR_COUNT, area.centre
        self.counts = VGroup()
        for number, (each, kind) in enumerate(lines):
            above, aside = len(lines) - 1 - number, (number + 0.5) / len(lines) - 0.5
            place = (x, base + above * ROOM_FOR_COUNT) if are_stacked else (x + aside * area.width, base)
            self.counts.add(AnswerCount(each, kind, *place))
        self.has_steps = steps is not None
        self.correct = self.counts[int(self.has_steps)]
        self.counted = counted[0] if counted else None
        self.set_steps(0)
        super().__init__(self.images, self.frames, self.answers, self.counts)

    def set_answers(self, answers: Array) -> None:
        """Show these answers, of shape (images,), and count those that are right."""
        for number in np.flatnonzero(answers != self.shown).tolist():
            answer, image = int(answers[number]), self.images[number]
            is_right = answer == self.classes[number]
            paint = theme.colour("target" if is_right else "loss")
            written = maths(str(answer), plain=str(answer), em=self.em, colour=paint)
            below = float(image.get_bottom()[1]) - GAP - CAPITALS * self.em
            written.move_to(image).on_baseline(below)
            copy_outlines(self.written[number], written)
            self.frames[number].set_stroke(opacity=0.0 if is_right else 1.0)
        self.shown = np.array(answers)
        self.correct.set_count(int((answers == self.classes).sum()))
        if self.counted is not None:
            self.counts[-1].set_count(int((answers == self.counted).sum()))

    def set_steps(self, steps: int) -> None:
        """Show, if they are counted, that there have been so many steps."""
        if self.has_steps:
            self.counts[0].set_count(steps)

    @property
    def wrong(self) -> list[int]:
        """The numbers of the images whose answers are wrong."""
        return np.flatnonzero(self.shown != self.classes).tolist()

    def tell_apart(self, share: float) -> None:
        """Dim the images whose answers are right, with these answers: not at all for a `share` of 0."""
        opacity = 1 - share * (1 - DIMMED)
        for number in np.flatnonzero(self.shown == self.classes).tolist():
            for part in (self.images[number], self.answers[number]):
                part.set_fill(opacity=opacity)


def _pitch(room: Area, columns: int, count: int) -> float:
    """The largest distance of so many columns with which their rows have room, too."""
    down = room.height / math.ceil(count / columns)
    return min(room.width / columns, (down - ROOM_FOR_ANSWER - GAP) / FILLED)


def _columns(room: Area, count: int) -> int:
    """The number of columns with the largest images, and with full rows if these are not much smaller."""
    pitches = {columns: _pitch(room, columns, count) for columns in range(1, count + 1)}
    full = [columns for columns in pitches if count % columns == 0]
    best, even = (max(some, key=lambda columns: pitches[columns]) for some in (pitches, full))
    return even if pitches[even] >= SMALLER * pitches[best] else best
