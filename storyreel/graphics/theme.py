"""How storyreel looks: colours by quantity, fonts, sizes and spacing, all in this one file.

Lengths are Manim units: the frame is 8 units high, so 1/36 of its height is 0.22 units.
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
"""Colour by quantity: the kinds of a trace's quantities, `gradient`, and what frames them.

Chosen so that any two quantities can be told apart without full colour vision, which is why they differ in
lightness, too; a test has the measure.
"""
INKS = ("#FFFFFF", "#000000")
"""For text on coloured fills: on any fill one of the two has a contrast of at least 4.58, the root of 21."""

CLASSES = ("#56B4E9", "#D55E00", "#009E73", "#F0E442", "#CC79A7", "#E69F00")
"""Colours of the classes that a network tells apart (Okabe and Ito, 2008); their points differ in shape."""

TEXT_FONT = "Inter"
MATHS_FONT = "New Computer Modern Math"


@dataclass(frozen=True)
class Sizes:
    """Font sizes (the em, in Manim units). Text that would become smaller than `smallest` is left out."""

    title: float = 0.42
    body: float = 0.42
    number: float = 0.66
    formula: float = 0.66
    label: float = 0.54
    small: float = 0.36
    smallest: float = 0.3


@dataclass(frozen=True)
class Spacing:
    """Lengths in Manim units and stroke widths in Manim's own measure (1/100 unit)."""

    margin: float = 0.5
    gap: float = 0.25
    padding: float = 0.14
    stroke: float = 5.0
    thin_stroke: float = 3.0
    neuron_radius: float = 0.9


SIZES = Sizes()
SPACING = Spacing()
DARKEST = 0.12
"""How much of its colour a neuron has whose activation is 0."""
DIMMED = 0.28
"""Opacity of what the voice does not speak of."""


def luminance(colour: str) -> float:
    """The relative luminance of a colour `#RRGGBB`, from 0 to 1, as WCAG 2.1 defines it."""
    shares = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#RRGGBB`, from 1 to 21, as WCAG 2.1 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(fill: str) -> str:
    """The colour of text that is easiest to read on a fill `#RRGGBB`."""
    return max(INKS, key=lambda ink: contrast(ink, fill))


def colour(kind: str) -> str:
    """The colour of a kind of quantity, as `#RRGGBB`."""
    return COLOURS[kind]
