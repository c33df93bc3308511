"""Layers: a network of many neurons learns by the same rule as a chain of single ones."""

from collections.abc import Sequence

import numpy as np
from manim import DOWN, UP, Animation, AnimationGroup, Succession, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shorter
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.motion.placement import spread
from storyreel.graphics.motion.verbs import appear, change, in_place_of, one_after_another, pop, run_spark
from storyreel.graphics.network_layout import width_for_gradient
from storyreel.graphics.networks.diagram import BADGE_SCALES
from storyreel.graphics.networks.label_places import SHARES, box_of, is_clear, put_clear
from storyreel.graphics.parts.badge import Badge
from storyreel.stage.dense.dense_stage import FAINT
from storyreel.stage.dense.matrix_stage import MatrixStage
from storyreel.stage.dense.weight_stage import WeightStage
from storyreel.storyboard.cue import Count, WeightName, cue

BADGE_PLACES = (0.3, 0.4, 0.5, 0.6, 0.7)
MOST_BADGES = 5
BADGE_SIZE = (1.1, 0.5)
AT_NEURON = 0.1
"""Units between a hidden neuron, with what is written at it, and the badge of its gradient."""
OVERLAP = 0.4
"""The share of its time for which the picture of one neuron still fades out when the others come back."""


class Layers(WeightStage, MatrixStage):
    """A network of many neurons learns by the same rule as a chain of single ones."""

    @cue(
        seconds=2.4,
        requires=("network", "numbered layer {layer}"),
        hides=("gathered products", "sum of products", "slope of sum"),
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
        before = self.drop_gathering()
        lines = [diagram.edges[name] for names in weights for name in names]
        for line in (part for part in self.hidden if part in lines):
            line.set_stroke(opacity=0)  # it returns as a gradient, and is on stage before its turn
        back = [
            move
            for part, move in zip(self.hidden, self.bring_back(self.hidden), strict=True)
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
        return in_place_of(before, Succession(*steps), OVERLAP)

    @cue(
        seconds=1.8,
        requires=("network", "numbered layer {layer}"),
        hides=("gathered products", "sum of products", "slope of sum", "shares", "gaps", "loss on network"),
    )
    def show_neuron_gradients(self, layer: Count, factors: bool = False) -> Animation:
        """Light runs back to the neurons of a layer, counted from 1, and a badge with its gradient ∂L/∂z, of
        its weighted sum, appears at each that has room for it.

        `factors`: at outputs that have activation functions of their own, below it what this is the product
        of: the gradient of the output, and the slope of its function.
        """
        diagram, names = self.drawing, self.trace.network.names
        self.require_layer(layer)
        if layer == len(names.activations) - 1:
            badges = self.show_output_gradients()
            return Succession(badges, *map(appear, self.put_factors())) if factors else badges
        before = VGroup(*self.drop_gathering(), *self.drop_factors())
        back = self.bring_back(self.hidden)
        slopes = self.trace.gradients.pre_activations
        largest = max(float(np.abs(each).max()) for each in slopes) or 1.0
        lights, badges = list[Animation](), list[Badge]()
        for number, name in enumerate(names.activations[layer]):
            if name not in diagram.nodes:
                continue
            badges += self._badge_at(name, badges)
            for row, weight in enumerate(names.weights[layer + 1]):
                if weight[number] in diagram.edges:
                    line = diagram.edges[weight[number]].copy().reverse_direction()
                    sizes = slopes[layer][0, row], slopes[layer - 1][0, number]
                    start, end = (abs(float(size)) / largest for size in sizes)
                    lights.append(run_spark(line, "gradient", (start, end)))
        self.keep(*badges)
        steps = [AnimationGroup(*back)] if back else []
        steps.append(AnimationGroup(*lights))
        steps += [AnimationGroup(*map(pop, badges))] if badges else []
        return in_place_of(before, Succession(*steps), OVERLAP)

    def _badge_at(self, neuron: str, others: Sequence[Badge]) -> list[Badge]:
        """The badge of the gradient of a hidden neuron's sum, below what is written at it, or above it;
        empty where neither has room, and where it is on stage."""
        every = [part for name in self.drawing.nodes for part in self.written.get(name, ())]
        circles = [node.circle for node in self.drawing.nodes.values()]
        there = [part for part in self.shown if isinstance(part, Badge)]
        taken = [box_of(part) for part in (*every, *circles, *there, *others)]
        badge = Badge(self.gradient_text(neuron), "gradient", theme.SIZES.body)
        own = VGroup(self.drawing.nodes[neuron].circle, *self.written.get(neuron, ()))
        places = [badge.copy().next_to(own, side, buff=AT_NEURON).get_center() for side in (DOWN, UP)]
        put_clear(badge, places, taken, BADGE_SCALES)
        is_there = any(np.allclose(part.get_center(), place) for part in there for place in places)
        return [badge] if not is_there and is_clear(badge, taken) else []

    @cue(seconds=1.8, requires=("network", "weights {count}"))
    def point_out_largest(self, count: Count = 3) -> Animation:
        """The `count` weights (1 to 5) with the largest gradients get badges; other lines are dimmed."""
        badges = self.put_badges(count)
        others = [name for name in self.drawing.edges if name not in badges]
        faint = [change(self.drawing.edges[name]).set_stroke(opacity=FAINT).build() for name in others]
        return AnimationGroup(
            *faint, one_after_another([pop(badge) for badge in badges.values()], overlap=0.3)
        )

    @cue(seconds=1.0, requires=("network", "{of}"))
    def light_weights(self, of: list[WeightName]) -> Animation:
        """The connections of these weights are bright, and all others are dimmed."""
        edges = self.drawing.edges
        if left_out := [name for name in of if name not in edges]:
            raise StoryreelError(self.drawing.absence(left_out[0]))
        looks = {name: 1.0 if name in of else FAINT for name in edges}
        return AnimationGroup(
            *(change(edges[name]).set_stroke(opacity=look).build() for name, look in looks.items())
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
            badge.move_to(spot).set_z_index(1)  # above the connections, which change
        self._keep_apart(badges, first)
        self.keep(*badges)
        return dict(zip(first, badges, strict=True))

    @cue(
        seconds=0.1,
        requires=("a network", "weights {count} if `count`", "classes if `classes`"),
        hides=("network", "matrices", "map", "example gradients", "costs of batches", "two passes"),
        shows="network",
    )
    def carry_gradients(
        self, count: Count | None = None, classes: bool = False, beside: bool = False
    ) -> None:
        """The network is on stage from the first frame on, with its values, targets and gradients, as at the
        end of a chapter that shows them: with the markers of its `classes`, and with badges at the `count`
        weights with the largest gradients, if that is given; other lines are dimmed then.

        `beside`: as it was drawn beside a map.
        """
        self.is_beside = beside
        diagram = self.place_network(with_loss=False, pixels=False)
        self.lit = len(diagram.columns)
        for name, node in diagram.nodes.items():
            node.shine(diagram.brightness(name))
        if classes:
            self.put_classes()
        numbers = [number for name in diagram.nodes if (number := self.put_number(name)) is not None]
        tags = self.put_targets()
        gradients = self.put_output_gradients()
        badges, steepest = self.put_badges(count) if count else {}, self._steepest
        for name, edge in diagram.edges.items():
            slope = self.trace.number(GRADIENT + name)
            opacity = _opacity(slope, steepest) if not badges or name in badges else FAINT
            edge.show_gradient(slope, width_for_gradient(abs(slope) / steepest), opacity)
        written = [part for name in self.written for part in self.written[name] if part not in numbers]
        self.add(
            *diagram.edges.values(), *diagram.nodes.values(), *diagram.marks.values(), *written, *numbers
        )
        self.add(*tags, *gradients.values(), *badges.values())

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


def _opacity(slope: float, steepest: float) -> float:
    """The opacity of a connection that shows a gradient."""
    return 0.25 + 0.75 * abs(slope) / steepest
