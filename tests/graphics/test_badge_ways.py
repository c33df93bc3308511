"""Badges that would meet on the way to another diagram."""

from manim import RIGHT, UP

from storyreel.graphics.networks.badge_ways import whose_ways_cross, whose_ways_meet
from storyreel.graphics.parts.badge import Badge


def badge(x: float, y: float) -> Badge:
    return Badge("0.5", "gradient").move_to(x * RIGHT + y * UP)


def test_of_two_badges_that_meet_on_the_way_one_is_named() -> None:
    crossing = {"a": (badge(-2, -2), badge(2, 2)), "b": (badge(2, -2), badge(-2, 2))}
    assert whose_ways_cross(crossing) == ["b"]
    side_by_side = {"a": (badge(-2, -2), badge(-2, 2)), "b": (badge(2, -2), badge(2, 2))}
    assert whose_ways_cross(side_by_side) == []


def test_what_would_pass_over_a_node_that_is_not_its_own_is_named() -> None:
    ways = {"a": (badge(-2, 0), badge(2, 0)), "b": (badge(-2, 2), badge(2, 2))}
    nodes = {"h": (badge(0, -1), badge(0, 1))}
    assert whose_ways_meet(ways, nodes, {}) == ["a"]
    assert whose_ways_meet(ways, nodes, {"a": "h"}) == []
