"""Makes the films and clips of a production, with captions, posters, transcript and manifest.

    out/<lesson>/lesson.mp4  lesson.json  captions.<language>.vtt .srt  chapters.vtt
                 transcript.<language>.txt  poster.jpg
                 chapters/<id>.mp4 .<language>.vtt .<language>.srt .jpg
                 beats/<id>-<n>.mp4 .<language>.vtt .<language>.srt .jpg

Every file is complete or absent. Segments in the cache are not drawn again, and a film that would have the
same content is not written again. `up_to_date` tells whether anything needs to be done at all.
"""

from collections.abc import Iterator, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

from storyreel.core.atomic_file import remove_leftovers
from storyreel.core.cache_folder import segment_cache
from storyreel.core.limits import limits
from storyreel.core.progress import Progress, no_progress
from storyreel.lesson.storyboard_path import own_folder
from storyreel.production.chapter_jobs import render_jobs
from storyreel.production.cut import Cut, cut, whole_cut
from storyreel.production.lesson_writer import write_lesson
from storyreel.production.pool import Pool, cores
from storyreel.production.production import Production
from storyreel.production.render_job import RenderJob
from storyreel.production.render_pool import RenderPool
from storyreel.production.rendered_film import RenderedFilm
from storyreel.production.theme_copies import write_theme_copies
from storyreel.production.up_to_date import undamaged_films
from storyreel.timing.beats import TimedBeat, TimedChapter
from storyreel.timing.caption_files import write_vtt
from storyreel.timing.transcript import write_transcript
from storyreel.video.segment import VideoSegment
from storyreel.video.segment_cache import SegmentCache
from storyreel.video.segments import Segments


def make_film(
    production: Production,
    out: Path,
    progress: Progress = no_progress,
    pool: Pool | None = None,
) -> RenderedFilm:
    """Make the whole lesson and write all its files; returns its film, `lesson.mp4`.

    An entered `pool` draws (None: one for all cores of this machine); the files do not depend on which. While
    another render writes into the folder, this waits.

    Raises StoryboardError if cues cannot be drawn, OutsideError if a file cannot be written, UsageError if
    the folder has another storyboard's lesson. The segments that could be drawn then stay in the cache, and
    the lesson's files stay as they were.
    """
    folder = out / production.name
    with own_folder(production.storyboard.path, folder):
        return _film_in(folder, production, progress, pool)


def make_clip(
    production: Production,
    out: Path,
    chapter_id: str,
    beat: int | None = None,
    progress: Progress = no_progress,
    pool: Pool | None = None,
) -> RenderedFilm:
    """Make a chapter, or a beat of it, as a film of its own with sound and captions, as `make_film` does.

    It is `chapters/<id>.mp4` or `beats/<id>-<n>.mp4`; for transparent films `.transparent.mov`.
    Raises the same errors as `make_film`.
    """
    folder = out / production.name
    with own_folder(production.storyboard.path, folder):
        return _clip_in(folder, production, chapter_id, beat, progress, pool)


def _film_in(
    folder: Path,
    production: Production,
    progress: Progress,
    pool: Pool | None,
) -> RenderedFilm:
    timeline = production.timeline
    video = [_video(production, chapter) for chapter in timeline.chapters]
    remove_leftovers(folder)
    remove_leftovers(folder / "chapters")
    sound = timeline.sound(production.narration)
    whole = whole_cut(production, [segment for chapter in video for segment in chapter], sound, folder)
    cuts = [
        cut(production, its, sound, chapter, folder / "chapters" / f"{chapter.id}.mp4")
        for chapter, its in zip(timeline.chapters, video, strict=True)
    ]
    written = undamaged_films(folder)
    segments = _make_segments(production, [whole, *cuts], written, progress, pool)
    whole.write_film(segments, written)
    for chapter_cut in cuts:
        chapter_cut.write_film(segments, written)
        chapter_cut.write_captions_and_poster(segments, poster_of=_poster(chapter_cut.video))
    whole.write_captions_and_poster(segments, poster_of=_poster(video[0]))
    write_vtt(folder / "chapters.vtt", whole.headings)
    starts = [(timeline.seconds(chapter.start), chapter) for chapter in timeline.chapters]
    language = production.storyboard.language
    write_transcript(folder / f"transcript.{language}.txt", production.storyboard.title, starts)
    write_theme_copies(production.storyboard.theme, folder)
    films = {str(one.film.relative_to(folder)): one.content_digest for one in (whole, *cuts)}
    write_lesson(folder / "lesson.json", production, whole.captions, films)
    return whole.rendered


