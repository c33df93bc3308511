"""The stage of chapters about the outputs of a dense network: shares, targets, the loss, gradients."""

import math
from collections.abc import Sequence

from manim import (
    DOWN,
    LEFT,
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
from storyreel.core.number_format import shorter, shown
from storyreel.engine.equations.calculation import Calculation, trace_calculation
from storyreel.engine.equations.gaps import gaps_calculation
from storyreel.engine.operation import GRADIENT
from storyreel.engine.weight_path import WeightPath
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError, at
from storyreel.graphics.motion.verbs import (
    appear,
    draw,
    ease_travel,
    fly,
    in_place_of,
    one_after_another,
    pop,
    slide,
)
from storyreel.graphics.networks.dense.share_bars import ShareBars
from storyreel.graphics.networks.dense.worked_line import WorkedLine
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.slot_list import SlotList
from storyreel.graphics.text.typeset import Typeset, in_line
from storyreel.stage.dense.gap_stage import FROM_MARKER, GapStage
from storyreel.storyboard.cue import cue

FROM_TAG, FROM_NUMBER = 0.12, 0.12
"""Units, at least, from the gradient at an output to the tag of its target, and to what is to its left."""
BELOW_BADGE = 0.28
"""Units from a gradient at an output down to its factors."""
SHARE_OF_SPACING = 0.85
"""The height of a gradient at an output at most, as a share of the distance of two outputs."""
BELOW_BARS = 0.35
"""Units from the bars to the loss below them."""
BELOW_NEURONS, HIGH = 0.15, 1.5
"""Units from the neurons down to a calculation, and its largest height."""


class OutputStage(GapStage):
    """A stage on which shares, targets and gradients stand at the outputs."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.output_gradients: dict[str, Badge] = {}
        self.factors: list[Typeset] = []
        self.shares: ShareBars | None = None
        self.share_line: WorkedLine | None = None
        self.loss_tag: Tag | WorkedLine | None = None

    def clear_stage(self) -> VGroup:
        """Forget everything on stage, and return it to be faded out."""
        self.output_gradients, self.shares, self.share_line, self.loss_tag = {}, None, None, None
        self.factors = []
        return super().clear_stage()

    @cue(seconds=4.4, requires=("network", "no shares"), shows="shares on network")
    def show_shares(self) -> Animation:
        """A bar beside each output of a softmax shows its weighted sum and turns into its share, while the
        neurons take these numbers; then all shares, end to end below them, are as long as 1. The calculation
        of the share with the largest target is written below the network, in a wide frame."""
        trace, last = self.trace, len(self.trace.network.layers)
        if trace.network.layers[-1].activation.name != "softmax" or None in self.drawing.layout.rows[last]:
            raise StoryreelError(
                "shares are of a softmax whose outputs all have room; leave `show_shares` out"
            )
        lit, outputs = self.light_up(last), self.drawing.columns[-1]  # the numbers have places then
        heights = [float(self.drawing.nodes[name].get_y()) for name in outputs]
        left = max(self._right_of(name) for name in outputs) + FROM_MARKER
        area = Area("shares", left, min(heights), self.frame.stage.right, max(heights))
        forward = trace.forward
        self.shares = bars = ShareBars(
            heights, forward.pre_activations[-1][0], forward.activations[-1][0], trace.targets[0], area
        )
        self.keep(bars)

        def grow(_: Mobject, alpha: float) -> None:
            bars.set_share(0.0, ease_travel(alpha))

        def turn(_: Mobject, alpha: float) -> None:
            bars.set_share(ease_travel(alpha))

        growing = UpdateFromAlphaFunc(bars, grow, introducer=True, rate_func=linear)
        turning = UpdateFromAlphaFunc(bars.bars, turn, rate_func=linear)
        self.keep(bars.whole, bars.stack)
        stacking = one_after_another(
            [fly(bar, end) for bar, end in zip(bars.bars, bars.stack, strict=True)], overlap=0.5
        )
        right = outputs[int(trace.targets[0].argmax())]
        self.share_line = line = self._worked(
            trace_calculation(trace, right), "activation", "pre_activation", (bars.stack, bars.whole)
        )
        written = [appear(line)] if line is not None else []
        return Succession(
            growing.set_run_time(0.9),
            AnimationGroup(turning, lit, *written).set_run_time(1.5),
            AnimationGroup(appear(bars.whole), stacking).set_run_time(2.0),
        )

    def _worked(
        self, calculation: Calculation, kind: str, operands: str, above: Sequence[VMobject] = ()
    ) -> WorkedLine | None:
        """A calculation below the network and what is `above` it; None where it has no room, as
        in other frames than wide ones, whose network would become small."""
        if not self.frame.is_wide:
            return None
        circles = [node.circle for node in self.drawing.nodes.values() if node not in self.hidden]
        left = min(float(circle.get_left()[0]) for circle in circles)
        top = min(float(shape.get_bottom()[1]) for shape in (*circles, *above)) - BELOW_NEURONS
        right = max(self.frame.stage.right, *(float(shape.get_right()[0]) for shape in above), -math.inf)
        area = Area("calculation", left, top - HIGH, right, top)
        try:
            line = WorkedLine(calculation, self.experiment.notation, (kind, operands), area)
        except LayoutError:
            return None
        self.keep(line)
        return line

    @cue(seconds=1.0, requires="network", shows="loss on network")
    def show_loss(self) -> Animation:
        """The loss of this example appears below the network, with its calculation where that has room, in
        place of the shares end to end; beside gaps, as half the sum of their squares."""
        outputs = [self.drawing.nodes[name] for name in self.drawing.columns[-1]]
        before = VGroup()
        if self.shares is not None:
            line, self.share_line = self.share_line, None
            before = VGroup(*self.shares.whole, *self.shares.stack, *(line or ()))
            gone = (self.shares.whole, self.shares.stack, line)
            self.shown = [part for part in self.shown if part not in gone]
        gaps = self.gap_squares
        worked = (
            self._worked(trace_calculation(self.trace, "loss"), "loss", "activation")
            if gaps is None
            else self._worked(gaps_calculation(self.trace), "loss", "loss", (gaps.lines, gaps.squares))
        )
        if worked is not None:
            self.loss_tag = worked
            return in_place_of(before, appear(worked))
        self.loss_tag = tag = Tag("loss", self.trace.text("loss"), "loss", theme.SIZES.label)
        if self.shares is not None:
            tag.next_to(self.shares.stack, DOWN, buff=0).align_to(self.shares.stack, LEFT)
            tag.set_y(float(self.shares.stack.get_y()))
        else:
            above = [node.circle for node in outputs] if gaps is None else [gaps.lines, gaps.squares]
            tag.next_to(VGroup(*above), DOWN, buff=BELOW_BARS)
        self.keep(tag)
        return in_place_of(before, pop(tag))

    @cue(seconds=1.2, requires="network")
    def show_targets(self) -> Animation:
        """The target of every output appears: as the outline of a bar around its share, if that is on stage,
        else at the right edge."""
        if self.shares is None:
            return super().show_targets()
        self.keep(self.shares.outlines)
        return one_after_another([draw(outline) for outline in self.shares.outlines])

    @cue(seconds=1.6, requires="network", hides=("shares", "gaps", "loss on network"))
    def show_output_gradients(self) -> Animation:
        """A badge with its gradient ∂L/∂z appears at every output, with the targets in place of bars; where
        the gradient is the gap beside it, that number goes there. What faded out for the gaps is back."""
        gaps = self.gap_squares.numbers if self.gap_squares is not None else []
        before, tags = self._drop_shares(), list[Animation]()
        if len(before):
            targets = self.put_targets()
            tags = [appear(tag) for tag in targets]
            self.hidden = [part for part in self.hidden if part not in targets]  # each returns once
        new = list(self.put_output_gradients().values())
        came = {badge: gap for badge, gap in zip(new, gaps, strict=False) if gap.plain == badge.number.plain}
        before.remove(*came.values())
        badges = [
            AnimationGroup(appear(badge.plate), slide(came[badge], badge.number))
            if badge in came
            else pop(badge)
            for badge in new
        ]
        arriving = AnimationGroup(*badges) if came else one_after_another(badges)
        if came:  # on their way, they would cross the tags
            arriving = Succession(arriving.set_run_time(0.9), AnimationGroup(*tags).set_run_time(0.3))
        elif tags:
            arriving = AnimationGroup(*tags, arriving)
        back = self.bring_back(self.hidden)
        if back:
            arriving = AnimationGroup(AnimationGroup(*back), arriving)
        return in_place_of(before, arriving)

    def _drop_shares(self) -> VGroup:
        """Forget the bars or the gaps with the loss, and return them to be faded out."""
        shares, line, tag = self.shares, self.share_line, self.loss_tag
        self.shares = self.share_line = self.loss_tag = None
        gaps = self.drop_gaps()
        bars = [shares, shares.whole, shares.stack, shares.outlines] if shares is not None else []
        parts = [*bars, line, tag]
        gone = [part for part in self.shown if part in parts]
        self.shown = [part for part in self.shown if part not in parts]
        return VGroup(*gaps, *gone)

    def put_factors(self) -> list[Typeset]:
        """The factors of each output's gradient, ∂L/∂y and the slope of its activation function, as a product
        below its badge. Raises StoryreelError where an activation has no slope of its own, as a softmax."""
        trace, names = self.trace, self.trace.network.names
        products = list[Typeset]()
        for number, (neuron, badge) in enumerate(self.output_gradients.items()):
            path = WeightPath(trace, names.weights[-1][number][0], pre_activations=True)
            called = zip(path.derivative_names, path.derivatives, strict=True)
            slopes = dict(zip(path.names[1:], called, strict=True))
            if not path.is_activation_of(neuron):
                continue
            slots, slope = SlotList(), trace.notation.text(*slopes[neuron])
            texts = trace.text(GRADIENT + neuron), slope
            first, second = (slots.add(text, in_line(text), "gradient") for text in texts)
            product = slots.typeset(f"{first} times {second}", " × ".join(texts), theme.SIZES.body)
            left = at(self._right_of(neuron) + FROM_NUMBER, badge.get_y())
            product.next_to(badge, DOWN, buff=BELOW_BADGE).align_to(left, LEFT)
            beyond = float(product.get_right()[0]) - self.frame.stage.right
            products.append(product.shift(max(0.0, beyond) * LEFT))
        self.factors = products
        self.keep(*products)
        return products

    def drop_factors(self) -> VGroup:
        """Forget the factors of the outputs' gradients, and return those that are seen, to be faded out."""
        gone, self.factors = self.factors, []
        seen = [part for part in gone if part not in self.hidden]
        self.hidden = [part for part in self.hidden if part not in gone]
        self.shown = [part for part in self.shown if part not in gone]
        return VGroup(*seen)

    def put_output_gradients(self) -> dict[str, Badge]:
        """The badges of the outputs' gradients in their places."""
        right = self.frame.stage.right - self.widest_tag - FROM_TAG
        for name in self.drawing.columns[-1]:
            left = self._right_of(name) + FROM_NUMBER
            badge = self._gradient_badge(name, right - left)
            y = self.drawing.nodes[name].get_y()
            self.output_gradients[name] = badge.move_to(at((left + right) / 2, y))
        lowest = min(badge.height for badge in self.output_gradients.values())
        for badge in self.output_gradients.values():
            badge.scale(lowest / badge.height)  # all have one size, as they are compared
        self.keep(*self.output_gradients.values())
        return self.output_gradients

    def _gradient_badge(self, neuron: str, room: float) -> Badge:
        """The badge of the gradient of a neuron's weighted sum, as wide as `room` units at most, with as many
        digits as can be read there."""
        most = SHARE_OF_SPACING * self.drawing.layout.spacing
        value = self.trace.number(GRADIENT + self._sum_of(neuron)[0])
        for text in (self.gradient_text(neuron), *shorter(value)):
            badge = Badge(text, "gradient")
            factor = min(1.0, room / badge.width, most / badge.height)
            if factor * badge.em >= theme.SIZES.crowded:
                break
        return badge.scale(factor)

    def gradient_text(self, neuron: str) -> str:
        """The gradient of a neuron's weighted sum, with as few digits as other numbers: an equation of
        another chapter may need more."""
        name = GRADIENT + self._sum_of(neuron)[0]
        return min(self.trace.text(name), shown(self.trace.number(name)), key=len)
