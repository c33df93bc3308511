"""The corner mark of a theme stands in its corner, in every picture, whatever the view of the stage."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from storyreel.checks.layout_report import MEASURED, layout_problems
from storyreel.core.frame import Frame
from storyreel.core.quality import Quality
from storyreel.production.production import Production, plan
from storyreel.reader import load
from storyreel.rendering.play import last_frames

SMALL = Quality(320, 180, 5, "", 0)
LESSON = """\
title: A picture
theme: course.yaml
networks:
  chain:
    input: {x: 2}
    layers: [{name: h, weights: 3}, {name: y, weights: 2}]
    target: 3
    loss: half_squared_error
chapters:
  - id: only
    title: Only one
    scene: forward_pass
    beats:
      - do: [draw_network]
      - do: [show_weights, {focus: h}]
"""
SQUARE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#FF0000"/></svg>"""


def made(folder: Path, theme: str, quality: Quality = SMALL) -> Production:
    """A lesson in a theme, with logos as pixels and as shapes, both red squares."""
    (folder / "lesson.yaml").write_text(LESSON)
    (folder / "course.yaml").write_text(theme)
    (folder / "logo.svg").write_text(SQUARE)
    Image.new("RGB", (64, 64), "#FF0000").save(folder / "logo.png")
    return plan(load(folder / "lesson.yaml"), quality=quality, voice="silent")


def pictures(production: Production) -> list[Frame]:
    (chapter,) = production.timeline.chapters
    return last_frames(production.performance(chapter, draw=()), production.quality)


def places(seen: np.ndarray) -> tuple[int, int, int, int]:
    """The columns and rows of the box around all pixels that are True."""
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    return int(columns[0]), int(columns[-1]), int(rows[0]), int(rows[-1])


@pytest.mark.parametrize("logo", ["logo.svg", "logo.png"])
@pytest.mark.parametrize("corner", ["bottom left", "bottom right"])
def test_a_logo_stays_in_its_corner_while_the_view_moves(tmp_path: Path, logo: str, corner: str) -> None:
    first, second = pictures(made(tmp_path, f"logo: {logo}\ncorner_mark: logo\ncorner: {corner}"))
    without = pictures(made(tmp_path, "extends: dark"))
    assert (without[0] != without[1]).any()
    for frame in (first, second):
        red = (frame[..., 0] > 200) & (frame[..., 1:3].max(axis=2) < 60)
        left, right, top, bottom = places(red)
        # The margin is 0.5 units of 22.5 pixels; a tenth of the height is below the picture.
        assert (left if corner == "bottom left" else 319 - right) in (11, 12)
        assert 162 <= top < bottom < 179
        assert abs((right - left) - (bottom - top)) <= 1
    before, after = (frame[162:, :] for frame in (first, second))
    assert np.abs(before.astype(int) - after).max() <= 2


def test_a_text_is_written_in_the_corner_and_disturbs_no_layout(tmp_path: Path) -> None:
    theme = "corner_mark: ML 101"
    first, second = pictures(made(tmp_path, theme))
    marked = (first[162:] != first[178, 0]).any(axis=2)
    left, right, *_ = places(marked)
    assert left > 240 and right < 320
    assert (first[162:] == second[162:]).all()
    assert layout_problems(made(tmp_path, theme, MEASURED)) == []
