"""Conditions on texts: that they fit into their place, and that a phrase is among those on screen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

from storyreel.storyboard.template import Template
from storyreel.storyboard.text_size import MOST_WORDS, height_of, too_long, width_of
from storyreel.storyboard.things import StageContents
from storyreel.storyboard.unspaced import pieces

ROW_GAP = 1.25
"""The distance from the last baseline of a text in a list to the cap height of the next one, in em."""
_PLACE = re.compile(
    r"\{(?P<names>[a-z_, ]+)\} fits (?P<width>[\d.]+)(?: × (?P<height>[\d.]+))? at (?P<em>[\d.]+)"
    r"(?: (?P<weight>bold|semibold))?(?: below every (?P<others>[a-z ]+))?"
)


@dataclass(frozen=True)
class TextPlace:
    """The place of the texts of some parameters, in Manim units, and the smallest letters in it.

    Without a height, each text has one line. With `others`, it is a list or, of several parameters, a table:
    below the texts of the same parameters of the things on stage that are called so.
    """

    parameters: tuple[str, ...]
    width: float
    height: float | None
    em: float
    weight: str
    others: str

    def fault(self, stage: StageContents, given: Mapping[str, object]) -> str | None:
        """What has no room, for a cue with these parameters; None if all has."""
        columns = [self._texts(stage, given, name) for name in self.parameters]
        for text in (text for column in columns for text in column):
            if len(pieces(text)) > MOST_WORDS:
                return f"{len(pieces(text))} words are more than can be read at once"
            if not self._has_room(text):
                return too_long(text)
        if self.others and self._height(stage, columns) > (self.height or 0.0):
            return f"there is no room for another {self.others}; use fewer words"
        return None

    def _texts(self, stage: StageContents, given: Mapping[str, object], name: str) -> list[str]:
        value = given[name]
        items = value if isinstance(value, tuple) else () if value is None else (value,)
        return [stage.filled_in(item) for item in items if isinstance(item, Template)]

    def _has_room(self, text: str) -> bool:
        if self.height is None:
            return width_of(text, self.em, self.weight) <= self.width
        return height_of(text, self.width, self.em, self.weight) <= self.height

    def _height(self, stage: StageContents, columns: list[list[str]]) -> float:
        """The height of all rows with the new texts below the others."""
        before = [thing.given for thing in stage.things if thing.name.startswith(f"{self.others} ")]
        filled = [
            [text for given in before if given for text in self._texts(stage, given, name)] + new
            for name, new in zip(self.parameters, columns, strict=True)
        ]
        rows = [
            max(height_of(text, self.width, self.em, self.weight) for text in row if text is not None)
            for row in zip_longest(*filled)
        ]
        return sum(rows) + ROW_GAP * self.em * (len(rows) - 1)


def text_place(text: str) -> TextPlace | None:
    """The place that an entry of `requires` is about; None if it is about something else."""
    match = _PLACE.fullmatch(text)
    if match is None:
        return None
    return TextPlace(
        parameters=tuple(match["names"].split(", ")),
        width=float(match["width"]),
        height=float(match["height"]) if match["height"] else None,
        em=float(match["em"]),
        weight=match["weight"] or "regular",
        others=match["others"] or "",
    )


def has_phrase(stage: StageContents, words: Template) -> str | None:
    """The words are among those on screen."""
    written, phrase = stage.argument("text"), stage.filled_in(words)
    if not written or not phrase or (f" {_plain(phrase)} " in f" {_plain(written)} " and _plain(phrase)):
        return None
    return f"“{phrase}” is not among the words on screen"


def _plain(text: str) -> str:
    """The words of a text, without case and without punctuation at their ends."""
    return " ".join(re.sub(r"^\W+|\W+$", "", word).casefold() for word in pieces(text))
