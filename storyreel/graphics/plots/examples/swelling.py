"""Points of a map that swell, to point out which examples something belongs to."""

import numpy as np
from manim import VGroup
from numpy.typing import NDArray

from storyreel.core.arrays import Array

LARGEST = 1.0
"""By how many of its sizes a point grows at most."""
DIMMEST = 0.25
"""The opacity of points beside those that are singled out."""


class Swelling:
    """Makes each of some points, which stay where they are, larger by a share of `LARGEST`."""

    def __init__(self, points: VGroup) -> None:
        self._points = points
        self._sizes = [(point.get_center(), point.points.copy()) for point in points]
        self._shares = [0.0] * len(points)

    def show(self, shares: Array) -> None:
        """Show the points as much larger as these shares say: (points,), of which 0 is their own size."""
        for number, share in enumerate(shares.tolist()):
            if share != self._shares[number]:
                centre, outline = self._sizes[number]
                self._points[number].points = centre + (1 + LARGEST * share) * (outline - centre)
                self._shares[number] = share

    def single_out(self, chosen: NDArray[np.bool_], share: float) -> None:
        """Show those of the points that are `chosen`, (points,) of booleans, as larger by a share, and the
        others as dimmed by it."""
        self.show(np.where(chosen, share, 0.0))
        self.dim_others(chosen, share)

    def dim_others(self, chosen: NDArray[np.bool_], share: float) -> None:
        """Show the points that are not `chosen` as dimmed by a share; for points without room to grow."""
        for point, is_chosen in zip(self._points, chosen.tolist(), strict=True):
            point.set_opacity(1.0 if is_chosen else 1 - (1 - DIMMEST) * share)
