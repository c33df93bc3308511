"""The colours of a landscape: what is low is in the shade, and what is high in the light."""

import colorsys
import math

import numpy as np
from manim import ManimColor

from storyreel.core.arrays import Array
from storyreel.graphics import theme

VIOLET = 0.75
"""The hue towards which colours turn in the shade, and away from which in the light, in turns."""
IN_SHADE, IN_LIGHT = 0.12, 0.03
"""The turns of the circle of hues by which the lowest and the highest place differ from their quantity."""


def height_colour(height: float, kind: str, strength: float) -> Array:
    """The colour of a place at a height, from 0 for the lowest to 1 for the highest, in a landscape of a kind
    of quantity: red, green and blue, from 0 to 1.

    In the middle it has the colour of `kind`; lower places are nearer to violet, higher ones farther away.
    `strength` is its share of full colour, from 0 for that of the background to 1.
    """
    ground, own = (np.array(ManimColor(theme.colour(name)).to_rgb()) for name in ("background", kind))
    hue, saturation, value = colorsys.rgb_to_hsv(*own)
    to_violet = math.copysign(1.0, (VIOLET - hue + 0.5) % 1.0 - 0.5)
    middle = IN_SHADE / (IN_SHADE + IN_LIGHT)
    turned = to_violet * (IN_SHADE + IN_LIGHT) * (middle - height)
    full = np.array(colorsys.hsv_to_rgb((hue + turned) % 1.0, saturation, value))
    return np.asarray(ground + (full - ground) * strength)
