"""Where the parts of a picture of gradient descent stand: a plot, and a panel to the right of it."""

from dataclasses import replace

from storyreel.graphics import layout

PLOT = replace(
    layout.WHOLE, name="plot", left=layout.WHOLE.left + 0.25, right=1.0, top=layout.WHOLE.top - 0.15
)
PANEL = replace(layout.WHOLE, name="panel", left=2.15)
TAGS = [replace(PANEL, bottom=low, top=high) for low, high in ((2.13, 2.75), (1.2, 2.05), (0.37, 1.1))]
"""Where the tags in the panel stand."""
RATES = [replace(PANEL, bottom=top - 0.8, top=top) for top in (0.14, -0.85, -1.84)]
"""Where the learning rates in the panel stand."""
KEY = layout.at(PANEL.left, -1.3)
"""Where the key of a map begins."""
