"""What a production becomes: films, clips, captions, stills and a manifest, in the lesson's folder.

    out/<lesson>/lesson.mp4  lesson.json  captions.<language>.vtt .srt  chapters.vtt
                 transcript.<language>.txt  poster.jpg
                 chapters/<id>.mp4 .<language>.vtt .<language>.srt .jpg

Every file appears whole or not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from storyreel.caption_files import write_srt, write_vtt
from storyreel.captions import Caption, captions
from storyreel.encoder import VideoEncoder
from storyreel.errors import OutsideError
from storyreel.film import write_film
from storyreel.lesson import write_lesson
from storyreel.picture import Box, Frame
from storyreel.poster import write_poster
from storyreel.production import Production, no_progress
from storyreel.progress import Progress
from storyreel.renderer import play
from storyreel.sound import Samples
from storyreel.timeline import TimedBeat, TimedChapter
from storyreel.transcript import write_transcript


@dataclass(frozen=True)
class Heading:
    """A chapter's title and when it is on, in seconds."""

    start: float
    end: float
    text: str


def make_film(production: Production, out: Path, progress: Progress = no_progress) -> Path:
    """Draw the whole lesson and write all its files; returns the path of `lesson.mp4`.

    Raises StoryboardError where a cue cannot be drawn, and OutsideError when the disk refuses.
    """
    folder = out / production.name
    timeline, language = production.timeline, production.storyboard.language
    sound = timeline.sound(production.narration)
    everything = captions([beat.words for beat in timeline.beats], timeline.seconds(timeline.frames))
    headings = [_heading(production, chapter) for chapter in timeline.chapters]
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".pieces-", dir=folder) as pieces_folder:
        pieces = [Path(pieces_folder) / f"{chapter.id}.mp4" for chapter in timeline.chapters]
        # All is drawn before anything is written, so that a cue which fails leaves the old lesson whole.
        posters = [
            _draw(production, chapter, piece, progress)
            for chapter, piece in zip(timeline.chapters, pieces, strict=True)
        ]
        for chapter, piece, poster in zip(timeline.chapters, pieces, posters, strict=True):
            clip = folder / "chapters" / f"{chapter.id}.mp4"
            _write_clip(production, clip, piece, chapter, sound, chapter.title)
            write_poster(clip.with_suffix(".jpg"), poster)
        film = folder / "lesson.mp4"
        write_film(
            film,
            pieces,
            sound,
            title=production.storyboard.title,
            language=language,
            chapters=headings,
            captions=everything,
        )
    write_poster(folder / "poster.jpg", posters[0])
    write_vtt(folder / f"captions.{language}.vtt", everything)
    write_srt(folder / f"captions.{language}.srt", everything)
    write_vtt(folder / "chapters.vtt", headings)
    starts = [(timeline.seconds(chapter.start), chapter) for chapter in timeline.chapters]
    write_transcript(folder / f"transcript.{language}.txt", production.storyboard.title, starts)
    write_lesson(folder / "lesson.json", production, everything)
    return film


def make_clip(
    production: Production,
    out: Path,
    chapter_id: str,
    beat: int | None = None,
    progress: Progress = no_progress,
) -> Path:
    """Draw one chapter, or one beat of it, as a film of its own with its sound and captions.

    Returns its path: `chapters/<id>.mp4`, or `beats/<id>-<n>.mp4`.
    """
    folder = out / production.name
    chapter = production.chapter(chapter_id)
    part = chapter if beat is None else production.beat(chapter_id, beat)
    clip = folder / (f"chapters/{chapter_id}.mp4" if beat is None else f"beats/{chapter_id}-{beat}.mp4")
    clip.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".pieces-", dir=clip.parent) as pieces_folder:
        piece = Path(pieces_folder) / "piece.mp4"
        last = _draw(production, chapter, piece, progress, beat)
        sound = production.timeline.sound(production.narration)
        _write_clip(production, clip, piece, part, sound, chapter.title)
        write_poster(clip.with_suffix(".jpg"), last)
    return clip


def _draw(
    production: Production, chapter: TimedChapter, piece: Path, progress: Progress, beat: int | None = None
) -> Frame:
    """Draw a chapter, or one beat of it, into a piece of video; returns its last picture."""
    part = chapter if beat is None else production.beat(chapter.id, beat)
    frames = part.end - part.start
    last: list[Frame] = []
    with VideoEncoder(piece, production.quality) as video:

        def take(frame: Frame, changed: Sequence[Box] | None, repeats: int) -> None:
            video.write(frame, repeats)
            if video.frames == frames:
                last.append(frame.copy())
            progress(chapter.title, video.frames, frames)

        play(production.performance(chapter, None if beat is None else {beat}), production.quality, take)
        if video.frames != frames:
            raise OutsideError(f"chapter {chapter.id!r} has {frames} frames, and {video.frames} were drawn")
    return last[0]


def _write_clip(
    production: Production,
    clip: Path,
    piece: Path,
    part: TimedChapter | TimedBeat,
    sound: Samples,
    title: str,
) -> None:
    """A chapter or a beat as a film of its own, its captions in it and beside it."""
    timeline, language = production.timeline, production.storyboard.language
    start, end = timeline.seconds(part.start), timeline.seconds(part.end)
    beats = part.beats if isinstance(part, TimedChapter) else (part,)
    words = [
        [replace(word, start=word.start - start, end=word.end - start) for word in b.words] for b in beats
    ]
    its_captions: Sequence[Caption] = captions(words, end - start)
    write_film(
        clip,
        [piece],
        sound[timeline.samples(part.start) : timeline.samples(part.end)],
        title=title,
        language=language,
        captions=its_captions,
    )
    write_vtt(clip.with_suffix(f".{language}.vtt"), its_captions)
    write_srt(clip.with_suffix(f".{language}.srt"), its_captions)


def _heading(production: Production, chapter: TimedChapter) -> Heading:
    timeline = production.timeline
    return Heading(timeline.seconds(chapter.start), timeline.seconds(chapter.end), chapter.title)
