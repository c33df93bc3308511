"""Shapes in a row that keep a gap."""

import pytest

from storyreel.graphics.motion.placement import beside_each_other


def test_shapes_with_room_are_where_they_are_wanted() -> None:
    assert beside_each_other([1, 3, 5], [1, 1, 1], gap=0.5, right=6) == [1, 3, 5]


def test_a_wide_shape_pushes_those_after_it() -> None:
    # The second reaches from 2 to 4, so the third begins at 4.5 and the fourth is where it is wanted.
    assert beside_each_other([1, 3, 4, 9], [1, 2, 1, 1], gap=0.5, right=10) == [1, 3, 5, 9]


def test_at_the_right_end_those_before_give_way() -> None:
    # The last ends at 6, so it begins at 4; the one before it is from 1.5 to 3.5, and the first ends at 1.
    assert beside_each_other([1, 3, 5], [1, 2, 2], gap=0.5, right=6) == pytest.approx([0.5, 2.5, 5])
