"""The rule for an empty stage: at most a moment without a picture, from chapter to chapter too."""

from collections.abc import Iterator

from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import Problem
from storyreel.stage.stage import Stage
from storyreel.timing.timeline import Timeline

MOST_PADDING = 8 / 15
"""The most seconds by which a chapter of a film is padded; at the rate of measuring it can be more."""
LONGEST_BLANK = 1.5
"""The most seconds for which there may be nothing on stage but the chapter's title."""


class BlankPeriods:
    """Collects the periods of a film in which there is nothing on stage, as first frames and ends."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.periods: list[tuple[int, int]] = []

    def look(self, stage: Stage, snapshot: Snapshot, frame: int, repeats: int) -> None:
        """Look at a stage, which stays the same for `repeats` frames from `frame` on."""
        titles = {id(part) for overlay in stage.overlays for part in overlay.get_family()}
        if any(id(shape) not in titles for shape in snapshot.shapes):
            return
        continues = bool(self.periods) and self.periods[-1][1] == frame
        start = self.periods.pop()[0] if continues else frame
        self.periods.append((start, frame + repeats))

    def problems(self) -> Iterator[tuple[int, Problem]]:
        """The periods that are too long, each with its first frame, in the place of the beat then."""
        for start, end in self.periods:
            ends = [beat for beat in self.timeline.beats if start < beat.end <= end and beat.padding]
            paddings = [self.timeline.seconds(min(beat.padding, beat.end - start)) for beat in ends]
            beyond = sum(max(0.0, padding - MOST_PADDING) for padding in paddings)
            seconds = self.timeline.seconds(end - start) - beyond
            if seconds > LONGEST_BLANK:
                beat = next(beat for beat in self.timeline.beats if start < beat.end)
                after = self.timeline.seconds(start - beat.start)
                where = f"chapter {beat.chapter}, beat {beat.number}, {after:.1f} s into it"
                yield start, Problem(beat.place, f"{where}: there is nothing on stage for {seconds:.1f} s")
