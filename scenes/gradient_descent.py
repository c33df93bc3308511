"""Gradient descent: the cost or loss over one or two weights as a landscape, and steps against its gradient.

A network with data has the cost, over all of it; one without has the loss of its example.
"""

import math

import numpy as np
from manim import (
    UP,
    Animation,
    AnimationGroup,
    GrowFromCenter,
    GrowFromPoint,
    Mobject,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    linear,
)

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import in_full
from storyreel.engine.equations.calculation import require_trained
from storyreel.graphics import theme
from storyreel.graphics.maths.number_remark import NumberRemark
from storyreel.graphics.maths.small_network import SmallNetwork
from storyreel.graphics.maths.step_sum import StepSum
from storyreel.graphics.maths.update_rule import UpdateRule
from storyreel.graphics.motion.trail import Trail, step_at
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    ease_out,
    ease_travel,
    in_place_of,
    pop,
    vanish,
)
from storyreel.graphics.parts.learning_rate_row import LearningRateRow
from storyreel.graphics.plots.adjustable.adjustable_loss_curve import AdjustableLossCurve
from storyreel.graphics.plots.adjustable.curve_move import move_curve
from storyreel.graphics.plots.adjustable.curve_tags import Weights
from storyreel.graphics.plots.descent_layout import RATES
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve
from storyreel.graphics.plots.slope_triangle import SlopeTriangle, StepArrow
from storyreel.graphics.text.typeset import words
from storyreel.stage.stage import few_words, needed
from storyreel.stage.surface_stage import descent
from storyreel.stage.updates.fan_stage import FanStage
from storyreel.storyboard.cue import OutputName, ParameterName, Steps, Text, cue

LONGEST_NAME, LEAST_RULE = 3.0, 0.4
"""The largest width of the name of the learning rate, in Manim units, and the smallest factor by which the
rule is scaled down."""


