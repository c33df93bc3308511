"""Captions: the spoken words, divided so that they can be read while they are heard.

The rules are those of broadcast and the web: at most two lines of 42 characters, 17 characters a second or
fewer if the voice leaves the time, one to seven seconds, no overlap; in Chinese, Japanese, Korean and Thai
other lengths. Captions and lines end at the end of sentences and clauses where possible; they do not end in a
word, inside a formula or between a word and its number (`the weight 3`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise, starmap, zip_longest

from storyreel.core.word import Word, running_text
from storyreel.speech.spoken_symbols import SIGNS
from storyreel.storyboard.unspaced import columns, is_thai

SHORTEST = 1.0  # seconds
LONGEST = 7.0  # seconds
LINGER = 0.5  # seconds for which a caption stays after its last word, if the next caption does not begin
GAP = 0.5  # seconds; a shorter gap between two captions would flicker and is closed

# Captions are divided so that the sum of costs is smallest. The cost of a break between two words:
SENTENCE, CLAUSE, BEFORE_LINK, ANYWHERE, AFTER_LINK, NUMBER, FORBIDDEN = 0.0, 1.0, 3.0, 6.0, 12.0, 12.0, 200.0
ONE_MORE = 2.0  # the cost of each caption
WITHIN = 0.25  # factor for a break between the lines of one caption
UNEVEN = 4  # difference in columns between two lines that costs 1
LINKS = re.compile(
    "a|an|and|are|as|at|because|but|by|for|from|if|in|into|is|its|of|on|or|so|than|that|the|their|then|this|to|"
    "was|when|where|which|while|who|with",
    re.IGNORECASE,
)
"""English words that should stay with the word after them."""


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """How long a line may be, and how fast a reader is, in columns; a Chinese character has two.

    A caption that is faster than `fast`, in columns a second, has a cost, and above `fastest` a high one.
    """

    line: int
    fast: float
    fastest: float


READING = {
    "zh": ReadingRules(line=32, fast=18, fastest=22),
    "ja": ReadingRules(line=26, fast=14, fastest=18),
    "ko": ReadingRules(line=32, fast=24, fastest=28),
    "th": ReadingRules(line=35, fast=17, fastest=20),
}
"""By the first part of a language code; from the guides that Netflix publishes for subtitles, in Japanese for
those for the hard of hearing, as others abridge what is said."""
OTHER_READING = ReadingRules(line=42, fast=17, fastest=20)


def reading_rules(language: str) -> ReadingRules:
    """The rules for captions in a language."""
    return READING.get(language.partition("-")[0].lower(), OTHER_READING)


@dataclass(frozen=True, slots=True)
class Caption:
    """One caption from `start` to `end`, in seconds; its lines are separated by line feeds.

    `speaker` is the label of who says it, in a dialogue; where this changes, `text` begins with it.
    """

    start: float
    end: float
    text: str
    speaker: str | None = None


def captions(beats: Sequence[Sequence[Word]], end: float, language: str = "en") -> tuple[Caption, ...]:
    """The captions of a film that ends at `end`, from the words of each beat; times in seconds of the film.

    Lines are as long, and pass as fast, as is usual in the `language`.

    No caption has words of two beats or speakers. A caption begins with its first word and ends shortly after
    its last. A word longer than a line has a line of its own.
    """
    turns = list(_named(list(words) for beat in beats for _, words in groupby(beat, key=lambda w: w.speaker)))
    limits = [*(words[0].start for words in turns[1:]), end]
    result: list[Caption] = []
    for words, limit in zip(turns, limits, strict=False):
        result += _Turn(words, limit, reading_rules(language)).captions()
    return tuple(_long_enough(result))


def _named(turns: Iterable[list[Word]]) -> Iterator[list[Word]]:
    """The turns; the first word of one by another speaker than before has that speaker's label before it."""
    before = None
    for first, *others in turns:
        if first.speaker not in (None, before):
            yield [replace(first, text=f"{first.speaker}: {first.text}"), *others]
        else:
            yield [first, *others]
        before = first.speaker


