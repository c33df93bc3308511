"""A neuron's weighted sum as bars, like the ingredients of a recipe: how much of each input goes in."""

from manim import RIGHT, Animation, AnimationGroup, Mobject, Succession, UpdateFromAlphaFunc, VGroup, linear

from storyreel.core.errors import StoryreelError
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
from storyreel.storyboard.cue import QuantityName, cue

PALE = 0.25
"""The opacity of an input whose product is on stage."""
IN_ORDER = "weigh", "add_up", "activate"
FIRST = "begin with `show_inputs`"


class WeightedSum(Stage):
    """A neuron's inputs as bars, each times its weight, their sum, and what its activation function makes
    of it. All bars have one scale."""

    bars: WeightedBars | None = None

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.shown = VGroup()
        self.done: tuple[str, ...] = ()

    @cue(
        seconds=2.0,
        requires=("a network", "weighted neuron {of}"),
        hides=("inputs", "products", "sum"),
        shows="inputs",
    )
    def show_inputs(self, of: QuantityName) -> Animation:
        """The inputs of a neuron appear as bars, one below the other, with their numbers, in place of those
        of another. A bias that is not 0 is one of them: an input of 1."""
        before, trace = self.shown, self.experiment.trace
        names = trace.network.names
        address = names[of]
        if address.kind != "activation" or not address.layer:
            raise StoryreelError(f"`{of}` is not a neuron with a weighted sum")
        total = names.pre_activations[address.layer][address.index[0]]
        numbers = [(name, trace.number(name), trace.text(name)) for name in (total, names.name_of(address))]
        self.done = ()
        self.bars = bars = WeightedBars(self.frame.whole, terms_of(trace, of), *numbers)
        self.shown = VGroup(bars.zero, *bars.names, *bars.inputs)
        rows = [
            AnimationGroup(appear(name), *([appear(bar)] if len(bar) else []))
            for name, bar in zip(bars.names, bars.inputs, strict=True)
        ]
        return in_place_of(before, Succession(draw(bars.zero), one_after_another(rows)))

    def _bars_for(self, name: str) -> WeightedBars:
        """The bars on stage, for a cue that follows those before it, and only once."""
        bars = needed(self.bars, f"there are no bars on stage; {FIRST}")
        if len(self.done) == len(IN_ORDER) or name != IN_ORDER[len(self.done)]:
            raise StoryreelError(f"after `show_inputs` come {', '.join(f'`{cue}`' for cue in IN_ORDER)}")
        self.done = (*self.done, name)
        return bars

    @cue(seconds=3.0, requires=("inputs", "no products"), shows="products")
    def weigh(self) -> Animation:
        """Each input is multiplied by its weight: its bar becomes the product, longer or shorter, and on the
        other side of the line if the weight is negative. The input stays behind it, pale."""
        bars = self._bars_for("weigh")
        rows = [self._weighed(number) for number in range(len(bars.products))]
        self.shown.add(*bars.factors, *bars.products)
        return one_after_another(rows, overlap=0.4)

    def _weighed(self, number: int) -> Animation:
        bars = needed(self.bars, FIRST)
        before, factors, product = bars.inputs[number], bars.factors[number], bars.products[number]
        if not len(before):
            return appear(product)
        pale, show = before[0].copy().set_fill(opacity=PALE), bars.multiply(number)
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
        bars = self._bars_for("add_up")
        moves = [
            change(product, ease_travel).shift(bars.to_end_to_end(k) * RIGHT).build()
            for k, product in enumerate(bars.products)
        ]
        guides = bars.guides()
        self.shown.add(guides, bars.total_name, bars.total)
        total = AnimationGroup(appear(bars.total_name), appear(bars.total))
        return Succession(AnimationGroup(*moves), draw(guides), total)

    @cue(seconds=1.6, requires=("sum", "no value"), shows="value on sum")
    def activate(self) -> Animation:
        """What the activation function makes of the sum appears below it, as the neuron's value."""
        bars = self._bars_for("activate")
        self.shown.add(bars.value_name, bars.value)
        return AnimationGroup(appear(bars.value_name), appear(bars.value))
