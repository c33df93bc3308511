"""What a text looks like at one moment of an animation, glyph by glyph."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from storyreel.graphics.layout import Point, at
from storyreel.graphics.text.decimal_mark import decimal_mark
from storyreel.graphics.text.glyph import Points
from storyreel.graphics.text.typeset import outlines
from storyreel.storyboard.themes.in_use import theme_in_use
from storyreel.storyboard.themes.theme import Typeface

FADE_OUT = 0.12
"""The part of a transition in which glyphs without a successor fade out."""

LEGIBLE = 0.5
"""The opacity from which a glyph can be read."""
CLOSER = 0.4
"""The least gap between two glyphs in a transition, in gaps after it."""
MARGIN = 0.09
"""Units that a text's plate has beside the text, at least."""


class PlacedGlyph(NamedTuple):
    """A glyph in its place: outline, size in its font size, slot number and opacity."""

    outline: Points
    size_in_em: float
    slot: int
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class TextState:
    """The `glyphs` of a text, centred on the origin, its `plain` text, and its size in Manim units."""

    glyphs: tuple[PlacedGlyph, ...]
    plain: str
    width: float
    height: float

    def widened(self, width: float, height: float) -> "TextState":
        """The same text at the left of a larger box."""
        return self._moved(at((self.width - width) / 2, 0), width, height)

    def in_middle_of(self, width: float, height: float) -> "TextState":
        """The same text in the middle of a larger box."""
        return TextState(self.glyphs, self.plain, width, height)

    def aligned(self, other: "TextState") -> "TextState":
        """The same text moved so that its first glyph in common with `other` has the same place.

        The two differ in digits only. Centred by their outlines, they would jitter as the digits change.
        """
        for glyph, its in zip(self.glyphs, other.glyphs, strict=False):
            offset = its.outline[0] - glyph.outline[0]
            if glyph.outline.shape == its.outline.shape and np.allclose(glyph.outline + offset, its.outline):
                return self._moved(offset, other.width, other.height)
        return self

    def faded(self, opacity: float) -> "TextState":
        """The same text with all opacities multiplied by `opacity`, where that is below 1."""
        if opacity >= 1:
            return self
        glyphs = tuple(glyph._replace(opacity=glyph.opacity * opacity) for glyph in self.glyphs)
        return TextState(glyphs, self.plain, self.width, self.height)

    def _moved(self, offset: Points | Point, width: float, height: float) -> "TextState":
        glyphs = tuple(glyph._replace(outline=glyph.outline + offset) for glyph in self.glyphs)
        return TextState(glyphs, self.plain, width, height)


def text_state(source: str, plain: str, em: float) -> TextState:
    """The Typst markup `source`, which reads `plain`, typeset at the font size `em`."""
    return _text_state(source, plain, em, decimal_mark(), theme_in_use().typeface)


@lru_cache(maxsize=256)
def _text_state(source: str, plain: str, em: float, mark: str, typeface: Typeface | None) -> TextState:
    glyphs = tuple(PlacedGlyph(*shape) for shape in outlines(source, em))
    ends = np.concatenate([glyph.outline[part::4] for glyph in glyphs for part in (0, 3)])
    width, height, _ = ends.max(axis=0) - ends.min(axis=0)
    return TextState(glyphs, plain, float(width), float(height))


def blend(rest: TextState, rolling: TextState, share: float, is_prefix: bool) -> TextState:
    """The text between a number at rest (`share` 0) and a rolling one (`share` 1).

    It shows the rolling number at once, so that it is never out of date; only the layout is blended. Each
    slot moves as a whole. Glyphs that only `rolling` has are faint until they have room, but can be read.
    Those that only `rest` has fade out soon if the number at rest begins with the rolling one (`is_prefix`):
    else they would make another number of it, and are not there.
    """
    if share >= 1:
        return rolling
    width, height = (
        at_rest + (full - at_rest) * share
        for at_rest, full in ((rest.width, rolling.width), (rest.height, rolling.height))
    )
    glyphs = [
        glyph._replace(opacity=max(LEGIBLE, glyph.opacity))
        for glyph in _arriving(rolling, rest, 1 - share, width)
    ]
    if is_prefix:
        glyphs += _leaving(rest, rolling, share, width)
    return TextState(tuple(glyphs), rolling.plain, width, height)


def has_room(rest: TextState, rolling: TextState, share: float) -> bool:
    """True if there is room for all glyphs of `rolling` between the two: on the plate, and for a number up to
    the sign behind it."""
    width = rest.width + (rolling.width - rest.width) * share
    arriving = list(_arriving(rolling, rest, 1 - share, width))
    if any(glyph.opacity < LEGIBLE for glyph in arriving):
        return False
    pairs = zip(pairwise(rolling.glyphs), pairwise(arriving), strict=True)
    return all(_gap(*now) >= CLOSER * _gap(*after) for after, now in pairs if _gap(*after) > 0)


def _gap(one: PlacedGlyph, other: PlacedGlyph) -> float:
    """The units from the right end of one glyph to the left end of another."""
    return _ends(other)[0] - _ends(one)[1]


def _arriving(state: TextState, start: TextState, share: float, width: float) -> Iterator[PlacedGlyph]:
    """The glyphs of `state`, each slot moved by `share` of the way back to its place in `start`.

    `width` is that of the text now. Glyphs that `start` does not have are as opaque as they have room.
    """
    start_of = {glyph.slot: _ends(glyph)[0] + start.width / 2 for glyph in reversed(start.glyphs)}
    known = Counter(glyph.slot for glyph in start.glyphs)
    offsets: dict[int, float] = {}
    for glyph, number in _numbered(state.glyphs):
        left, right = (end + state.width / 2 for end in _ends(glyph))
        offset = offsets.setdefault(glyph.slot, share * (start_of.get(glyph.slot, left) - left))
        # Nothing is seen beyond the plate, which grows.
        opacity = min(1.0, max(0.0, (width + MARGIN - right - offset) / MARGIN))
        if number >= known[glyph.slot]:
            opacity *= (1 - share) ** 0.5
        outline = glyph.outline + at(state.width / 2 + offset - width / 2, 0)
        yield glyph._replace(outline=outline, opacity=opacity)


def _ends(glyph: PlacedGlyph) -> tuple[float, float]:
    xs = glyph.outline[:, 0]
    return float(xs.min()), float(xs.max())


def _leaving(rest: TextState, rolling: TextState, share: float, width: float) -> Iterator[PlacedGlyph]:
    """The glyphs of `rest` that `rolling` does not have, in their places, fading out."""
    if share < FADE_OUT:
        known = Counter(glyph.slot for glyph in rolling.glyphs)
        for glyph, number in _numbered(rest.glyphs):
            if number >= known[glyph.slot]:
                outline = glyph.outline + at((rest.width - width) / 2, 0)
                yield glyph._replace(outline=outline, opacity=1 - share / FADE_OUT)


def _numbered(glyphs: Sequence[PlacedGlyph]) -> Iterator[tuple[PlacedGlyph, int]]:
    """Each glyph with the number of glyphs of the same slot before it."""
    met: Counter[int] = Counter()
    for glyph in glyphs:
        yield glyph, met[glyph.slot]
        met[glyph.slot] += 1
