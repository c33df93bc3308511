"""The ranges in which the curve of a cost or a loss over one weight is drawn."""

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.loss_landscape import LossLandscape

SAMPLES = 121
"""The places along a curve at which it is computed."""
REACH = 1.7
"""How far the curve extends on both sides of its minimum, in distances of that from the start."""
SHORTEST_REACH = 0.4
"""The least value of that distance, in multiples of the weight."""
CUT = 3.2
"""Where the curve is cut off, in heights of the start above the minimum."""

Range = tuple[float, float]


def curve_ranges(landscape: LossLandscape) -> tuple[Range, Range]:
    """The ranges of the only weight of a landscape and of what is over it: they show both the start and the
    minimum."""
    start, low = float(landscape.start[0]), float(landscape.downhill()[0])
    reach = REACH * max(abs(start - low), SHORTEST_REACH * (abs(start) or 1.0))
    x_range = low - reach, low + reach
    losses = landscape.losses(np.linspace(*x_range, SAMPLES)[:, np.newaxis])
    return x_range, _heights(losses, landscape.loss(landscape.start))


def _heights(losses: Array, start: float) -> Range:
    """The range of the y axis: from 0, unless all losses are far above it, to where the curve is cut off."""
    finite = losses[np.isfinite(losses)]
    low = float(min(finite, default=0.0))
    high = min(float(max(finite, default=1.0)), low + CUT * max(start - low, 1e-9))
    high = high if high - low > 1e-6 * max(abs(low), 1e-6) else low + (abs(low) or 1.0)
    floor = 0.0 if low < 0.6 * high else low - 0.15 * (high - low)
    return floor, high
