"""How well a colour can be seen on another, by the formulas of WCAG 2.1. Colours are texts `#RRGGBB`."""

TEXT, SHAPES = 4.5, 3.0
"""The least contrast of text (WCAG 2.1, success criterion 1.4.3) and of shapes (1.4.11)."""
INKS = ("#FFFFFF", "#000000")
"""Colours of text on coloured fills: one of them has a contrast of at least 4.58 = √21 on any fill."""


def linear_rgb(colour: str) -> tuple[float, float, float]:
    """Red, green and blue of the light, 0 to 1."""
    shares = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return red, green, blue


def luminance(colour: str) -> float:
    """The relative luminance, 0 to 1."""
    red, green, blue = linear_rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(fill: str) -> str:
    """The text colour with the higher contrast on a fill."""
    return max(INKS, key=lambda ink: contrast(ink, fill))


def is_dark(background: str) -> bool:
    """True if white can be seen better on it than black."""
    return ink_on(background) == INKS[0]
