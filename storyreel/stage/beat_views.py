"""The view at each frame of a beat, with room for the chapter's title while that is shown."""

from collections.abc import Sequence

from storyreel.graphics.layout import Frame
from storyreel.stage.overlays.chapter_title import title_range
from storyreel.stage.view import View
from storyreel.stage.view_plan import Extent, calmed, move_times, views_of_beat
from storyreel.stage.view_track import ViewTrack
from storyreel.timing.beats import TimedBeat


def titled_frames(beat: TimedBeat, first: TimedBeat, fps: int) -> int:
    """For how many frames of a beat the room of the chapter's title is kept; `first` is the chapter's first
    beat, in which the title is shown.

    It is free again from the first cue after the title on, in the second beat if there is none before. A
    picture that grew because the title leaves would draw the eye.
    """
    titled, _ = title_range(first.shown_frames, fps)
    if beat.number == 1:
        return titled
    return int(beat.number == 2 and all(cue.start - first.start < titled for cue in first.cues))


def view_track(
    beat: TimedBeat, extents: Sequence[Extent], before: View | None, frame: Frame, fps: int, titled: int
) -> ViewTrack:
    """The views of a beat on its frames, counted from its start.

    `extents` are those at its start and from each of its cues on, `before` the view at the end of the beat
    before. A cue in the first `titled` frames leaves room for the chapter's title.
    """
    starts = [0, *dict.fromkeys(cue.start - beat.start for cue in beat.cues)][: len(extents)]
    areas = [frame.below_title if start < titled else frame.whole for start in starts]
    views = views_of_beat(extents, before, areas)
    views = calmed(views, extents, seconds := [start / fps for start in starts], areas)
    times = move_times(views, extents, seconds, (beat.end - beat.start) / fps, areas)
    frames = [round(time * fps) for time in times]
    return ViewTrack(list(zip(frames, views, strict=True)), beat.end - beat.start, fps)
