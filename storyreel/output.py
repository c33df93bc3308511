"""What a production becomes: films, clips, captions, stills and a manifest, in the lesson's folder.

    out/<lesson>/lesson.mp4  lesson.json  captions.<language>.vtt .srt  chapters.vtt
                 transcript.<language>.txt  poster.jpg
                 chapters/<id>.mp4 .<language>.vtt .<language>.srt .jpg
                 beats/<id>-<n>.mp4 .<language>.vtt .<language>.srt .jpg

Every file appears whole or not at all. Beats that were drawn before are not drawn again, and where nothing
changed, nothing is written.
"""

from collections.abc import Sequence
from pathlib import Path

from storyreel.caption_files import write_vtt
from storyreel.cut import cut, whole_cut
from storyreel.lesson import is_up_to_date, lesson_made_of, write_lesson
from storyreel.paths import piece_cache
from storyreel.piece_cache import PieceCache
from storyreel.production import Production
from storyreel.progress import Progress, no_progress
from storyreel.studio import Studio, cores
from storyreel.task import Task, tasks
from storyreel.timeline import TimedBeat, TimedChapter
from storyreel.transcript import write_transcript
from storyreel.whole_file import remove_leftovers


def make_film(
    production: Production, out: Path, progress: Progress = no_progress, jobs: int | None = None
) -> Path:
    """Make the whole lesson and write all its files; returns the path of `lesson.mp4`.

    At most `jobs` beats are drawn at once (None: one for each core); what is written does not depend on it.
    Raises StoryboardError where cues cannot be drawn, and OutsideError when the disk refuses: the beats that
    could be drawn are kept for the next time, and the lesson's files stay as they were.
    """
    folder, timeline = out / production.name, production.timeline
    parts = [tasks(production, chapter) for chapter in timeline.chapters]
    work = [task for its in parts for task in its]
    remove_leftovers(folder)
    remove_leftovers(folder / "chapters")
    made_of = lesson_made_of(production, work)
    if is_up_to_date(folder, made_of):
        return folder / "lesson.mp4"
    cache = _drawn(work, progress, jobs)
    sound = timeline.sound(production.narration)
    whole = whole_cut(production, work, sound, folder)
    cuts = [
        cut(production, its, sound, chapter, folder / "chapters" / f"{chapter.id}.mp4")
        for chapter, its in zip(timeline.chapters, parts, strict=True)
    ]
    for chapter_cut in cuts:
        chapter_cut.write(cache, poster_of=chapter_cut.tasks[-1])
    whole.write(cache, poster_of=parts[0][-1])
    write_vtt(folder / "chapters.vtt", whole.headings)
    starts = [(timeline.seconds(chapter.start), chapter) for chapter in timeline.chapters]
    language = production.storyboard.language
    write_transcript(folder / f"transcript.{language}.txt", production.storyboard.title, starts)
    films_made_of = {str(one.film.relative_to(folder)): one.made_of for one in (whole, *cuts)}
    write_lesson(folder / "lesson.json", production, whole.captions, made_of, films_made_of)
    return whole.film


def make_clip(
    production: Production,
    out: Path,
    chapter_id: str,
    beat: int | None = None,
    progress: Progress = no_progress,
    jobs: int | None = None,
) -> Path:
    """Make one chapter, or one beat of it, as a film of its own with its sound and captions.

    Returns its path: `chapters/<id>.mp4`, or `beats/<id>-<n>.mp4`.
    """
    folder, chapter = out / production.name, production.chapter(chapter_id)
    film, work = folder / "chapters" / f"{chapter_id}.mp4", tasks(production, chapter)
    part: TimedChapter | TimedBeat = chapter
    if beat is not None:
        part = production.beat(chapter_id, beat)
        film, work = folder / "beats" / f"{chapter_id}-{beat}.mp4", work[beat - 1 : beat]
    cache = _drawn(work, progress, jobs)
    sound = production.timeline.sound(production.narration)
    remove_leftovers(film.parent)
    cut(production, work, sound, part, film).write(cache, poster_of=work[-1])
    return film


def _drawn(work: Sequence[Task], progress: Progress, jobs: int | None) -> PieceCache:
    """The cache in which all tasks are, drawn now if they were not before."""
    cache = PieceCache(piece_cache())
    missing = cache.missing(task.name for task in work)
    # Beats that are equal in all that can be seen have one name.
    to_draw = list({task.name: task for task in work if task.name in missing}.values())
    if to_draw:
        total = sum(task.frames for task in to_draw)
        done = dict.fromkeys(missing, 0)

        def drawn(task: Task, frames: int, is_done: bool) -> None:
            done[task.name] = frames
            beat = f"{task.chapter} {task.number}" if is_done else ""
            progress("drawing", sum(done.values()), total, beat)

        try:
            with Studio() as studio:
                studio.draw(to_draw, cache, jobs or cores(), drawn)
        finally:
            cache.tidy()
    return cache
