"""Layers: a network of many neurons learns by the same rule as a chain of single ones."""

from dataclasses import replace

import numpy as np
from manim import Animation, AnimationGroup, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shorter
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.maths.outer_product import OuterProduct
from storyreel.graphics.motion.placement import spread
from storyreel.graphics.motion.verbs import (
    appear,
    appear_from,
    change,
    draw,
    fly,
    in_place_of,
    one_after_another,
    pop,
    run_spark,
    vanish,
)
from storyreel.graphics.networks.diagram import BADGE_SCALES
from storyreel.graphics.networks.gradient_arrow import GradientArrow, arrow_lengths
from storyreel.graphics.networks.gradient_sum import GradientSum
from storyreel.graphics.networks.label_places import SHARES, box_of, is_clear, put_clear
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.parts.tag import Tag
from storyreel.stage.dense_stage import DenseStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Count, HiddenName, cue

ARROWS_FROM_RIGHT = 1.83
"""Units from the right edge to the arrows at the outputs."""
ROOM_FOR_FORMULA = 1.3
"""Units below the matrices for their rule."""
GAP_ABOVE_SUM, ROOM_FOR_TAG = 0.4, 2.2
"""Of a sum below the network: the units above it, and those to its right for its tag."""
BADGE_PLACES = (0.3, 0.4, 0.5, 0.6, 0.7)
MOST_BADGES = 5
BADGE_SIZE = (1.1, 0.5)


