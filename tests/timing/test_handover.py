"""A picture turns within the last half second of a chapter's content, after the last cue."""

import pytest

from storyreel.core.errors import Place
from storyreel.timing.beats import TimedBeat, TimedCue
from storyreel.timing.handover import handover_range

HERE = Place("lesson.yaml", 1, 1)


@pytest.mark.parametrize(
    ("start", "end", "padding", "cues", "found"),
    [
        (0, 100, 0, [], (85, 100)),
        (0, 100, 0, [(10, 60)], (85, 100)),
        (200, 300, 0, [(210, 290)], (90, 100)),  # not before the cue has ended
        (200, 316, 16, [(210, 290)], (90, 100)),  # and before the padding
        (0, 10, 0, [], (0, 10)),
        (0, 10, 0, [(0, 10)], (10, 10)),
    ],
)
def test_it_is_at_the_end_of_the_content(
    start: int, end: int, padding: int, cues: list[tuple[int, int]], found: tuple[int, int]
) -> None:
    timed = tuple(TimedCue("cue", {}, begin, stop, HERE) for begin, stop in cues)
    assert handover_range(TimedBeat("id", 1, start, end, timed, (), HERE, padding), 30) == found