class GradientDescent(FanStage):
    """What training lowers over one or two weights as a landscape, and steps against its gradient: the cost
    C of a network with data, the loss L of one without."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.carried: OutputLossCurve | None = None
        self.rule = VGroup()
        self.rows: list[LearningRateRow] = []
        self.last_rate: float | None = None  # that of the last row
        self.last_step: tuple[float, float, float] | None = None  # where it began, its rate, where it ended
        self.step_sum = VGroup()  # the last step in numbers
        self.measured = VGroup()  # what measures the slope where the point is
        self.faint = VGroup()  # the curve of the network, while another weight is turned
        self.valleys = VGroup()

    def _plotted(self) -> AdjustableLossCurve:
        return needed(self.curve, "there is no curve on stage; begin with `plot_loss`")

    def _network_leaves(self) -> VGroup:
        """The picture of the network, if what follows needs its place, to be faded out."""
        return VGroup() if self.has_output else self._plotted().take_network()

    def _trained(self) -> AdjustableLossCurve:
        """The curve on stage, over a weight or bias that training changes."""
        curve = self._plotted()
        require_trained(self.experiment.network, curve.weight)
        return curve

    @cue(seconds=0.1, requires=("a network", "output curve {over}"), shows="output curve")
    def carry_curve(self, over: OutputName) -> None:
        """The loss of the example in focus as a curve over an output is on stage from the first frame on, as
        at the end of a chapter about the loss; continue with `plot_loss`."""
        self.carried = carried = OutputLossCurve(self.frame.side, self.experiment.trace, over)
        self.carried_marker = carried.marker_at(carried.value)
        self.add(carried, carried.graph, self.carried_marker)

    @cue(
        seconds=2.4,
        requires="a network",
        hides=("map if no output curve", "output curve", "curve"),
        shows="curve over {over}",
        opens=True,
    )
    def plot_loss(self, over: ParameterName, fills: bool = False, short: bool = False) -> Animation:
        """The cost or loss appears as a curve over one weight or bias, all others unchanged, with a point for
        the network. A curve of the loss over an output that is on stage turns into this one, or makes room
        for that of the cost.

        `fills`: in a wide frame the plot takes all of it, with the numbers above its right part, where the
        curve has to be low; what else is beside a curve, such as the rule, has no room then.

        `short`: as no other is on stage, the weight is called just w, or the bias b.
        """
        landscape, carried = self.landscape(over), self.carried
        turns = carried is not None and landscape.objective == "loss"
        leaving = [] if turns else self.take_down()
        self.carried, self.fills, self.has_output = None, fills, False
        self.curve = AdjustableLossCurve(self.layout, landscape, short)
        self.require_room_above(self.curve, "leave out `fills`")
        if carried is not None and turns:
            return move_curve(carried, self.carried_marker, self.curve)
        parts = self.curve.parts
        return Succession(
            AnimationGroup(*leaving, appear(self.curve.axes), run_time=0.6),
            draw(parts["graph"]),
            AnimationGroup(appear(parts["point"]), *map(appear, self.curve.tags.values()), run_time=0.6),
        )

    @cue(seconds=4.5, requires="curve", shows="moved point on curve")
    def roll(self) -> Animation:
        """The point becomes a ball, which rolls down the curve until it is at rest; `back` brings it back."""
        return self._plotted().roll()

    @cue(seconds=3.2, requires="curve")
    def sweep(self) -> Animation:
        """The plotted weight moves to one end of the curve, to the other end, and back."""
        return self._plotted().sweep()

    @cue(seconds=1.6, requires="curve")
    def show_slope(self) -> Animation:
        """The tangent at the point is drawn; its slope, the gradient, appears beside the curve."""
        tangent, tag = self._plotted().add("tangent"), self._plotted().add("slope")
        return Succession(GrowFromCenter(tangent, rate_func=ease_out), appear(tag))

    @cue(seconds=1.6, requires=("a network", "one neuron a layer", "curve"))
    def show_network(self) -> Animation:
        """The chain of the example in focus appears beside the curve, with its numbers, which follow when the
        point moves, and with the connection of the plotted weight tinted. It fades out when the rule appears
        or the point takes steps, which need its place."""
        curve, layout, before = self._plotted(), self.layout, self._plotted().take_network()
        places = layout.enlarged_network, layout.network
        network = SmallNetwork(self.experiment, *places, curve.weight)
        curve.add_network(network, network.show_network)
        steps = appear(network.shapes), appear(network.texts), appear(network.plate)
        return in_place_of(before, Succession(*steps))

    @cue(seconds=2.4, requires=("curve", "no moved point", "run on curve {run}"))
    def measure_slope(self, run: float) -> Animation:
        """The slope is measured on the tangent where the network is: so far to the right is so far up. `run`
        is how far the plotted weight goes, to the left if it is negative."""
        curve = self._plotted()
        if not math.isclose(curve.value, curve.network_value):  # a sweep ends there but for rounding
            raise StoryreelError("the slope is measured where the network is; `back` comes first")
        loss = curve.landscape_with(curve.changed).loss([curve.value])
        gradient = self.experiment.objective_gradient + curve.weight
        rise = self.experiment.notation.text(gradient, run * curve.slope)
        triangle = SlopeTriangle(curve.axes, curve.value, loss, curve.slope, run, rise)
        before, self.measured = self.measured, VGroup(triangle)
        legs = (Succession(draw(leg[0]), appear(leg[1])) for leg in (triangle.run, triangle.rise))
        return in_place_of(before, Succession(draw(triangle.tangent), *legs))

    @cue(seconds=1.2, requires="curve")
    def show_direction(self, learning_rate: float | None = None) -> Animation:
        """An arrow shows which way a step against the slope changes the plotted weight; with a learning rate
        it is as long as that step. It takes the place of what `measure_slope` has drawn."""
        curve = self._plotted()
        step = None if learning_rate is None else learning_rate * curve.slope
        arrow = StepArrow(curve.axes, curve.marker.get_center(), curve.slope, step)
        before, self.measured = self.measured, VGroup(arrow)
        return in_place_of(before, GrowFromPoint(arrow, arrow.get_start(), rate_func=ease_out))

    @cue(seconds=1.2, requires=("curve", "trained {curve over}", "{text} fits 3 at 0.36"))
    def show_rule(self, text: Text | None = None) -> Animation:
        """The update rule appears in symbols: the weight, minus the learning rate times the gradient. `text`
        is what the learning rate is called, below its symbol."""
        curve = self._trained()
        kind, derivative = self.experiment.trace[curve.weight].kind, self.experiment.objective_gradient
        rule = UpdateRule(curve.called, kind, derivative + curve.called)
        before, self.rule = self.rule, VGroup(rule)
        if text is not None:
            few_words(text, LONGEST_NAME)
            smallest = theme.SIZES.smallest / self.layout.rule.scale_of(rule)  # it shrinks with the rule
            name = words(text, em=max(theme.SIZES.small, smallest), colour=theme.colour("muted"))
            self.rule.add(NumberRemark(rule.rate, name, [rule.rate], rule, self.frame.stage))
        self.layout.rule.place(self.rule, align="left", least=LEAST_RULE)
        leaving = VGroup(*before, *self._network_leaves())
        return in_place_of(leaving, appear(self.rule, from_above=0.2))

    @cue(
        seconds=2.8,
        requires=("curve", "trained {curve over}", "learning rate {learning_rate}", "trail {times}"),
        shows=("moved point on curve", "step on moved point"),
    )
    def step(self, learning_rate: float, times: Steps = 1, text: Text | None = None) -> Animation:
        """The point takes steps of gradient descent with a learning rate; only the plotted weight changes.
        Each step is a leap, from one place on the curve straight to the next; the numbers are those of the
        last place.

        A table beside the curve lists the learning rate, a short remark (`text`), and the cost or loss after
        the steps; its row is lit up during them. Steps beyond the ends of the curve stop there. More steps
        with the same learning rate, without a remark, go on in its row.
        """
        curve, trail = self._trained(), Trail(times)
        network = self._network_leaves()
        landscape = curve.landscape_with(curve.changed)
        path = landscape.path(descent(learning_rate), times, [curve.value])[:, 0]
        path = np.nan_to_num(path, nan=np.inf, posinf=np.inf, neginf=-np.inf)
        corners = [curve.point_at(value) for value in curve.clipped(path)]
        goes_on = bool(self.trails and self.rows) and not text and learning_rate == self.last_rate
        self.trails.append(trail)
        self.last_rate = learning_rate

        def follow(_: Mobject, alpha: float) -> None:
            number, share = step_at(alpha, times)
            here, there = corners[number : number + 2]
            trail.extend(corners[: number + 1], here + share * (there - here))

        steps = AnimationGroup(
            curve.leap(path),
            UpdateFromAlphaFunc(trail, follow, rate_func=linear, introducer=True),
        )
        steps.run_time = 0.4 + 0.4 * times
        leaving, place, stays = list[VMobject](), len(self.rows) - goes_on, False
        if place == RATES:
            leaving, self.rows, place = [*self.rows], [], 0
        reached = self.experiment.notation.text(landscape.objective, landscape.loss([curve.value]))
        row = LearningRateRow(
            in_full(learning_rate),
            landscape.objective,
            reached,
            text or "",
            self.layout.rates[place],
        )
        shown = [appear(part) for part in row if part is not row.result]
        if goes_on:
            result, row, shown = row.result, self.rows.pop(), []
            stays = row.result.plain == result.plain
            leaving += [] if stays else [row.take_result(result)]
        lit = [vanish(plate) for other in self.rows if (plate := other.take_plate())]
        leaving += [network, self.measured, self.step_sum]
        self.measured, self.step_sum = VGroup(), VGroup()
        self.last_step = float(path[-2]), learning_rate, float(path[-1])
        self.rows.append(row)
        begun = [*(vanish(shape) for shape in leaving if len(shape)), *lit, *shown]
        start = [AnimationGroup(*begun, run_time=0.3)] if begun else []
        return Succession(*start, steps, *([] if stays else [pop(row.result)]))

    @cue(seconds=1.2, requires="step")
    def write_step(self) -> Animation:
        """The last step of `step` appears in numbers below its row: the weight, minus the learning rate times
        the gradient. It fades out with the next step. Where there is no room below its row, the rows above
        leave, and it takes the place of the first."""
        curve = self._plotted()
        begun_at, rate, ended_at = needed(self.last_step, "there is no step yet; take one with `step`")
        if not math.isfinite(ended_at):
            raise StoryreelError("this network diverges within these steps; lower its learning rate")
        weight, notation = curve.weight, self.experiment.notation
        names = weight, self.experiment.objective_gradient + weight, weight
        slope = (begun_at - ended_at) / rate
        before, gradient, after = map(notation.text, names, (begun_at, slope, ended_at))
        kind = self.experiment.trace[weight].kind
        self.step_sum = VGroup(StepSum(kind, before, in_full(rate), gradient, after))
        room = VGroup()
        if len(self.rows) == RATES:
            room, self.rows = VGroup(*self.rows[:-1]), self.rows[-1:]
        self.layout.rates[len(self.rows)].place(self.step_sum, align="left", least=LEAST_RULE)
        if not len(room):
            return appear(self.step_sum)
        rises = self.layout.rates[0].centre[1] - self.layout.rates[-1].centre[1]
        moved = change(self.rows[0]).shift(rises * UP).build()
        return in_place_of(room, Succession(moved, appear(self.step_sum)))

    @cue(seconds=3.6, requires=("curve", "no curve over {weight}"), shows="other weight # on curve")
    def turn(self, weight: ParameterName, to: float) -> Animation:
        """Another weight or bias is set to a number: the whole curve changes, and the slope with it.
        The curve of the network stays behind it, pale."""
        curve = self._plotted()
        if weight == curve.weight:
            raise StoryreelError(f"the curve is over {weight!r} itself; turn another weight")
        value, before = curve.value, curve.changed
        start = before.get(weight, curve.value_in_network(weight))
        if before == {}:
            self.faint = curve.faint_copy()
            self.add(self.faint)
        beside = [*self.rows, *self.rule, *self.measured, *self.step_sum]
        gone = VGroup(*beside, *self.trails, *filter(None, [curve.parts.get("other weight")]))
        self.rows, self.trails, self.rule = [], [], VGroup()
        self.measured, self.step_sum = VGroup(), VGroup()
        curve.other_weight = weight
        tag = curve.add("other weight")

        def state(alpha: float) -> tuple[float, Weights]:
            return value, {**before, weight: start + (to - start) * ease_travel(alpha)}

        turning = curve.move(state)
        turning.run_time = 4.0
        return in_place_of(gone, Succession(appear(tag), turning))

    @cue(seconds=1.2, requires="curve", hides=("moved point", "other weight"))
    def back(self) -> Animation:
        """All weights return to their values in the network; the steps fade out."""
        gone = [*self.trails, *self.faint, *self.measured, *self.step_sum]
        self.trails, self.faint, self.measured, self.step_sum = [], VGroup(), VGroup(), VGroup()
        return AnimationGroup(self._plotted().reset(), *map(vanish, gone))

    def on_picture(self) -> list[VMobject]:
        """All that is on stage but a surface, what is beside it, and trails."""
        shapes: list[VMobject] = [*self.rows, *self.rule, *self.measured, *self.step_sum, *self.faint]
        shapes += self.valleys
        if self.carried is not None:
            shapes += [self.carried, self.carried.graph, self.carried_marker]
        if self.curve is not None:
            shapes += [self.curve.axes, *self.curve.parts.values()]
        return shapes
