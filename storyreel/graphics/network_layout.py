"""The layout of a network's diagram, used in films and on pages.

Lengths are in Manim units, y grows upwards, stroke widths are in 1/100 unit.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from storyreel.engine.equations.ellipsis import elided
from storyreel.graphics import theme

ROOM_FOR_FRAME = 0.2  # the frame that points out a neuron at the left edge
ROOM_FOR_TARGETS, TO_TARGET = 2.1, 0.3
ROOM_FOR_LOSS = 2.0
NARROW, LOSS_ABOVE = 7.5, 0.75
"""The width below which an area is narrow: there the node for the loss stands above the targets, with that
radius."""
ROOM_FOR_NAMES, PITCH_FOR_NAMES = 0.58, 1.35
"""The least room below neurons, and the least distance of layers, with which symbols stand below neurons."""
ROOM_FOR_COUNTS = 0.46
LARGEST_SPACING, LARGEST_RADIUS = 3.4, 1.05
"""The largest distance of neurons in a layer, and the largest radius of a neuron, in Manim units."""
LONGEST_PITCH = 3.9
"""The largest distance of the layers of a chain, which has one neuron a layer."""
LEAST_SPACING = 0.36
"""The least distance of neurons. Of layers with more neurons than have room so, some are left out."""
MOST_ACROSS, ROOM_BESIDE, ROOM_BETWEEN = 2, 1.25, 1.5
"""Of a network that runs from top to bottom: the most neurons of a layer, and the least room beside them and
between them, in Manim units."""
CLOSEST = 0.26
"""The largest radius of a neuron, as a share of the distance between layers."""
LARGEST_IN_CHAIN = 0.78
"""The largest radius in a chain, which has its weights with their symbols between the neurons."""
CIRCLE, WIDER_CIRCLE, ROOMY = 0.34, 0.42, 0.9
"""The largest radius of a neuron, as a share of the distance of neurons: with symbols below them, and without
where these are at least so many units apart, for larger numbers inside."""
CAPSULE = 0.32
"""Half the width of a capsule at most, as a share of the distance between layers."""
LOWEST_CAPSULE, HIGHEST_CAPSULE = 0.171, 0.32
"""Half the height of a capsule, a neuron with room for a number, in Manim units."""
SHORTEST_VALUE = 2.6
"""The least width, in em, for which there is room: that of −0.12, which many numbers become."""
VALUE_EM, LARGEST_VALUE, VALUE_END = 1.35, theme.SIZES.body, 0.2
"""The em of a number in a capsule, in its radii and at most in units; the part of its half circles that the
number may not reach, in radii."""
ROOM_FOR_SPARK = 0.12
"""Units between the longest number and the rim of its capsule, where sparks end, if there is room."""
LINE_GAP, WIDEST_LINE_GAP, LARGEST_LINE = 0.04, 0.12, 0.36
"""Manim units around the symbols below capsules, at least and at most, and the largest em of these."""
LABEL_ROOM = 0.46
"""The least distance of the centres of two weight labels; closer ones are left out."""
SHORTEST_LABELLED = 1.2
"""The least length of an edge with a label on it."""
LABEL_POSITIONS = (0.5, 0.3, 0.7, 0.25, 0.35)
"""Places of weight labels along their edges (0 to 1), in order of preference."""


CALM, FAINTEST = 24, 0.3
"""The most connections of a layer in full width and opacity; the least factor of both."""


def width_at(strength: float) -> float:
    """The stroke width of an edge; `strength` is the weight's size relative to the largest, 0 to 1."""
    return 1.5 + 5 * strength


def calmness(connections: int) -> float:
    """The opacity of connections, and the factor of their width, by their number in the largest layer.

    More than `CALM` connections share the light of so many, in width and opacity together, until `FAINTEST`.
    """
    return max(FAINTEST, min(1.0, math.sqrt(CALM / connections)))


def width_for_gradient(strength: float) -> float:
    """The stroke width of an edge; `strength` is its gradient's size relative to the largest, 0 to 1."""
    return 1.0 + 6 * strength


