"""The pace of a lesson's chapters: words a minute, and how much of the time is silent."""

from collections.abc import Sequence

from storyreel.production.production import Production
from storyreel.timing.beats import TimedChapter

PAUSE = 0.6
"""Seconds without a word that count as silence: more than at the end of a sentence."""


def words_a_minute(production: Production, chapters: Sequence[TimedChapter]) -> float:
    """The spoken words of chapters a minute of their film."""
    numbers = {id(beat) for chapter in chapters for beat in chapter.beats}
    told = zip(production.timeline.beats, production.narration.beats, strict=True)
    said = [turn.utterance.text for beat, its in told if id(beat) in numbers for turn in its.said]
    return 60 * sum(len(text.split()) for text in said) / _seconds(production, chapters)


def silence(production: Production, chapters: Sequence[TimedChapter]) -> float:
    """The share of the time of successive chapters that is in pauses of `PAUSE` and more, also those before
    the first and after the last word."""
    timeline = production.timeline
    beats = [beat for chapter in chapters for beat in chapter.beats]
    words = [word for beat in beats for word in timeline.words(beat) if word.end > word.start]
    starts = [*(word.start for word in words), timeline.seconds(chapters[-1].end)]
    ends = [timeline.seconds(chapters[0].start), *(word.end for word in words)]
    pauses = [start - end for end, start in zip(ends, starts, strict=True)]
    return sum(pause for pause in pauses if pause >= PAUSE) / _seconds(production, chapters)


def _seconds(production: Production, chapters: Sequence[TimedChapter]) -> float:
    return production.timeline.seconds(sum(chapter.end - chapter.start for chapter in chapters))
