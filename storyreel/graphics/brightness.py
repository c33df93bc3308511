"""The fill colour that shows how large an activation or a matrix entry is."""

from manim import ManimColor, interpolate_color

from storyreel.graphics import theme


def brightened(kind: str, brightness: float) -> ManimColor:
    """The colour of `kind` for a value of `brightness`, from 0 (dark) to 1 (the full colour)."""
    dark, bright = ManimColor(theme.colour("surface")), ManimColor(theme.colour(kind))
    share = theme.DARKEST + (1 - theme.DARKEST) * min(1.0, max(0.0, brightness))
    return interpolate_color(dark, bright, share)