@dataclass(frozen=True)
class NetworkLayout:
    """Neurons in columns, one column for each of `sizes`, with room for targets on the right.

    `rows` holds the neurons that are drawn of each layer from the top; None stands for those left out. The
    rows of a column are `spacing` apart, centred at the height `middle`; `columns` holds the x coordinates.
    Neurons are `2 × radius` high and `2 × half_width` wide. `names_em` is the size of symbols below them, 0
    where these do not fit, and `room_for_names` the height of what is written there; `line_gap` is what is
    free around it below capsules. `room_for_loss` is 0 where the node for the loss stands above the targets.

    A network that `runs_down` has its layers one below the other: then `columns` holds their y coordinates,
    and neurons of a layer are side by side, `spacing` apart, around the x coordinate `middle`. A node for the
    loss is the next one below.
    """

    sizes: tuple[int, ...]
    rows: tuple[tuple[int | None, ...], ...]
    spacing: float
    radius: float
    half_width: float
    names_em: float
    room_for_names: float
    line_gap: float
    middle: float
    columns: tuple[float, ...]
    room_for_loss: float
    runs_down: bool = False

    def drawn(self, layer: int) -> list[int]:
        """The neurons of a layer that are drawn, from the top."""
        return [neuron for neuron in self.rows[layer] if neuron is not None]

    def place(self, layer: int, neuron: int | None) -> tuple[float, float]:
        """The centre (x, y) of a neuron that is drawn, or of the gap (None) for those left out.

        Layers and neurons count from 0.
        """
        rows = self.rows[layer]
        aside = (rows.index(neuron) - (len(rows) - 1) / 2) * self.spacing
        if self.runs_down:
            return self.middle + aside, self.columns[layer]
        return self.columns[layer], self.middle - aside

    @property
    def is_crowded(self) -> bool:
        """True where neurons are capsules."""
        return self.half_width > self.radius

    @property
    def pitch(self) -> float:
        """The distance of two layers."""
        return abs(self.columns[1] - self.columns[0])

    @property
    def bottom(self) -> float:
        """The height below which there is nothing but the counts of layers."""
        return (
            self.middle
            - (max(map(len, self.rows)) - 1) / 2 * self.spacing
            - self.radius
            - self.room_for_names
        )

    def label_position(self, layer: int) -> float | None:
        """The place along the edges to `layer` (from 1), 0 to 1, where their labels are furthest apart.

        None where labels would overlap anything.
        """
        if self.runs_down:
            return 0.5 if len(self.rows[layer - 1]) == len(self.rows[layer]) == 1 else None
        across = self.columns[layer] - self.columns[layer - 1]
        pairs = itertools.product(self.drawn(layer - 1), self.drawn(layer))
        ends = [(self.place(layer - 1, j)[1], self.place(layer, k)[1]) for j, k in pairs]
        # Edges end at the rims of their neurons, the same share of the way from both centres.
        shares = [self.half_width / math.hypot(across, up - down) for down, up in ends]
        shortest = min(math.hypot(across, up - down) for down, up in ends) - 2 * self.half_width
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
    sizes: Sequence[int],
    left: float,
    bottom: float,
    right: float,
    top: float,
    with_loss: bool = False,
    longest: float = 0.0,
    tallest: float = 1.0,
    least: float = LEAST_SPACING,
) -> NetworkLayout:
    """The layout in a rectangle of a network with layers of these sizes, inputs first.

    `with_loss` leaves room for a node to the right of the targets. `longest` is the width, in em, of numbers
    for which neurons must have room, which are then capsules; without it, they are circles. `tallest` is
    the height, in em, of the symbols below capsules; `least` is the least distance of circles. Where a layer
    has more neurons than fit, the first and the last are drawn, with room below the columns for their counts.
    """
    line = theme.SIZES.crowded + LINE_GAP  # for the symbols below capsules, or for biases alone
    least = 2 * LOWEST_CAPSULE + line if longest else least
    if with_loss and right - left < NARROW and sizes[-1] > 1:
        top -= 2 * LOSS_ABOVE + LABEL_ROOM
    if max(sizes) > (top - bottom) / least:
        bottom += ROOM_FOR_COUNTS
    height, layers = top - bottom, len(sizes)
    most = max(3, int(height / least + 1e-9))
    rows = tuple(tuple(elided(size, most)) for size in sizes)
    spacing = min(height / max(map(len, rows)), LARGEST_SPACING)
    width = right - left
    room_for_loss = ROOM_FOR_LOSS if with_loss and width >= NARROW else 0.0
    closest = CAPSULE if longest else CLOSEST
    across = width - ROOM_FOR_FRAME - ROOM_FOR_TARGETS - room_for_loss
    pitch, largest = across / (layers - 1 + 2 * closest), LARGEST_RADIUS
    if max(sizes) == 1:
        largest = LARGEST_IN_CHAIN
        if closest * pitch > largest:
            pitch = (across - 2 * largest) / (layers - 1)
        pitch = min(pitch, LONGEST_PITCH)
    if longest:
        spare = spacing - 2 * LOWEST_CAPSULE - line
        radius = min(LOWEST_CAPSULE + spare / 4, HIGHEST_CAPSULE)
        em = min(VALUE_EM * radius, LARGEST_VALUE)
        half_width = min(CAPSULE * pitch, max(longest, SHORTEST_VALUE) * em / 2 + ROOM_FOR_SPARK)
        room = spacing - 2 * radius
        line_gap = min(max(LINE_GAP, room - tallest * theme.SIZES.crowded), WIDEST_LINE_GAP)
        room_for_names = min(room - line_gap, tallest * LARGEST_LINE)
        names_em = room_for_names / tallest
        if names_em < theme.SIZES.crowded - 1e-9:
            names_em = 0.0
    else:
        radius = min(largest, CIRCLE * spacing, CLOSEST * pitch)
        fits_names = spacing - 2 * radius > ROOM_FOR_NAMES
        has_room = fits_names and pitch > PITCH_FOR_NAMES
        if not fits_names and spacing >= ROOMY:
            radius = min(largest, WIDER_CIRCLE * spacing, CLOSEST * pitch)
        half_width = radius
        names_em = theme.SIZES.label if has_room else 0.0
        room_for_names, line_gap = ROOM_FOR_NAMES if names_em else 0.0, LINE_GAP
    taken = ROOM_FOR_FRAME + 2 * half_width + ROOM_FOR_TARGETS + room_for_loss
    length = min(width - taken, LONGEST_PITCH * (layers - 1)) if max(sizes) == 1 else width - taken
    first = (left + right - length - taken) / 2 + ROOM_FOR_FRAME + half_width
    return NetworkLayout(
        sizes=tuple(sizes),
        rows=rows,
        spacing=spacing,
        radius=radius,
        half_width=half_width,
        names_em=names_em,
        room_for_names=room_for_names,
        line_gap=line_gap,
        middle=(bottom + top) / 2 + room_for_names / 2,  # node and name together are centred
        columns=tuple(np.linspace(first, first + length, layers).tolist()),
        room_for_loss=room_for_loss,
    )


