"""The stage of chapters in which gradients of a layer add up to that of a neuron before it."""

from collections.abc import Sequence

from manim import DOWN, LEFT, RIGHT, UP, Animation, AnimationGroup, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.neuron_sum import NeuronSum, neuron_sum
from storyreel.graphics.layout import Area, Point, at
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    in_place_of,
    one_after_another,
    pop,
    run_spark,
    slide,
    vanish,
)
from storyreel.graphics.networks.dense.sum_arrows import ELLIPSIS, SumArrows, Term, terms_of
from storyreel.graphics.networks.edge import Edge
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.networks.gradient_products import GradientProducts
from storyreel.graphics.networks.label_places import box_of
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.parts.badge import Badge
from storyreel.stage.dense.gathering import Gathering
from storyreel.stage.dense.output_stage import FROM_NUMBER, SHARE_OF_SPACING, OutputStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import HiddenName, Text, cue

LONG_ENOUGH = 3.8
"""The units between a hidden neuron and the next layer with which there is room for numbers between them."""
LONG_ABOVE_ARROWS = 4.6
"""The same above arrows in a wide frame, which are as wide as the picture."""
BELOW_NEURON, BELOW_NETWORK = 0.08, 0.4
"""Units from a neuron to its gradient, and from the network to the arrows below it."""
BESIDE_GATE, GATE = 0.1, 2.6
"""Units between a neuron and the gate beside it, and the side of this, in radii of the neuron."""
LOW_LAYER, ROOM_FOR_OWN, HEIGHT_BELOW = 2.6, 0.5, 3.9
"""The height of a next layer up to which there is room for arrows below it in a wide frame, the room for the
neuron's gradient above them, and their height, in units."""
BEYOND_OUTPUTS = 0.5
"""Units by which the room for arrows is higher than the outputs, above and below them."""
WIDTH_OF_ARROWS, HEIGHT_OF_ARROWS, HEIGHT_IN_SQUARE, FROM_ARROWS = 4.6, 4.4, 3.4, 0.35
"""The size of the room for arrows that add up, its width in a wide frame and its height in others, and in a
square one; and the units from there to the gate beside it."""


