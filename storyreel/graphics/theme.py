"""What is drawn with: the colours of the theme in use, by kind of quantity; fonts, sizes and spacing.

Lengths are in Manim units. The frame is 8 units high, so 1/36 of its height is 0.22 units. Colours are those
of the theme in use (`storyreel.storyboard.themes.in_use`) when they are asked for: not those at import.
"""

from dataclasses import dataclass

from storyreel.storyboard.themes.contrast import ink_on as ink_on
from storyreel.storyboard.themes.contrast import is_dark as is_dark
from storyreel.storyboard.themes.in_use import theme_in_use


@dataclass(frozen=True)
class Sizes:
    """Font sizes (em) in Manim units. Text that would be smaller than `smallest` is left out.

    Numbers in crowded pictures, such as networks of many neurons, may be as small as `crowded`.
    """

    title: float = 0.42
    body: float = 0.42
    number: float = 0.66
    headline: float = 1.0
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
    bold_stroke: float = 9.0


SIZES = Sizes()
SPACING = Spacing()
DARKEST = 0.12
"""The share of its full colour that a neuron with activation 0 has."""
DIMMED = 0.28
"""Opacity of what the narration is not about."""


def colour(kind: str) -> str:
    """The colour of a kind of quantity, as `#RRGGBB`."""
    return theme_in_use().colours[kind]


def light(kind: str) -> str:
    """The colour in the middle of a light: that of text on a dark background, its own on a light one."""
    return colour("text") if is_dark(colour("background")) else colour(kind)


def class_colours() -> tuple[str, ...]:
    """The colours of the classes in a decision map."""
    return theme_in_use().classes
