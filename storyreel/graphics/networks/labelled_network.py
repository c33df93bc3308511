"""Neurons and connections with the labels of weights and biases, where these can be read."""

from collections.abc import Iterator, Sequence

import numpy as np
from manim import DOWN, RIGHT, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shorter
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.network_layout import ROOM_BESIDE
from storyreel.graphics.networks.bias_label import BiasLabel
from storyreel.graphics.networks.connected_neurons import ConnectedNeurons
from storyreel.graphics.networks.diagram import LABEL_GAP
from storyreel.graphics.networks.edge import PAD, WeightLabel
from storyreel.graphics.networks.label_places import (
    Box,
    box_of,
    crossings,
    share_for_label,
    shares_for_labels,
)

LABEL_SIZES = (0.42, 0.36, 0.3, 0.25)
"""Sizes of weights' labels among many connections, from the largest."""
NARROWEST = 2.3
"""The least width, in em, for which a label among many connections has a place: that of −0.12."""
MARGIN = 0.04
"""Manim units around a label among many connections that stay free."""
RIM = 0.025
"""What the rim of a neuron takes below it, in Manim units."""


class LabelledNetwork(ConnectedNeurons):
    """The neurons and connections of a network, with labels of its weights where these can be read.

    With `has_values`, biases have labels, too. `label_positions` are the places of the weights' labels along
    their connections, 0 to 1, and `shifts` the Manim units by which symbols of capsules are shifted. See
    `ConnectedNeurons` for the other parameters.
    """

    def __init__(
        self,
        trace: Trace,
        area: Area,
        with_loss: bool = False,
        has_values: bool = False,
        pixels: bool = False,
    ) -> None:
        super().__init__(trace, area, with_loss, has_values, pixels)
        self.label_positions: dict[str, float] = {}
        self.shifts: dict[str, float] = {}
        self._fits: dict[str, tuple[float, float]] = {}
        if has_values:
            self._label_biases()
        biases = dict(self.labels)
        self._label_weights()
        self.labels = {name: label for name, label in self.labels.items() if name not in biases} | biases

    def _label_weights(self) -> None:
        for layer in range(1, len(self.columns)):
            members = self._edges_of(layer)
            position = self.layout.label_position(layer)
            if position is not None and not (self.has_values and len(members) > 1 and self._is_tight(layer)):
                for weight in members:
                    self.label_positions[weight] = position
                    value = self.trace.number(weight)
                    self.labels[weight] = self.label(weight, value, beside=len(members) == 1)
            elif self.has_values:
                self._spread_labels(members)
        self._level_labels()

    def _level_labels(self) -> None:
        """Labels beside connections that lie on one line stand at one height above it."""
        rows: dict[float, list[str]] = {}
        for weight, label in self.labels.items():
            if isinstance(label, WeightLabel) and label.is_beside and not self.edges[weight].is_upright:
                rows.setdefault(round(self.edges[weight].segment[1], 3), []).append(weight)
        for row in rows.values():
            highest = max(self.labels[weight].lift for weight in row)
            for weight in row:
                self.edges[weight].least_lift = highest
                self.labels[weight] = self.label(weight, self.trace.number(weight), beside=True)

    def _edges_of(self, layer: int) -> list[str]:
        return [weight for weight in self.edges if self.layer_of(weight) == layer]

    def _is_tight(self, layer: int) -> bool:
        """True where labels at the same place along all edges of a layer would cover something."""
        members, position = self._edges_of(layer), self.layout.label_position(layer)
        self.label_positions.update(dict.fromkeys(members, position or 0.5))
        texts = [self.label(name, self.trace.number(name), beside=False).text for name in members]
        boxes = [_widened(box_of(text, PAD), NARROWEST * text.em) for text in texts]
        for name in members:
            del self.label_positions[name]
        blocked = list(self._boxes_of_nodes())
        return any(_meet(box, other) for k, box in enumerate(boxes) for other in (*blocked, *boxes[:k]))

    def _spread_labels(self, members: Sequence[str]) -> None:
        """Labels at different places along their edges, as large as they fit, or none."""
        segments = tuple(self.edges[name].segment for name in members)
        taken = tuple(self._boxes_of_nodes())
        for em in LABEL_SIZES:
            sizes = [self._size_of_label(name, em) for name in members]
            height = max(height for _, height in sizes)
            shares = shares_for_labels(segments, tuple(width for width, _ in sizes), height, taken)
            if shares is not None:
                for name, share in zip(members, shares, strict=True):
                    self._label_at(name, share, em)
                return

    def _size_of_label(self, weight: str, em: float) -> tuple[float, float]:
        number = self.trace.text(weight)
        text = WeightLabel(weight, number, self.edges[weight], 0.5, False, (em, np.inf)).text
        return max(text.width, NARROWEST * em) + 2 * MARGIN, text.height + 2 * MARGIN

    def _label_at(self, weight: str, share: float, em: float) -> WeightLabel | BiasLabel:
        width, _ = self._size_of_label(weight, em)
        self.label_positions[weight], self._fits[weight] = share, (em, width - 2 * MARGIN)
        label = self.labels[weight] = self.label(weight, self.trace.number(weight), beside=False)
        return label

    def call_up(self, weight: str, taken: Sequence[Box] = ()) -> WeightLabel | BiasLabel:
        """The label of a weight or a bias, made if the picture has none yet where it covers nothing.

        `taken` is covered by other things on stage. Raises StoryreelError where there is no room for it.
        """
        if weight in self.labels:
            return self.labels[weight]
        if weight not in self.edges:
            raise StoryreelError(self.absence(weight))
        members = self._edges_of(self.layer_of(weight))
        segments, number = [self.edges[name].segment for name in members], members.index(weight)
        labels = (box_of(label.text) for label in self.labels.values() if isinstance(label, WeightLabel))
        blocked = [*self._boxes_of_nodes(), *labels, *taken]
        for em in LABEL_SIZES:
            width, height = (size + 2 * (PAD - MARGIN) for size in self._size_of_label(weight, em))
            share = share_for_label(segments, number, width, height, blocked)
            if share is not None:
                return self._label_at(weight, share, em)
        raise StoryreelError(f"there is no room for {weight!r} beside the numbers that are there already")

    def _label_biases(self) -> None:
        for column in self.columns[1:]:
            for neuron in column:
                if bias := self.bias_of(neuron):
                    self.labels[bias] = self._bias_label(bias, self.trace.number(bias))
                    if self.layout.is_crowded and neuron in self.names:
                        self._shift_off_connections(neuron, bias)

    def _shift_off_connections(self, neuron: str, bias: str) -> None:
        """Shift a capsule's symbol with its bias to the right, to where no connection runs through them.

        Where there is no such place they stay at the left, which leaves the bias the most room.
        """
        written = VGroup(self.names[neuron], self.labels[bias])
        room = self.nodes[neuron].get_right()[0] - written.get_right()[0]
        shifts = np.linspace(0, max(0.0, room), 5)
        left, bottom, right, top = box_of(written, MARGIN)
        boxes = np.array([(left + shift, bottom, right + shift, top) for shift in shifts])
        segments = np.array([edge.segment for edge in self.edges.values()])
        clear = shifts[crossings(segments, boxes) == 0]
        if len(clear):
            self.shifts[neuron] = float(clear[0])
            written.shift(self.shifts[neuron] * RIGHT)

    def _bias_label(self, bias: str, value: float, spec: str = "") -> BiasLabel:
        """The label of a bias, in its place beside its neuron's symbol."""
        neuron, layout = self.neuron_of(bias), self.layout
        numbers = (self.trace.notation.text(bias, value, spec), *shorter(value))
        name, width = self.names.get(neuron), 2 * layout.half_width
        if name is None:
            em = min(layout.room_for_names, theme.SIZES.small)
            return BiasLabel(bias, numbers, em, width, False).next_to(self.nodes[neuron], DOWN, buff=0.0)
        if layout.is_crowded:
            room = width - name.width - 0.06 - self.shifts.get(neuron, 0.0)
            label = BiasLabel(bias, numbers, layout.names_em, room, False).next_to(name, RIGHT, buff=0.03)
            over_rim = label.get_top()[1] - self.nodes[neuron].get_bottom()[1] + RIM
            return label.shift(min(max(over_rim, 0.0), layout.line_gap / 2) * DOWN)
        is_named = len(self.columns[self.layer_of(neuron)]) == 1
        if self.runs_down:
            room = ROOM_BESIDE - LABEL_GAP
            label = BiasLabel(bias, numbers, theme.SIZES.small, room, is_named)
            return label.next_to(name, DOWN, buff=0.12).align_to(name, RIGHT)
        room = min(2.0, layout.pitch - name.width - 0.3) if is_named else 1.2
        label = BiasLabel(bias, numbers, theme.SIZES.small, room, is_named)
        return label.next_to(name, RIGHT, buff=0.12)

    def _boxes_of_nodes(self) -> Iterator[Box]:
        """The rectangles of neurons, of what is written below them, and of targets."""
        for node in self.nodes.values():
            yield box_of(node, 0.05)
        for text in (*self.names.values(), *self.targets.values()):
            yield box_of(text, 0.02)
        for name, label in self.labels.items():
            if isinstance(label, BiasLabel):
                yield box_of(self.labels[name], 0.0)

    def label(self, name: str, value: float, beside: bool, spec: str = "") -> WeightLabel | BiasLabel:
        """The label of a weight or a bias with the number `value`, in its place."""
        if name not in self.edges:
            return self._bias_label(name, value, spec)
        edge, position, fit = self.edges[name], self.label_positions[name], self._fits.get(name)
        texts = (self.trace.notation.text(name, value, spec), *shorter(value))
        sizes = [fit] if fit or beside else [None, *((em, np.inf) for em in LABEL_SIZES)]
        labels = (WeightLabel(name, text, edge, position, beside, size) for text in texts for size in sizes)
        first = next(labels)
        if self._has_room(first):
            return first
        return next(filter(self._has_room, labels), first)

    def _has_room(self, label: WeightLabel) -> bool:
        """True where a label fits on its connection and covers neither end of it."""
        if label.is_beside or not label.fits:
            return label.fits
        box = box_of(label.text, PAD)
        return not any(self.nodes[end].meets(box) for end in self.ends(label.weight))


def _widened(box: Box, least: float) -> Box:
    """A rectangle that is at least so wide, with the same middle."""
    left, bottom, right, top = box
    more = max(0.0, least - (right - left)) / 2
    return left - more, bottom, right + more, top


def _meet(one: Box, other: Box) -> bool:
    """True if two rectangles overlap."""
    return min(one[2], other[2]) > max(one[0], other[0]) and min(one[3], other[3]) > max(one[1], other[1])
