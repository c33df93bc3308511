"""Captions: the spoken words in short pieces that can be read while they are heard.

The rules are those in use for broadcast and the web: at most two lines of 42 characters, 17 characters a
second or fewer wherever the voice leaves the time, one to seven seconds, never two at once. Pieces and lines
end where sentences and clauses do, and never inside of a number or a formula.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from storyreel.symbols import SIGNS
from storyreel.word_times import Word

LINE = 42  # characters
FAST = 17  # characters a second
FASTEST = 20
SHORTEST = 1.0  # seconds
LONGEST = 7.0
LINGER = 0.5  # seconds that a caption stays after its last word, if the next one lets it
GAP = 0.5  # seconds; a shorter gap between two captions would flicker and is closed

# How bad it is to break between two words. A caption costs `ONE_MORE`, so that they are not too many.
SENTENCE, CLAUSE, BEFORE_LINK, ANYWHERE, AFTER_LINK, NUMBER, FORBIDDEN = 0.0, 1.0, 3.0, 6.0, 12.0, 12.0, 200.0
ONE_MORE = 2.0
WITHIN = 0.25  # of a bad break, when it is between the lines of one caption
UNEVEN = 4  # characters of difference between two lines that cost 1
LINKS = re.compile(
    "a|an|and|are|as|at|because|but|by|for|from|if|in|into|is|its|of|on|or|so|than|that|the|their|then|this|to|"
    "was|when|where|which|while|who|with",
    re.IGNORECASE,
)
"""English words that belong with what follows them."""


@dataclass(frozen=True)
class Caption:
    """One caption from `start` to `end`, in seconds; its lines are parted by line feeds."""

    start: float
    end: float
    text: str


def captions(beats: Sequence[Sequence[Word]], end: float) -> tuple[Caption, ...]:
    """The captions of a film that lasts until `end`, from the words of its beats in seconds of the film.

    No caption has words of two beats. A caption shows from its first word on, and shortly beyond its last.
    A word longer than a line stands in a line of its own.
    """
    spoken = [words for words in beats if words]
    limits = [*(words[0].start for words in spoken[1:]), end]
    result: list[Caption] = []
    for words, limit in zip(spoken, limits, strict=False):
        result += _beat(words, limit)
    return tuple(_long_enough(result))


def _beat(words: Sequence[Word], limit: float) -> Iterator[Caption]:
    """The captions of one beat: the cheapest of all ways to divide its words, last word first."""
    costs = [0.0] * (len(words) + 1)  # of captioning the words from each one on
    ends = [0] * len(words)  # for a caption that begins with each word, the word after it
    for first in reversed(range(len(words))):
        choices: list[tuple[float, int]] = []
        for after in range(first + 1, len(words) + 1):
            lines = _lines(words[first:after])
            if lines is None and choices:
                break
            cost = _cost(words[first:after], _next(words, after, limit)) + costs[after]
            cost += WITHIN * lines[0] if lines else 0.0
            cost += _breaking(words[after - 1].text, words[after].text) if after < len(words) else 0.0
            choices.append((cost, after))
        costs[first], ends[first] = min(choices)
    first = 0
    while first < len(words):
        after = ends[first]
        start, latest = words[first].start, _next(words, after, limit)
        readable = start + len(_text(words[first:after])) / FAST
        end = min(latest, start + LONGEST, max(words[after - 1].end + LINGER, readable))
        lines = _lines(words[first:after])
        yield Caption(start, end, lines[1] if lines else words[first].text)
        first = after


def _next(words: Sequence[Word], after: int, limit: float) -> float:
    """When the caption before word number `after` has to be gone."""
    return words[after].start if after < len(words) else limit


def _cost(words: Sequence[Word], latest: float) -> float:
    """How far a caption of `words` that may stay until `latest` is from the rules."""
    seconds = min(latest - words[0].start, LONGEST)
    pace = len(_text(words)) / max(seconds, 0.01)
    cost = ONE_MORE + 3.0 * max(0.0, pace - FAST) + 30.0 * max(0.0, pace - FASTEST)
    cost += 60.0 * max(0.0, SHORTEST - seconds)
    return cost + 60.0 * max(0.0, words[-1].end - words[0].start - LONGEST)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _lines(words: Sequence[Word]) -> tuple[float, str] | None:
    """The words in one line, or in the two that break best and are of like length, and how bad that is.

    None if they do not fit.
    """
    if len(_text(words)) <= LINE:
        return 0.0, _text(words)
    choices = []
    for middle in range(1, len(words)):
        upper, lower = _text(words[:middle]), _text(words[middle:])
        if max(len(upper), len(lower)) <= LINE:
            cost = _breaking(words[middle - 1].text, words[middle].text)
            uneven = abs(len(upper) - len(lower)) / UNEVEN
            choices.append((cost + uneven, cost, f"{upper}\n{lower}"))
    return min(choices)[1:] if choices else None


def _breaking(left: str, right: str) -> float:
    """How bad it is to break between two words."""
    if not re.search(r"\w", right) or _is_sign(left) or _is_sign(right):
        return FORBIDDEN
    if re.search(r"[.!?…][\"”’»)]*$", left):
        return SENTENCE
    if re.search(r"[,;:—–][\"”’»)]*$", left):
        return CLAUSE
    if LINKS.fullmatch(left):
        return AFTER_LINK
    if re.search(r"\d", right):
        return NUMBER  # the weight 3
    return BEFORE_LINK if LINKS.fullmatch(right) else ANYWHERE


def _is_sign(text: str) -> bool:
    return text in SIGNS or text == "/"


def _long_enough(found: Sequence[Caption]) -> Iterator[Caption]:
    """The captions without flickering gaps, those too short begun earlier where there is room."""
    before = 0.0
    for caption, following in zip_longest(found, found[1:]):
        end = caption.end
        if following and following.start - end < GAP and following.start - caption.start <= LONGEST:
            end = following.start
        start = max(before, min(caption.start, end - SHORTEST))
        if end > start:
            yield replace(caption, start=start, end=end)
        before = end
