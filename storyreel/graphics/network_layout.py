"""The layout of a network's diagram, used in films and on pages.

Lengths are in Manim units, y grows upwards, stroke widths are in 1/100 unit.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from storyreel.graphics import theme

ROOM_FOR_FRAME = 0.2  # the frame that points out a neuron at the left edge
ROOM_FOR_TARGETS, TO_TARGET = 2.1, 0.3
ROOM_FOR_LOSS = 2.1
ROOM_FOR_NAMES = 0.58
LARGEST_SPACING = 2.4
CLOSEST = 0.24
"""The largest radius of a neuron, as a share of the distance between layers."""
LABEL_ROOM = 0.46
"""The least distance of the centres of two weight labels; closer ones are left out."""
SHORTEST_LABELLED = 1.2
"""The least length of an edge with a label on it."""
LABEL_POSITIONS = (0.5, 0.3, 0.7, 0.25, 0.35)
"""Places of weight labels along their edges (0 to 1), in order of preference."""


def width_at(strength: float) -> float:
    """The stroke width of an edge; `strength` is the weight's size relative to the largest, 0 to 1."""
    return theme.SPACING.thin_stroke + 3 * strength


def width_for_gradient(strength: float) -> float:
    """The stroke width of an edge; `strength` is its gradient's size relative to the largest, 0 to 1."""
    return 1.0 + 6 * strength


@dataclass(frozen=True)
class NetworkLayout:
    """Neurons in columns, one column for each of `sizes`, with room for targets on the right.

    The neurons of a column are `spacing` apart, centred at the height `middle`; `columns` holds the x
    coordinates. `has_names` is true where names fit below the neurons.
    """

    sizes: tuple[int, ...]
    spacing: float
    radius: float
    has_names: bool
    middle: float
    columns: tuple[float, ...]

    def place(self, layer: int, row: int) -> tuple[float, float]:
        """The centre (x, y) of a neuron; layers and rows count from 0, rows from the top."""
        return self.columns[layer], self.middle + ((self.sizes[layer] - 1) / 2 - row) * self.spacing

    def label_position(self, layer: int) -> float | None:
        """The place along the edges to `layer` (from 1), 0 to 1, where their labels are furthest apart.

        None where labels would overlap anything.
        """
        across = self.columns[layer] - self.columns[layer - 1]
        pairs = itertools.product(range(self.sizes[layer - 1]), range(self.sizes[layer]))
        ends = [(self.place(layer - 1, j)[1], self.place(layer, k)[1]) for j, k in pairs]
        # Edges end at the rims of their neurons, the same share of the way from both centres.
        shares = [self.radius / math.hypot(across, up - down) for down, up in ends]
        shortest = min(math.hypot(across, up - down) for down, up in ends) - 2 * self.radius
        if len(ends) > 1 and shortest < SHORTEST_LABELLED:
            return None

        def closest(position: float) -> float:
            heights = sorted(
                start + (end - start) * (share + (1 - 2 * share) * position)
                for (start, end), share in zip(ends, shares, strict=True)
            )
            return round(float(min(np.diff(heights), default=np.inf)), 9)

        best = max(LABEL_POSITIONS, key=closest)
        return best if closest(best) >= LABEL_ROOM else None


def network_layout_of(
    sizes: Sequence[int], left: float, bottom: float, right: float, top: float, with_loss: bool = False
) -> NetworkLayout:
    """The layout in a rectangle of a network with layers of these sizes, inputs first.

    `with_loss` leaves room for a node to the right of the targets.
    """
    width, height, layers = right - left, top - bottom, len(sizes)
    spacing = min(height / max(sizes), LARGEST_SPACING)
    room_for_loss = ROOM_FOR_LOSS if with_loss else 0.0
    pitch = (width - ROOM_FOR_FRAME - ROOM_FOR_TARGETS - room_for_loss) / (layers - 1 + 2 * CLOSEST)
    radius = min(theme.SPACING.neuron_radius, 0.33 * spacing, CLOSEST * pitch)
    has_names = spacing - 2 * radius > ROOM_FOR_NAMES
    first, last = left + ROOM_FOR_FRAME + radius, right - radius - ROOM_FOR_TARGETS - room_for_loss
    return NetworkLayout(
        sizes=tuple(sizes),
        spacing=spacing,
        radius=radius,
        has_names=has_names,
        # Node and name together are centred.
        middle=(bottom + top) / 2 + (ROOM_FOR_NAMES / 2 if has_names else 0.0),
        columns=tuple(np.linspace(first, last, layers).tolist()),
    )