class Layers(DenseStage):
    """A network of many neurons learns by the same rule as a chain of single ones."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.product: OuterProduct | None = None
        self.arrows: dict[str, GradientArrow] = {}
        self.sum: list[VMobject] = []
        self.hidden: list[VMobject] = []

    @property
    def _matrices_area(self) -> Area:
        whole = self.frame.whole
        return replace(whole, name="matrices", bottom=whole.bottom + ROOM_FOR_FORMULA)

    def clear_stage(self) -> VGroup:
        """Forget everything on stage, and return it to be faded out."""
        self.product = None
        self.arrows, self.sum, self.hidden = {}, [], []
        return super().clear_stage()

    @cue(seconds=1.6, requires="network")
    def show_wishes(self) -> Animation:
        """An arrow appears at every output for its negative gradient −∂L/∂z: the direction in which the
        output should move, and how far; filled for upwards, hollow for downwards."""
        diagram, layers = self.drawing, self.trace.network.layers
        longest = min(0.95 * diagram.layout.spacing, 2.0)
        descent = -self.trace.gradients.pre_activations[len(layers) - 1][0]
        width = min(0.36, 0.45 * longest)
        lengths = arrow_lengths(descent, longest)[diagram.layout.drawn(len(layers))]
        for name, length in zip(diagram.columns[-1], map(float, lengths), strict=True):
            self.arrows[name] = GradientArrow(length, width).move_to(
                at(self.frame.stage.right - ARROWS_FROM_RIGHT, diagram.nodes[name].get_y())
            )
        self.keep(*self.arrows.values())
        return one_after_another([pop(arrow) for arrow in self.arrows.values()])

    @cue(seconds=5.0, requires="network")
    def gather_wishes(self, neuron: HiddenName) -> Animation:
        """The arrows of the next layer fly to a hidden neuron, each times the weight on its way, and are
        added up to that neuron's own arrow: its negative gradient. The gradient appears below."""
        diagram, quantity = self.drawing, self.trace[neuron]
        layer = quantity.layer or 0
        (index,) = quantity.index
        errors = self.trace.gradients.pre_activations[layer][0]
        weights = self.trace.network.layers[layer].weights[:, index]
        lit = [row[index] for row in self.trace.network.names.weights[layer + 1]]
        if left_out := [name for name in lit if name not in diagram.edges]:
            raise StoryreelError(diagram.absence(left_out[0]))
        room, place = self._sum_areas(neuron)
        total = GradientSum(-errors * weights, room)
        shares = np.abs(errors * weights) / (np.abs(errors * weights).max() or 1.0)
        tag = Tag(GRADIENT + neuron, self.trace.text(GRADIENT + neuron), "gradient")
        tag.scale(max(min(1.0, place.width / tag.width), theme.SIZES.crowded / theme.SIZES.label))
        x = total.get_x() if self.frame.is_wide else place.centre[0]
        tag.move_to(at(max(x, place.left + tag.width / 2), place.centre[1]))
        before, aside = self._drop_sum(), self._single_out(lit, layer)
        self.sum = [total, tag]
        self.keep(*self.sum)
        arrivals = []
        for edge, name, arrow, link, size in zip(
            lit, diagram.columns[layer + 1], total.arrows, total.links, shares.tolist(), strict=True
        ):
            source, node = self.arrows.get(name), diagram.nodes[name]
            arrival = fly(source, arrow) if source else appear_from(arrow, node.get_center())
            spark = run_spark(diagram.edges[edge].copy().reverse_direction(), "gradient", (size, size))
            arrivals.append(AnimationGroup(spark, arrival, draw(link)))
        steps = Succession(
            AnimationGroup(*aside, draw(total.level)),
            one_after_another(arrivals),
            AnimationGroup(pop(total.total), appear(tag, from_above=0.15)),
        )
        return in_place_of(before, steps)

    def _sum_areas(self, neuron: str) -> tuple[Area, Area]:
        """The areas of a sum and of its tag: to the left of the neuron, or below the network."""
        area, whole = self.network_area, self.frame.whole
        if self.frame.is_wide:
            left = replace(area, name="gradients", right=self.drawing.nodes[neuron].get_left()[0] - 0.7)
            above = replace(left, bottom=area.bottom + 1.15, top=area.top - 0.25)
            return above, replace(left, top=area.bottom + 0.5)
        below = replace(whole, name="gradients", top=area.bottom - GAP_ABOVE_SUM)
        right = whole.right - ROOM_FOR_TAG
        return replace(below, right=right), replace(below, left=right)

    def _drop_sum(self) -> VGroup:
        """Forget the sum on stage, if any, and return it to be faded out."""
        before, self.sum = VGroup(*self.sum), []
        self.shown = [shape for shape in self.shown if shape not in before.submobjects]
        return before

    def _single_out(self, lit: list[str], layer: int) -> list[Animation]:
        """Highlight the connections `lit` and dim the others; everything before `layer` fades out."""
        diagram = self.drawing
        nodes = [name for column in diagram.columns[:layer] for name in column]
        parts = [part for name in nodes for part in (diagram.nodes[name], *self.written.get(name, ()))]
        edges = {name: (self.trace[name].layer or 0) <= layer for name in diagram.edges}
        parts += [diagram.edges[name] for name, is_before in edges.items() if is_before]
        parts += [marks for number, marks in diagram.marks.items() if number < layer]
        moves = self._bring_back([part for part in self.hidden if part not in parts])
        gone = [part for part in parts if part in self.shown]
        self.hidden += gone
        moves += self.take_away(*gone)
        for name, is_before in edges.items():
            if not is_before:
                opacity = 1.0 if name in lit else theme.DIMMED / 2
                moves.append(diagram.reweigh(name, self.trace.number(name), opacity))
        return moves

    def _bring_back(self, parts: list[VMobject]) -> list[Animation]:
        """These parts, which were hidden for a sum, appear again."""
        self.hidden = [part for part in self.hidden if part not in parts]
        self.keep(*parts)
        return [appear(part) for part in parts]

    @cue(seconds=2.4, requires="network")
    def show_gradients(self) -> Animation:
        """Gradients flow back through the network; the larger its gradient, the wider each connection."""
        diagram = self.drawing
        before, lines = self._drop_sum(), tuple(diagram.edges.values())
        for line in (part for part in self.hidden if part in lines):
            line.set_stroke(opacity=0)  # it returns as a gradient, and is on stage before its turn
        back = [
            move
            for part, move in zip(self.hidden, self._bring_back(self.hidden), strict=True)
            if part not in lines
        ]
        slopes = {name: self.trace.number(GRADIENT + name) for name in diagram.edges}
        largest = max(float(np.abs(layer).max()) for layer in self.trace.gradients.weights) or 1.0
        steps = [AnimationGroup(*back)] if back else []
        for layer in reversed(self.trace.network.names.weights[1:]):
            edges = [name for row in layer for name in row if name in diagram.edges]
            sizes = {name: abs(slopes[name]) / largest for name in edges}
            sparks = [
                run_spark(diagram.edges[name].copy().reverse_direction(), "gradient", (size, size))
                for name, size in sizes.items()
            ]
            widths = [
                diagram.as_gradient(name, slopes[name], largest, 0.25 + 0.75 * size)
                for name, size in sizes.items()
            ]
            steps += [AnimationGroup(*sparks, *widths)]
        return in_place_of(before, Succession(*steps))

    @cue(seconds=1.8, requires=("network", "weights {count}"))
    def point_out_largest(self, count: Count = 3) -> Animation:
        """The `count` weights (1 to 5) with the largest gradients get badges; other lines are dimmed."""
        edges, names = self.drawing.edges, self.trace.network.names
        if not 1 <= count <= min(MOST_BADGES, len(edges)):
            raise StoryreelError(f"of this network 1 to {min(MOST_BADGES, len(edges))} weights can be shown")
        weights = [name for layer in names.weights for row in layer for name in row]
        ranked = sorted(weights, key=lambda name: -abs(self.trace.number(GRADIENT + name)))
        first, others = ranked[:count], [name for name in ranked[count:] if name in edges]
        if left_out := [name for name in first if name not in edges]:
            raise StoryreelError(self.drawing.absence(left_out[0]))
        badges = [Badge(self.trace.text(GRADIENT + name), "gradient") for name in first]
        places = [[edges[name].point_from_proportion(place) for place in BADGE_PLACES] for name in first]
        spots = spread(places, *BADGE_SIZE)
        for badge, spot in zip(badges, spots, strict=True):
            badge.move_to(spot)
        self._keep_apart(badges, first)
        self.keep(*badges)
        dimmed = [change(edges[name]).set_stroke(opacity=theme.DIMMED / 2).build() for name in others]
        return AnimationGroup(*dimmed, one_after_another([pop(badge) for badge in badges], overlap=0.3))

    def _keep_apart(self, badges: list[Badge], weights: list[str]) -> None:
        """Change badges that cover neurons, numbers or each other, as long ones do: other places on their
        connections, smaller, or fewer digits."""
        texts = [text for name in self.written for text in self.written[name]]
        drawing = self.drawing
        taken = [box_of(part) for part in (*texts, *drawing.targets.values(), *drawing.nodes.values())]
        boxes = [box_of(badge) for badge in badges]
        if all(is_clear(badge, [*taken, *boxes[:k]]) for k, badge in enumerate(badges)):
            return
        for number, weight in enumerate(weights):
            edge, value = drawing.edges[weight], self.trace.number(GRADIENT + weight)
            spots = [edge.point_from_proportion(share) for share in SHARES]
            for text in (self.trace.text(GRADIENT + weight), *shorter(value)):
                badge = badges[number] = Badge(text, "gradient")
                put_clear(badge, spots, taken, BADGE_SCALES)
                if is_clear(badge, taken):
                    break
            taken.append(box_of(badge, 0.03))

    @cue(seconds=2.4, requires=("network", "layer {layer}"), hides=("network", "map"), shows="matrices")
    def matrices(self, layer: Count) -> Animation:
        """The weights, inputs and errors of a layer (counted from 1) become matrices, each with its shape;
        the network fades out."""
        diagram, names = self.drawing, self.trace.network.names
        matrices = OuterProduct(self.trace, layer, self._matrices_area)
        flights = []
        for row, weights in enumerate(names.weights[layer]):
            for column, weight in enumerate(weights):
                cell = matrices.weights.cell(row, column)
                flights.append(_sent_from(diagram.edges.get(weight) or diagram.marked(weight), cell))
        for row, name in enumerate(names.activations[layer - 1]):
            source = diagram.nodes.get(name) or diagram.marked(name)
            flights.append(_sent_from(source, matrices.inputs.cell(row, 0)))
        for row, name in enumerate(names.activations[layer]):
            source = self.arrows.get(name) or diagram.nodes.get(name) or diagram.marked(name)
            flights.append(_sent_from(source, matrices.errors.cell(row, 0)))
        written = [matrices.labels, matrices.shapes]
        texts = [appear(text[name]) for name in ("weights", "inputs", "errors") for text in written]
        gone = vanish(self.clear_stage())
        self.product = matrices
        self.keep(matrices)
        return Succession(AnimationGroup(gone, *flights), AnimationGroup(*texts))

    @cue(seconds=3.6, requires="matrices")
    def multiply(self) -> Animation:
        """The products of errors and inputs fill the matrix of the layer's gradients."""
        matrices = needed(self.product, "there are no matrices on stage; begin with `matrices`")
        flights = [
            fly(matrices.inputs.cell(column, 0), matrices.row.cell(0, column))
            for column in range(matrices.row.columns)
        ]
        texts = {
            name: AnimationGroup(appear(matrices.labels[name]), appear(matrices.shapes[name]))
            for name in ("row", "gradients")
        }
        rows = [
            one_after_another(
                [_sent_from(matrices.errors.cell(row, 0), cell) for cell in matrices.gradients.row(row)],
                overlap=0.7,
            )
            for row in range(matrices.gradients.rows)
        ]
        self.keep(matrices.formula)
        return Succession(
            AnimationGroup(*flights, texts["row"]),
            AnimationGroup(one_after_another(rows, overlap=0.5), texts["gradients"]),
            appear(matrices.formula),
        )


def _sent_from(source: VMobject, cell: VMobject) -> Animation:
    """A cell of a matrix grows while it flies from the part of the network that it stands for."""
    return fly(cell.copy().scale(0.3).move_to(source), cell)
