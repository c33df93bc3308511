"""The stage of chapters about what would change one output, and what all of them want of a layer."""

from typing import Any, Literal

from manim import (
    LEFT,
    RIGHT,
    Animation,
    AnimationGroup,
    Mobject,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
)
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.engine.curves import has_curve
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    ease_travel,
    in_place_of,
    one_after_another,
    pop,
    vanish,
)
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.networks.gates.gate_panel import SIDE, GatePanel
from storyreel.graphics.networks.images.neuron_ways import NeuronWays
from storyreel.graphics.text.typeset import Typeset, maths, words
from storyreel.stage.formulas.formula_stage import FormulaStage
from storyreel.stage.images.error_stage import ErrorStage
from storyreel.stage.images.text_stage import OVERLAP
from storyreel.stage.stage import few_words, needed
from storyreel.storyboard.cue import HiddenName, OutputName, Text, cue

LONGEST_BIAS, LONGEST_WAY, LONGEST_FACTOR, LONGEST_SLOPE = 3.4, 3.7, 2.5, 1.3
"""The largest widths of the word for a bias, of those above the columns, and of that for a slope, in Manim
units."""

RISEN, FALLING = 0.35, 0.75
"""The shares of the time of a nudge at which it is done, and from which on it is undone."""
BESIDE_GATE, SLOPE_BELOW = 0.15, 0.5
"""Units between the plot of the output's activation function and its name beside it, and from this down to
the baseline of its slope."""
UNLIT = 0.5
"""The opacity of a formula beside the symbols of it that are lit."""
LEAST_GATE = 0.3
"""The smallest factor by which the plot of the output's activation function is scaled down."""