def _clip_in(
    folder: Path,
    production: Production,
    chapter_id: str,
    beat: int | None,
    progress: Progress,
    pool: Pool | None,
) -> RenderedFilm:
    chapter = production.chapter(chapter_id)
    film, video = folder / "chapters" / f"{chapter_id}.mp4", _video(production, chapter)
    part: TimedChapter | TimedBeat = chapter
    if beat is not None:
        part = production.beat(chapter_id, beat)
        film = folder / "beats" / f"{chapter_id}-{beat}.mp4"
        video = [segment for segment in video if segment.number == beat]
    if production.quality.transparent:
        film = film.with_suffix(".transparent.mov")
    remove_leftovers(film.parent)
    # A beat has none of the music, which would begin in its middle.
    sound = production.timeline.sound(production.narration, has_music=beat is None)
    clip = cut(production, video, sound, part, film)
    written: dict[Path, str] = {}
    segments = _make_segments(production, [clip], written, progress, pool)
    clip.write_film(segments, written)
    clip.write_captions_and_poster(segments, poster_of=_poster(video))
    return clip.rendered


def _video(production: Production, chapter: TimedChapter) -> list[VideoSegment]:
    return [job.segment for job in render_jobs(production, chapter)]


def _poster(video: Sequence[VideoSegment]) -> VideoSegment:
    """The last segment that has a poster."""
    return next((segment for segment in reversed(video) if segment.has_poster), video[-1])


def _make_segments(
    production: Production,
    cuts: Sequence[Cut],
    written: MutableMapping[Path, str],
    progress: Progress,
    pool: Pool | None,
) -> Segments:
    """Make all segments of `cuts` that are not cached; if few are missing, write the first film meanwhile."""
    cache = SegmentCache(segment_cache())
    segments = Segments(cache, [segment for one in cuts for segment in one.video])
    if pool:
        pool.at_end(segments.cancel)

    def sound_and_film() -> None:
        for one in cuts:
            segments.encode(one.sound_segments, threads)
        # A film's index stays in memory until the film is complete, and that of a long film is large. While
        # many processes draw for long, the film waits.
        if 2 * len(segments.to_draw) < len(cuts[0].video):
            cuts[0].write_film(segments, written)

    try:
        # Other processes draw the video; threads of this one encode the sound and join the film.
        with ThreadPoolExecutor(1 + cores()) as threads:
            other_work = threads.submit(sound_and_film)
            try:
                _draw(production, segments, cache, progress, pool)
                other_work.result()
            except BaseException:
                segments.cancel()
                raise
    finally:
        cache.tidy(limits().segment_cache_bytes)
    return segments


def _draw(
    production: Production,
    segments: Segments,
    cache: SegmentCache,
    progress: Progress,
    pool: Pool | None,
) -> None:
    """Draw the video segments that are not cached."""
    if not segments.to_draw:
        return
    total = sum(segment.frames for segment in segments.to_draw)
    done = {segment.name: 0 for segment in segments.to_draw}

    def drawn(segment: VideoSegment, frames: int, is_done: bool) -> None:
        done[segment.name] = frames
        if is_done:
            segments.add_drawn(segment)
        progress(
            "drawing", sum(done.values()), total, f"{segment.chapter} {segment.number}" if is_done else ""
        )

    def jobs_of(chapter: str) -> Iterator[RenderJob]:
        return render_jobs(production, production.chapter(chapter))

    with nullcontext(pool) if pool else RenderPool() as entered:
        entered.draw(segments.to_draw, jobs_of, cache, drawn)
