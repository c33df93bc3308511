"""The model of how long a course takes, where that can be told by hand."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[3] / "scripts"))

from scaling_model import Cluster, Course, Lesson, Task

IDEAL = Cluster(scheduling=0, bandwidth=1e12, latency=0, start=0, stragglers=0)
LESSON = Lesson(
    "one", (Task("spoken", 1, 1, 0, 0), *[Task("draw", 2, 2, 1000, 5000)] * 10), before=0, after=0
)


def seconds(course: list[Lesson], workers: int, cluster: Cluster = IDEAL) -> float:
    return Course(course, workers, cluster).prediction().seconds


def test_one_worker_takes_the_sum_of_all_tasks() -> None:
    assert seconds([LESSON] * 3, 1) == pytest.approx(3 * (1 + 10 * 2))


@pytest.mark.parametrize(("workers", "expected"), [(5, 1 + 2 * 2), (10, 1 + 2), (512, 1 + 2)])
def test_a_lesson_takes_at_least_a_sentence_and_a_task(workers: int, expected: float) -> None:
    assert seconds([LESSON], workers) == pytest.approx(expected)


def test_the_clients_own_work_bounds_a_course() -> None:
    busy = replace(LESSON, before=3.0, after=1.0)
    found = Course([busy] * 100, 512, IDEAL).prediction()
    assert 100 * 4 <= found.seconds <= 100 * 4 + 10
    assert found.client > 0.95


def test_what_moves_takes_turns_on_the_link() -> None:
    slow = replace(IDEAL, bandwidth=1000)
    # All ten tasks begin when theirs has come; the first is done when the last begins, or later.
    assert seconds([LESSON], 10, slow) == pytest.approx(1 + 10 * 1 + 10 * 5, abs=5)


def test_workers_that_start_and_tasks_that_are_slow_take_longer() -> None:
    assert seconds([LESSON], 1, replace(IDEAL, start=3)) == pytest.approx(1 + 10 * 2 + 3)
    assert seconds([LESSON], 1, replace(IDEAL, stragglers=1, slowness=5)) == pytest.approx(5 * 21)
