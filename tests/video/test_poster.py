"""A poster is nearly equal to the frame that it was made from."""

from pathlib import Path

import numpy as np
from PIL import Image

from storyreel.video.poster import write_poster


def test_a_poster_is_a_jpeg_of_the_frame_without_its_alpha(tmp_path: Path) -> None:
    frame = np.zeros((90, 160, 4), np.uint8)
    frame[:, 80:, 0] = 250
    write_poster(tmp_path / "made" / "poster.jpg", frame)
    with Image.open(tmp_path / "made" / "poster.jpg") as poster:
        assert (poster.format, poster.size) == ("JPEG", (160, 90))
        pixels = np.asarray(poster).astype(int)
    assert np.abs(pixels[:, :72] - (0, 0, 0)).max() < 6
    assert np.abs(pixels[:, 88:] - (250, 0, 0)).max() < 6


def test_the_same_frame_gives_the_same_bytes(tmp_path: Path) -> None:
    frame = np.random.default_rng(1).integers(0, 256, (45, 80, 4), np.uint8)
    write_poster(tmp_path / "one.jpg", frame)
    write_poster(tmp_path / "two.jpg", frame)
    assert (tmp_path / "one.jpg").read_bytes() == (tmp_path / "two.jpg").read_bytes()
