"""The view at each frame of a beat, with room for the chapter's title while that is shown."""

from collections.abc import Sequence

from storyreel.graphics.layout import Frame
from storyreel.stage.overlays.chapter_title import title_range
from storyreel.stage.view import View
from storyreel.stage.view_plan import Extent, calmed, move_times, views_below_title
from storyreel.stage.view_track import SECONDS, ViewTrack
from storyreel.timing.beats import TimedBeat


def view_track(
    beat: TimedBeat,
    extents: Sequence[Extent],
    views: Sequence[View | None],
    frame: Frame,
    fps: int,
    has_title: bool,
) -> ViewTrack:
    """The views of a beat on its frames, counted from its start.

    `extents` and `views` are those at its start and from each of its cues on. With `has_title`, the chapter's
    title is shown at the beat's start. Its room is used from the first cue after it on, or as the sentence
    ends: a picture that grew because the title leaves would draw the eye.
    """
    area = frame.whole
    starts = [0, *dict.fromkeys(cue.start - beat.start for cue in beat.cues)][: len(views)]
    views = calmed(views, extents, seconds := [start / fps for start in starts], area)
    times = move_times(views, extents, seconds, (beat.end - beat.start) / fps, area)
    track = [(round(time * fps), view) for time, view in zip(times, views, strict=True)]
    if has_title:
        leaves, _ = title_range(beat.shown_frames, fps)
        count = sum(start < leaves for start in starts) or 1
        below = views_below_title(views[:count], extents[:count], frame.below_title)
        frames, ends = [start for start, _ in track], beat.shown_frames - round(SECONDS * fps)
        # Below the title there is not the room for a view that waits until something has left.
        later = [min(pair) for pair in zip(frames, starts, strict=True)][count:]
        freed = [max(leaves, start) for start in later or [ends]]
        track = [*zip(frames, below, strict=False), *zip(freed, views[-len(freed) :], strict=True)]
    return ViewTrack(track, beat.end - beat.start, fps)
