"""A neuron's weighted sum as bars, like the ingredients of a recipe: how much of each input goes in."""

from collections.abc import Iterable

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
from storyreel.engine.network import Network
from storyreel.graphics.analogies.weighted_bars import WeightedBars, terms_of
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    ease_travel,
    in_place_of,
    one_after_another,
    slide,
    vanish,
)
from storyreel.stage.stage import Stage, needed
from storyreel.storyboard.cue import ParameterName, QuantityName, cue

PALE = 0.25
"""The opacity of an input whose product is on stage."""
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
        self.network: Network | None = None  # with the weights that `turn` has set
        self.neuron = ""

    @cue(
        seconds=2.0,
        requires=("a network", "weighted neuron {of}"),
        hides=("inputs", "products", "sum"),
        shows="inputs {of}",
    )
    def show_inputs(self, of: QuantityName) -> Animation:
        """The inputs of a neuron appear as bars, one below the other, with their numbers, in place of those
        of another. A bias that is not 0 is one of them: an input of 1."""
        if self.experiment.network.names[of].kind != "activation":
            raise StoryreelError(f"{of!r} is not a neuron with a weighted sum")
        before, self.neuron, self.network, self.pale = self.shown, of, None, {}
        self.bars = bars = self._bars_of_network()
        self.shown = VGroup(bars.zero, *bars.names, *bars.inputs)
        rows = [
            AnimationGroup(appear(name), *([appear(bar)] if len(bar) else []))
            for name, bar in zip(bars.names, bars.inputs, strict=True)
        ]
        return in_place_of(before, Succession(draw(bars.zero), one_after_another(rows)))

    def _bars_of_network(self) -> WeightedBars:
        """The bars of the neuron, with the weights that the network has now."""
        trace = self.experiment.trace_of(self.network or self.experiment.network)
        names = trace.network.names
        address = names[self.neuron]
        total = names.pre_activations[address.layer or 0][address.index[0]]
        numbers = [(name, trace.number(name), trace.text(name)) for name in (total, names.name_of(address))]
        terms = terms_of(trace, self.neuron)
        return WeightedBars(self.frame.whole, terms, *numbers, like=self.bars if self.pale else None)

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

    @cue(seconds=1.6, requires=("sum", "no value"), shows="value on sum")
    def activate(self) -> Animation:
        """What the activation function makes of the sum appears below it, as the neuron's value."""
        bars = self._bars_with("activate", self._has("total") and not self._has("value"))
        self.shown.add(bars.value_name, bars.value)
        return AnimationGroup(appear(bars.value_name), appear(bars.value))

    @cue(seconds=1.2, requires=("inputs", "row {value}"))
    def point_out(self, value: QuantityName) -> Animation:
        """A frame is drawn around the row of an input, of the bias, of the sum or of the neuron's value, and
        fades out."""
        frame = self._bars.frame_around(value)
        return Succession(draw(frame), vanish(frame))

    @cue(seconds=2.4, requires=("sum", "weight in sum {weight, to}"))
    def turn(self, weight: ParameterName, to: float | None = None) -> Animation:
        """A weight or the bias of the sum on stage is set to a number: its product, the sum and the neuron's
        value become longer or shorter, and the products after it move. Without `to`, it has its first value
        again."""
        before, first = self._bars_with("turn", self._has("total")), self.experiment.network
        place, now = first.position(weight), self.network or first
        number = float(first.parameters[place]) if to is None else to
        self.network = now.nudged(weight, number - float(now.parameters[place]))
        self.bars = after = self._bars_of_network()
        for k, product in enumerate(after.products):
            product.shift(after.to_end_to_end(k) * RIGHT)
        pairs = [*zip(before.products, after.products, strict=True), (before.total, after.total)]
        pairs += [pair for pair in zip(before.factors, after.factors, strict=True) if len(pair[0])]
        pairs += [(before.value, after.value)] if before.value in self.shown.submobjects else []
        moving = [(before.zero, after.zero)]
        moving += [(pale, after.inputs[k][0]) for k, pale in self.pale.items()]
        moving += [(old[0], new[0]) for old, new in pairs]
        changed = [(old[1], new[1]) for old, new in pairs if old[1].plain != new[1].plain]
        moving += [(old[1], new[1]) for old, new in pairs if old[1].plain == new[1].plain]
        for old, new in pairs:
            same = old[1].plain == new[1].plain
            new.submobjects = [old[0], old[1] if same else new[1]]
            self.shown.remove(old).add(new)
        after.zero, after.names, after.total_name = before.zero, before.names, before.total_name
        after.value_name = before.value_name
        guides, self.guides = self.guides, after.guides()
        self.shown.remove(guides).add(self.guides)
        return Succession(
            AnimationGroup(vanish(guides), *(vanish(old) for old, _ in changed)),
            _moved(moving),
            AnimationGroup(draw(self.guides), *(appear(new) for _, new in changed)),
        )


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
