"""The transcript of a page: chapters of paragraphs of sentences, each with the moment it begins at."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from storyreel.lesson.manifest import BeatEntry, ChapterEntry, WordEntry

_SENTENCE_END = re.compile(r"[.!?…。！？][\"”’»)」』]*$")


@dataclass(frozen=True)
class Sentence:
    """A sentence of the narration; `start` is when its first word is spoken, in seconds of the film."""

    start: float
    text: str


@dataclass(frozen=True)
class TranscriptParagraph:
    """What one speaker says, or, where nobody is named, a whole chapter."""

    speaker: str | None
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class TranscriptChapter:
    """A chapter with something said in it."""

    title: str
    paragraphs: tuple[TranscriptParagraph, ...]


def page_transcript(chapters: Iterable[ChapterEntry]) -> tuple[TranscriptChapter, ...]:
    """The transcript of the lesson's chapters, but for those in which nothing is said."""
    told = ((chapter, [beat for beat in chapter.beats if beat.text]) for chapter in chapters)
    return tuple(TranscriptChapter(chapter.title, _paragraphs(beats)) for chapter, beats in told if beats)


def sentences(beat: BeatEntry) -> Iterator[Sentence]:
    """The sentences of a beat; the whole beat is one where it is not known when its words are spoken."""
    if not beat.words:
        yield Sentence(beat.start, beat.text)
        return
    words: list[WordEntry] = []
    for word in beat.words:
        words.append(word)
        if _SENTENCE_END.search(word.text) or word is beat.words[-1]:
            yield Sentence(words[0].start, " ".join(one.text for one in words))
            words.clear()


def _paragraphs(beats: Iterable[BeatEntry]) -> tuple[TranscriptParagraph, ...]:
    return tuple(
        TranscriptParagraph(speaker, tuple(sentence for beat in group for sentence in sentences(beat)))
        for speaker, group in groupby(beats, key=lambda beat: beat.speaker)
    )
