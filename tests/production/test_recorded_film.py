"""A lesson in the author's voice as a film: up to date, and after a change of one chapter's recording."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers.recorded import TEXTS, read_aloud, write_lesson, write_wav

from storyreel.core.quality import Quality
from storyreel.production.chapter_jobs import render_jobs
from storyreel.production.output import make_film
from storyreel.production.production import Production, plan
from storyreel.production.up_to_date import up_to_date_lesson
from storyreel.speech.audio import RATE
from storyreel.video.probe import decode_sound, probe

SMALL = Quality(160, 90, 15, "ultrafast", 30)
LOSS = TEXTS["loss/1"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded")
    write_lesson(folder, {"forward": (TEXTS["forward/1"], TEXTS["forward/2"]), "loss.1": (LOSS,)})
    make_film(plan(folder / "lesson.yaml", quality=SMALL), folder / "out")
    return folder


def is_up_to_date(folder: Path) -> bool:
    return up_to_date_lesson(folder / "lesson.yaml", SMALL, None, folder / "out") is not None


def segments(production: Production) -> dict[str, list[str]]:
    """The names of the video segments of each chapter."""
    return {
        chapter.id: [job.segment.name for job in render_jobs(production, chapter)]
        for chapter in production.timeline.chapters
    }


def test_the_film_has_the_recordings_sound(folder: Path) -> None:
    film = folder / "out/lesson/lesson.mp4"
    sound = decode_sound(film)[0]
    assert np.abs(sound).max() > 0.1
    assert abs(len(sound) / RATE - probe(film).video_seconds) < 0.1


def test_a_changed_recording_makes_its_chapter_and_what_leads_to_it_anew(
    folder: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "lesson"))
    assert is_up_to_date(copy)
    before = segments(plan(copy / "lesson.yaml", quality=SMALL))
    sound = read_aloud(LOSS)
    slower = np.interp(np.arange(0, len(sound) - 1, 0.8), np.arange(len(sound)), sound)
    write_wav(copy / "recordings/lesson/loss.1.wav", slower)
    assert not is_up_to_date(copy)
    after = segments(plan(copy / "lesson.yaml", quality=SMALL))
    assert after["forward"][:-1] == before["forward"][:-1]  # its end shows how the next one begins
    assert after["loss"] != before["loss"]


def test_a_recording_that_is_gone_is_no_longer_up_to_date(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "lesson"))
    (copy / "recordings/lesson/forward.wav").unlink()
    assert not is_up_to_date(copy)
