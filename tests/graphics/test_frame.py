"""The areas of frames: what the aspect ratio asks of them."""

import pytest

from storyreel.core.quality import ASPECTS
from storyreel.graphics.layout import Area, Frame

FRAMES = [Frame(aspect) for aspect in ASPECTS]


def meet(one: Area, other: Area) -> bool:
    """True if two areas overlap."""
    across = min(one.right, other.right) - max(one.left, other.left)
    return across > 1e-9 and min(one.top, other.top) - max(one.bottom, other.bottom) > 1e-9


@pytest.mark.parametrize(
    ("aspect", "size"), [("16:9", (8 * 16 / 9, 8.0)), ("9:16", (8.0, 8 * 16 / 9)), ("1:1", (8.0, 8.0))]
)
def test_the_shorter_side_has_eight_units(aspect: str, size: tuple[float, float]) -> None:
    frame = Frame(aspect)
    assert (frame.width, frame.height) == pytest.approx(size)


@pytest.mark.parametrize("frame", FRAMES, ids=ASPECTS)
def test_areas_lie_within_the_margin_and_above_the_captions(frame: Frame) -> None:
    for area in (frame.whole, frame.stage, frame.formula, frame.main, frame.side, frame.title):
        assert area.left >= -frame.width / 2 + 0.5 - 1e-9
        assert area.right <= frame.width / 2 - 0.5 + 1e-9
        assert area.top <= frame.height / 2 - 0.5 + 1e-9
        assert area.bottom >= -0.4 * frame.height - 1e-9
        assert min(area.width, area.height) > 0


@pytest.mark.parametrize("frame", FRAMES, ids=ASPECTS)
def test_pictures_and_the_formula_do_not_overlap(frame: Frame) -> None:
    # Two pictures take the room of the formula.
    assert not meet(frame.main, frame.side)
    assert not meet(frame.stage, frame.formula)


def test_in_a_tall_frame_the_main_picture_is_above_the_other() -> None:
    wide, tall = Frame("16:9"), Frame("9:16")
    assert wide.main.right < wide.side.left and wide.main.top == wide.side.top
    assert tall.main.bottom > tall.side.top and tall.main.left == tall.side.left


@pytest.mark.parametrize("frame", FRAMES, ids=ASPECTS)
def test_two_parts_have_the_share_that_is_asked_for(frame: Frame) -> None:
    one, other = frame.halves(frame.whole, share=0.25, gap=1.0, stacked=True)
    assert one.height * 3 == pytest.approx(other.height)
    assert one.bottom - other.top == pytest.approx(1.0)
