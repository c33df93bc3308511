"""A cut: a part of a lesson, or all of it, as a film of its own with captions and a poster beside it."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from storyreel.core.atomic_file import atomic_file
from storyreel.core.code_digest import code_digest
from storyreel.core.paths import PACKAGE
from storyreel.speech.sound_track import SoundTrack
from storyreel.timing.beats import TimedBeat, TimedChapter
from storyreel.timing.caption_files import write_srt, write_vtt
from storyreel.timing.captions import Caption, captions
from storyreel.video.film_stamp import has_content_digest
from storyreel.video.segment import VideoSegment
from storyreel.video.segments import Segments

if TYPE_CHECKING:
    from storyreel.core.timed_text import TimedText
    from storyreel.production.production import Production
    from storyreel.video.sound_segments import SoundSegment


@dataclass(frozen=True)
class Heading:
    """A chapter's title and when it is on, in seconds."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, eq=False)
class Cut:
    """Some pieces of video, with the sound of the same time; captions and headings count from its start.

    `film`, `poster` and `captions_stem` are paths, the last one without `.<language>.vtt`.
    """

    film: Path
    poster: Path
    captions_stem: Path
    title: str
    language: str
    video: tuple[VideoSegment, ...]
    sound: SoundTrack
    captions: tuple[Caption, ...]
    headings: tuple[Heading, ...] = ()

    @cached_property
    def sound_segments(self) -> "list[SoundSegment]":
        """The pieces of the film's sound."""
        from storyreel.video.sound_segments import sound_segments

        return sound_segments(self.sound)

    @cached_property
    def content_digest(self) -> str:
        """A hash of all that the film depends on, which is written into it."""
        texts: list[TimedText] = [*self.captions, *self.headings]
        facts = [
            code_digest([PACKAGE / "video" / "film.py"]),
            self.title,
            self.language,
            [(segment.name, str(segment.shown)) for segment in self.video],
            [segment.name for segment in self.sound_segments],
            [(text.start, text.end, text.text) for text in texts],
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:40]

    def write_film(self, segments: Segments) -> None:
        """Write the film, unless it is there already, of the pieces as they come.

        Raises OutsideError when the disk refuses.
        """
        from storyreel.video.film import write_film

        if not has_content_digest(self.film, self.content_digest):
            write_film(
                self.film,
                segments.video(self.video),
                segments.sound(self.sound_segments),
                len(self.sound),
                title=self.title,
                language=self.language,
                chapters=self.headings,
                captions=self.captions,
                content_digest=self.content_digest,
            )

    def write_what_is_beside(self, segments: Segments, poster_of: VideoSegment) -> None:
        """Write the captions, and the last picture of a piece as poster.

        Raises OutsideError when the disk refuses.
        """
        with atomic_file(self.poster) as temporary:
            shutil.copyfile(segments.poster(poster_of), temporary)
        stem = self.captions_stem
        write_vtt(stem.with_name(f"{stem.name}.{self.language}.vtt"), self.captions)
        write_srt(stem.with_name(f"{stem.name}.{self.language}.srt"), self.captions)


def cut(
    production: "Production",
    video: Sequence[VideoSegment],
    sound: SoundTrack,
    part: TimedChapter | TimedBeat,
    film: Path,
) -> Cut:
    """A chapter or a beat as a film at `film`; `sound` is that of the whole lesson."""
    timeline = production.timeline
    beats = part.beats if isinstance(part, TimedChapter) else (part,)
    words = [timeline.words(beat, part.start) for beat in beats]
    chapter = part.id if isinstance(part, TimedChapter) else part.chapter
    return Cut(
        film,
        film.with_suffix(".jpg"),
        film.with_suffix(""),
        production.chapter(chapter).title,
        production.storyboard.language,
        tuple(video),
        sound.part(timeline.samples(part.start), timeline.samples(part.end)),
        tuple(captions(words, timeline.seconds(part.end - part.start))),
    )


def whole_cut(
    production: "Production", video: Sequence[VideoSegment], sound: SoundTrack, folder: Path
) -> Cut:
    """All of a lesson as the film in its `folder`, with its chapters."""
    timeline, storyboard = production.timeline, production.storyboard
    return Cut(
        folder / "lesson.mp4",
        folder / "poster.jpg",
        folder / "captions",
        storyboard.title,
        storyboard.language,
        tuple(video),
        sound,
        tuple(captions([timeline.words(beat) for beat in timeline.beats], timeline.seconds(timeline.frames))),
        tuple(
            Heading(timeline.seconds(chapter.start), timeline.seconds(chapter.end), chapter.title)
            for chapter in timeline.chapters
        ),
    )
