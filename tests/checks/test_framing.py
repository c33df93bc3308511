"""What the framing report says of a lesson, by hand."""

from pathlib import Path

import numpy as np
import pytest

from storyreel.checks.framing import Framing, framings
from storyreel.checks.layout_report import MEASURED
from storyreel.production.production import plan


def framing(boxes: list[tuple[float, float, float, float]]) -> Framing:
    return Framing("film", 3.0, np.array(boxes), 140.0, 0.1, 2.0)


def test_boxes_are_shares_of_the_frame_from_its_lower_left() -> None:
    row = framing([(0.0, 0.5, 0.5, 1.0), (0.25, 0.2, 0.75, 0.8), (0.0, 0.0, 0.0, 0.0)])
    assert row.covered == pytest.approx(0.25)
    assert row.centre == pytest.approx((0.375, 0.375))
    assert row.low_third_empty == pytest.approx(2 / 3)


def test_a_lesson_is_measured_as_its_timeline_and_its_margins_say() -> None:
    production = plan(Path(__file__).parents[1] / "small_lesson.yaml", quality=MEASURED)
    *chapters, whole = framings(production)
    timeline = production.timeline
    assert [row.name.split()[-1] for row in chapters] == [chapter.id for chapter in timeline.chapters]
    assert whole.seconds == pytest.approx(timeline.frames / timeline.fps)
    assert len(whole.boxes) == timeline.frames
    left, _, right, top = whole.boxes[whole.boxes[:, 2] > 0].T
    assert left.min() >= 0.5 / (8 * 16 / 9) - 1e-6
    assert right.max() <= 1 - 0.5 / (8 * 16 / 9) + 1e-6
    assert top.max() <= 1 - 0.5 / 8 + 1e-6
    loss = next(row for row in chapters if row.name.endswith(" loss"))
    assert not loss.boxes[0].any()  # the title, which is all that is shown at first, is not counted
    words = [word for beat in timeline.beats for word in beat.words]
    assert 0 < whole.longest_still <= sum(word.end - word.start for word in words) + 1
    silent = timeline.frames / timeline.fps - sum(word.end - word.start for word in words)
    assert 0 < whole.silence * whole.seconds <= silent
