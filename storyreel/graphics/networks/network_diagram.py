"""The diagram of a feed-forward network: its neurons, connections, weights, biases, targets and loss."""

from collections.abc import Collection, Mapping

import numpy as np
from manim import DOWN, LEFT, VMobject

from storyreel.core.number_format import changing_spec
from storyreel.engine.trace import Trace
from storyreel.graphics.network_layout import TO_TARGET
from storyreel.graphics.networks.label_places import Box, box_of
from storyreel.graphics.networks.labelled_network import LabelledNetwork
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.text.copy_outlines import copy_outlines

DECIMALS = 2
"""The most decimals of a number in a node where not all fit."""
TO_BADGE = 0.16
"""Manim units from the symbol of a neuron to the badge below it, or beside it."""


class NetworkDiagram(LabelledNetwork):
    """The network of a trace, whose numbers can change, with places for badges. See `LabelledNetwork`."""

    def boxes(self, name: str) -> list[Box]:
        """The rectangles of everything that a badge of `name` must not cover, on stage or not yet."""
        own = name if name in self.nodes else self.neuron_of(name) if self._is_bias(name) else None
        others = (box_of(node) for other, node in self.nodes.items() if other != own)
        return [*super().boxes(name), *others]

    def _is_bias(self, name: str) -> bool:
        return self.trace.network.names[name].kind == "bias"

    def badge_places(self, name: str, badge: Badge) -> list[np.ndarray]:
        """The places for a badge, the best first; that of an output does not overlap its target."""
        places = super().badge_places(name, badge)
        if name in self.names and self._is_alone(name):
            away = LEFT if self.runs_down else DOWN
            places.insert(0, badge.copy().next_to(self.names[name], away, buff=TO_BADGE).get_center())
        label = self.labels.get(name)
        if label is not None and label.is_beside:
            edge = self.edges[name]
            side = (
                LEFT * (label.lift + badge.width / 2)
                if edge.is_upright
                else DOWN * (edge.over + badge.height / 2)
            )
            places.append(edge.get_center() + side)
        if name in self.columns[-1]:
            room = self.nodes[name].get_right()[0] + TO_TARGET - 0.05
            half = badge.width / 2
            places = [np.array((min(place[0], room - half), *place[1:])) for place in places]
        return places

    def _is_alone(self, neuron: str) -> bool:
        """True for the only neuron of its layer, below which there is room."""
        return any(column == (neuron,) for column in self.columns)

    def start_from(self, trace: Trace) -> None:
        """Give the diagram, which is not on stage yet, the weights and values of `trace`."""
        self.trace = trace
        self._show_sizes()
        for name, label in list(self.labels.items()):
            self.labels[name] = self.label(name, trace.number(name), label.is_beside)
        for name, node in self.nodes.items():
            node.value = self.value(name)

    def show_trace(
        self,
        trace: Trace,
        is_at_rest: bool = True,
        steady: Collection[str] = (),
        written: Mapping[str, str] | None = None,
    ) -> None:
        """Change the diagram, which is on stage, to the weights and values of `trace`.

        Numbers that are not at rest, but for the `steady` ones, keep their decimals, and so their widths. In
        a node where that does not fit, a number has as many decimals as fit. `written`: how numbers of nodes
        are written beside the diagram, and in it, too, where that fits.
        """
        self.trace = trace
        written = written or {}

        def spec(name: str) -> str:
            return "" if is_at_rest or name in steady else changing_spec(trace.number(name))

        self._show_sizes()
        for name, label in self.labels.items():
            copy_outlines(label, self.label(name, trace.number(name), label.is_beside, spec(name)))
        for name, node in self.nodes.items():
            if node.value is None:
                continue
            of_node = "" if node.kind == "input" else spec(name)
            number = self.value(name, of_node, written.get(name, "")) or node.rounded_value(
                trace.number(name), DECIMALS, self.brightness(name), is_at_rest or name in steady
            )
            if number is None:
                node.value.set_opacity(0)
            else:
                copy_outlines(node.value, number)

    def _show_sizes(self) -> None:
        """Connections as wide as their weights are large, neurons as bright as their activations."""
        for name in self.edges:
            self.show_weight(name, self.trace.number(name))
        for name, node in self.nodes.items():
            node.shine(self.brightness(name))

    def part(self, name: str) -> VMobject:
        """The node, label or tag of a quantity; without one, a weight's connection or a bias's neuron."""
        address = self.trace.network.names.get(name)
        if name in self.labels or address is None or address.kind not in ("weight", "bias"):
            return super().part(name)
        if name in self.edges:
            return self.edges[name]
        return super().part(self.neuron_of(name) if address.kind == "bias" else name)
