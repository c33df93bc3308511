"""How different two colours look, also to colour-blind eyes. Colours are texts `#RRGGBB`."""

import math

import numpy as np

from storyreel.core.arrays import Array
from storyreel.storyboard.themes.contrast import linear_rgb

VISIONS = {
    "everybody": None,
    "people who see no red": "protan",
    "people who see no green": "deutan",
    "people who see no blue": "tritan",
}
"""Trichromats and dichromats, as messages call them."""

_TO_LMS = np.array(
    [
        [17.8824041258, 43.51609057, 4.119349692],
        [3.4556423182, 27.155382458, 3.867130836],
        [0.0299565576, 0.18430896, 1.467086136],
    ]
)
"""Linear sRGB to the responses of long, medium and short cones (Smith and Pokorny, 1975)."""
_TO_RGB = np.linalg.inv(_TO_LMS)
_TO_XYZ = np.array(
    [
        [0.41239080, 0.35758434, 0.18048079],
        [0.21263901, 0.71516868, 0.07219232],
        [0.01933082, 0.11919478, 0.95053215],
    ]
)


def difference(one: str, other: str, vision: str | None = None) -> float:
    """The difference of two colours in CIEDE2000, as seen with a `vision` of `VISIONS`."""
    return _ciede2000(_lab(_seen(one, vision)), _lab(_seen(other, vision)))


def _seen(colour: str, vision: str | None) -> Array:
    """A colour in linear sRGB as somebody sees it.

    Protanopia and deuteranopia as Viénot, Brettel and Mollon (1999) simulate them, tritanopia as Brettel,
    Viénot and Mollon (1997): the missing cone's response follows from those of the others.
    """
    rgb = np.array(linear_rgb(colour))
    if vision is None:
        return rgb
    long, medium, short = _TO_LMS @ rgb
    if vision == "protan":
        long = 2.02344377 * medium - 2.52580405 * short
    elif vision == "deutan":
        medium = 0.49420696 * long + 1.24826995 * short
    elif 0.344781556122 * long > 0.6551784438780001 * medium:
        short = -0.00257385 * long + 0.05365681 * medium
    else:
        short = -0.06010704 * long + 0.16298658 * medium
    return np.asarray(np.clip(_TO_RGB @ (long, medium, short), 0.0, 1.0))


def _lab(rgb: Array) -> tuple[float, float, float]:
    """CIELAB of linear sRGB, for the white of D65."""
    x, y, z = (_TO_XYZ @ rgb) / _TO_XYZ.sum(axis=1)
    x, y, z = (math.cbrt(t) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _ciede2000(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """The formula of Sharma, Wu and Dalal (2005), with their names."""
    l1, a1, b1 = one
    l2, a2, b2 = other
    g = (1 - _saturation((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2)) / 2
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    hue = h1 + turn / 2 if c1 * c2 else h1 + h2
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * math.cos(math.radians(hue - 30))
        + 0.24 * math.cos(math.radians(2 * hue))
        + 0.32 * math.cos(math.radians(3 * hue + 6))
        - 0.20 * math.cos(math.radians(4 * hue - 63))
    )
    from_middle = (lightness - 50) ** 2
    in_l = (l2 - l1) / (1 + 0.015 * from_middle / math.sqrt(20 + from_middle))
    in_c = (c2 - c1) / (1 + 0.045 * chroma)
    in_h = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2)) / (1 + 0.015 * chroma * t)
    bend = 60 * math.exp(-((((hue % 360) - 275) / 25) ** 2))
    rotation = -2 * _saturation(chroma) * math.sin(math.radians(bend))
    return math.sqrt(in_l**2 + in_c**2 + in_h**2 + rotation * in_c * in_h)


def _saturation(chroma: float) -> float:
    return math.sqrt(chroma**7 / (chroma**7 + 25.0**7))
