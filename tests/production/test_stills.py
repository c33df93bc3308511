"""Stills: the last frame of a beat, alone or on a contact sheet."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from storyreel.core.errors import UsageError
from storyreel.core.quality import Quality
from storyreel.production.production import Production, plan
from storyreel.production.still import last_picture, make_sheet
from storyreel.reader import load
from storyreel.rendering.play import play
from storyreel.timing.beats import TimedChapter
from storyreel.timing.handover import handover_range

LESSON = Path(__file__).parents[1] / "small_lesson.yaml"
SMALL = Quality(320, 180, 15, "ultrafast", 18)
LAST = {"forward": 2, "loss": 2}
"""The chapters with their numbers of beats."""


@pytest.fixture(scope="module")
def production() -> Production:
    return plan(load(LESSON), quality=SMALL, voice="silent")


@pytest.fixture(scope="module")
def sheet(production: Production, tmp_path_factory: pytest.TempPathFactory) -> tuple[Image.Image, list[str]]:
    """The contact sheet, and the progress reported."""
    path = tmp_path_factory.mktemp("sheet") / "new" / "sheet.png"
    told: list[str] = []
    make_sheet(production, path, lambda step, done, total: told.append(f"{step} {done}/{total}"))
    return Image.open(path), told


def still(production: Production, chapter: str, beat: int, folder: Path) -> np.ndarray:
    path = folder / "still.png"
    assert last_picture(production, chapter, beat).save(path) == path
    picture = Image.open(path)
    assert (picture.format, picture.mode) == ("PNG", "RGB")
    return np.asarray(picture, dtype=int)


@pytest.mark.parametrize("chapter", LAST)
def test_a_still_is_the_last_picture_of_its_beat_in_the_film(
    production: Production, chapter: str, tmp_path: Path
) -> None:
    """Before the picture turns into that of the next chapter."""
    drawn: list[np.ndarray] = []
    scene = production.performance(production.chapter(chapter))
    play(scene, SMALL, lambda frame, _, repeats: drawn.extend([frame[..., :3].astype(int)] * repeats))
    first = production.chapter(chapter).start
    for number in range(1, LAST[chapter] + 1):
        beat = production.beat(chapter, number)
        turns = number == LAST[chapter] and scene.following is not None
        after = beat.start + handover_range(beat, SMALL.fps)[0] if turns else beat.end
        in_film = drawn[after - 1 - first]
        assert np.abs(still(production, chapter, number, tmp_path) - in_film).max() <= 1


def test_stills_of_two_beats_differ(production: Production, tmp_path: Path) -> None:
    one, two = (still(production, "forward", number, tmp_path) for number in (1, 2))
    assert np.abs(one - two).max() > 100


def test_the_sheet_has_the_last_picture_of_every_beat(
    production: Production, sheet: tuple[Image.Image, list[str]], tmp_path: Path
) -> None:
    picture, told = sheet
    assert told == ["sheet 1/4", "sheet 2/4", "sheet 3/4", "sheet 4/4"]
    pixels = np.asarray(picture.convert("RGB"), dtype=int)
    height, width = pixels.shape[:2]
    assert height < 2 * 270  # all four are beside each other
    beats = [(chapter, number) for chapter, last in LAST.items() for number in range(1, last + 1)]
    for column, (chapter, number) in enumerate(beats):
        alone = Image.fromarray(still(production, chapter, number, tmp_path).astype(np.uint8))
        its = pixels[:, width * column // 4 : width * (column + 1) // 4]
        assert _is_in(np.asarray(alone.resize((480, 270), Image.Resampling.LANCZOS), dtype=int), its)


def test_a_beat_that_begins_just_before_a_full_minute_has_no_60_seconds(
    production: Production, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chapter = production.chapter("loss")
    chapter = _later(chapter, 30 * 120 - 1 - chapter.start)  # to 1:59.97, at 30 frames a second
    timeline = replace(production.timeline, fps=30, chapters=(chapter,))
    written: list[str] = []
    monkeypatch.setattr(ImageDraw.ImageDraw, "text", lambda _, place, text, **style: written.append(text))
    make_sheet(replace(production, timeline=timeline), tmp_path / "sheet.png")
    assert written[0] == "loss 1  ·  2:00.0"


def _later(chapter: TimedChapter, frames: int) -> TimedChapter:
    """The chapter, moved by so many frames."""
    beats = (
        replace(
            beat,
            start=beat.start + frames,
            end=beat.end + frames,
            cues=tuple(replace(cue, start=cue.start + frames, end=cue.end + frames) for cue in beat.cues),
        )
        for beat in chapter.beats
    )
    return replace(chapter, beats=tuple(beats))


def _is_in(small: np.ndarray, large: np.ndarray) -> bool:
    height, width = small.shape[:2]
    return any(
        np.array_equal(small, large[top : top + height, left : left + width])
        for top in range(large.shape[0] - height + 1)
        for left in range(large.shape[1] - width + 1)
    )


@pytest.mark.parametrize(
    ("chapter", "beat", "message"),
    [
        ("forwrd", 1, "no chapter called 'forwrd'; did you mean `forward`?"),
        ("loss", 3, "chapter 'loss' has no beat 3; it has beats 1 to 2"),
        ("loss", 0, "chapter 'loss' has no beat 0; it has beats 1 to 2"),
        ("loss", -1, "chapter 'loss' has no beat -1; it has beats 1 to 2"),
    ],
)
def test_a_beat_that_there_is_not_is_wrong_usage(
    production: Production, chapter: str, beat: int, message: str
) -> None:
    with pytest.raises(UsageError, match=f"^{re.escape(message)}$"):
        last_picture(production, chapter, beat)
