"""The areas of pictures of gradient descent: a plot, and a panel on its right."""

from dataclasses import replace

from storyreel.graphics import layout

PLOT = replace(
    layout.WHOLE, name="plot", left=layout.WHOLE.left + 0.25, right=1.0, top=layout.WHOLE.top - 0.15
)
PANEL = replace(layout.WHOLE, name="panel", left=2.15)
TAGS = [replace(PANEL, bottom=low, top=high) for low, high in ((2.13, 2.75), (1.2, 2.05), (0.37, 1.1))]
"""The areas of the tags in the panel."""
RATES = [replace(PANEL, bottom=top - 0.8, top=top) for top in (0.14, -0.85, -1.84)]
"""The areas of the rows of learning rates in the panel."""
KEY = layout.at(PANEL.left, -1.3)
"""The left end of the key of a map."""
