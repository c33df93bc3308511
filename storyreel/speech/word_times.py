"""The times of the captions' words, from the times that a voice gives for spans of the spoken text."""

from bisect import bisect_right
from collections.abc import Sequence

from storyreel.core.word import Word
from storyreel.speech.script import Token, spoken_text
from storyreel.speech.voices.base import SpokenWord


def word_times(tokens: Sequence[Token], spoken: Sequence[SpokenWord], seconds: float) -> tuple[Word, ...]:
    """One `Word` for each token, in order, without overlaps; times are in seconds.

    `spoken` are the spans that the voice timed, in the `spoken_text` of the tokens; `seconds` is the end of
    the speech. A token that shares a span with the one before it (some voices time "with the" as one word)
    gets a share of it by its number of letters. A token without sound, as a dash, has no duration and the
    start of the next word.
    """
    starts, ends = _spoken_times(tokens, spoken)
    words: list[Word] = []
    limit = seconds  # the start of the word after
    for token, start, end in reversed(list(zip(tokens, starts, ends, strict=True))):
        begin = limit if start is None else min(start, limit)
        finish = begin if end is None else max(begin, min(end, limit))
        words.append(Word(token.shown, begin, finish, token.speaker, token.is_attached))
        limit = begin
    return tuple(reversed(words))


def _spoken_times(
    tokens: Sequence[Token], spoken: Sequence[SpokenWord]
) -> tuple[list[float | None], list[float | None]]:
    """Start and end of each token, from its own spans or its share of another's; None without sound."""
    starts: list[float | None] = []
    ends: list[float | None] = []
    offsets = [word.offset for word in spoken]
    _, positions = spoken_text(tokens)
    for token, position in zip(tokens, positions, strict=True):
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
    return starts, ends
