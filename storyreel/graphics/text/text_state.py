"""A wording: what a text says at a moment, glyph by glyph, and how a number at rest opens up to roll."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from storyreel.graphics.layout import Point, at
from storyreel.graphics.text.glyph import Points
from storyreel.graphics.text.typeset import outlines

SOON = 0.12
"""The share of a number's opening up in which what is no longer said fades."""

BESIDE = 0.12
"""The room, in units, that a text has on its plate beside what it says, at the least."""


class PlacedMark(NamedTuple):
    """A glyph of a wording: its outline, its reach in its font size, its slot, and how opaque it is."""

    outline: Points
    reach: float
    slot: int
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class TextState:
    """The `marks` of a text that says `plain`, centred on the origin, and the text's size in units."""

    marks: tuple[PlacedMark, ...]
    plain: str
    width: float
    height: float

    def widened(self, width: float, height: float) -> "TextState":
        """The same in another room, at the left of it."""
        return self._moved(at((self.width - width) / 2, 0), width, height)

    def aligned(self, other: "TextState") -> "TextState":
        """The same number where `other`, in which only digits differ, has what both have in common.

        Centred by their outlines, numbers that roll would tremble with the shapes of their digits.
        """
        for mark, its in zip(self.marks, other.marks, strict=False):
            way = its.outline[0] - mark.outline[0]
            if mark.outline.shape == its.outline.shape and np.allclose(mark.outline + way, its.outline):
                return self._moved(way, other.width, other.height)
        return self

    def faint(self, opacity: float) -> "TextState":
        """The same, no more opaque than `opacity`."""
        if opacity >= 1:
            return self
        marks = tuple(mark._replace(opacity=mark.opacity * opacity) for mark in self.marks)
        return TextState(marks, self.plain, self.width, self.height)

    def _moved(self, way: Points | Point, width: float, height: float) -> "TextState":
        marks = tuple(mark._replace(outline=mark.outline + way) for mark in self.marks)
        return TextState(marks, self.plain, width, height)


@lru_cache(maxsize=256)
def text_state(source: str, plain: str, em: float) -> TextState:
    """What Typst makes of `source` at a font size."""
    marks = tuple(PlacedMark(*shape) for shape in outlines(source, em))
    ends = np.concatenate([mark.outline[part::4] for mark in marks for part in (0, 3)])
    width, height, _ = ends.max(axis=0) - ends.min(axis=0)
    return TextState(marks, plain, float(width), float(height))


def unfold(rest: TextState, rolling: TextState, share: float) -> TextState:
    """How a text at rest becomes one with a rolling number: all of the latter at a `share` of 1.

    It rolls at once, for no number may say what no longer holds, while the room changes. Each slot comes as a
    whole from its place at rest; glyphs that it has more are there as soon as there is room for them, and
    those that it has less are soon gone.
    """
    if share >= 1:
        return rolling
    width = rest.width + (rolling.width - rest.width) * share
    height = rest.height + (rolling.height - rest.height) * share
    marks = [*_towards(rolling, rest, 1 - share, width), *_left_over(rest, rolling, share, width)]
    return TextState(tuple(marks), rolling.plain, width, height)


def _towards(here: TextState, there: TextState, share: float, width: float) -> Iterator[PlacedMark]:
    """The marks of `here`, their slots a share of the way to where they begin in `there`; new ones fade."""
    begins = {mark.slot: _ends(mark)[0] + there.width / 2 for mark in reversed(there.marks)}
    known = Counter(mark.slot for mark in there.marks)
    ways: dict[int, float] = {}
    for mark, number in _numbered(here.marks):
        left, right = (end + here.width / 2 for end in _ends(mark))
        way = ways.setdefault(mark.slot, share * (begins.get(mark.slot, left) - left))
        room = min(1 - share, (width + BESIDE - left - way) / (right - left))
        opacity = 1.0 if number < known[mark.slot] else max(0.0, room) ** 0.5
        outline = mark.outline + at(here.width / 2 + way - width / 2, 0)
        yield mark._replace(outline=outline, opacity=opacity)


def _ends(mark: PlacedMark) -> tuple[float, float]:
    across = mark.outline[:, 0]
    return float(across.min()), float(across.max())


def _left_over(rest: TextState, rolling: TextState, share: float, width: float) -> Iterator[PlacedMark]:
    """The marks of `rest` that `rolling` has no place for, at their own; they fade with the share."""
    if share < SOON:
        known = Counter(mark.slot for mark in rolling.marks)
        for mark, number in _numbered(rest.marks):
            if number >= known[mark.slot]:
                outline = mark.outline + at((rest.width - width) / 2, 0)
                yield mark._replace(outline=outline, opacity=1 - share / SOON)


def _numbered(marks: Sequence[PlacedMark]) -> Iterator[tuple[PlacedMark, int]]:
    """Marks, each with how many of its slot are before it."""
    met: Counter[int] = Counter()
    for mark in marks:
        yield mark, met[mark.slot]
        met[mark.slot] += 1
