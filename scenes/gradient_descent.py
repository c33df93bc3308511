"""Gradient descent: the cost or loss over one or two weights as a landscape, and steps against its gradient.

A network with data has the cost, the mean loss over the data; one without has the loss of its example.
"""

import math

import numpy as np
from manim import (
    Animation,
    AnimationGroup,
    GrowFromCenter,
    Mobject,
    Succession,
    Transform,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    linear,
)

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import in_full
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.engine.optimizers import GradientDescent as Descent
from storyreel.graphics.maths.update_rule import UpdateRule
from storyreel.graphics.motion.trail import Trail, step_at
from storyreel.graphics.motion.verbs import (
    appear,
    appear_from,
    draw,
    ease_out,
    ease_travel,
    in_place_of,
    one_after_another,
    slide,
    vanish,
)
from storyreel.graphics.parts.learning_rate_row import LearningRateRow
from storyreel.graphics.parts.map_tags import MapTags
from storyreel.graphics.plots.adjustable_loss_curve import AdjustableLossCurve, Weights
from storyreel.graphics.plots.curve_move import move_curve
from storyreel.graphics.plots.descent_layout import RATES, DescentLayout
from storyreel.graphics.plots.loss_map import LossMap
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve
from storyreel.graphics.text.rolling_number import sample_alphas
from storyreel.stage.stage import Stage, needed
from storyreel.storyboard.cue import OutputName, ParameterName, Steps, Text, cue

SHORTENED = 0.9
"""The share of its length by which a tangent that turns round during a step is shorter half-way, at most."""


