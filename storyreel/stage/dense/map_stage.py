"""The stage of chapters in which a dense network stands beside the map of its data."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from manim import (
    RIGHT,
    Animation,
    AnimationGroup,
    Mobject,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    linear,
)

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import appear, one_after_another, pop, slide, vanish
from storyreel.graphics.networks.gates.gate_panel import ground_behind
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.plots.examples.swelling import Swelling
from storyreel.graphics.plots.maps.decision_map import class_marker
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import maths
from storyreel.stage.dense.dense_stage import BESIDE_NETWORK, DenseStage
from storyreel.storyboard.cue import cue

ABOVE_NETWORK, SIDE_IN_TALL, SIDE_IN_SQUARE = 0.3, 3.5, 3.2
"""Units between the network and a map above it, and the height of its area in a tall and a square frame."""
FROM_SMALL = 0.15
"""Units between an output of a small network and the marker of its class."""
SMALL_NETWORK, BARS_BELOW_MAP = 0.36, 6.4
"""The share of a small network of the height beside the map, and this height where it is below the map."""


class MapStage(DenseStage):
    """A stage on which a network stands beside the map of its data."""

    def map_area(self, beside: bool) -> Area:
        """The area of a map that is alone, or beside the network: to its left in a wide frame, else above."""
        if not beside:
            return super().map_area(beside)
        whole = self.frame.whole
        if self.frame.is_wide:
            return replace(whole, name="map", right=whole.left + BESIDE_NETWORK)
        bottom = self.network_area.top + ABOVE_NETWORK
        side = SIDE_IN_TALL if self.frame.is_tall else SIDE_IN_SQUARE
        return replace(whole, name="map", bottom=bottom, top=bottom + side)

    def clear_for_map(self, beside: bool) -> VGroup:
        """What fades out before a map is drawn: all, or nothing if it is `beside` the network on stage."""
        if beside and self.diagram is not None and self.plane is None:
            return VGroup()
        return super().clear_for_map(beside)

    def gradients_appear(self, of: Sequence[str], mean: str, text: str | None) -> Animation:
        """A map beside a network stays, the network becomes small, and each bar grows while its point swells.
        Else the bars take the place of all on stage."""
        if not self.is_beside or self.plane is None:
            return super().gradients_appear(of, mean, text)
        small, area = self._areas_beside_map()
        shrinking = self._shrink_network(of, small, has_symbols=text is None)
        grid = self.put_gradients(of, mean, area, text)
        swelling = Swelling(self.plane.examples)

        def grow(_: Mobject, alpha: float) -> None:
            grid.grow(alpha)
            swelling.show(np.sin(np.pi * grid.shares(alpha)))

        growing = UpdateFromAlphaFunc(grid.bars, grow, rate_func=linear, introducer=True)
        markers = one_after_another([pop(marker) for marker in grid.markers], overlap=0.8)
        around = AnimationGroup(appear(grid.axes), *map(appear, grid.names), markers)
        return Succession(shrinking.set_run_time(1.4), around.set_run_time(0.8), growing.set_run_time(3.2))

    def _areas_beside_map(self) -> tuple[Area, Area]:
        """The areas of a small network and of the bars below it, beside the map."""
        whole, network = self.frame.whole, self.network_area
        area = replace(network, right=whole.right, bottom=whole.bottom, top=whole.top)
        if not self.frame.is_wide:
            area = replace(area, top=network.top, bottom=network.top - BARS_BELOW_MAP)
        return self.frame.halves(area, SMALL_NETWORK, 0.4, stacked=True)

    def _shrink_network(self, of: Sequence[str], area: Area, has_symbols: bool) -> Animation:
        """The network becomes as small as an area, without numbers; of its connections, only those of the
        weights `of` stay lit, each with its symbol if it `has_symbols`. Markers of classes stay."""
        before, small = self.drawing, NetworkDiagram(self.trace, area, False)
        moves: list[Animation] = []
        for name, node in small.nodes.items():
            moves.append(slide(before.nodes[name], node.set_z_index(1)))
        gone = [part for part in self.shown if part not in (self.plane, *before.nodes.values())]
        self.shown = [part for part in self.shown if part is self.plane]
        texts = self._small_markers(small)
        for name, edge in small.edges.items():
            if name in of:
                edge.set_stroke(theme.colour("weight"), theme.SPACING.bold_stroke, 1.0).set_z_index(1)
                if not has_symbols:
                    continue
                text = maths(symbol(name), plain=name, em=theme.SIZES.number, colour=theme.colour("weight"))
                text.move_to(edge.get_center())
                texts.append(VGroup(ground_behind(text), text).set_z_index(2))
            else:
                edge.set_stroke(opacity=theme.DIMMED)
        self.keep(*small.edges.values(), *small.nodes.values(), *texts)
        self.diagram, self.written, self.numbered, self.lit = None, {}, set(), 0
        self.has_markers = False
        arriving = AnimationGroup(*map(appear, (*small.edges.values(), *texts)))
        return Succession(AnimationGroup(*map(vanish, gone), *moves), arriving)

    def _small_markers(self, small: NetworkDiagram) -> list[VMobject]:
        """The markers of classes beside the outputs of a small network, if the large one has them."""
        if not self.has_markers:
            return []
        last = len(self.trace.network.layers)
        pairs = zip(small.columns[-1], small.layout.drawn(last), strict=True)
        return [class_marker(k).next_to(small.nodes[name], RIGHT, buff=FROM_SMALL) for name, k in pairs]

    def clear_for_network(self) -> VGroup:
        """What fades out before a network is drawn: all but a map beside it."""
        plane, mark = (self.plane, self.map_point) if self.is_beside else (None, None)
        if plane is None:
            return self.clear_stage()
        self.shown = [part for part in self.shown if part is not plane]
        before = self.clear_stage()
        self.plane, self.map_point = plane, mark
        self.keep(plane)
        return before

    @cue(seconds=1.2, requires=("network", "ringed example"))
    def enter_example(self) -> Animation:
        """The coordinates of the example that has a ring on the map go into the inputs."""
        if self.plane is None or self.map_point is None:
            raise StoryreelError("no example has a ring on the map; begin with `point_out_example`")
        return AnimationGroup(*self.enter_inputs(self._coordinates()))

    def numbers_of_inputs(self) -> list[VMobject]:
        """The coordinates of the example that has a ring on the map, if a network takes its place."""
        return [] if self.is_beside else self._coordinates()

    def _coordinates(self) -> list[VMobject]:
        """The coordinates of the example that has a ring on the map, which leaves them to others."""
        if self.plane is None or self.map_point is None:
            return []
        numbers: list[VMobject] = [*self.map_point.numbers]
        self.map_point.remove(*numbers)
        return numbers

    def enter_inputs(self, numbers: list[VMobject]) -> list[Animation]:
        """The coordinates go into the inputs, which are lit."""
        moves: list[Animation] = []
        for name, number in zip(self.drawing.columns[0], numbers, strict=False):
            self.drawing.nodes[name].shine(self.drawing.brightness(name))
            inside = self.put_number(name)
            moves.append(slide(number, inside.set_z_index(1)) if inside is not None else vanish(number))
            self.lit = 1
        return moves
