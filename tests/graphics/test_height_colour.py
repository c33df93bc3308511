"""The colours of landscapes: the quantity's own in the middle, cooler in the shade, warmer in the light."""

import colorsys

import pytest
from manim import ManimColor

from storyreel.graphics import theme
from storyreel.graphics.height_colour import IN_LIGHT, IN_SHADE, height_colour

MIDDLE = IN_SHADE / (IN_SHADE + IN_LIGHT)


def hue(height: float, kind: str) -> float:
    return colorsys.rgb_to_hsv(*height_colour(height, kind, 1.0))[0]


@pytest.mark.parametrize("kind", ["loss", "activation"])
def test_the_middle_of_a_landscape_has_the_colour_of_its_quantity(kind: str) -> None:
    own = ManimColor(theme.colour(kind)).to_rgb()
    assert height_colour(MIDDLE, kind, 1.0) == pytest.approx(own)
    ground = ManimColor(theme.colour("background")).to_rgb()
    assert height_colour(0.3, kind, 0.0) == pytest.approx(ground)


def test_low_places_are_cooler_and_high_ones_warmer() -> None:
    """A loss, red, goes down to purple and up to orange; a prediction, blue, to indigo and cyan."""
    purple, orange = hue(0.0, "loss"), hue(1.0, "loss")
    assert purple == pytest.approx((hue(MIDDLE, "loss") - IN_SHADE) % 1.0)
    assert orange == pytest.approx((hue(MIDDLE, "loss") + IN_LIGHT) % 1.0)
    assert purple > 0.85 and 0.0 < orange < 0.12  # red is at both ends of the circle
    indigo, cyan = hue(0.0, "activation"), hue(1.0, "activation")
    assert 0.5 < cyan < hue(MIDDLE, "activation") < indigo < 0.75
