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
    "input": "#62C4FF",
    "activation": "#62C4FF",
    "pre_activation": "#62C4FF",
    "weight": "#FFC43D",
    "bias": "#FFC43D",
    "target": "#4BE3A4",
    "loss": "#FF7657",
    "gradient": "#E79BFF",
}
"""Colour by quantity: the kinds of a trace's quantities, `gradient`, and what frames them."""

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
DIMMED = 0.28
"""Opacity of what the voice does not speak of."""


def colour(kind: str) -> str:
    """The colour of a kind of quantity, as `#RRGGBB`."""
    return COLOURS[kind]
