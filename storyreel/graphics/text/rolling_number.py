"""A roll: a text whose number changes while something moves, in the same glyphs from frame to frame."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from itertools import zip_longest

import numpy as np
from manim import ManimColor

from storyreel.core.arrays import Array
from storyreel.graphics.layout import Point
from storyreel.graphics.text.glyph import Glyph, GlyphPart
from storyreel.graphics.text.text_state import TextState, text_state, unfold
from storyreel.graphics.text.typeset import Typeset

SAMPLES = 96
"""The moments of a move at which a number is asked for, to know how much room it will need."""
AHEAD = 8
"""So many of them before a longer number is there, the room for it begins to grow."""
_KERNEL = np.hanning(2 * AHEAD + 3)[1:-1] / np.hanning(2 * AHEAD + 3).sum()
OPENING = 0.25
"""The share of a move in which a number at rest opens up to one that rolls, and in the end closes again."""
OPENING_OF_RUN = 0.08
"""The same in a move through many steps of a run, which takes several seconds."""
LEFT_OVER = 255
"""The number of the slot of glyphs that a shorter text has no use for."""


DigitSource = Callable[..., tuple[str, str]]
"""From numbers as they are written to the text around them, for Typst and in plain text."""
WrittenNumbers = Sequence[str]


def moments() -> Array:
    """The shares of a move, from 0 to 1, at which its numbers are asked for."""
    return np.linspace(0.0, 1.0, SAMPLES + 1)


class RollingNumber:
    """How `text` rolls, during a move, from the numbers `before` to `after`, which are both at rest.

    `rolling` are the numbers at the `moments` of the move. The room that the text takes up grows and shrinks
    smoothly, and a number that becomes longer has it in time.
    """

    def __init__(
        self,
        text: Typeset,
        source: DigitSource,
        before: WrittenNumbers,
        rolling: Sequence[WrittenNumbers],
        after: WrittenNumbers,
        opening: float = OPENING,
    ) -> None:
        self.text, self.source, self.opening = text, source, opening
        self.before, self.after = self._wording(before), self._wording(after)
        ways = [self._wording(_zeros(numbers)) for numbers in rolling]
        self._room = np.column_stack(
            [_in_time([way.width for way in ways]), _in_time([way.height for way in ways])]
        )
        # What fades is on stage with what takes its place.
        slots: Counter[int] = Counter()
        for way in (self.before, self.after, *ways):
            slots |= Counter(mark.slot for mark in way.marks)
        _reserve(text, slots.total() + 1)

    def _wording(self, numbers: WrittenNumbers) -> TextState:
        source, plain = self.source(*numbers)
        return text_state(source, plain, self.text.em)

    @property
    def rooms(self) -> list[tuple[float, float]]:
        """How wide and high the text is at each of the moments."""
        return [self._size(share) for share in moments()]

    def _size(self, alpha: float) -> tuple[float, float]:
        rest = self.before if alpha < 0.5 else self.after
        width, height = (
            there + (room - there) * self._opened(alpha)
            for there, room in zip((rest.width, rest.height), at_share(self._room, alpha), strict=True)
        )
        return float(width), float(height)

    def _opened(self, alpha: float) -> float:
        """How far a number has opened up, from 0 at both ends of a move to 1 between them."""
        share = min(1.0, min(alpha, 1 - alpha) / self.opening)
        return share * share * (3 - 2 * share)

    def at(self, alpha: float, *numbers: str) -> TextState:
        """What is said at a share of the move when `numbers` roll there; its size is the room for it."""
        if alpha <= 0 or alpha >= 1:
            return self.before if alpha <= 0 else self.after
        rest = self.before if alpha < 0.5 else self.after
        width, height = at_share(self._room, alpha).tolist()
        steady = self._wording(numbers).aligned(self._wording(_zeros(numbers)))
        return unfold(rest, steady.widened(width, height), self._opened(alpha))


def _zeros(numbers: WrittenNumbers) -> WrittenNumbers:
    return [re.sub("[0-9]", "0", number) for number in numbers]


def at_share(values: Array, alpha: float) -> Array:
    """The values at a share of a move, a row for each of its moments; between two, on a smooth curve through
    all of them (Catmull and Rom's)."""
    place = min(max(alpha, 0.0), 1.0) * SAMPLES
    number = min(int(place), SAMPLES - 1)
    share, here, there = place - number, values[number], values[number + 1]
    before = values[number - 1] if number else 2 * here - there
    after = values[number + 2] if number + 2 <= SAMPLES else 2 * there - here
    begin, end, way = (there - before) / 2, (after - here) / 2, there - here
    bend = begin + end - 2 * way
    return np.asarray(here + share * (begin + share * (way - begin - bend + share * bend)))


def calm(values: Array) -> Array:
    """Values at the moments of a move, without haste between them; the first and the last stay, and the last
    is reached as softly as it would be."""
    return np.asarray(np.tensordot(_calming(), values, axes=1))


@cache
def _calming() -> Array:
    """How much the value at each moment has of each of the values around it: of fewer towards the end, and
    of what would have led to the first one before it."""
    shares = np.zeros((SAMPLES + 1, SAMPLES + 1))
    for number, row in enumerate(shares):
        reach = min(AHEAD, SAMPLES - number)
        window = np.hanning(2 * reach + 3)[1:-1]
        for moment, share in enumerate(window / window.sum(), number - reach):
            row[abs(moment)] += share if moment >= 0 else -share
            row[0] += 0.0 if moment >= 0 else 2 * share
    return shares


def _in_time(sizes: Sequence[float]) -> Array:
    """A size at each moment that is not below the one there, and changes smoothly."""
    padded = np.pad(sizes, 2 * AHEAD, mode="edge")
    largest = np.lib.stride_tricks.sliding_window_view(padded, 2 * AHEAD + 1).max(axis=1)
    return np.convolve(largest, _KERNEL, mode="valid")


def _reserve(text: Typeset, count: int) -> None:
    """Give a text enough glyphs before it begins to move: Manim goes on drawing those that it had then."""
    for _ in range(count - len(text.submobjects)):
        text.add(Glyph(np.zeros((0, 3)), GlyphPart(""), 1.0, text.colour).set_z_index(text[0].z_index))
        text.slot_numbers += (LEFT_OVER,)


def rewrite(text: Typeset, now: TextState, centre: Point, scale: float = 1.0) -> None:
    """Let a text say something else, with its middle at `centre`; glyphs that are left over are empty."""
    piece, text.plain = GlyphPart(now.plain), now.plain
    _reserve(text, len(now.marks))
    glyphs = [glyph for glyph in text if isinstance(glyph, Glyph)]
    for glyph, mark in zip_longest(glyphs, now.marks):
        if mark is None:
            glyph.points = np.zeros((0, 3))
            continue
        glyph.points = mark.outline * scale + centre
        glyph.piece, glyph.reach = piece, mark.reach
        glyph.fill_rgbas[:, :3] = _paint(
            text.colours[mark.slot] if 0 <= mark.slot < len(text.colours) else text.colour
        )
        glyph.fill_rgbas[:, 3] = mark.opacity
    slots = tuple(mark.slot for mark in now.marks)
    text.slot_numbers = slots + (LEFT_OVER,) * (len(text.submobjects) - len(slots))


@cache
def _paint(colour: str) -> Array:
    return np.array(ManimColor(colour).to_rgb())
