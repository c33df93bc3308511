"""When each word of the captions sounds: the voice's timed stretches of text laid over the tokens."""

from bisect import bisect_right
from collections.abc import Sequence

from storyreel.core.word import Word
from storyreel.speech.script import Token
from storyreel.speech.voices.base import SpokenWord


def word_times(tokens: Sequence[Token], spoken: Sequence[SpokenWord], seconds: float) -> tuple[Word, ...]:
    """One `Word` for each token, in order, never overlapping.

    `spoken` are the stretches that the voice timed in the tokens' spoken text joined by single spaces;
    `seconds` is when the speech ends. A token that shares its stretch with the one before it (a voice may
    time "with the" as one) gets its part of it by the number of letters. A token of which nothing is heard,
    as a dash, takes no time and stands where the next word starts.
    """
    starts, ends = _heard(tokens, spoken)
    words: list[Word] = []
    later = seconds
    for token, start, end in reversed(list(zip(tokens, starts, ends, strict=True))):
        begin = later if start is None else min(start, later)
        words.append(Word(token.shown, begin, begin if end is None else max(begin, min(end, later))))
        later = begin
    return tuple(reversed(words))


def _heard(
    tokens: Sequence[Token], spoken: Sequence[SpokenWord]
) -> tuple[list[float | None], list[float | None]]:
    """Start and end of each token by its own stretches or its part of another's; None where unheard."""
    starts: list[float | None] = []
    ends: list[float | None] = []
    offsets = [word.offset for word in spoken]
    position = 0
    for token in tokens:
        after = position + len(token.spoken)
        first, last = bisect_right(offsets, position - 1), bisect_right(offsets, after - 1) - 1
        if not spoken or not any(character.isalnum() for character in token.spoken):
            starts.append(None)
            ends.append(None)
        elif first <= last:
            starts.append(spoken[first].start)
            ends.append(spoken[last].end)
        else:
            shared = spoken[max(first - 1, 0)]
            until = offsets[first] if first < len(offsets) else after
            part = (position - shared.offset) / max(until - shared.offset, 1)
            starts.append(shared.start + max(part, 0.0) * (shared.end - shared.start))
            ends.append(shared.end)
        position = after + 1 if token.spoken else position
    return starts, ends