class GradientDescent(Stage):
    """What training lowers over one or two weights as a landscape, and steps against its gradient: the cost
    C of a network with data, the loss L of one without."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.carried: OutputLossCurve | None = None
        self.curve: AdjustableLossCurve | None = None
        self.map: LossMap | None = None
        self.rule = VGroup()
        self.trails: list[Trail] = []
        self.rows: list[LearningRateRow] = []

    @property
    def layout(self) -> DescentLayout:
        """The areas of the picture."""
        return DescentLayout(self.frame)

    def _plotted(self) -> AdjustableLossCurve:
        return needed(self.curve, "there is no curve on stage; begin with `plot_loss`")

    def _landscape(self, *names: str) -> LossLandscape:
        return LossLandscape.of(self.experiment, names)

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
    )
    def plot_loss(self, over: ParameterName) -> Animation:
        """The cost or loss appears as a curve over one weight or bias, all others unchanged, with a point for
        the network. A curve of the loss over an output that is on stage turns into this one, or makes room
        for that of the cost."""
        landscape, carried = self._landscape(over), self.carried
        turns = carried is not None and landscape.objective == "loss"
        leaving = [] if turns else self._clear()
        self.carried, self.curve = None, AdjustableLossCurve(self.layout.plot, self.layout.tags, landscape)
        if carried is not None and turns:
            return move_curve(carried, self.carried_marker, self.curve)
        parts = self.curve.parts
        return Succession(
            AnimationGroup(*leaving, appear(self.curve.axes), run_time=0.6),
            draw(parts["graph"]),
            AnimationGroup(appear(parts["point"]), appear(parts["weight"]), run_time=0.6),
        )

    @cue(seconds=3.2, requires="curve")
    def sweep(self) -> Animation:
        """The plotted weight moves to one end of the curve, to the other end, and back."""
        return self._plotted().sweep()

    @cue(seconds=1.6, requires="curve")
    def show_slope(self) -> Animation:
        """The tangent at the point is drawn; its slope, the gradient, appears beside the curve."""
        tangent, tag = self._plotted().add("tangent"), self._plotted().add("slope")
        # From the lower end of a falling tangent the tag would fly through that of the cost.
        higher_end = max(tangent.get_start(), tangent.get_end(), key=lambda place: place[1])
        arrival = appear_from(tag, higher_end) if self.frame.is_wide else appear(tag)
        return Succession(GrowFromCenter(tangent, rate_func=ease_out), arrival)

    @cue(seconds=1.2, requires="curve")
    def show_rule(self) -> Animation:
        """The update rule appears in symbols: the weight, minus the learning rate times the gradient."""
        weight = self._plotted().weight
        kind, derivative = self.experiment.trace[weight].kind, self.experiment.objective_gradient + weight
        rule = UpdateRule(weight, kind, derivative)
        self.rule.add(self.layout.tags[2].place(rule, align="left"))
        return appear(rule, from_above=0.2)

    @cue(seconds=2.5, requires=("curve", "learning rate {learning_rate}", "trail {times}"))
    def step(self, learning_rate: float, times: Steps = 1, text: Text | None = None) -> Animation:
        """The point takes steps of gradient descent with a learning rate; only the plotted weight changes.

        The learning rate and the cost or loss after the steps are listed beside the curve, with a remark
        (`text`). Steps beyond the ends of the curve stop there.
        """
        curve, trail = self._plotted(), Trail(times)
        landscape, changed = curve.landscape_with(curve.changed), curve.changed
        path = landscape.path(_descent(learning_rate), times, [curve.value])[:, 0]
        path = np.nan_to_num(path, nan=np.inf, posinf=np.inf, neginf=-np.inf)
        visible = curve.clipped(path)
        corners = [curve.point_at(value) for value in visible]
        ways = [curve.axes.along(landscape, *visible[number : number + 2]) for number in range(times)]
        self.trails.append(trail)

        def state(alpha: float) -> tuple[float, Weights]:
            number, share = step_at(alpha, times)
            return (float(path[-1]) if alpha == 1 else ways[number](share)), changed

        # Over a valley a tangent of whole length would whirl round.
        turns = [curve.turn_between(*visible[number : number + 2]) for number in range(times)]

        def tangent_share(alpha: float) -> float:
            number, share = step_at(alpha, times)
            return 1 - min(SHORTENED, turns[number]) * math.sin(math.pi * share) ** 2

        def follow(_: Mobject, alpha: float) -> None:
            trail.extend(corners[: step_at(alpha, times)[0] + 1], curve.point_at(state(alpha)[0]))

        steps = AnimationGroup(
            curve.move(state, tangent_share),
            UpdateFromAlphaFunc(trail, follow, rate_func=linear, introducer=True),
        )
        steps.run_time = 0.4 + 0.4 * times
        leaving, self.rows = (self.rows, []) if len(self.rows) == RATES else ([], self.rows)
        reached = self.experiment.notation.text(landscape.objective, landscape.loss([curve.value]))
        row = LearningRateRow(
            in_full(learning_rate),
            landscape.objective,
            reached,
            text or "",
            self.layout.rates[len(self.rows)],
        )
        self.rows.append(row)
        begun = AnimationGroup(*map(vanish, leaving), appear(row.rate), run_time=0.3)
        result = self.fly((curve.loss_number, row.result), around=[row.rate])
        found = AnimationGroup(result, appear(row.remark), run_time=0.6)
        return Succession(begun, steps, found)

    @cue(seconds=2.5, requires=("curve", "no curve over {weight}"))
    def turn(self, weight: ParameterName, to: float) -> Animation:
        """Another weight or bias is set to a number: the whole curve changes, and the slope with it."""
        curve = self._plotted()
        if weight == curve.weight:
            raise StoryreelError(f"the curve is over {weight!r} itself; turn another weight")
        value, before = curve.value, curve.changed
        start = before.get(weight, curve.value_in_network(weight))
        gone = VGroup(*self.rows, *self.trails, *self.rule, *filter(None, [curve.parts.get("other weight")]))
        self.rows, self.trails, self.rule = [], [], VGroup()
        curve.other_weight = weight
        tag = curve.add("other weight")

        def state(alpha: float) -> tuple[float, Weights]:
            return value, {**before, weight: start + (to - start) * ease_travel(alpha)}

        turning = curve.move(state)
        turning.run_time = 4.0
        return in_place_of(gone, Succession(appear(tag), turning))

    @cue(seconds=1.2, requires="curve")
    def back(self) -> Animation:
        """All weights return to their values in the network; the steps fade out."""
        trails, self.trails = self.trails, []
        return AnimationGroup(self._plotted().reset(), *map(vanish, trails))

    @cue(
        seconds=3.4,
        requires=("a network", "two weights {across, up}"),
        hides=("output curve", "curve", "map"),
        shows="map",
    )
    def plot_surface(self, across: ParameterName, up: ParameterName) -> Animation:
        """The cost or loss over two weights or biases appears as a contour map, the lower the darker, with a
        dot for the network.

        A curve on stage becomes the line of the map that it was the cross-section of.
        """
        if across == up:
            raise StoryreelError("a map is over two different weights")
        landscape, before = self._landscape(across, up), self.curve
        loss_map = LossMap(self.layout.plot, landscape)
        marker = loss_map.marker(landscape.start)
        here: Animation = GrowFromCenter(marker, rate_func=ease_out)
        cut = VGroup()
        if before is not None and before.weight in (across, up):
            before.point.remove(before.marker)  # else there would be two dots while the point fades out
            here = slide(before.marker, marker)
            # The graph is on stage and leaves after the bands; a new shape would appear at once.
            cut.add(before.parts["graph"])
            leaving = self._clear(cut[0])
            leaving.append(Transform(cut[0], loss_map.cut(before.weight), rate_func=ease_out))
        else:
            leaving = self._clear()
        self.map, self.marker, self.place = loss_map, marker, landscape.start
        self.tags, self.key = (
            MapTags(landscape, landscape.start, self.layout.tags),
            loss_map.key(self.layout.key),
        )
        bands = one_after_another([appear(band) for band in loss_map.bands], overlap=0.7)
        return Succession(
            AnimationGroup(*leaving, here, run_time=0.7),
            AnimationGroup(*map(appear, (loss_map.background, loss_map.frame, loss_map.axes)), run_time=0.6),
            AnimationGroup(bands, *map(vanish, cut), run_time=1.6),
            AnimationGroup(appear(self.tags), appear(self.key), run_time=0.8),
        )

    @cue(
        seconds=3.0,
        requires=(
            "map",
            "learning rate {learning_rate}",
            "trail {steps}",
            "finite descent {steps, learning_rate}",
        ),
        shows="descent on map",
    )
    def descend(self, steps: Steps, learning_rate: float | None = None) -> Animation:
        """The dot on the map takes steps of the network's optimiser, or of gradient descent with a learning
        rate, on all data at once; only these two weights change.
        """
        loss_map = needed(self.map, "there is no map on stage; begin with `plot_surface`")
        trail = Trail(steps)
        optimizer = self.experiment.optimizer if learning_rate is None else _descent(learning_rate)
        path = loss_map.landscape.path(optimizer, steps, self.place)
        if not np.isfinite(path).all():
            raise StoryreelError(f"this network diverges within {steps} steps; lower its learning rate")
        corners = np.array([loss_map.point(place) for place in path])
        self.trails.append(trail)

        def between(ends: np.ndarray, alpha: float) -> np.ndarray:
            number, share = step_at(alpha, steps)
            return np.asarray(ends[number] + (ends[number + 1] - ends[number]) * share)

        changes = self.tags.rolling_numbers(
            loss_map.landscape, [between(path, alpha) for alpha in sample_alphas()]
        )

        def move(_: Mobject, alpha: float) -> None:
            here = between(corners, alpha)
            self.marker.move_to(here)
            trail.extend(list(corners[: step_at(alpha, steps)[0] + 1]), here)
            self.tags.show_place(loss_map.landscape, between(path, alpha), changes, alpha)

        self.place = path[-1]
        return UpdateFromAlphaFunc(VGroup(trail, self.marker, self.tags), move, rate_func=linear)

    def _clear(self, kept: VMobject | None = None) -> list[Animation]:
        """Everything on stage fades out, except `kept`."""
        gone: list[VMobject] = [*self.rows, *self.trails, *self.rule]
        if self.carried is not None:
            gone += [self.carried, self.carried.graph, self.carried_marker]
        if self.curve is not None:
            gone += [self.curve.axes, *self.curve.parts.values()]
        if self.map is not None:
            gone += [self.map, self.marker, self.key, self.tags]
        self.setup()
        return [vanish(shape) for shape in gone if shape is not kept]


def _descent(learning_rate: float) -> Descent:
    try:
        return Descent(learning_rate)
    except ValueError as error:
        raise StoryreelError(str(error)) from error
