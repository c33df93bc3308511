"""The theme: colours by kind of quantity, fonts, sizes and spacing.

Lengths are in Manim units. The frame is 8 units high, so 1/36 of its height is 0.22 units.
"""

from dataclasses import dataclass

COLOURS = {
    "background": "#0F1521",
    "surface": "#1B2434",
    "text": "#F3F5F9",
    "muted": "#93A0B5",
    "line": "#6C7A91",
    "input": "#2E9BFF",
    "activation": "#2E9BFF",
    "pre_activation": "#2E9BFF",
    "weight": "#FFC43D",
    "bias": "#FFC43D",
    "target": "#4EE9A8",
    "loss": "#FF7457",
    "gradient": "#E8BEFF",
}
"""A colour for each kind of quantity in a trace, for gradients, and for everything around them.

Any two quantities differ in lightness too, so that they can be told apart without full colour vision. A test
measures that.
"""
INKS = ("#FFFFFF", "#000000")
"""Colours of text on coloured fills: one of them has a contrast of at least 4.58 = √21 on any fill."""

CLASSES = ("#56B4E9", "#D55E00", "#009E73", "#F0E442", "#CC79A7", "#E69F00")
"""Colours of classes (Okabe and Ito, 2008); points of different classes also differ in shape."""

MATHS_FONT = "New Computer Modern Math"


@dataclass(frozen=True)
class Sizes:
    """Font sizes (em) in Manim units. Text that would be smaller than `smallest` is left out.

    Numbers in crowded pictures, such as networks of many neurons, may be as small as `crowded`.
    """

    title: float = 0.42
    body: float = 0.42
    number: float = 0.66
    formula: float = 0.78
    label: float = 0.54
    small: float = 0.36
    smallest: float = 0.3
    crowded: float = 0.23


@dataclass(frozen=True)
class Spacing:
    """Lengths in Manim units; stroke widths in 1/100 unit, as Manim counts them."""

    margin: float = 0.5
    gap: float = 0.25
    padding: float = 0.14
    stroke: float = 5.0
    thin_stroke: float = 3.0


SIZES = Sizes()
SPACING = Spacing()
DARKEST = 0.12
"""The share of its full colour that a neuron with activation 0 has."""
DIMMED = 0.28
"""Opacity of what the narration is not about."""


def luminance(colour: str) -> float:
    """The relative luminance of a colour `#RRGGBB`, 0 to 1, by the formula of WCAG 2.1."""
    shares = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#RRGGBB`, 1 to 21, by the formula of WCAG 2.1."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(fill: str) -> str:
    """The text colour with the higher contrast on a fill `#RRGGBB`."""
    return max(INKS, key=lambda ink: contrast(ink, fill))


def colour(kind: str) -> str:
    """The colour of a kind of quantity, as `#RRGGBB`."""
    return COLOURS[kind]
