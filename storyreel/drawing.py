"""Drawing a task: its beat becomes a piece of video in a cache, with its last picture beside it."""

from collections.abc import Callable, Sequence

from storyreel.encoder import VideoEncoder
from storyreel.errors import OutsideError
from storyreel.picture import Box, Frame, TakeFrame
from storyreel.piece_cache import PieceCache
from storyreel.poster import write_poster
from storyreel.renderer import play
from storyreel.task import Task

Drawn = Callable[[int], None]
"""Told how many frames of the task are drawn so far."""


def draw_task(task: Task, cache: PieceCache, drawn: Drawn = lambda frames: None) -> None:
    """Draw a task in this process, the beats before it in passing.

    Raises StoryboardError where a cue cannot be drawn as the author asks, OutsideError when the disk refuses.
    """
    take_from(lambda take: play(task.performance(), task.quality, take), task, cache, drawn)


def take_from(
    draw: Callable[[TakeFrame], None], task: Task, cache: PieceCache, drawn: Drawn = lambda frames: None
) -> None:
    """Make the piece of a task from the frames that `draw` gives away; the same errors."""
    with VideoEncoder(cache.video(task.name), task.quality) as video:
        last: list[Frame] = []

        def take(frame: Frame, changed: Sequence[Box] | None, repeats: int) -> None:
            video.write(frame, changed, repeats)
            drawn(video.frames)
            if video.frames == task.frames:
                last.append(frame.copy())

        draw(take)
        if video.frames != task.frames:
            beat = f"beat {task.number} of chapter {task.chapter!r}"
            raise OutsideError(f"{beat} has {task.frames} frames, and {video.frames} were drawn")
        write_poster(cache.poster(task.name), last[0])
