"""The stage of chapters in which gradients of a layer add up to that of a neuron before it."""

from dataclasses import dataclass

from manim import DOWN, LEFT, RIGHT, Animation, AnimationGroup, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shorter
from storyreel.engine.equations.neuron_sum import NeuronSum, neuron_sum
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import Point, at
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    in_place_of,
    one_after_another,
    pop,
    run_spark,
    slide,
)
from storyreel.graphics.networks.edge import Edge
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.networks.gradient_line import GradientLine, fitted_line, put_line, sum_line
from storyreel.graphics.networks.gradient_products import GradientProducts
from storyreel.graphics.networks.label_places import box_of
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.parts.badge import Badge
from storyreel.stage.dense.dense_stage import DenseStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import HiddenName, cue

FROM_TAG, FROM_NUMBER = 0.12, 0.12
"""Units, at least, from the gradient at an output to the tag of its target, and to what is to its left."""
SHARE_OF_SPACING = 0.85
"""The height of a gradient at an output at most, as a share of the distance of two outputs."""
LONG_ENOUGH = 3.2
"""The units between a hidden neuron and the next layer with which there is room for numbers between them."""
BELOW_NEURON, BELOW_NETWORK, BETWEEN_LINES = 0.08, 0.3, 0.2
"""Units from a neuron to its gradient, from the network to a sum, and from this to the line below it."""
BESIDE_GATE, GATE = 0.1, 1.7
"""Units between a neuron and the gate beside it, and the side of this, in radii of the neuron."""


@dataclass
class _Gathering:
    """What is on stage of a hidden neuron's gradient: the numbers, and their pictures so far.

    `node` is where the neuron has moved to, `labelled` its circle with what is written at it; `parts` are its
    copy, its connections, and the gradients that go back.
    """

    neuron: str
    node: Neuron
    labelled: VGroup
    numbers: NeuronSum
    products: GradientProducts
    parts: list[VMobject]
    total: GradientLine | None = None
    own: Badge | None = None
    passed: VGroup | None = None


