"""Qualities in each aspect ratio."""

import pytest

from storyreel.core.errors import UsageError
from storyreel.core.quality import ASPECTS, QUALITIES

FULL = QUALITIES["full"]


@pytest.mark.parametrize(
    ("aspect", "size"), [("16:9", (1920, 1080)), ("9:16", (1080, 1920)), ("1:1", (1080, 1080))]
)
def test_a_film_of_full_quality_has_this_size(aspect: str, size: tuple[int, int]) -> None:
    quality = FULL.in_aspect(aspect)
    assert (quality.width, quality.height) == size
    assert quality.aspect == aspect


@pytest.mark.parametrize("name", list(QUALITIES))
@pytest.mark.parametrize("aspect", ASPECTS)
def test_every_size_can_be_encoded(name: str, aspect: str) -> None:
    quality = QUALITIES[name].in_aspect(aspect)
    assert quality.width % 2 == quality.height % 2 == 0  # colours are stored for 2 × 2 pixels
    assert min(quality.width, quality.height) == QUALITIES[name].height
    across, down = map(int, aspect.split(":"))
    assert abs(quality.width * down - quality.height * across) / quality.width < 0.05


def test_a_square_film_becomes_wide_again() -> None:
    assert FULL.in_aspect("1:1").in_aspect("16:9") == FULL


def test_without_an_aspect_ratio_the_size_stays() -> None:
    assert FULL.in_aspect(None) is FULL


def test_an_unknown_aspect_ratio_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(UsageError, match="no aspect ratio `16:10`; there are `16:9`, `9:16` and `1:1`"):
        FULL.in_aspect("16:10")
