"""A cut: a chapter, a beat or a whole lesson as a film of its own, with captions and a poster beside it."""

import hashlib
import json
import shutil
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from storyreel.core.atomic_file import atomic_file
from storyreel.core.code_digest import code_digest
from storyreel.core.paths import PACKAGE
from storyreel.production.rendered_film import RenderedFilm
from storyreel.speech.sound_track import SoundTrack
from storyreel.timing.beats import TimedBeat, TimedChapter
from storyreel.timing.caption_files import write_srt, write_vtt
from storyreel.timing.captions import Caption, captions
from storyreel.video.segment import VideoSegment
from storyreel.video.segments import Segments

if TYPE_CHECKING:
    from storyreel.core.timed_text import TimedText
    from storyreel.production.production import Production
    from storyreel.video.sound_segments import SoundSegment


@dataclass(frozen=True)
class Heading:
    """A chapter's title, and its start and end in seconds."""

    start: float
    end: float
    text: str
    speaker: None = None


@dataclass(frozen=True, eq=False)
class Cut:
    """Video segments and the sound of the same time; the times of captions and headings count from its start.

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

    @property
    def rendered(self) -> RenderedFilm:
        """The film when it has been written, with what is beside it."""
        return RenderedFilm(self.film, self.title, self.language, self._captions("vtt"), self.poster)

    def _captions(self, kind: str) -> Path:
        return self.captions_stem.with_name(f"{self.captions_stem.name}.{self.language}.{kind}")

    @cached_property
    def sound_segments(self) -> "list[SoundSegment]":
        """The segments of the film's sound."""
        from storyreel.video.sound_segments import sound_segments

        return sound_segments(self.sound)

    @cached_property
    def content_digest(self) -> str:
        """A hash, in hexadecimal digits, of all that the film depends on; it is stored in the film."""
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

    def write_film(self, segments: Segments, written: MutableMapping[Path, str]) -> None:
        """Write the film from segments as they become ready, unless it is there already.

        `written` has the content digests of films that are on the disk undamaged; this one is added. Raises
        OutsideError if a file cannot be written.
        """
        from storyreel.video.film import write_film

        if written.get(self.film) != self.content_digest:
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
            written[self.film] = self.content_digest

    def write_captions_and_poster(self, segments: Segments, poster_of: VideoSegment) -> None:
        """Write the captions, and the poster of a segment.

        Raises OutsideError if a file cannot be written.
        """
        with atomic_file(self.poster) as temporary:
            shutil.copyfile(segments.poster(poster_of), temporary)
        write_vtt(self._captions("vtt"), self.captions)
        write_srt(self._captions("srt"), self.captions)


def cut(
    production: "Production",
    video: Sequence[VideoSegment],
    sound: SoundTrack,
    part: TimedChapter | TimedBeat,
    film: Path,
) -> Cut:
    """The cut of a chapter or a beat with its film at `film`; `sound` is that of the whole lesson."""
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
        captions(words, timeline.seconds(part.end - part.start), production.storyboard.language),
    )


def whole_cut(
    production: "Production", video: Sequence[VideoSegment], sound: SoundTrack, folder: Path
) -> Cut:
    """The cut of a whole lesson, with its chapters as headings; `folder` is the lesson's."""
    timeline, storyboard = production.timeline, production.storyboard
    return Cut(
        folder / "lesson.mp4",
        folder / "poster.jpg",
        folder / "captions",
        storyboard.title,
        storyboard.language,
        tuple(video),
        sound,
        captions(
            [timeline.words(beat) for beat in timeline.beats],
            timeline.seconds(timeline.frames),
            storyboard.language,
        ),
        tuple(
            Heading(timeline.seconds(chapter.start), timeline.seconds(chapter.end), chapter.title)
            for chapter in timeline.chapters
        ),
    )
