"""Chapters by their id and beats by their number, in a storyboard and in its timeline alike."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from storyreel.core.did_you_mean import did_you_mean
from storyreel.core.errors import UsageError


class HasId(Protocol):
    """A chapter of a storyboard, or of a timeline."""

    @property
    def id(self) -> str:
        """The id that the storyboard gives it."""


AnyChapter = TypeVar("AnyChapter", bound=HasId)
AnyBeat = TypeVar("AnyBeat")


def chapter_called(id: str, chapters: Iterable[AnyChapter]) -> AnyChapter:
    """The chapter with an `id`; raises UsageError when there is none."""
    by_id = {chapter.id: chapter for chapter in chapters}
    if id not in by_id:
        raise UsageError(f"no chapter called {id!r}{did_you_mean(id, by_id)}")
    return by_id[id]


def beat_numbered(number: int, beats: Sequence[AnyBeat], chapter: str) -> AnyBeat:
    """Of the `beats` of a chapter, the one with a number, counted from 1; raises UsageError without it."""
    if not 1 <= number <= len(beats):
        raise UsageError(f"chapter {chapter!r} has no beat {number}; it has beats 1 to {len(beats)}")
    return beats[number - 1]
