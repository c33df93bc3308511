"""When a chapter's picture turns into that with which the next chapter begins."""

from storyreel.timing.beats import TimedBeat

SECONDS = 0.5
"""How long that takes, at most: it begins when the chapter's last cue has ended."""


def handover_range(beat: TimedBeat, fps: int) -> tuple[int, int]:
    """The frames of a chapter's last beat in which its picture turns, counted from the beat's start: the
    first, and the one after the last.

    They end before the padding, which depends on the chapters before.
    """
    end = beat.shown_frames
    played = max((cue.end - beat.start for cue in beat.cues), default=0)
    return min(end, max(played, end - round(SECONDS * fps))), end
