"""The view of a surface in three dimensions: a parallel projection, which can turn."""

import math
from dataclasses import dataclass

import numpy as np

from storyreel.core.arrays import Array
from storyreel.graphics.layout import Area

AZIMUTH, ELEVATION = math.radians(36), math.radians(24)
"""How far the view is turned about the vertical, and how far it looks down, at the end."""
FLATTENED = 0.5
"""The share of its height that the surface has at the end."""
WIDEST = 1.5
"""How many times as wide as its angle gives it the picture may be drawn in a wide area."""


@dataclass(frozen=True)
class SurfaceView:
    """Turns points in space into points of the frame.

    Points have coordinates in Manim units, (…, 3): to the right and into the depth of the floor, seen from
    the front, and upwards from it. `azimuth` and `elevation` are in radians; heights are multiplied by
    `stretch`, `lift` is added to those of the surface, all is scaled by `scale`, and to the right by `widen`,
    too; the origin is at (`x`, `y`).
    """

    azimuth: float = 0.0
    elevation: float = 0.0
    stretch: float = 1.0
    lift: float = 0.0
    scale: float = 1.0
    widen: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def depth(self, places: Array) -> Array:
        """How far away points of the floor are: the farther, the larger."""
        return np.asarray(places[..., 0] * math.sin(self.azimuth) + places[..., 1] * math.cos(self.azimuth))

    def floor(self, places: Array) -> Array:
        """Points of the frame for points of the floor, whose height is ignored: (…, 3)."""
        return self._project(places, np.zeros(places.shape[:-1]))

    def surface(self, places: Array) -> Array:
        """Points of the frame for points of the surface: (…, 3)."""
        return self._project(places, places[..., 2] * self.stretch + self.lift)

    def _project(self, places: Array, heights: Array) -> Array:
        right = places[..., 0] * math.cos(self.azimuth) - places[..., 1] * math.sin(self.azimuth)
        up = heights * math.cos(self.elevation) + self.depth(places) * math.sin(self.elevation)
        return np.stack(
            [self.x + self.scale * self.widen * right, self.y + self.scale * up, np.zeros(right.shape)],
            axis=-1,
        )

    def towards(self, other: "SurfaceView", share: float) -> "SurfaceView":
        """The view at a share (0 to 1) of the way to another one; it is rather small on its way, on which the
        corners of the floor are farther apart."""
        pairs = {name: (mine, getattr(other, name)) for name, mine in vars(self).items()}
        values = {name: mine + (its - mine) * share for name, (mine, its) in pairs.items()}
        smaller, larger = sorted(pairs["scale"])
        share_of_larger = share if larger == other.scale else 1 - share
        return SurfaceView(**values | {"scale": smaller + (larger - smaller) * share_of_larger**2})


def turned_view(corners: Array, area: Area, to_the_right: bool) -> SurfaceView:
    """The view from above and from one side in which the box around `corners`, whose bottom is the floor,
    fills an area, widened where the area is wider than that.

    `corners` are the box's lowest and highest corner, (2, 3); heights may be below 0.
    """
    azimuth, (low, high) = AZIMUTH if to_the_right else -AZIMUTH, corners[:, 2].tolist()
    stretch = FLATTENED * high / (high - low)
    box = np.array([[x, y, z] for x in corners[:, 0] for y in corners[:, 1] for z in corners[:, 2]])
    lifted = SurfaceView(azimuth, ELEVATION, stretch, -low * stretch)
    points = np.concatenate([lifted.floor(box), lifted.surface(box)])[:, :2]
    first, last = points.min(axis=0), points.max(axis=0)
    scale = min(area.width / (last[0] - first[0]), area.height / (last[1] - first[1]))
    widen = min(WIDEST, area.width / (scale * (last[0] - first[0])))
    x, y = np.array(area.centre[:2]) - scale * np.array([widen, 1.0]) * (first + last) / 2
    return SurfaceView(
        azimuth, ELEVATION, stretch, lifted.lift, float(scale), float(widen), float(x), float(y)
    )


def view_from_above(floor: Array, rectangle: Array, stretch: float) -> SurfaceView:
    """The view from straight above in which the floor between two opposite corners, (2, 2), is a rectangle of
    the frame, whose corners are given alike; heights, which are not seen, are multiplied by `stretch`."""
    across, up = (rectangle[1] - rectangle[0]) / (floor[1] - floor[0])
    x, y = rectangle[0] - floor[0] * np.array([across, up])
    return SurfaceView(
        0.0, math.pi / 2, stretch, scale=float(up), widen=float(across / up), x=float(x), y=float(y)
    )
