"""The page's colours, dark and light, as CSS custom properties.

The dark ones are the film's. The light ones have the same hues with enough contrast on a light page.
"""

from storyreel.graphics.theme import COLOURS, ink_on

LIGHT = {
    "background": "#FBFCFE",
    "surface": "#EDF1F7",
    "text": "#131A26",
    "muted": "#55617A",
    "line": "#76839A",
    "input": "#0A62B8",
    "activation": "#0A62B8",
    "pre_activation": "#0A62B8",
    "weight": "#855600",
    "bias": "#855600",
    "target": "#0A7146",
    "loss": "#B3301A",
    "gradient": "#773C9E",
}
"""Colours for a light page, by the names of the film's colours."""


def page_colours() -> dict[str, tuple[str, str]]:
    """For each name, the colour on a light page and on a dark one. `on-input` is for text on `input`."""
    colours = {name.replace("_", "-"): (LIGHT[name], dark) for name, dark in COLOURS.items()}
    colours["hidden"] = colours["output"] = colours["activation"]
    light, dark = colours["input"]
    colours["on-input"] = (ink_on(light), ink_on(dark))
    return colours


def colour_style() -> str:
    """The page's colours as CSS; `var(--loss)` gives the colour for the page's `color-scheme`."""
    lines = (f"--{name}: light-dark({light}, {dark});\n" for name, (light, dark) in page_colours().items())
    return f":root {{\n{''.join(lines)}}}\n"