class WayStage(ErrorStage, FormulaStage):
    """A stage on which one output is drawn with all that could change it, and with formulas about it."""

    neuron: NeuronWays | None = None
    gate: GatePanel | None = None
    """The plot of the output's activation function."""
    way_parts: VGroup
    signs: VGroup
    """The key of the signs of weights."""
    bias_parts: VGroup
    """The arrow of the output's bias with what is written at it."""
    slope_parts: VGroup
    """The tangent in the plot, and the slope beside it with a word for it."""

    def clear_stage(self) -> VGroup:
        """Forget all that is on stage, and return it to be faded out."""
        gone = super().clear_stage()
        self.neuron, self.gate, self.way_parts = None, None, VGroup()
        self.bias_parts, self.slope_parts, self.signs = VGroup(), VGroup(), VGroup()
        gone.add(*self.formula_parts())
        return gone

    @property
    def formula_area(self) -> Area:
        """The room for a formula: below the output and its bias, if one is drawn."""
        return super().formula_area if self.neuron is None else self.neuron.below_bias

    def equation_leaves(self) -> Animation | None:
        """The formula fades out."""
        before = self.formula_parts()
        return vanish(VGroup(*before)) if before else None

    def number_on_stage(self, name: str) -> VMobject | None:
        """None: all numbers of a formula appear in their places."""
        return None

    def row_of(self, name: str) -> Area | None:
        """The room of the row of a neuron on stage; None without one."""
        return super().row_of(name) if self.neuron is None else self.neuron.row(name)

    @cue(
        seconds=2.4,
        requires=("a network", "neurons before {of, numbered}"),
        hides=("image", "outputs", "neuron", "examples", "answers", "weights"),
        shows="neuron",
        opens=True,
    )
    def draw_output(self, of: OutputName, numbered: list[HiddenName] | None = None) -> Animation:
        """One output of the network appears with its bar and its target, and to the left of it all neurons of
        the layer before, with the connections from them. All else fades out.

        `numbered`: the neurons of the layer before at which `change_inputs` writes numbers, larger than it
        does at all of them.
        """
        gone = self.clear_stage()
        neuron = self._new_neuron(of, numbered)
        arrival = one_after_another(
            [
                AnimationGroup(appear(neuron.node), appear(neuron.bar)),
                one_after_another(map(draw, neuron.edges), overlap=0.95),
                one_after_another(map(pop, neuron.neurons), overlap=0.9),
            ],
            overlap=0.4,
        )
        return in_place_of(gone, arrival, OVERLAP)

    def _new_neuron(self, of: str, numbered: list[HiddenName] | None) -> NeuronWays:
        trace = self.experiment.trace
        neuron = self.neuron = NeuronWays(trace, of, self.frame.whole, numbered)
        for name in numbered or ():
            if name not in neuron.sources:
                raise StoryreelError(f"{name!r} is not in the layer before {of!r}")
        return neuron

    def _neuron(self) -> NeuronWays:
        return needed(self.neuron, "there is no output on stage yet; bring it with `draw_output`")

    @cue(seconds=1.0, requires="neuron", shows="arrow on neuron")
    def show_descent(self) -> Animation:
        """An arrow grows on the output's bar, as long as minus the gradient of the output."""
        return self._neuron().output_arrow.grows()

    @cue(seconds=3.2, requires=("neuron", "no gate"), shows="gate on neuron")
    def show_gate(self) -> Animation:
        """The activation function of the output appears as a plot above its bar, or below in an upright
        frame: the weighted sum enters it from below, and the output leaves it to the left."""
        neuron, trace = self._neuron(), self.experiment.trace
        names = trace.network.names
        name = names.pre_activations[-1][neuron.place]
        activation = trace.network.layers[-1].activation.name
        if not has_curve(activation):
            raise StoryreelError(f"{activation} depends on several numbers, so it has no curve")
        z = trace.number(name)
        after = shown(trace.number(neuron.output), ".2f")
        room = neuron.beside_gate
        panel = self.gate = GatePanel(
            Gate(activation, z, SIDE), activation.replace("_", " "), z, _sum_text(z), after
        )
        panel.remove(panel.ground, panel.leader, panel.heading)
        room.place(panel, least=LEAST_GATE)
        paint = theme.colour("muted")
        panel.heading = words(activation.replace("_", " "), em=theme.SIZES.smallest, colour=paint)
        panel.heading.next_to(panel.gate.plate, RIGHT, buff=BESIDE_GATE)
        gone, self.signs = self.signs, VGroup()
        opens = in_place_of(gone, AnimationGroup(pop(panel.gate), appear(panel.heading)))
        steps = opens, appear(panel.before), panel.passes(), appear(panel.after)
        return Succession(
            *(step.set_run_time(share) for step, share in zip(steps, (0.3, 0.2, 0.4, 0.1), strict=True))
        )

    @cue(
        seconds=3.0,
        requires=("neuron", "gate if `slope`", "{text} fits 3.4 at 0.36", "{slope} fits 1.3 at 0.36"),
        shows="bias on neuron",
    )
    def change_bias(self, text: Text, slope: Text | None = None) -> Animation:
        """An arrow for the bias grows below the output, as long as minus its gradient, with the number and
        `text`, a word for it, below; a `b` in a formula lights up. If the activation function is on stage,
        the bias then rises by 1 and falls back, and the weighted sum and the output follow.

        With a word for its `slope`, the tangent of the activation function and its slope appear before that,
        and the number is written as the product of this and the output's arrow.
        """
        neuron, gate = self._neuron(), self.gate
        word = few_words(text, LONGEST_BIAS, theme.colour("gradient"))
        arrow, number, word = neuron.bias_arrow(word, as_product=slope is not None)
        gone, self.bias_parts = VGroup(*self.bias_parts), VGroup(arrow, number, word)
        if slope is not None and gate is not None:
            gone.add(*self.slope_parts)
            gate.remove(*self.slope_parts)
            gate.gate.remove(*self.slope_parts)
        grown = arrow.grows(), appear(number), appear(word)
        steps: list[Animation] = [AnimationGroup(*grown, *self._lit("b", "bias"))]
        shares = [0.35]
        if slope is not None:
            gate = needed(gate, "there is no activation function on stage yet; bring it with `show_gate`")
            steps.insert(
                0, self._slope_appears(gate, few_words(slope, LONGEST_SLOPE, theme.colour("gradient")))
            )
            shares = [0.25, 0.3]
        steps[0] = in_place_of(gone, steps[0])
        if gate is not None:
            steps.append(self._bias_rises(gate))
            shares.append(1 - sum(shares))
        if len(steps) == 1:
            return steps[0]
        return Succession(*(step.set_run_time(share) for step, share in zip(steps, shares, strict=True)))

    def _slope_appears(self, gate: GatePanel, word: Typeset) -> Animation:
        """The tangent of the activation function is drawn, and its slope appears after a word for it."""
        gate.gate.show_slope(gate.z)
        tangent, text = gate.gate[-2], shown(self._neuron().slope, ".2f")
        number = maths(text, plain=text, em=theme.SIZES.small, colour=theme.colour("gradient"))
        below = gate.heading.get_bottom()[1] - SLOPE_BELOW
        word.align_to(gate.heading, LEFT).on_baseline(below)
        number.next_to(word, RIGHT, buff=BESIDE_GATE).on_baseline(below)
        gate.add(word, number)
        self.slope_parts = VGroup(tangent, word, number)
        gate.set_z_index(gate.gate.plate.z_index)  # else the plate covers the tangent
        return Succession(draw(tangent), AnimationGroup(appear(word), appear(number)))

    def _bias_rises(self, gate: GatePanel) -> Animation:
        """The weighted sum rises with the bias, by 1, and falls back; the output follows."""
        neuron, z = self._neuron(), gate.z

        def follow(_: Mobject, alpha: float) -> None:
            share = ease_travel(min(1.0, alpha / RISEN, (1 - alpha) / (1 - FALLING)))
            output = gate.gate.function(z + share)
            gate.show_value(z + share, _sum_text(z + share), shown(output, ".2f"))
            neuron.show_output(output)

        moving = VGroup(neuron.node, neuron.bar, gate.gate.dot, gate.trace, gate.before, gate.after)
        return UpdateFromAlphaFunc(moving, follow, rate_func=linear)

    @cue(
        seconds=4.0,
        requires=("neuron", "{text} fits 3.7 at 0.36", "{factor} fits 2.5 at 0.36"),
        hides="way",
        shows="way on neuron",
    )
    def change_inputs(self, of: Literal["weights", "activations"], text: Text, factor: Text) -> Animation:
        """Beside each neuron of the layer before, an arrow grows for its weight or for its activation, as
        long as minus the gradient through this output, with the number; one column further to the right is
        the other factor of it, the activation or the weight. `draw_output` may leave out most numbers.

        `text` is a word for the arrows, and `factor` one for the other factors, both above their columns. A
        `w` or an `a` in a formula lights up.
        """
        neuron, gone = self._neuron(), self.way_parts
        arrows, factors, amounts, headers = self._way(of, text, factor)
        before = [] if len(gone) else [draw(neuron.zero)]
        lit = self._lit("w", "weight") if of == "weights" else self._lit("a", "activation")
        first = AnimationGroup(appear(factors), appear(headers[1]), *before, *lit)
        grown = AnimationGroup(
            one_after_another([arrow.grows() for arrow in arrows], overlap=0.85),
            one_after_another(map(appear, amounts), overlap=0.85),
            appear(headers[0]),
        )
        arrival = Succession(first.set_run_time(0.3), grown.set_run_time(0.7))
        leaving = VGroup(*gone, *self.row_frame)
        self.row_frame = VGroup()
        steps = (vanish(leaving), 0.15), (arrival, 0.85)
        return Succession(*(step.set_run_time(share) for step, share in steps)) if len(gone) else arrival

    def _way(self, of: Literal["weights", "activations"], text: str, factor: str) -> tuple[Any, ...]:
        """The arrows of a way, the other factors, the arrows' numbers, and the words above both."""
        neuron, kind = self._neuron(), "activation" if of == "weights" else "weight"
        left = few_words(text, LONGEST_WAY, theme.colour("gradient"))
        right = few_words(factor, LONGEST_FACTOR, theme.colour(kind))
        parts = neuron.arrows(of), neuron.numbers(of), neuron.amounts(of), neuron.headers(left, right)
        self.way_parts = VGroup(*parts[0], *parts[1:])
        return parts

    def _lit(self, letter: str, kind: str) -> list[Animation]:
        """The symbols of a formula on stage that are a letter take the colour of a kind, and all else of it
        is dimmed; nothing without such symbols."""
        lit = VGroup() if self.formula is None else self.formula.symbols_of(letter)
        if self.formula is None or not len(lit):
            return []
        glyphs = {id(glyph) for symbol in lit for glyph in symbol}
        others = VGroup(*(glyph for glyph in self.formula.text if id(glyph) not in glyphs))
        dims = change(others).set_fill(theme.colour("text"), opacity=UNLIT).build()
        return [dims, change(lit).set_fill(theme.colour(kind), opacity=1).build()]

    @cue(
        seconds=0.1,
        requires=(
            "a network",
            "neurons before {of, numbered}",
            "{text} fits 3.7 at 0.36",
            "{factor} fits 2.5 at 0.36",
        ),
        hides=("image", "outputs", "neuron", "examples", "answers", "weights"),
        shows=("neuron", "arrow on neuron", "way on neuron"),
    )
    def carry_output(
        self,
        of: OutputName,
        way: Literal["weights", "activations"],
        text: Text,
        factor: Text,
        numbered: list[HiddenName] | None = None,
    ) -> None:
        """An output is on stage with its arrow, and with the arrows of one `way` to change it (see
        `change_inputs`), at once, as another chapter left them with `keep_way`. `numbered`: as in
        `draw_output`."""
        self.clear_stage()
        neuron = self._new_neuron(of, numbered)
        self._way(way, text, factor)
        self.add(neuron, neuron.output_arrow, neuron.zero, self.way_parts)

    @cue(seconds=0.8, requires="way", hides=("gate", "bias", "nudges"))
    def keep_way(self) -> Animation:
        """All fades out but the output, its arrow and the arrows of the way that is on stage: the activation
        function, the arrow of the bias, a formula, nudges, and the frame around a row."""
        return AnimationGroup(*map(vanish, self.beside_way()))

    def beside_way(self) -> list[VMobject]:
        """Forget all but the output, its arrow and a way, and return it to be faded out."""
        parts = [*self.bias_parts, *self.formula_parts(), *self.row_frame]
        parts += [self.gate, self.gate.heading] if self.gate is not None else []
        self.gate, self.row_frame = None, VGroup()
        self.bias_parts, self.slope_parts = VGroup(), VGroup()
        return parts


def _sum_text(z: float) -> str:
    """A weighted sum, as it is written at its plot."""
    return f"z = {shown(z, '.2f')}"
