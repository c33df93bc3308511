"""Layers: a network of many neurons learns by the same rule as a chain of single ones."""

from dataclasses import replace

import numpy as np
from manim import LEFT, RIGHT, Animation, AnimationGroup, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shorter
from storyreel.engine.equations.neuron_sum import neuron_sum
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.maths.outer_product import OuterProduct
from storyreel.graphics.motion.placement import spread
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    fly,
    in_place_of,
    one_after_another,
    pop,
    run_spark,
    slide,
    vanish,
)
from storyreel.graphics.network_layout import width_for_gradient
from storyreel.graphics.networks.diagram import BADGE_SCALES
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.networks.gradient_arrow import GradientArrow, arrow_unit
from storyreel.graphics.networks.gradient_sum import GradientSum, ProductRow
from storyreel.graphics.networks.label_places import SHARES, box_of, is_clear, put_clear
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.fitted_number import fitted_number
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.dense_stage import DenseStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Count, HiddenName, cue

FROM_TAG = 0.33
"""Units from the tags of the targets to the middle of the arrows at the outputs."""
ROOM_FOR_FORMULA = 1.3
"""Units below the matrices for their rule."""
GAP_AT_SUM = 0.4
"""The units between a sum and the network."""
SHARE_OF_GATE = 0.35
"""The largest width of a gate beside the tag of a gradient, as a share of the room of both."""
WIDEST_ARROW, NUMBER_GAP = 0.3, 0.12
"""The largest width of an arrow at an output, and the room on both sides of its number, in units."""
BADGE_PLACES = (0.3, 0.4, 0.5, 0.6, 0.7)
MOST_BADGES = 5
FAINT = theme.DIMMED / 2
"""The opacity of a connection that stays in the background."""
BADGE_SIZE = (1.1, 0.5)


