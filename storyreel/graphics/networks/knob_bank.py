"""A group of knobs, one for each weight and bias of a network or for some of them, layer by layer."""

import itertools
import math
from collections.abc import Mapping, Sequence

from manim import VGroup

from storyreel.core.errors import StoryreelError
from storyreel.engine.trace import Trace
from storyreel.graphics.layout import Area, at
from storyreel.graphics.networks.knob import ARROW_EXTENT, BELOW_DIAL, Knob, knob_shapes

MOST_ROWS = 4
LAYER_GAP = 0.8
"""The space between the knobs of two layers, in columns."""
ROOM_FOR_LABEL = 2.9
"""The least width of a column whose knobs have a label beside them, in Manim units."""
WIDEST_LABEL, ROOM_AROUND_LABEL = 3.7, 0.35
"""The most room for such a label, and how much of it is around the label."""
LEAST_LABEL = 1.7
"""The least width that such a label has, with the room around it."""
ROOM_FOR_LABEL_BELOW, HEIGHT_OF_LABEL = 1.6, 0.82
"""The least width of a column whose knobs have a label below them, and the height that it needs there."""
SMALLEST = 0.15
"""The smallest radius of a knob, in Manim units."""


class KnobBank(VGroup):
    """Knobs for the weights and biases `names` in `area`; `knobs` holds them by name."""

    def __init__(self, trace: Trace, names: Sequence[str], area: Area) -> None:
        super().__init__()
        layers = [list(group) for _, group in itertools.groupby(names, key=lambda name: trace[name].layer)]
        unit = max(abs(trace[name].value) for name in names) / 2 or 1.0

        def columns(rows: int) -> float:
            return sum(math.ceil(len(layer) / rows) for layer in layers) + LAYER_GAP * (len(layers) - 1)

        rows = max(
            range(1, MOST_ROWS + 1), key=lambda rows: min(area.width / columns(rows), area.height / rows)
        )
        across, down = area.width / columns(rows), area.height / rows
        with_label = min(across - LEAST_LABEL, down) / (2 * ARROW_EXTENT)
        above_label = min(
            min(across, down) / (2 * ARROW_EXTENT), (down - HEIGHT_OF_LABEL) / (ARROW_EXTENT + BELOW_DIAL)
        )
        labelled = rows == 1 and (across >= ROOM_FOR_LABEL or with_label > above_label)
        is_below = rows == 1 and not labelled and across >= ROOM_FOR_LABEL_BELOW
        cell = min(across, down)
        radius = with_label if labelled else above_label if is_below else cell / (2 * ARROW_EXTENT)
        if radius < SMALLEST:
            raise StoryreelError(f"{len(names)} knobs are too many to be seen; name those that matter")
        step = min(across, 2 * ARROW_EXTENT * radius + WIDEST_LABEL) if labelled else min(across, 1.3 * cell)
        room = step - 2 * ARROW_EXTENT * radius - ROOM_AROUND_LABEL if labelled else 0.0
        room = step - ROOM_AROUND_LABEL if is_below else room
        # All of a knob and the label below it is in the middle of its row.
        raised = (HEIGHT_OF_LABEL - (ARROW_EXTENT - BELOW_DIAL) * radius) / 2 if is_below else 0.0
        self.knobs: dict[str, Knob] = {}
        left = area.centre[0] - step * columns(rows) / 2
        for layer in layers:
            for number, name in enumerate(layer):
                column, row = divmod(number, rows)
                x = left + step * column + (radius * ARROW_EXTENT if labelled else step / 2)
                y = area.centre[1] + ((rows - 1) / 2 - row) * down + raised
                quantity, texts = trace[name], (trace.notation, "", is_below)
                knob = Knob(name, quantity.kind, quantity.value, unit, radius, room, *texts)
                self.knobs[name] = knob.shift(at(x, y))
            left += step * (math.ceil(len(layer) / rows) + LAYER_GAP)
        self.add(*self.knobs.values())
        self.unit, self.radius = unit, radius

    def turn(
        self,
        values: Mapping[str, float],
        arrows: Mapping[str, float],
        spec: str = "",
        glow: Mapping[str, float] | None = None,
    ) -> None:
        """Turn the knobs to `values`; `arrows` are the lengths of their arrows, -1 to 1, 0 where missing.

        `spec` is the format of numbers, as for `shown`; `glow` highlights knobs, 0 to 1. All are by name.
        """
        lit = glow or {}
        here = [values[name] for name in self.knobs], [arrows.get(name, 0.0) for name in self.knobs]
        for (name, knob), to in zip(
            self.knobs.items(), knob_shapes(*here, self.unit, self.radius), strict=True
        ):
            knob.turn(to, spec, lit.get(name, 0.0))