class GradientStage(OutputStage):
    """A stage on which gradients at the outputs add up to those of hidden neurons."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.gathering: Gathering | None = None

    def clear_stage(self) -> VGroup:
        """Forget everything on stage, and return it to be faded out."""
        self.gathering = None
        return super().clear_stage()

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
        numbers, before = neuron_sum(self.trace, neuron, is_weighed=True), self.drop_gathering()
        following = diagram.columns[layer + 1]
        sources, arriving = self._sources(following, numbers)
        kept = [*sources.values(), *(part for name in following for part in self.parts_of(name))]
        parts, way = self.parts_of(neuron), self._way_aside(neuron, following)
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
        aside = [*self.take_away(*self.drop_map()), *self.hide_all_but(kept)]
        self.hidden += parts
        self.gathering = Gathering(
            neuron,
            following,
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
        comes = AnimationGroup(*moves, *arriving)
        first = Succession(AnimationGroup(*aside), comes) if aside else Succession(comes)
        drawn = AnimationGroup(*map(draw, edges))
        turns = Succession(*steps).set_run_time(3.0)
        return in_place_of(before, Succession(first.set_run_time(0.8), drawn.set_run_time(0.5), turns))

    def _way_aside(self, neuron: str, following: Sequence[str]) -> Point:
        """The way of a hidden neuron to the middle of the next layer's height, and to the left so far that
        its connections have room for numbers."""
        nodes = self.drawing.nodes
        circle, sinks = nodes[neuron].circle, VGroup(*(nodes[name].circle for name in following))
        if self.drawing.runs_down:
            return at(0, 0)
        enough = LONG_ABOVE_ARROWS if self.has_arrows_below(sinks) else LONG_ENOUGH
        missing = max(0.0, enough - float(sinks.get_left()[0] - circle.get_right()[0]))
        if self.frame.is_tall:
            missing = min(missing, float(circle.get_left()[0]) - self.frame.whole.left)
        return at(-missing, float(sinks.get_y() - circle.get_y()))

    def has_arrows_below(self, sinks: VGroup) -> bool:
        """True where arrows have their room below the next layer, `sinks`, also in a wide frame: if that is
        low."""
        return self.frame.is_wide and not self.drawing.runs_down and sinks.height <= LOW_LAYER

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
                is_hidden = before in self.hidden  # as the layer is while a sum stands alone
                (self.hidden if is_hidden else self.shown).remove(before)
                moves.append(pop(badge) if is_hidden else slide(before, badge))
            else:
                badge.scale(min(1.0, SHARE_OF_SPACING * self.drawing.layout.spacing / badge.height))
                right = max(float(part.get_right()[0]) for part in self.parts_of(name))
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
        seconds=3.8,
        requires=("gathered products", "no sum of products"),
        shows="sum of products on network",
    )
    def add_gradients(self, text: Text | None = None) -> Animation:
        """The products of `gather_gradients` leave their connections and stand in a column; beside it they
        become arrows of one scale, of which each begins where the one before ended; below them is the sum,
        the gradient of the hidden neuron. The connections stay, with their weights.

        `text`: the words above the arrows.
        """
        gathering = self.gathered
        numbers, badges = gathering.numbers, gathering.products.products
        (*_, total), through = numbers.texts(numbers.total), numbers.through
        factor, product = None, None
        if through is not None:
            (_, factor, _, result), product_value = numbers.texts(through), through.value
            product = Term(result, product_value)
        terms = terms_of(numbers, badges)
        arrows = SumArrows(
            terms, Term(total, numbers.total.value), self._area_of_arrows, factor, product, text
        )
        gathering.arrows, gathering.own = arrows, self._own_badge(total)
        self.keep(arrows, gathering.own)
        gathering.products.remove(*badges.values())
        columns = [
            number for term, number in zip(terms, arrows.numbers, strict=True) if term.text != ELLIPSIS
        ]
        left_out = [number for number in arrows.numbers if number not in columns]
        flights = zip((badge.number for badge in badges.values()), columns, strict=True)
        comes = [self.fly(*flights), *map(vanish, badges.values()), *map(appear, left_out)]
        steps = [
            AnimationGroup(appear(arrow), appear(link))
            for arrow, link in zip(arrows.arrows, arrows.links, strict=True)
        ]
        return Succession(
            AnimationGroup(*comes).set_run_time(1.0),
            appear(arrows.zero).set_run_time(0.2),
            one_after_another(steps, overlap=0.3).set_run_time(2.0),
            AnimationGroup(
                appear(arrows.total), appear(arrows.rule), appear(arrows.total_number)
            ).set_run_time(0.7),
            pop(gathering.own).set_run_time(0.5),
        )

    @property
    def gathered(self) -> Gathering:
        """What is on stage of a hidden neuron's gradient; raises StoryreelError where nothing is."""
        return needed(self.gathering, "there are no products on stage; begin with `gather_gradients`")

    def _own_badge(self, text: str) -> Badge:
        """The badge of the hidden neuron's gradient in its place, at the neuron."""
        labelled = self.gathered.labelled
        badge = Badge(text, "gradient")
        if self.drawing.runs_down:
            return badge.next_to(labelled, LEFT, buff=BELOW_NEURON)
        side = DOWN if self.frame.is_wide else UP
        beyond = (GATE / 2 - 1) * self.gathered.node.radius  # how far a gate beside the neuron reaches
        return badge.next_to(labelled, side, buff=BELOW_NEURON + beyond).align_to(labelled, RIGHT)

    @property
    def _area_of_arrows(self) -> Area:
        """The room for arrows: in a wide frame below a low layer or else to the left of the neuron, in other
        frames below the network."""
        gathering = self.gathered
        sinks = VGroup(*(self.drawing.nodes[name].circle for name in gathering.following))
        node = gathering.labelled
        if self.has_arrows_below(sinks):
            badges = (self.output_gradients.get(name) for name in gathering.following)
            beside = VGroup(sinks, *filter(None, badges))
            left, right = float(node.get_left()[0]), float(beside.get_right()[0])
            top = float(VGroup(node, sinks).get_bottom()[1]) - BELOW_NETWORK - ROOM_FOR_OWN
            return Area("arrows", left, top - HEIGHT_BELOW, right, top)
        if self.frame.is_wide:
            right = float(node.get_left()[0]) - GATE * gathering.node.radius - FROM_ARROWS
            bottom, top = float(sinks.get_bottom()[1]), float(sinks.get_top()[1])
            bottom, top = bottom - BEYOND_OUTPUTS, top + BEYOND_OUTPUTS
            return Area("arrows", right - WIDTH_OF_ARROWS, bottom, right, top)
        left, right = float(node.get_left()[0]), float(sinks.get_right()[0])
        top = min(float(part.get_bottom()[1]) for part in (node, sinks)) - BELOW_NETWORK
        height = HEIGHT_OF_ARROWS if self.frame.is_tall else HEIGHT_IN_SQUARE
        return Area("arrows", left, top - height, right, top)

    @cue(seconds=3.6, requires=("sum of products", "no slope of sum"), shows="slope of sum on network")
    def times_slope(self) -> Animation:
        """The sum of `add_gradients` is multiplied by the slope of the neuron's activation function, whose
        gate appears with a tangent; its arrow with the gradient of the weighted sum appears below, and this
        takes the place of the neuron's."""
        gathering = self.gathered
        own, arrows = gathering.own, gathering.arrows
        if own is None or arrows is None:
            raise StoryreelError("there is no sum on stage; `add_gradients` comes first")
        through = needed(gathering.numbers.through, "this neuron’s activation has no slope of its own")
        gathering.gate = gate = self._sloping_gate(gathering.neuron)
        gathering.own = after = self._own_badge(gathering.numbers.texts(through)[-1])
        self.shown.remove(own)
        self.keep(gate, arrows.factor, arrows.product, after)
        arrow, number = arrows.product
        return Succession(
            pop(gate),
            appear(arrows.factor),
            AnimationGroup(slide(arrows.total.copy(), arrow), appear(number)),
            slide(own, after),
        )

    def _sloping_gate(self, neuron: str) -> Gate:
        """The gate of a hidden neuron with the tangent at its weighted sum, beside it."""
        node, (_, z) = self.gathered.node, self._sum_of(neuron)
        layer = self.trace[neuron].layer or 0
        name = self.trace.network.layers[layer - 1].activation.name
        gate = Gate(name, z, GATE * node.radius, is_true=True)
        side = RIGHT if self.drawing.runs_down else LEFT
        return gate.next_to(node, side, buff=BESIDE_GATE).put_dot(z).show_slope(z)

    def drop_gathering(self) -> VGroup:
        """Forget what is on stage of a hidden neuron's gradient, and return it to be faded out."""
        gathering, self.gathering = self.gathering, None
        if gathering is None:
            return VGroup()
        outputs = self.output_gradients.values()
        own = [part for part in gathering.parts if part not in outputs]
        ends = [*gathering.sums, gathering.own, *(gathering.weighed or ())]
        parts = [part for part in (gathering.products, *own, *ends) if part in self.shown]
        before = VGroup(*parts)
        self.shown = [shape for shape in self.shown if shape not in before.submobjects]
        return before


def _solid(part: VMobject) -> VMobject:
    """A part without the light around it."""
    return part.circle if isinstance(part, Neuron) else part