class Layers(DenseStage):
    """A network of many neurons learns by the same rule as a chain of single ones."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.product: OuterProduct | None = None
        self.arrows: dict[str, GradientArrow] = {}
        self.wishes: dict[str, Typeset] = {}
        self.unit = 1.0
        self.sum: list[VMobject] = []
        self.hidden: list[VMobject] = []

    @property
    def _matrices_area(self) -> Area:
        whole = self.frame.whole
        return replace(whole, name="matrices", bottom=whole.bottom + ROOM_FOR_FORMULA)

    def clear_stage(self) -> VGroup:
        """Forget everything on stage, and return it to be faded out."""
        self.product = None
        self.arrows, self.wishes, self.sum, self.hidden = {}, {}, [], []
        return super().clear_stage()

    @cue(seconds=1.6, requires="network")
    def show_wishes(self) -> Animation:
        """An arrow with its number appears at every output for its negative gradient −∂L/∂z: the direction in
        which the output should move, and how far; filled for upwards, hollow for downwards."""
        self.put_wishes()
        pairs = zip(self.arrows.values(), self.wishes.values(), strict=True)
        return one_after_another([AnimationGroup(pop(arrow), appear(number)) for arrow, number in pairs])

    def put_wishes(self) -> None:
        """The arrows and their numbers in their places."""
        diagram, last = self.drawing, len(self.trace.network.layers)
        names = self.trace.network.names.pre_activations[last]
        outputs = dict(zip(diagram.columns[-1], diagram.layout.drawn(last), strict=True))
        wishes = {name: -self.trace.number(GRADIENT + names[place]) for name, place in outputs.items()}
        self.unit = arrow_unit(list(wishes.values()), diagram.layout.spacing)
        for name, wish in wishes.items():
            arrow = self._arrow_of(name, wish)
            text = self.trace.notation.text(GRADIENT + names[outputs[name]], wish)
            place = arrow.get_left() + LEFT * NUMBER_GAP
            room = float(place[0]) - self._right_of(name) - NUMBER_GAP
            number = fitted_number(text, wish, theme.SIZES.small, room, theme.colour("gradient"))
            self.arrows[name], self.wishes[name] = arrow, number.move_to(place, aligned_edge=RIGHT)
        self.keep(*self.arrows.values(), *self.wishes.values())

    def _arrow_of(self, output: str, wish: float) -> GradientArrow:
        """The arrow at an output, in its place."""
        width = min(WIDEST_ARROW, 0.45 * self.drawing.layout.spacing)
        place = at(self.frame.stage.right - self.widest_tag - FROM_TAG, self.drawing.nodes[output].get_y())
        return GradientArrow(self.unit * wish, width).move_to(place)

    @cue(
        seconds=6.0,
        requires="network",
        hides=("gradient sum", "slope of sum"),
        shows="gradient sum on network",
    )
    def gather_wishes(self, neuron: HiddenName) -> Animation:
        """The negative gradients of the next layer, each times the weight on its way to a hidden neuron, are
        written one below the other, with arrows of the same scale, and added up to the neuron's own.
        Its gradient appears below."""
        diagram = self.drawing
        layer, (index,) = self.trace[neuron].layer or 0, self.trace[neuron].index
        lit = [row[index] for row in self.trace.network.names.weights[layer + 1]]
        if left_out := [name for name in lit if name not in diagram.edges]:
            raise StoryreelError(diagram.absence(left_out[0]))
        picture = GradientSum(neuron_sum(self.trace, neuron), self.unit, self._sum_area(neuron))
        tag = self._tag_of(GRADIENT + neuron, _beside_gate(picture.tag_area))
        before, aside = self._drop_sum(), self._single_out(lit, layer)
        aside += self._rescale(picture.unit)
        self.sum = [picture, tag]
        self.keep(picture, tag)
        arrivals = [
            self._arrives(picture.rows[place], lit[place], diagram.columns[layer + 1][place])
            for place in picture.rows
        ]
        marks = [appear(picture.mark)] if picture.mark is not None else []
        added = AnimationGroup(
            draw(picture.rule), appear(picture.total.text), pop(picture.total.arrow), *marks
        )
        steps = Succession(
            AnimationGroup(*aside),
            Succession(*arrivals).set_run_time(4.4),
            added,
            appear(tag, from_above=0.15),
        )
        if picture.passed is not None:
            picture.remove(picture.passed)
        return in_place_of(before, steps)

    def _arrives(self, row: ProductRow, weight: str, neuron: str) -> Animation:
        """A row of a sum is written while a spark runs from its neuron along the connection of its weight."""
        edge, source = self.drawing.edges[weight], self.wishes.get(neuron)
        first = [self.fly((source, row.source))] if source is not None and len(row.source) else []
        if source is None:
            first = [appear(row.source)]
        spark = run_spark(edge.copy().reverse_direction(), "gradient")
        return Succession(AnimationGroup(spark, *first), AnimationGroup(appear(row.rest), pop(row.arrow)))

    def _tag_of(self, name: str, place: Area) -> Tag:
        """The tag of a gradient, in its area."""
        tag = Tag(name, self.trace.text(name), "gradient", theme.SIZES.body)
        tag.scale(max(place.scale_of(tag), theme.SIZES.crowded / theme.SIZES.body))
        return tag.move_to(place.centre)

    def _rescale(self, unit: float) -> list[Animation]:
        """The arrows at the outputs take the scale of a sum whose own arrows need a smaller one."""
        if unit == self.unit or not self.arrows:
            return []
        factor, self.unit = unit / self.unit, unit
        return [change(arrow).stretch(factor, 1).build() for arrow in self.arrows.values()]

    @cue(seconds=2.0, requires=("gradient sum", "no slope of sum"), shows="slope of sum on network")
    def times_slope(self) -> Animation:
        """The sum of `gather_wishes` is multiplied by the slope of the neuron's activation function, whose
        gate appears with a tangent; the gradient of the weighted sum takes the place of the neuron's."""
        picture, tag = self.sum
        assert isinstance(picture, GradientSum) and isinstance(tag, Tag)
        row = needed(picture.passed, "this neuron’s activation has no slope of its own")
        names, quantity = self.trace.network.names, self.trace[tag.quantity.removeprefix(GRADIENT)]
        before = names.pre_activations[quantity.layer or 0][quantity.index[0]]
        gate = self._sloping_gate(quantity.name, picture.tag_area)
        after = self._tag_of(GRADIENT + before, _beside_gate(picture.tag_area))
        self._drop_sum()
        self.sum = [picture.add(row), after, gate]
        self.keep(picture, after, gate)
        arrives = [self.fly((picture.total.result, row.source))] if len(row.source) else []
        return Succession(
            AnimationGroup(pop(gate), *arrives),
            AnimationGroup(appear(row.rest), pop(row.arrow)),
            slide(tag, after),
        )

    def _sloping_gate(self, neuron: str, area: Area) -> Gate:
        """The gate of a hidden neuron with the tangent at its weighted sum, at the right of an area."""
        layer, (index,) = self.trace[neuron].layer or 0, self.trace[neuron].index
        z = float(self.trace.forward.pre_activations[layer - 1][0, index])
        side = area.right - _beside_gate(area).right
        gate = Gate(self.trace.network.layers[layer - 1].activation.name, z, side)
        return gate.move_to(at(area.right, area.centre[1]), aligned_edge=RIGHT).put_dot(z).show_slope(z)

    def _sum_area(self, neuron: str) -> Area:
        """The area of a sum: to the left of the neuron, or below the network."""
        area, whole = self.network_area, self.frame.whole
        if self.frame.is_wide:
            return replace(
                area, name="gradients", right=self.drawing.nodes[neuron].get_left()[0] - GAP_AT_SUM
            )
        return replace(whole, name="gradients", top=area.bottom - GAP_AT_SUM)

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
                opacity = 1.0 if name in lit else FAINT
                moves.append(diagram.reweigh(name, self.trace.number(name), opacity))
        return moves

    def _bring_back(self, parts: list[VMobject]) -> list[Animation]:
        """These parts, which were hidden for a sum, appear again."""
        self.hidden = [part for part in self.hidden if part not in parts]
        self.keep(*parts)
        return [appear(part) for part in parts]

    @cue(
        seconds=2.4,
        requires=("network", "numbered layer {layer}"),
        hides=("gradient sum", "slope of sum"),
    )
    def show_gradients(self, layer: Count | None = None) -> Animation:
        """Gradients flow back through the network; the larger its gradient, the wider each connection.

        `layer`: only through this layer's connections, counted from 1.
        """
        diagram = self.drawing
        self.require_layer(layer)
        layers = self.trace.network.names.weights[1:]
        turning = layers[::-1] if layer is None else [layers[layer - 1]]
        weights = [[name for row in rows for name in row if name in diagram.edges] for rows in turning]
        before = self._drop_sum()
        lines = [diagram.edges[name] for names in weights for name in names]
        for line in (part for part in self.hidden if part in lines):
            line.set_stroke(opacity=0)  # it returns as a gradient, and is on stage before its turn
        back = [
            move
            for part, move in zip(self.hidden, self._bring_back(self.hidden), strict=True)
            if part not in lines
        ]
        slopes = {name: self.trace.number(GRADIENT + name) for name in diagram.edges}
        largest = self._steepest
        steps = [AnimationGroup(*back)] if back else []
        for names in weights:
            sizes = {name: abs(slopes[name]) / largest for name in names}
            sparks = [
                run_spark(diagram.edges[name].copy().reverse_direction(), "gradient", (size, size))
                for name, size in sizes.items()
            ]
            widths = [
                diagram.as_gradient(name, slopes[name], largest, _opacity(slopes[name], largest))
                for name in names
            ]
            steps += [AnimationGroup(*sparks, *widths)]
        return in_place_of(before, Succession(*steps))

    @cue(seconds=1.8, requires=("network", "weights {count}"))
    def point_out_largest(self, count: Count = 3) -> Animation:
        """The `count` weights (1 to 5) with the largest gradients get badges; other lines are dimmed."""
        badges = self.put_badges(count)
        others = [name for name in self.drawing.edges if name not in badges]
        faint = [change(self.drawing.edges[name]).set_stroke(opacity=FAINT).build() for name in others]
        return AnimationGroup(
            *faint, one_after_another([pop(badge) for badge in badges.values()], overlap=0.3)
        )

    def put_badges(self, count: int) -> dict[str, Badge]:
        """The badges of the weights with the largest gradients, by weight, in their places."""
        edges, names = self.drawing.edges, self.trace.network.names
        if not 1 <= count <= min(MOST_BADGES, len(edges)):
            raise StoryreelError(f"of this network 1 to {min(MOST_BADGES, len(edges))} weights can be shown")
        weights = [name for layer in names.weights for row in layer for name in row]
        first = sorted(weights, key=lambda name: -abs(self.trace.number(GRADIENT + name)))[:count]
        if left_out := [name for name in first if name not in edges]:
            raise StoryreelError(self.drawing.absence(left_out[0]))
        badges = [Badge(self.trace.text(GRADIENT + name), "gradient") for name in first]
        places = [[edges[name].point_from_proportion(place) for place in BADGE_PLACES] for name in first]
        spots = spread(places, *BADGE_SIZE)
        for badge, spot in zip(badges, spots, strict=True):
            badge.move_to(spot)
        self._keep_apart(badges, first)
        self.keep(*badges)
        return dict(zip(first, badges, strict=True))

    @cue(
        seconds=0.1,
        requires=("a network", "weights {count}", "classes if `classes`"),
        hides=("network", "matrices", "map", "example gradients", "paths"),
        shows="network",
    )
    def carry_gradients(self, count: Count = 3, classes: bool = False) -> None:
        """The network is on stage from the first frame on, with its values, targets and gradients, as at the
        end of a chapter that shows them: with badges at the `count` weights with the largest gradients, and
        with the markers of its `classes`."""
        diagram = self.place_network(with_loss=False, pixels=False)
        self.lit = len(diagram.columns)
        for name, node in diagram.nodes.items():
            node.shine(diagram.brightness(name))
        if classes:
            self.put_classes()
        numbers = [number for name in diagram.nodes if (number := self.put_number(name)) is not None]
        tags = self.put_targets()
        self.put_wishes()
        badges, steepest = self.put_badges(count), self._steepest
        for name, edge in diagram.edges.items():
            slope = self.trace.number(GRADIENT + name)
            opacity = _opacity(slope, steepest) if name in badges else FAINT
            edge.show_gradient(slope, width_for_gradient(abs(slope) / steepest), opacity)
        written = [part for name in self.written for part in self.written[name] if part not in numbers]
        self.add(
            *diagram.edges.values(), *diagram.nodes.values(), *diagram.marks.values(), *written, *numbers
        )
        self.add(*tags, *self.arrows.values(), *self.wishes.values(), *badges.values())

    @property
    def _steepest(self) -> float:
        """The size of the largest gradient of a weight."""
        return max(float(np.abs(layer).max()) for layer in self.trace.gradients.weights) or 1.0

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

    @cue(
        seconds=2.4,
        requires=("network", "layer {layer}"),
        hides=("network", "map", "example gradients", "paths"),
        shows="matrices",
    )
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


def _beside_gate(area: Area) -> Area:
    """The part of the room for a gradient's tag and a gate that is for the tag; the gate is at the right."""
    return replace(area, right=area.right - min(area.height, SHARE_OF_GATE * area.width))


def _opacity(slope: float, steepest: float) -> float:
    """The opacity of a connection that shows a gradient."""
    return 0.25 + 0.75 * abs(slope) / steepest


def _sent_from(source: VMobject, cell: VMobject) -> Animation:
    """A cell of a matrix grows while it flies from the part of the network that it stands for."""
    return fly(cell.copy().scale(0.3).move_to(source), cell)
