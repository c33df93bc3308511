"""A number in a text that changes during an animation, drawn with the same glyphs in every frame."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import ROUND_FLOOR, Decimal
from functools import cache
from itertools import zip_longest

import numpy as np
from manim import ManimColor

from storyreel.core.arrays import Array
from storyreel.core.number_format import MINUS, rounded
from storyreel.graphics.layout import Point
from storyreel.graphics.text.glyph import Glyph, GlyphPart
from storyreel.graphics.text.text_state import TextState, blend, has_room, text_state
from storyreel.graphics.text.typeset import Typeset

SAMPLES = 48
"""Intervals into which an animation is divided to find out in advance how wide its numbers become."""
AHEAD = 4
"""Samples before and after a longer number during which the room for it grows and shrinks."""
_KERNEL = np.hanning(2 * AHEAD + 3)[1:-1] / np.hanning(2 * AHEAD + 3).sum()
TRANSITION = 0.1
"""The part of an animation in which a number at rest turns into a rolling one, and at the end back. Numbers
change little in it, as what moves starts and stops slowly; so they agree though not all show all decimals."""
UNUSED_SLOT = 255
"""The slot number of glyphs that a shorter text does not need."""

_DECIMALS = re.compile(rf"{MINUS}?\d+(?:\.(\d+))?")

TextSource = Callable[..., tuple[str, str]]
"""Takes numbers as strings, returns the text around them: its Typst markup and its plain text."""
WrittenNumbers = Sequence[str]


def sample_alphas() -> Array:
    """The points of an animation, from 0 to 1, at which its numbers are needed in advance: SAMPLES + 1."""
    return np.linspace(0.0, 1.0, SAMPLES + 1)


class RollingNumber:
    """How `text` changes during an animation from the numbers `before` to `after`, both at rest.

    `rolling` holds the numbers at each of `sample_alphas`. The size of the text changes smoothly, and there
    is room for a longer number before it appears: to the right of the text, or on both sides of one that
    `is_centred`, as in a column of a table.
    """

    def __init__(
        self,
        text: Typeset,
        source: TextSource,
        before: WrittenNumbers,
        rolling: Sequence[WrittenNumbers],
        after: WrittenNumbers,
        is_centred: bool = False,
    ) -> None:
        self.text, self.source, self.is_centred = text, source, is_centred
        self._ends = before, after
        self.before, self.after = self._state(before), self._state(after)
        states = [self._state(_zeros(numbers)) for numbers in rolling]
        self._rolling_sizes = np.column_stack(
            [
                _smooth_maximum([state.width for state in states]),
                _smooth_maximum([state.height for state in states]),
            ]
        )
        # Glyphs that fade out are on stage together with those that replace them.
        slots: Counter[int] = Counter()
        for state in (self.before, self.after, *states):
            slots |= Counter(glyph.slot for glyph in state.glyphs)
        _add_empty_glyphs(text, slots.total() + 1)

    def _state(self, numbers: WrittenNumbers) -> TextState:
        source, plain = self.source(*numbers)
        return text_state(source, plain, self.text.em)

    @property
    def sizes(self) -> list[tuple[float, float]]:
        """The width and height of the text, in Manim units, at each of `sample_alphas`."""
        return [self._size(alpha) for alpha in sample_alphas()]

    def _size(self, alpha: float) -> tuple[float, float]:
        rest = self.before if alpha < 0.5 else self.after
        width, height = (
            at_rest + (rolling - at_rest) * self._rolling_share(alpha)
            for at_rest, rolling in zip(
                (rest.width, rest.height), catmull_rom(self._rolling_sizes, alpha), strict=True
            )
        )
        return float(width), float(height)

    def _rolling_share(self, alpha: float) -> float:
        """0 for a number at rest, at both ends of the animation; 1 for one that rolls, between them."""
        share = min(1.0, min(alpha, 1 - alpha) / TRANSITION)
        return share * share * (3 - 2 * share)

    def at(self, alpha: float, *numbers: str) -> TextState:
        """The text at `alpha` (0 to 1) with these numbers in it; its size is the room reserved for it.

        While there is no room for all decimals, a number is rounded to fewer, so that what is read is right.
        """
        if alpha <= 0 or alpha >= 1:
            return self.before if alpha <= 0 else self.after
        rest, at_rest = (self.before, self._ends[0]) if alpha < 0.5 else (self.after, self._ends[1])
        share = self._rolling_share(alpha)
        if share >= 1:
            return self._steady(numbers, alpha)
        ways = [numbers, *_with_fewer_decimals(numbers, at_rest)]
        texts = ((way, self._steady(way, alpha)) for way in ways)
        way, steady = next(((way, text) for way, text in texts if has_room(rest, text, share)), (None, None))
        if way is None or steady is None:
            way, steady = ways[-1], self._steady(ways[-1], alpha)
        is_prefix = all(map(str.startswith, at_rest, way))
        return blend(rest, steady, share, is_prefix)

    def _steady(self, numbers: WrittenNumbers, alpha: float) -> TextState:
        width, height = catmull_rom(self._rolling_sizes, alpha).tolist()
        steady = self._state(numbers).aligned(self._state(_zeros(numbers)))
        return steady.in_middle_of(width, height) if self.is_centred else steady.widened(width, height)


def _with_fewer_decimals(numbers: WrittenNumbers, at_rest: WrittenNumbers) -> list[WrittenNumbers]:
    """The numbers rounded to fewer and fewer decimals, all to as many, and at last to as many as they need
    at rest."""
    changing, resting = ([_DECIMALS.fullmatch(text) for text in texts] for texts in (numbers, at_rest))
    if not all(changing):
        return []
    most = min(len(number[1] or "") for number in changing if number)
    fewest = max(len(number[1] or "") if number else 1 for number in resting)
    return [[_rounded(text, k) for text in numbers] for k in reversed(range(fewest, most))]


def _rounded(text: str, decimals: int) -> str:
    """A number with fewer decimals, where a half is rounded up: so differences of numbers stay true."""
    unit = Decimal(1).scaleb(-decimals)
    number = Decimal(text.replace(MINUS, "-")) + unit / 2
    return rounded(float(number.quantize(unit, ROUND_FLOOR)), decimals, is_at_rest=False)


def _zeros(numbers: WrittenNumbers) -> WrittenNumbers:
    return [re.sub("[0-9]", "0", number) for number in numbers]


def catmull_rom(samples: Array, alpha: float) -> Array:
    """Samples (a row for each of `sample_alphas`) interpolated at `alpha` by a Catmull-Rom spline."""
    place = min(max(alpha, 0.0), 1.0) * SAMPLES
    number = min(int(place), SAMPLES - 1)
    share, here, there = place - number, samples[number], samples[number + 1]
    before = samples[number - 1] if number else 2 * here - there
    after = samples[number + 2] if number + 2 <= SAMPLES else 2 * there - here
    begin, end, step = (there - before) / 2, (after - here) / 2, there - here
    bend = begin + end - 2 * step
    return np.asarray(here + share * (begin + share * (step - begin - bend + share * bend)))


def _smooth_maximum(sizes: Sequence[float]) -> Array:
    """A smooth sequence, one value per sample, that is nowhere below `sizes`."""
    padded = np.pad(sizes, 2 * AHEAD, mode="edge")
    largest = np.lib.stride_tricks.sliding_window_view(padded, 2 * AHEAD + 1).max(axis=1)
    return np.convolve(largest, _KERNEL, mode="valid")


def _add_empty_glyphs(text: Typeset, count: int) -> None:
    """Fill `text` up to `count` glyphs before an animation: Manim draws only those that it starts with."""
    for _ in range(count - len(text.submobjects)):
        text.add(Glyph(np.zeros((0, 3)), GlyphPart(""), 1.0, text.colour).set_z_index(text[0].z_index))
        text.slot_numbers += (UNUSED_SLOT,)


def set_text(text: Typeset, state: TextState, centre: Point, scale: float = 1.0) -> None:
    """Give `text` the glyphs of `state`, with their middle at `centre`; it keeps its own mobjects."""
    piece, text.plain = GlyphPart(state.plain), state.plain
    _add_empty_glyphs(text, len(state.glyphs))
    glyphs = [glyph for glyph in text if isinstance(glyph, Glyph)]
    for glyph, placed in zip_longest(glyphs, state.glyphs):
        if placed is None:
            glyph.points = np.zeros((0, 3))
            continue
        glyph.points = placed.outline * scale + centre
        glyph.piece, glyph.size_in_em = piece, placed.size_in_em
        glyph.fill_rgbas[:, :3] = _rgb(
            text.colours[placed.slot] if 0 <= placed.slot < len(text.colours) else text.colour
        )
        glyph.fill_rgbas[:, 3] = placed.opacity
    slots = tuple(placed.slot for placed in state.glyphs)
    text.slot_numbers = slots + (UNUSED_SLOT,) * (len(text.submobjects) - len(slots))


@cache
def _rgb(colour: str) -> Array:
    return np.array(ManimColor(colour).to_rgb())