class _Turn:
    """What one speaker says in a beat, with what is needed repeatedly while it is divided."""

    def __init__(self, words: Sequence[Word], limit: float, rules: ReadingRules) -> None:
        self._words, self._rules = words, rules
        # The columns at which each word ends and begins if all were in one line.
        spaces = [0 if word.is_attached else 1 for word in words]
        widths = [columns(word.text) for word in words]
        self._ends = [*accumulate(space + width for space, width in zip(spaces, widths, strict=True))]
        self._starts = [end - width for end, width in zip(self._ends, widths, strict=True)]
        self._breaks = [*starmap(_break_cost, pairwise(words)), 0.0]  # after each word
        self._latest = [*(word.start for word in words[1:]), limit]  # end of a caption with that last word

    def captions(self) -> Iterator[Caption]:
        """The division of the words with the least cost, by dynamic programming from the last word."""
        count = len(self._words)
        costs = [0.0] * (count + 1)  # least cost of the words from each one on
        ends = [0] * count  # for the caption that begins with each word, the index after its last
        for first in reversed(range(count)):
            choices: list[tuple[float, int]] = []
            for after in range(first + 1, count + 1):
                lines = self._lines(first, after)
                if lines is None and choices:
                    break
                cost = self._cost(first, after) + costs[after]
                cost += WITHIN * lines[0] if lines else 0.0
                choices.append((cost + self._breaks[after - 1], after))
            costs[first], ends[first] = min(choices)
        first = 0
        while first < count:
            yield self._caption(first, ends[first])
            first = ends[first]

    def _caption(self, first: int, after: int) -> Caption:
        start = self._words[first].start
        readable = start + self._width(first, after) / self._rules.fast
        wanted = max(self._words[after - 1].end + LINGER, readable)
        lines = self._lines(first, after)
        middle = lines[1] if lines else after
        parts = (self._words[first:middle], self._words[middle:after])
        text = "\n".join(running_text(part) for part in parts if part)
        end = min(self._latest[after - 1], start + LONGEST, wanted)
        return Caption(start, end, text, self._words[first].speaker)

    def _width(self, first: int, after: int) -> int:
        """The columns of some words, with the spaces between them."""
        return self._ends[after - 1] - self._starts[first]

    def _cost(self, first: int, after: int) -> float:
        """The cost of the pace and duration of a caption of some words."""
        start = self._words[first].start
        seconds = min(self._latest[after - 1] - start, LONGEST)
        pace = self._width(first, after) / max(seconds, 0.01)
        rules = self._rules
        cost = ONE_MORE + 3.0 * max(0.0, pace - rules.fast) + 30.0 * max(0.0, pace - rules.fastest)
        cost += 60.0 * max(0.0, SHORTEST - seconds)
        return cost + 60.0 * max(0.0, self._words[after - 1].end - start - LONGEST)

    def _lines(self, first: int, after: int) -> tuple[float, int] | None:
        """The cost of the break between two lines of some words, and the first word of the second line.

        One line if they fit, else the break with the least cost, uneven lengths included; None if they do not
        fit.
        """
        if self._width(first, after) <= self._rules.line:
            return 0.0, after
        choices = []
        for middle in range(first + 1, after):
            upper, lower = self._width(first, middle), self._width(middle, after)
            if max(upper, lower) <= self._rules.line:
                cost = self._breaks[middle - 1]
                choices.append((cost + abs(upper - lower) / UNEVEN, cost, middle))
        return min(choices)[1:] if choices else None


def _break_cost(before: Word, after: Word) -> float:
    """The cost of a break between two words."""
    left, right = before.text, after.text
    if not re.search(r"\w", right) or _is_sign(left) or _is_sign(right):
        return FORBIDDEN
    if re.search(r"[.!?…。！？][\"”’»)）」』]*$", left):
        return SENTENCE
    if re.search(r"[,;:—–，；：、][\"”’»)）」』]*$", left):
        return CLAUSE
    if LINKS.fullmatch(left):
        return AFTER_LINK
    if not after.is_attached and is_thai(left[-1]) and is_thai(right[0]):
        return CLAUSE  # which in Thai have spaces between them
    if re.search(r"\d", right):
        return NUMBER  # the weight 3
    return BEFORE_LINK if LINKS.fullmatch(right) else ANYWHERE


def _is_sign(text: str) -> bool:
    return text in SIGNS or text == "/"


def _long_enough(found: Sequence[Caption]) -> Iterator[Caption]:
    """The captions with short gaps closed; those that are too short begin earlier if there is room."""
    before = 0.0
    for caption, following in zip_longest(found, found[1:]):
        end = caption.end
        if following and following.start - end < GAP and following.start - caption.start <= LONGEST:
            end = following.start
        start = max(before, min(caption.start, end - SHORTEST))
        if end > start:
            yield replace(caption, start=start, end=end)
        before = end
