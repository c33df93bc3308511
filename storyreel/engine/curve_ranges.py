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
CUT, CUT_OVER_VALLEYS = 3.2, 1.3
"""Where the curve is cut off, in heights of the start above the minimum: over one valley, and over several,
where the hill between them has to be seen."""
SEARCHED, BEYOND, DEEPER = 3.0, 0.6, 0.05
"""How far a deeper valley is looked for on both sides of the minimum, in multiples of how far the curve
extends there; how far beyond it the curve goes on, in distances from the minimum; and by how much it is
deeper, at least, in heights of the start above the minimum."""

Range = tuple[float, float]


def curve_ranges(landscape: LossLandscape) -> tuple[Range, Range]:
    """The ranges of the only weight of a landscape and of what is over it: they show the start, the minimum
    downhill from it, and near it a deeper valley if there is one."""
    start, low = float(landscape.start[0]), float(landscape.downhill()[0])
    reach = REACH * max(abs(start - low), SHORTEST_REACH * (abs(start) or 1.0))
    x_range = low - reach, low + reach
    deeper = _deeper_valley(landscape, low, reach)
    if deeper is not None:
        end = deeper + BEYOND * (deeper - low)
        x_range = min(x_range[0], end), max(x_range[1], end)
    losses = landscape.losses(np.linspace(*x_range, SAMPLES)[:, np.newaxis])
    cut = CUT if deeper is None else CUT_OVER_VALLEYS
    return x_range, _heights(losses, landscape.loss(landscape.start), cut)


def _deeper_valley(landscape: LossLandscape, low: float, reach: float) -> float | None:
    """The weight at the floor of the deepest valley near the minimum `low`, where that is deeper."""
    weights = np.linspace(low - SEARCHED * reach, low + SEARCHED * reach, 3 * SAMPLES)
    losses = landscape.losses(weights[:, np.newaxis])
    deepest = int(np.argmin(losses))
    height = landscape.loss(landscape.start) - landscape.loss([low])
    if deepest in (0, len(weights) - 1) or losses[deepest] > landscape.loss([low]) - DEEPER * abs(height):
        return None
    return float(weights[deepest])


def _heights(losses: Array, start: float, cut: float) -> Range:
    """The range of the y axis: from 0, unless all losses are far above it, to where the curve is
    cut off, so many heights of the start above the minimum."""
    finite = losses[np.isfinite(losses)]
    low = float(min(finite, default=0.0))
    high = min(float(max(finite, default=1.0)), low + cut * max(start - low, 1e-9))
    high = high if high - low > 1e-6 * max(abs(low), 1e-6) else low + (abs(low) or 1.0)
    floor = 0.0 if low < 0.6 * high else low - 0.15 * (high - low)
    return floor, high
