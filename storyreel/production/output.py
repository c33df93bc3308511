"""What a production becomes: films, clips, captions, stills and a manifest, in the lesson's folder.

    out/<lesson>/lesson.mp4  lesson.json  captions.<language>.vtt .srt  chapters.vtt
                 transcript.<language>.txt  poster.jpg
                 chapters/<id>.mp4 .<language>.vtt .<language>.srt .jpg
                 beats/<id>-<n>.mp4 .<language>.vtt .<language>.srt .jpg

Every file appears whole or not at all. What was drawn before is not drawn again, and a film that would be
the same again is not written. Whether anything is to be done at all is for `finished`.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from storyreel.core.atomic_file import remove_leftovers
from storyreel.core.paths import piece_cache
from storyreel.core.progress import Progress, no_progress
from storyreel.production.cut import Cut, cut, whole_cut
from storyreel.production.inputs import inputs_of
from storyreel.production.lesson_writer import write_lesson
from storyreel.production.production import Production
from storyreel.production.render_job import Task, tasks
from storyreel.production.render_pool import Studio, cores
from storyreel.timing.caption_files import write_vtt
from storyreel.timing.timeline import TimedBeat, TimedChapter
from storyreel.timing.transcript import write_transcript
from storyreel.video.segment import VideoPiece
from storyreel.video.segment_cache import PieceCache
from storyreel.video.segments import Pieces


def make_film(
    production: Production,
    out: Path,
    progress: Progress = no_progress,
    jobs: int | None = None,
    studio: Studio | None = None,
) -> Path:
    """Make the whole lesson and write all its files; returns the path of `lesson.mp4`.

    At most `jobs` beats are drawn at once (None: one for each core); what is written does not depend on it.
    A `studio` that has been entered before saves the second that one takes to get ready.
    Raises StoryboardError where cues cannot be drawn, and OutsideError when the disk refuses: the beats that
    could be drawn are kept for the next time, and the lesson's files stay as they were.
    """
    folder, timeline = out / production.name, production.timeline
    parts = [_video(production, chapter) for chapter in timeline.chapters]
    remove_leftovers(folder)
    remove_leftovers(folder / "chapters")
    sound = timeline.sound(production.narration)
    whole = whole_cut(production, [piece for its in parts for piece in its], sound, folder)
    cuts = [
        cut(production, its, sound, chapter, folder / "chapters" / f"{chapter.id}.mp4")
        for chapter, its in zip(timeline.chapters, parts, strict=True)
    ]
    pieces = _make_pieces(production, [whole, *cuts], progress, jobs, studio)
    whole.write_film(pieces)
    for chapter_cut in cuts:
        chapter_cut.write_film(pieces)
        chapter_cut.write_what_is_beside(pieces, poster_of=chapter_cut.video[-1])
    whole.write_what_is_beside(pieces, poster_of=parts[0][-1])
    write_vtt(folder / "chapters.vtt", whole.headings)
    starts = [(timeline.seconds(chapter.start), chapter) for chapter in timeline.chapters]
    language = production.storyboard.language
    write_transcript(folder / f"transcript.{language}.txt", production.storyboard.title, starts)
    films = {str(one.film.relative_to(folder)): one.made_of for one in (whole, *cuts)}
    write_lesson(folder / "lesson.json", production, whole.captions, inputs_of(production, films))
    return whole.film


def make_clip(
    production: Production,
    out: Path,
    chapter_id: str,
    beat: int | None = None,
    progress: Progress = no_progress,
    jobs: int | None = None,
    studio: Studio | None = None,
) -> Path:
    """Make one chapter, or one beat of it, as a film of its own with its sound and captions.

    Returns its path: `chapters/<id>.mp4`, or `beats/<id>-<n>.mp4`; without a background, `.transparent.mov`.
    """
    folder, chapter = out / production.name, production.chapter(chapter_id)
    film, video = folder / "chapters" / f"{chapter_id}.mp4", _video(production, chapter)
    part: TimedChapter | TimedBeat = chapter
    if beat is not None:
        part = production.beat(chapter_id, beat)
        film = folder / "beats" / f"{chapter_id}-{beat}.mp4"
        video = [piece for piece in video if piece.number == beat]
    if production.quality.transparent:
        film = film.with_suffix(".transparent.mov")
    remove_leftovers(film.parent)
    clip = cut(production, video, production.timeline.sound(production.narration), part, film)
    pieces = _make_pieces(production, [clip], progress, jobs, studio)
    clip.write_film(pieces)
    clip.write_what_is_beside(pieces, poster_of=video[-1])
    return film


def _video(production: Production, chapter: TimedChapter) -> list[VideoPiece]:
    return [task.piece for task in tasks(production, chapter)]


def _make_pieces(
    production: Production,
    cuts: Sequence[Cut],
    progress: Progress,
    jobs: int | None,
    studio: Studio | None,
) -> Pieces:
    """Make all pieces of `cuts` that were not made before; where most were, join the first cut meanwhile."""
    cache = PieceCache(piece_cache())
    pieces = Pieces(cache, [piece for one in cuts for piece in one.video])

    def sound_and_film() -> None:
        for one in cuts:
            pieces.encode(one.sound_pieces, pool)
        # A film's index is kept until the film is whole, and a long one is not small: where many processes
        # draw for long, it comes after them.
        if 2 * len(pieces.to_draw) < len(cuts[0].video):
            cuts[0].write_film(pieces)

    try:
        # Pictures are drawn by other processes; the threads of this one encode the sound and join the film.
        with ThreadPoolExecutor(1 + (jobs or cores())) as pool:
            made = pool.submit(sound_and_film)
            try:
                _draw(production, pieces, cache, progress, jobs, studio)
                made.result()
            except BaseException:
                pieces.give_up()
                raise
    finally:
        cache.tidy()
    return pieces


def _draw(
    production: Production,
    pieces: Pieces,
    cache: PieceCache,
    progress: Progress,
    jobs: int | None,
    studio: Studio | None,
) -> None:
    """Draw what was not drawn before."""
    if not pieces.to_draw:
        return
    total = sum(piece.frames for piece in pieces.to_draw)
    done = {piece.name: 0 for piece in pieces.to_draw}

    def drawn(piece: VideoPiece, frames: int, is_done: bool) -> None:
        done[piece.name] = frames
        if is_done:
            pieces.drawn(piece)
        progress("drawing", sum(done.values()), total, f"{piece.chapter} {piece.number}" if is_done else "")

    def tasks_of(chapter: str) -> Iterator[Task]:
        return tasks(production, production.chapter(chapter))

    with studio or Studio() as drawing:
        drawing.draw(pieces.to_draw, tasks_of, cache, jobs or cores(), drawn)
