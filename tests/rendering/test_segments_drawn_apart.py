"""A segment has the frames of the whole beat, whichever other segments its process draws."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from storyreel.core.frame import Frame, TakeFrame
from storyreel.core.paths import DEFAULT_STORYBOARD
from storyreel.core.quality import Quality
from storyreel.production.chapter_jobs import render_jobs
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.rendering.play import play, play_segments
from storyreel.timing.beats import TimedBeat
from storyreel.timing.segments import segment_ranges

TINY = Quality(107, 60, 3, "", 0)
"""As with 854×480 pixels, the aspect ratio is only nearly 16:9."""
STORYBOARD = load(DEFAULT_STORYBOARD)


@pytest.mark.parametrize(
    ("frames", "fps", "found"),
    [
        (1, 15, [(0, 1)]),
        (60, 15, [(0, 60)]),
        (61, 15, [(0, 30), (30, 61)]),
        (25, 2, [(0, 6), (6, 12), (12, 18), (18, 25)]),
    ],
)
def test_segments_are_as_few_and_as_equal_as_four_seconds_allow(
    frames: int, fps: int, found: list[tuple[int, int]]
) -> None:
    assert segment_ranges(frames, fps) == found


def keeping(pictures: list[str]) -> TakeFrame:
    """A callback that appends a digest of each frame that it takes."""

    def take(frame: Frame, _: object, repeats: int) -> None:
        pictures.extend([hashlib.sha256(frame.tobytes()).hexdigest()] * repeats)

    return take


@pytest.mark.parametrize("chapter", [chapter.id for chapter in STORYBOARD.chapters])
def test_a_picture_does_not_depend_on_which_were_drawn_before(chapter: str) -> None:
    """Every second segment is drawn, as when other processes draw those between them."""
    production = plan(STORYBOARD, quality=TINY, voice="silent")
    timed = production.chapter(chapter)
    whole: list[str] = []
    play(production.performance(timed), TINY, keeping(whole))

    def every_other(odd: bool, found: dict[int, list[str]]) -> Callable[[TimedBeat, int], TakeFrame | None]:
        count = 0

        def before_segment(beat: TimedBeat, first: int) -> TakeFrame | None:
            nonlocal count
            count += 1
            if (count % 2 == 1) != odd:
                return None
            return keeping(found.setdefault(beat.start - timed.start + first, []))

        return before_segment

    lengths = {
        beat.start - timed.start + first: end - first
        for beat in timed.beats
        for first, end in segment_ranges(beat.end - beat.start, TINY.fps)
    }
    for odd in (True, False):
        found: dict[int, list[str]] = {}
        play_segments(production.performance(timed), TINY, every_other(odd, found))
        assert found
        for start, pictures in found.items():
            assert pictures == whole[start : start + lengths[start]]


def test_a_segment_drawn_alone_has_the_frames_of_the_chapter() -> None:
    """The beat before it is played without drawing, as when another machine draws it. In this chapter the
    view leaves room for the title, and comes back to that with which every stage begins."""
    quality = replace(TINY, fps=15)
    production = plan(load(DEFAULT_STORYBOARD.with_name("module.yaml")), quality=quality, voice="silent")
    timed = production.chapter("recipe")
    second = timed.beats[1]
    job = next(job for job in render_jobs(production, timed) if job.number == 2)
    together, alone = list[str](), list[str]()
    play_segments(
        replace(production.performance(timed), drawn={1, 2}),
        quality,
        lambda beat, _: keeping(together if beat.start == second.start else []),
    )
    play_segments(job.performance(), quality, lambda _, start: keeping(alone) if start == job.first else None)
    assert len(alone) == job.frames
    assert alone == together[: job.frames]
