"""The transcript of a page: chapters, paragraphs, and sentences with their start times."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, zip_longest

from storyreel.core.word import running_text
from storyreel.lesson.manifest import BeatEntry, ChapterEntry, WordEntry

_SENTENCE_END = re.compile(r"[.!?…。！？][\"”’»)」』]*$")


@dataclass(frozen=True)
class Sentence:
    """A sentence of the narration; `start` is the time of its first word, in seconds of the film.

    No space is between a sentence that `is_attached` and the one before.
    """

    start: float
    text: str
    speaker: str | None = None
    is_attached: bool = False


@dataclass(frozen=True)
class TranscriptParagraph:
    """The sentences of one speaker, or of a whole chapter if no speaker is named."""

    speaker: str | None
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class TranscriptChapter:
    """A chapter with narration."""

    title: str
    paragraphs: tuple[TranscriptParagraph, ...]


def page_transcript(chapters: Iterable[ChapterEntry]) -> tuple[TranscriptChapter, ...]:
    """The transcript of the lesson's chapters; those without narration are left out."""
    spoken = ((chapter, [beat for beat in chapter.beats if beat.text]) for chapter in chapters)
    return tuple(TranscriptChapter(chapter.title, _paragraphs(beats)) for chapter, beats in spoken if beats)


def sentences(beat: BeatEntry) -> Iterator[Sentence]:
    """The sentences of a beat; without the times of its words, the whole beat is one sentence."""
    if not beat.words:
        yield Sentence(beat.start, beat.text)
        return
    words: list[WordEntry] = []
    for word, following in zip_longest(beat.words, beat.words[1:]):
        words.append(word)
        if _SENTENCE_END.search(word.text) or following is None or following.speaker != word.speaker:
            yield Sentence(words[0].start, running_text(words), word.speaker, words[0].is_attached)
            words.clear()


def _paragraphs(beats: Iterable[BeatEntry]) -> tuple[TranscriptParagraph, ...]:
    said = (sentence for beat in beats for sentence in sentences(beat))
    return tuple(
        TranscriptParagraph(speaker, tuple(group))
        for speaker, group in groupby(said, key=lambda sentence: sentence.speaker)
    )
