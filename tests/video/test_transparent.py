"""Clips without a background, for video editors."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import ImageColor

from storyreel.checks.frames_equal import ComparingRenderer
from storyreel.core.frame import Frame
from storyreel.core.paths import STORYBOARDS
from storyreel.core.quality import Quality
from storyreel.graphics import theme
from storyreel.production.output import make_clip
from storyreel.production.production import Production, plan
from storyreel.reader import load
from storyreel.rendering.play import play

CLEAR = Quality(240, 136, 5, "ultrafast", 0).without_background


@pytest.fixture(scope="module")
def production() -> Production:
    return plan(load(STORYBOARDS / "new.yaml"), quality=CLEAR, voice="silent")


def picture_of(film: Path, number: int) -> Frame:
    with av.open(film) as container:
        picture = list(container.decode(video=0))[number]
    return picture.to_ndarray(format="rgba")


def test_a_clip_has_no_background_and_pure_colours(production: Production, tmp_path: Path) -> None:
    chapter = production.timeline.chapters[0]
    film = make_clip(production, tmp_path, chapter.id, 1).path
    early, picture = picture_of(film, CLEAR.fps // 2), picture_of(film, -1)
    assert film.name == f"{chapter.id}-1.transparent.mov"
    assert (picture[-4:, :, 3] == 0).all()  # nothing is drawn at the lower edge
    drawn = picture[picture[..., 3] > 250][:, :3]
    assert len(drawn) > 50
    # Where the heading's letters are half there, their colour is not darker for it.
    half = early[:20][(early[:20, :, 3] > 90) & (early[:20, :, 3] < 160)][:, :3].astype(float)
    heading = ImageColor.getrgb(theme.colour("muted"))
    assert len(half) > 5
    assert np.abs(np.median(half, axis=0) - heading).max() < 6


def test_a_clip_is_the_same_bytes_when_drawn_again(
    production: Production, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chapter, films = production.timeline.chapters[0], []
    for place in ("first", "second"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / f"{place}-cache"))
        films.append(make_clip(production, tmp_path / place, chapter.id, 1).path.read_bytes())
    assert films[0] == films[1]


def test_each_frame_is_as_manim_draws_it_without_a_background(production: Production) -> None:
    chapter, frames = production.timeline.chapters[0], []
    play(
        production.performance(chapter, {1}), CLEAR, lambda *taken: frames.append(taken[2]), ComparingRenderer
    )
    assert sum(frames) == chapter.beats[0].end - chapter.beats[0].start