class GradientStage(DenseStage):
    """A stage on which gradients stand at the outputs, and add up to those of hidden neurons."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.output_gradients: dict[str, Badge] = {}
        self.gathering: _Gathering | None = None
        self.hidden: list[VMobject] = []
        """What has faded out for the picture of one neuron, and returns after it."""

    def clear_stage(self) -> VGroup:
        """Forget everything on stage, and return it to be faded out."""
        self.output_gradients, self.gathering, self.hidden = {}, None, []
        return super().clear_stage()

    @cue(seconds=1.6, requires="network")
    def show_output_gradients(self) -> Animation:
        """A badge with its gradient ∂L/∂z appears at every output."""
        return one_after_another([pop(badge) for badge in self.put_output_gradients().values()])

    def put_output_gradients(self) -> dict[str, Badge]:
        """The badges of the outputs' gradients in their places."""
        right = self.frame.stage.right - self.widest_tag - FROM_TAG
        for name in self.drawing.columns[-1]:
            left = self._right_of(name) + FROM_NUMBER
            badge = self._gradient_badge(name, right - left)
            y = self.drawing.nodes[name].get_y()
            self.output_gradients[name] = badge.move_to(at((left + right) / 2, y))
        self.keep(*self.output_gradients.values())
        return self.output_gradients

    def _gradient_badge(self, neuron: str, room: float) -> Badge:
        """The badge of the gradient of a neuron's weighted sum, as wide as `room` units at most, with as many
        digits as can be read there."""
        name = self._sum_of(neuron)[0]
        value = self.trace.number(GRADIENT + name)
        most = SHARE_OF_SPACING * self.drawing.layout.spacing
        for text in (self.trace.text(GRADIENT + name), *shorter(value)):
            badge = Badge(text, "gradient")
            factor = min(1.0, room / badge.width, most / badge.height)
            if factor * badge.em >= theme.SIZES.crowded:
                break
        return badge.scale(factor)

    @cue(
        seconds=4.4,
        requires="network",
        hides=("gathered products", "sum of products", "slope of sum"),
        shows="gathered products on network",
    )
    def gather_gradients(self, neuron: HiddenName) -> Animation:
        """The gradients of the next layer go back to a hidden neuron, each times the weight on its way: the
        weight and the product appear on each connection, one after the other. All else fades out."""
        diagram = self.drawing
        layer, (index,) = self.trace[neuron].layer or 0, self.trace[neuron].index
        weights = [row[index] for row in self.trace.network.names.weights[layer + 1]]
        if left_out := [name for name in weights if name not in diagram.edges]:
            raise StoryreelError(diagram.absence(left_out[0]))
        numbers, before = neuron_sum(self.trace, neuron), self.drop_gathering()
        following = diagram.columns[layer + 1]
        sources, arriving = self._sources(following, numbers)
        kept = [*sources.values(), *(part for name in following for part in self._parts_of(name))]
        kept += diagram.targets.values() if following == diagram.columns[-1] else ()
        parts, way = self._parts_of(neuron), LEFT * self._way_aside(neuron, following[0])
        copies = [part.copy() for part in parts]
        node, *labels = [copy.copy().shift(way) for copy in copies]
        assert isinstance(node, Neuron)
        edges = [diagram.edge_from(node, name) for name in weights]
        taken = [box_of(_solid(part)) for part in (node, *labels, *kept)]
        products = GradientProducts(numbers, edges, taken)
        if parts[0] in self.hidden:
            moves = [appear(copy.shift(way)) for copy in copies]
        else:
            self.remove(*parts)
            self.add(*copies)
            moves = [change(copy).shift(way).build() for copy in copies]
        self.shown, self.hidden = (
            [part for part in every if part not in parts] for every in (self.shown, self.hidden)
        )
        aside = self._hide_all_but(kept)
        self.hidden += parts
        self.gathering = _Gathering(
            neuron,
            node,
            VGroup(node.circle, *labels),
            numbers,
            products,
            [*copies, *edges, *sources.values()],
        )
        self.keep(products, *copies, *edges, *(one for one in sources.values() if one not in self.shown))
        steps = [
            self._arrives(products, place, edge)
            for place, edge in enumerate(edges)
            if place in products.products
        ]
        first = AnimationGroup(AnimationGroup(*aside, *moves), *arriving)
        drawn = AnimationGroup(*map(draw, edges))
        turns = Succession(*steps).set_run_time(3.0)
        return in_place_of(before, Succession(first.set_run_time(0.8), drawn.set_run_time(0.5), turns))

    def _way_aside(self, neuron: str, following: str) -> float:
        """The units that a hidden neuron moves to the left so that its connections have room for numbers."""
        diagram = self.drawing
        if diagram.runs_down:
            return 0.0
        node, sink = diagram.nodes[neuron].circle, diagram.nodes[following].circle
        room = float(sink.get_left()[0] - node.get_right()[0])
        return max(0.0, min(LONG_ENOUGH - room, float(node.get_left()[0]) - self.frame.whole.left))

    def _parts_of(self, name: str) -> list[VMobject]:
        """A neuron with what is written at it."""
        return [self.drawing.nodes[name], *self.written.get(name, ())]

    def _sources(
        self, following: tuple[str, ...], numbers: NeuronSum
    ) -> tuple[dict[str, Badge], list[Animation]]:
        """The badges of the gradients that go back, by their neurons, with the digits of the products, and
        the animations in which these appear."""
        badges, moves = dict[str, Badge](), list[Animation]()
        for name, product in zip(following, numbers.products, strict=True):
            text, before = numbers.texts(product)[0], self.output_gradients.get(name)
            if before is not None and before.number.plain == text:
                badges[name] = before
                continue
            badge = Badge(text, "gradient")
            if before is not None:
                badge.scale(min(1.0, before.width / badge.width)).move_to(before)
                self.output_gradients[name] = badge
                self.shown.remove(before)
                moves.append(slide(before, badge))
            else:
                badge.scale(min(1.0, SHARE_OF_SPACING * self.drawing.layout.spacing / badge.height))
                right = max(float(part.get_right()[0]) for part in self._parts_of(name))
                badge.next_to(at(right, self.drawing.nodes[name].get_y()), RIGHT, buff=FROM_NUMBER)
                moves.append(pop(badge))
            badges[name] = badge
        return badges, moves

    def _arrives(self, products: GradientProducts, place: int, edge: Edge) -> Animation:
        """A spark runs back along a connection; its weight appears on the way, and the product after it."""
        spark = run_spark(edge.copy().reverse_direction(), "gradient")
        factor = products.factors.get(place)
        arrival = [appear(factor)] if factor is not None else []
        return Succession(AnimationGroup(spark, *arrival), pop(products.products[place]))

    @cue(
        seconds=2.0,
        requires=("gathered products", "no sum of products"),
        shows="sum of products on network",
    )
    def add_gradients(self) -> Animation:
        """The products of `gather_gradients` fly into a line below the network, where they are added up. The
        sum, the gradient of the hidden neuron, appears below it."""
        gathering = self._gathered
        numbers, products = gathering.numbers, gathering.products
        texts = [numbers.texts(each)[-1] for each in numbers.products]
        *_, sign, total = numbers.texts(numbers.total)
        line = sum_line(texts, sign, total, self._width_of_gathering, self.frame.whole)
        gathering.total = put_line(line, self._place_of_line(line), self.frame.whole)
        gathering.own = own = self._own_badge(total)
        self.keep(line, own)
        sources = list(products.products.values())
        if len(line.terms) == len(sources):
            pairs = [(badge.number, term) for badge, term in zip(sources, line.terms, strict=True)]
            arrival = self.fly(*pairs)
        else:
            arrival = appear(VGroup(*line.terms))
        return Succession(
            arrival.set_run_time(1.2),
            appear(line.ending).set_run_time(0.3),
            pop(own).set_run_time(0.5),
        )

    @property
    def _gathered(self) -> _Gathering:
        return needed(self.gathering, "there are no products on stage; begin with `gather_gradients`")

    def _own_badge(self, text: str) -> Badge:
        """The badge of the hidden neuron's gradient in its place, below the neuron."""
        labelled = self._gathered.labelled
        badge = Badge(text, "gradient")
        if self.drawing.runs_down:
            return badge.next_to(labelled, LEFT, buff=BELOW_NEURON)
        return badge.next_to(labelled, DOWN, buff=BELOW_NEURON).align_to(labelled, RIGHT)

    @property
    def _width_of_gathering(self) -> float:
        return float(self._picture.width)

    @property
    def _picture(self) -> VGroup:
        """All that is on stage of the network while gradients are gathered."""
        return VGroup(*self.shown)

    def _place_of_line(self, line: GradientLine) -> Point:
        """The middle of a line below what is on stage."""
        x = float(self._picture.get_x())
        gap = BETWEEN_LINES if self._gathered.total is not None else BELOW_NETWORK
        return at(x, float(self._picture.get_bottom()[1]) - gap - line.height / 2)

    @cue(seconds=2.4, requires=("sum of products", "no slope of sum"), shows="slope of sum on network")
    def times_slope(self) -> Animation:
        """The sum of `add_gradients` is multiplied by the slope of the neuron's activation function, whose
        gate appears with a tangent; the gradient of the weighted sum takes the place of the neuron's."""
        gathering = self._gathered
        own = needed(gathering.own, "there is no sum on stage; `add_gradients` comes first")
        numbers = gathering.numbers
        through = needed(numbers.through, "this neuron’s activation has no slope of its own")
        before, slope, sign, result = numbers.texts(through)
        kinds = ("gradient", "activation")
        line = fitted_line((before, f"× {slope}"), kinds, sign, result, self._width_of_gathering)
        put_line(line, self._place_of_line(line), self.frame.whole)
        gate, after = self._sloping_gate(gathering.neuron), self._own_badge(result)
        gathering.passed, gathering.own = VGroup(line, gate), after
        self.shown.remove(own)
        self.keep(line, gate, after)
        return Succession(
            AnimationGroup(pop(gate), appear(line.terms[0], from_above=0.2)),
            AnimationGroup(appear(line.terms[1]), appear(line.ending)),
            slide(own, after),
        )

    def _sloping_gate(self, neuron: str) -> Gate:
        """The gate of a hidden neuron with the tangent at its weighted sum, beside it."""
        node, (_, z) = self._gathered.node, self._sum_of(neuron)
        layer = self.trace[neuron].layer or 0
        name = self.trace.network.layers[layer - 1].activation.name
        gate = Gate(name, z, GATE * node.radius)
        side = RIGHT if self.drawing.runs_down else LEFT
        return gate.next_to(node, side, buff=BESIDE_GATE).put_dot(z).show_slope(z)

    def drop_gathering(self) -> VGroup:
        """Forget what is on stage of a hidden neuron's gradient, and return it to be faded out."""
        gathering, self.gathering = self.gathering, None
        if gathering is None:
            return VGroup()
        outputs = self.output_gradients.values()
        own = [part for part in gathering.parts if part not in outputs]
        parts = [gathering.products, *own, gathering.total, gathering.own, *(gathering.passed or ())]
        before = VGroup(*filter(None, parts))
        self.shown = [shape for shape in self.shown if shape not in before.submobjects]
        return before

    def _hide_all_but(self, kept: list[VMobject]) -> list[Animation]:
        """All on stage but these parts fades out, until `bring_back`; those of them that had are back."""
        moves = self.bring_back([part for part in self.hidden if part in kept])
        gone = [part for part in self.shown if part not in kept]
        self.hidden += gone
        return [*moves, *self.take_away(*gone)]

    def bring_back(self, parts: list[VMobject]) -> list[Animation]:
        """These parts, which faded out for the picture of one neuron, appear again."""
        self.hidden = [part for part in self.hidden if part not in parts]
        self.keep(*parts)
        return [appear(part) for part in parts]


def _solid(part: VMobject) -> VMobject:
    """A part without the light around it."""
    return part.circle if isinstance(part, Neuron) else part
