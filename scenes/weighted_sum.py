"""A neuron's weighted sum as bars, like the ingredients of a recipe: how much of each input goes in."""

from collections.abc import Iterable, Sequence

import numpy as np
from manim import (
    DOWN,
    RIGHT,
    UP,
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
from storyreel.core.number_format import shown
from storyreel.engine.curves import has_curve
from storyreel.engine.network import Network
from storyreel.graphics import theme
from storyreel.graphics.analogies.weighted_bars import WeightedBars, terms_of
from storyreel.graphics.layout import at
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    ease_travel,
    in_place_of,
    one_after_another,
    pop,
    slide,
    vanish,
)
from storyreel.graphics.networks.diagram_move import written_on
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.networks.highlight import highlight
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.text.typeset import words
from storyreel.stage.stage import Stage, needed
from storyreel.storyboard.cue import Count, ParameterName, QuantityName, Text, cue

PALE = 0.25
"""The opacity of an input whose product is on stage, and of where a bar ended at first."""
GAP = 0.1
"""Units around the plot of an activation function."""
FIRST = "begin with `show_inputs`"


class WeightedSum(Stage):
    """A neuron's inputs as bars, each times its weight, their sum, and what its activation function makes
    of it. All bars have one scale."""

    bars: WeightedBars | None = None

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.shown = VGroup()
        self.guides = VGroup()
        self.pale: dict[int, VMobject] = {}
        self.first: list[VMobject] = []  # where the sum, the value and the loss end with the first weights
        self.gate: Gate | None = None
        self.ratio: VMobject | None = None
        self.network: Network | None = None  # with the weights that `turn` has set
        self.neuron, self.words, self.has_loss = "", dict[str, str](), False
        self.decimals: int | None = None
        self.diagram: NetworkDiagram | None = None  # the network that `carry_network` has put on stage

    @cue(seconds=0.1, requires="a network", hides=("inputs", "products", "sum"))
    def carry_network(self) -> None:
        """The network is on stage from the first frame on, with its weights, values and targets, as at the
        end of a chapter about it; with `show_inputs`, those of a neuron become bars."""
        self.remove(*self.shown.get_family())
        self.diagram = diagram = NetworkDiagram(self.experiment.trace, self.frame.stage, has_values=True)
        for name, node in diagram.nodes.items():
            node.shine(diagram.brightness(name))
            node.value = diagram.value(name)
        self.shown = VGroup(*diagram.connections, *diagram.nodes.values(), *written_on(diagram))
        self.add(*self.shown)

    def _inputs_come(self, bars: WeightedBars) -> Animation | None:
        """The neuron gets a ring in the network on stage; then the names and numbers of its inputs go from
        there to their rows, while all else fades out. None where no network is on stage."""
        diagram, self.diagram = self.diagram, None
        if diagram is None:
            return None
        flights = []
        for term, name, bar in zip(bars.terms, bars.names, bars.inputs, strict=True):
            node = diagram.nodes.get(term.name)
            if node is not None and node.value is not None:
                flights += [(diagram.names[term.name], name), (node.value, bar[1])]
        moved = [source.set_z_index(1) for source, _ in flights]  # above what still fades out
        ring = highlight(diagram.nodes[self.neuron])
        rest = [ring, *(part for part in self.shown if part not in moved)]
        others = [appear(name) for name in bars.names if all(name is not end for _, end in flights)]
        grown = [appear(bar[0]) for bar in bars.inputs if len(bar)]
        return Succession(
            draw(ring).set_run_time(0.5),
            AnimationGroup(*map(vanish, rest), run_time=0.5),
            AnimationGroup(*(slide(*pair) for pair in flights), run_time=0.9),
            AnimationGroup(draw(bars.zero), *grown, *others, run_time=0.6),
        )

    @cue(
        seconds=2.0,
        requires=("a network", "weighted neuron {of}", "{bias, total, value} fits 0.97 × 0.5 at 0.3"),
        hides=("inputs", "products", "sum"),
        shows=("inputs {of}", "row for the loss on inputs if `loss`"),
        opens=True,
    )
    def show_inputs(
        self, of: QuantityName, bias: Text = "", total: Text = "", value: Text = "", loss: bool = False
    ) -> Animation:
        """The inputs of a neuron appear as bars, one below the other, with their numbers, in place of those
        of another. A bias that is not 0 is one of them: an input of 1.

        `bias`, `total` and `value` are words for the bias, the weighted sum and the neuron's value, in place
        of their symbols. With `loss` there is room for `show_loss`. Out of a network on stage, in which the
        neuron gets a ring, the inputs come to their rows.
        """
        names = self.experiment.network.names
        if names[of].kind != "activation":
            raise StoryreelError(f"{of!r} is not a neuron with a weighted sum")
        before, self.neuron, self.network, self.pale = self.shown, of, None, {}
        self.has_loss, self.gate, self.first, self.ratio = loss, None, [], None
        self.decimals = None
        layer, (k,) = names[of].layer or 0, names[of].index
        self.words = {names.pre_activations[layer][k]: total, names.name_of(names[of]): value}
        self.words[names.biases[layer][k] if names.biases[layer] else "bias"] = bias
        self.bars = bars = self._bars_of_network()
        coming = self._inputs_come(bars)
        self.shown = VGroup(bars.zero, *bars.names, *bars.inputs)
        if coming is not None:
            return coming
        rows = [
            AnimationGroup(appear(name), *([appear(bar)] if len(bar) else []))
            for name, bar in zip(bars.names, bars.inputs, strict=True)
        ]
        return in_place_of(before, Succession(draw(bars.zero), one_after_another(rows)))

    def _bars_of_network(self, like: WeightedBars | None = None) -> WeightedBars:
        """The bars of the neuron, with the weights that the network has now, or with the first ones if they
        are to be `like` others."""
        first = self.experiment.network
        trace = self.experiment.trace_of(first if like else self.network or first)
        names = trace.network.names
        address = names[self.neuron]
        total = names.pre_activations[address.layer or 0][address.index[0]]
        numbers = [(name, trace.number(name), trace.text(name)) for name in (total, names.name_of(address))]
        spec = "" if self.decimals is None else f".{self.decimals}f"
        written = shown(trace.loss, spec) if spec else trace.text("loss")
        loss = ("loss", trace.loss, written) if self.has_loss else None
        like = like or (self.bars if self.pale else None)
        terms = terms_of(trace, self.neuron)
        return WeightedBars(self.frame.whole, terms, *numbers, loss, self.words, like=like)

    @property
    def _bars(self) -> WeightedBars:
        return needed(self.bars, f"there are no bars on stage; {FIRST}")

    def _has(self, part: str) -> bool:
        """True if the products, the total or the value are on stage."""
        shape = getattr(self.bars, part, None)
        return (shape[0] if isinstance(shape, list) else shape) in self.shown.submobjects

    def _bars_with(self, name: str, is_in_order: bool) -> WeightedBars:
        bars = self._bars
        if not is_in_order:
            raise StoryreelError(f"`{name}` is out of order: inputs, products, sum and value come one by one")
        return bars

    @cue(seconds=3.0, requires=("inputs", "no products"), shows="products")
    def weigh(self) -> Animation:
        """Each input is multiplied by its weight: its bar becomes the product, longer or shorter, and on the
        other side of the line if the weight is negative. The input stays behind it, pale."""
        bars = self._bars_with("weigh", not self._has("products"))
        rows = [self._weighed(number) for number in range(len(bars.products))]
        self.shown.add(*bars.factors, *bars.products)
        return one_after_another(rows, overlap=0.4)

    def _weighed(self, number: int) -> Animation:
        bars = self._bars
        before, factors, product = bars.inputs[number], bars.factors[number], bars.products[number]
        if not len(before):
            return appear(product)
        pale, show = before[0].copy().set_fill(opacity=PALE), bars.multiply(number)
        self.pale[number] = pale
        self.shown.remove(before).add(pale)

        def multiply(_: Mobject, alpha: float) -> None:
            show(ease_travel(alpha))

        turned = UpdateFromAlphaFunc(product[0], multiply, rate_func=linear, introducer=True)
        return Succession(
            AnimationGroup(slide(before[1], factors[0]), appear(factors[1])),
            AnimationGroup(vanish(before[0]), appear(pale), turned),
            appear(product[1]),
        )

    @cue(seconds=3.0, requires=("products", "no sum"), shows="sum")
    def add_up(self) -> Animation:
        """Each product moves to begin where the one before it ends, and the sum appears below them, from the
        line to the end of the last one."""
        bars = self._bars_with("add_up", self._has("products") and not self._has("total"))
        moves = [
            change(product, ease_travel).shift(bars.to_end_to_end(k) * RIGHT).build()
            for k, product in enumerate(bars.products)
        ]
        self.guides = guides = bars.guides()
        self.shown.add(guides, bars.total_name, bars.total)
        total = AnimationGroup(appear(bars.total_name), appear(bars.total))
        return Succession(AnimationGroup(*moves), draw(guides), total)

    @cue(seconds=2.4, requires=("sum", "no value"), shows="value on sum")
    def activate(self) -> Animation:
        """The bar of the sum moves down and becomes the neuron's value, while beside it a dot runs along the
        curve of the activation function, if that has one, to the sum."""
        bars = self._bars_with("activate", self._has("total") and not self._has("value"))
        self.shown.add(bars.value_name, bars.value)
        total, value = self._numbers
        show, name = bars.bend(total, value), self._activation
        become = UpdateFromAlphaFunc(
            bars.value[0], lambda _, alpha: show(ease_travel(alpha)), rate_func=linear, introducer=True
        )
        arrives = AnimationGroup(appear(bars.value_name), appear(bars.value[1]))
        if not has_curve(name):
            return Succession(become, arrives)
        room = bars.room_for_curve
        heading = words(name.replace("_", " "), em=theme.SIZES.small, colour=theme.colour("muted"))
        side = min(room.width, room.height - heading.height - 3 * GAP)
        self.gate = gate = Gate(name, total, side).move_to(room.centre)
        gate.align_to(at(0, room.bottom + GAP), DOWN)
        self.shown.add(gate, heading.next_to(gate.plate, UP, buff=GAP))
        runs = AnimationGroup(gate.passing(total), become)
        return Succession(AnimationGroup(pop(gate), appear(heading)), runs, arrives)

    @property
    def _numbers(self) -> tuple[float, float]:
        """The weighted sum and the value of the neuron, with the weights that the network has now."""
        trace = self.experiment.trace_of(self.network or self.experiment.network)
        names = trace.network.names
        address = names[self.neuron]
        total = names.pre_activations[address.layer or 0][address.index[0]]
        return trace.number(total), trace.number(self.neuron)

    @property
    def _activation(self) -> str:
        """The name of the neuron's activation function."""
        network = self.experiment.network
        return network.layers[(network.names[self.neuron].layer or 1) - 1].activation.name

    @cue(seconds=1.2, requires=("value", "row for the loss", "no loss bar"), shows="loss bar on sum")
    def show_loss(self, decimals: Count | None = None) -> Animation:
        """The network's loss appears below the neuron's value, as a bar on the same scale. Its number has as
        many `decimals` as are given, so that small changes are seen."""
        self.decimals = decimals
        bars = self._bars_with("show_loss", self._has("value") and self.has_loss and not self._has("loss"))
        assert bars.loss is not None and bars.loss_name is not None
        self.shown.add(bars.loss_name, bars.loss)
        return AnimationGroup(appear(bars.loss_name), appear(bars.loss))

    @cue(seconds=1.2, requires=("inputs", "row {value}"))
    def point_out(self, value: QuantityName) -> Animation:
        """A frame is drawn around the row of an input, of the bias, of the sum or of the neuron's value, and
        fades out."""
        frame = self._bars.frame_around(value, [self._has("total"), self._has("value")])
        return Succession(draw(frame), vanish(frame))

    @cue(
        seconds=2.4,
        requires=(
            "sum",
            "weight in sum {weight, to}",
            "`to` if `ratio`",
            "loss bar if `ratio`",
            "change of weight {weight, to} if `ratio`",
        ),
        shows="turned {weight} on sum",
    )
    def turn(self, weight: ParameterName, to: float | None = None, ratio: bool = False) -> Animation:
        """A weight or the bias of the sum on stage is set to a number: its product, the sum, the neuron's
        value and the loss become longer or shorter, and the products after it move. Pale bars stay where they
        ended at first. Without `to`, it has its first value again.

        With `ratio` the change of the loss is written, divided by that of the weight.
        """
        before, first = self._bars_with("turn", self._has("total")), self.experiment.network
        place, now, total = first.position(weight), self.network or first, self._numbers[0]
        change_of_weight = (float(first.parameters[place]) if to is None else to) - float(
            now.parameters[place]
        )
        self.network = now.nudged(weight, change_of_weight)
        self.bars = after = self._bars_of_network()
        for k, product in enumerate(after.products):
            product.shift(after.to_end_to_end(k) * RIGHT)
        pairs = [*zip(before.products, after.products, strict=True)]
        pairs += [pair for pair in zip(before.factors, after.factors, strict=True) if len(pair[0])]
        ends = [
            pair for pair in zip(before.ends, after.ends, strict=True) if pair[0] in self.shown.submobjects
        ]
        pairs += ends
        leaving, arriving = self._first_ends([old for old, _ in ends])
        moving = [(before.zero, after.zero)]
        moving += [(pale, after.inputs[k][0]) for k, pale in self.pale.items()]
        moving += [
            (pale, bar[0]) for pale, bar in zip(self.first, self._bars_of_network(after).ends, strict=False)
        ]
        moving += [(old[0], new[0]) for old, new in pairs]
        changed = [(old[1], new[1]) for old, new in pairs if old[1].plain != new[1].plain]
        moving += [(old[1], new[1]) for old, new in pairs if old[1].plain == new[1].plain]
        for old, new in pairs:
            same = old[1].plain == new[1].plain
            new.submobjects = [old[0], old[1] if same else new[1]]
            self.shown.remove(old).add(new)
        after.zero, after.names, after.total_name = before.zero, before.names, before.total_name
        after.value_name, after.loss_name = before.value_name, before.loss_name
        guides, self.guides = self.guides, after.guides()
        self.shown.remove(guides).add(self.guides)
        gone = [vanish(shape) for shape in (guides, *filter(None, [self.ratio]))]
        self.ratio = self._ratio(now, change_of_weight) if ratio else None
        self.shown.add(*filter(None, [self.ratio]))
        run = [] if self.gate is None else [_dot_moves(self.gate, total, self._numbers[0])]
        return Succession(
            AnimationGroup(*gone, *arriving, *(vanish(old) for old, _ in changed)),
            AnimationGroup(_moved(moving), *run),
            AnimationGroup(draw(self.guides), *leaving, *(appear(new) for _, new in changed)),
            *map(appear, filter(None, [self.ratio])),
        )

    def _first_ends(self, bars: Sequence[VGroup]) -> tuple[list[Animation], list[Animation]]:
        """How the pale bars leave, where all weights have their first values again, and how they appear where
        these `bars` are to leave their first lengths."""
        now, first = needed(self.network, "no weight was turned"), self.experiment.network
        if np.array_equal(now.parameters, first.parameters):
            gone, self.first = self.first, []
            return [vanish(pale) for pale in gone], []
        if self.first:
            return [], []
        self.first = [bar[0].copy().set_fill(opacity=PALE).set_z_index(-1) for bar in bars]
        self.shown.add(*self.first)
        return [], [appear(pale) for pale in self.first]

    def _ratio(self, before: Network, change: float) -> VMobject:
        """The change of the loss since the network `before`, divided by that of a weight."""
        after = needed(self.network, "no weight was turned")
        if not change:
            raise StoryreelError("there is no change of the weight to divide that of the loss by")
        losses = [self.experiment.trace_of(network).loss for network in (before, after)]
        of_loss = losses[1] - losses[0]
        return self._bars.ratio((shown(of_loss), shown(change)), shown(of_loss / change))


def _moved(pairs: Iterable[tuple[VMobject, VMobject]]) -> Animation:
    """Shapes take the forms of others with as many points, in which nothing turns into another shape."""
    both = [
        (part, part.points.copy(), goal.points.copy())
        for shape, end in pairs
        for part, goal in zip(
            shape.family_members_with_points(), end.family_members_with_points(), strict=True
        )
    ]

    def show(_: Mobject, alpha: float) -> None:
        share = ease_travel(alpha)
        for part, start, end in both:
            part.points = (1 - share) * start + share * end

    return UpdateFromAlphaFunc(VGroup(*(part for part, _, _ in both)), show, rate_func=linear)


def _dot_moves(gate: Gate, before: float, after: float) -> Animation:
    """The dot of a curve moves from one weighted sum to another."""

    def show(_: Mobject, alpha: float) -> None:
        gate.put_dot(before + ease_travel(alpha) * (after - before))

    return UpdateFromAlphaFunc(gate.dot, show, rate_func=linear)