def can_run_down(sizes: Sequence[int]) -> bool:
    """True where a network has room from top to bottom of an upright area, and beside its neurons."""
    return max(sizes) <= MOST_ACROSS and sizes[-1] == 1


def downward_layout_of(
    sizes: Sequence[int], left: float, bottom: float, right: float, top: float, with_loss: bool = False
) -> NetworkLayout:
    """The layout in a rectangle of a network that can run from top to bottom.

    Symbols stand to the left of the neurons. `with_loss` leaves room for a node below the last one.
    """
    count = len(sizes) + with_loss
    pitch = min((top - bottom) / (count - 1 + 2 * CLOSEST), LONGEST_PITCH)
    across = max(sizes) - 1
    largest = (right - left - 2 * ROOM_BESIDE - across * ROOM_BETWEEN) / (2 * max(sizes))
    radius = min(LARGEST_RADIUS, CLOSEST * pitch, largest)
    first = (top + bottom + (count - 1) * pitch) / 2
    return NetworkLayout(
        sizes=tuple(sizes),
        rows=tuple(tuple(range(size)) for size in sizes),
        spacing=(right - left - 2 * (ROOM_BESIDE + radius)) / max(across, 1),
        radius=radius,
        half_width=radius,
        names_em=theme.SIZES.label,
        room_for_names=0.0,
        line_gap=LINE_GAP,
        middle=(left + right) / 2,
        columns=tuple(first - layer * pitch for layer in range(len(sizes))),
        room_for_loss=0.0,
        runs_down=True,
    )
