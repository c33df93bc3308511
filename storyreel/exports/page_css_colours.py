"""The page's colours, dark and light, as CSS custom properties.

Those of the lesson's theme are for the kind of page, dark or light, that it is made for; on the other kind
the colours are those of the theme `light` or `dark` that comes with storyreel.
"""

from collections.abc import Mapping

from storyreel.storyboard.themes.built_in import built_in_theme
from storyreel.storyboard.themes.contrast import ink_on, is_dark


def page_colours(own: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """For each name, the colour on a light page and on a dark one. `on-input` is for text on `input`.

    `own` are the colours of the lesson's theme.
    """
    both = {name: built_in_theme(name).colours for name in ("light", "dark")}
    both["dark" if is_dark(own["background"]) else "light"] = own
    light, dark = both["light"], both["dark"]
    colours = {name.replace("_", "-"): (light[name], dark[name]) for name in built_in_theme().colours}
    colours["hidden"] = colours["output"] = colours["activation"]
    colours["on-input"] = (ink_on(light["input"]), ink_on(dark["input"]))
    return colours


def colour_style(own: Mapping[str, str] | None = None) -> str:
    """The page's colours as CSS; `var(--loss)` gives the colour for the page's `color-scheme`.

    `own` are the colours of the lesson's theme; None stands for the default one.
    """
    colours = page_colours(own or built_in_theme().colours).items()
    lines = (f"--{name}: light-dark({light}, {dark});\n" for name, (light, dark) in colours)
    return f":root {{\n{''.join(lines)}}}\n"
