"""The view at each frame of a beat, with room for the chapter's title in the first one."""

from collections.abc import Sequence

from storyreel.graphics.layout import Area
from storyreel.stage.view import View
from storyreel.stage.view_plan import Extent, calmed, move_times
from storyreel.stage.view_track import ViewTrack
from storyreel.timing.beats import TimedBeat


def view_track(
    beat: TimedBeat, extents: Sequence[Extent], views: Sequence[View | None], area: Area, fps: int
) -> ViewTrack:
    """The views of a beat on its frames, counted from its start.

    `extents` and `views` are those at its start and from each of its cues on; they fill the area.
    """
    starts = [0, *dict.fromkeys(cue.start - beat.start for cue in beat.cues)][: len(views)]
    views = calmed(views, extents, seconds := [start / fps for start in starts], area)
    times = move_times(views, extents, seconds, (beat.end - beat.start) / fps, area)
    frames = [round(time * fps) for time in times]
    return ViewTrack(list(zip(frames, views, strict=True)), beat.end - beat.start, fps)
