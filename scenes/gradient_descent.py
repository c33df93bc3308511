"""Gradient descent: the loss over the weights as ground to walk on, and steps against the gradient."""

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
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.engine.optimizers import GradientDescent as Descent
from storyreel.graphics import layout
from storyreel.graphics.maths.update_rule import UpdateRule
from storyreel.graphics.motion.trail import Trail, place_in_run
from storyreel.graphics.motion.verbs import (
    appear,
    appear_from,
    draw,
    fly,
    glide,
    in_place_of,
    one_after_another,
    settle,
    vanish,
)
from storyreel.graphics.parts.map_tags import MapTags
from storyreel.graphics.parts.rate_row import DerivativeRow
from storyreel.graphics.plots.adjustable_loss_curve import AdjustableLossCurve, Weights
from storyreel.graphics.plots.curve_move import move_curve
from storyreel.graphics.plots.descent_layout import KEY, PLOT, RATES, TAGS
from storyreel.graphics.plots.loss_map import LossMap
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve
from storyreel.graphics.text.rolling_number import moments
from storyreel.stage.stage import Stage, needed
from storyreel.storyboard.cue import Text, Value, cue


class GradientDescent(Stage):
    """The loss over the weights as ground to walk on, and steps against the gradient."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.carried: OutputLossCurve | None = None
        self.curve: AdjustableLossCurve | None = None
        self.map: LossMap | None = None
        self.rule = VGroup()
        self.trails: list[Trail] = []
        self.rows: list[DerivativeRow] = []

    def _plotted(self) -> AdjustableLossCurve:
        return needed(self.curve, "there is no curve on stage; begin with `plot_loss`")

    def _landscape(self, *names: str) -> LossLandscape:
        for name in names:
            if name not in self.experiment.network.names.parameters:
                raise StoryreelError(f"{name!r} is neither a weight nor a bias of the network")
        return LossLandscape(self.experiment.trace, names)

    @cue(seconds=0.1)
    def carry_curve(self, over: Value) -> None:
        """The loss as a curve over an output is there from the first picture on, where a chapter about the
        loss may have left it; `plot_loss` goes on from there."""
        self.carried = carried = OutputLossCurve(layout.SIDE, self.experiment.trace, over)
        self.standing = carried.standing(carried.value)
        self.add(carried, carried.graph, self.standing)

    @cue(seconds=2.4)
    def plot_loss(self, over: Value) -> Animation:
        """The loss as a curve over one weight or bias, all others left as they are, and where the network
        stands on it. A curve over an output that is on stage becomes this one."""
        landscape, carried = self._landscape(over), self.carried
        leaving = [] if carried is not None else self._clear()
        self.carried, self.curve = None, AdjustableLossCurve(PLOT, TAGS, landscape)
        if carried is not None:
            return move_curve(carried, self.standing, self.curve)
        parts = self.curve.parts
        return Succession(
            AnimationGroup(*leaving, appear(self.curve.axes), run_time=0.6),
            draw(parts["graph"]),
            AnimationGroup(appear(parts["standing"]), appear(parts["weight"]), run_time=0.6),
        )

    @cue(seconds=3.2)
    def sweep(self) -> Animation:
        """The plotted weight is turned from where it is to one end of the axes, to the other, and back."""
        return self._plotted().sweep()

    @cue(seconds=1.6)
    def show_slope(self) -> Animation:
        """The tangent at our point is drawn; its slope is the gradient, which is written beside the curve."""
        tangent, tag = self._plotted().add("tangent"), self._plotted().add("slope")
        return Succession(GrowFromCenter(tangent, rate_func=settle), appear_from(tag, tangent.get_end()))

    @cue(seconds=1.2)
    def show_rule(self) -> Animation:
        """The rule of gradient descent in symbols: the weight, minus the learning rate times the gradient."""
        weight = self._plotted().weight
        rule = UpdateRule(weight, self.experiment.trace[weight].kind)
        self.rule.add(TAGS[2].place(rule, align="left"))
        return appear(rule, from_above=0.2)

    @cue(seconds=2.5)
    def step(self, learning_rate: float, times: int = 1, text: Text | None = None) -> Animation:
        """Steps of gradient descent with a learning rate, of the plotted weight alone, hop along the curve.

        The learning rate and the loss after its steps are listed beside the curve, with a few words (`text`).
        Steps that lead beyond the ends of the curve stay there.
        """
        curve, trail = self._plotted(), Trail(times)
        ground, turned = curve.ground(curve.turned), curve.turned
        path = ground.path(_descent(learning_rate), times, [curve.value])[:, 0]
        path = np.nan_to_num(path, nan=np.inf, posinf=np.inf, neginf=-np.inf)
        visible = curve.visible(path)
        corners = [curve.spot(value) for value in visible]
        ways = [curve.axes.way(ground, *visible[number : number + 2]) for number in range(times)]
        self.trails.append(trail)

        def state(alpha: float) -> tuple[float, Weights]:
            number, share = place_in_run(alpha, times)
            return (float(path[-1]) if alpha == 1 else ways[number](share)), turned

        def follow(_: Mobject, alpha: float) -> None:
            trail.follow(corners[: place_in_run(alpha, times)[0] + 1], curve.spot(state(alpha)[0]))

        steps = AnimationGroup(
            curve.move(state), UpdateFromAlphaFunc(trail, follow, rate_func=linear, introducer=True)
        )
        steps.run_time = 0.4 + 0.4 * times
        leaving, self.rows = (self.rows, []) if len(self.rows) == len(RATES) else ([], self.rows)
        row = DerivativeRow(learning_rate, ground.loss([curve.value]), text or "", RATES[len(self.rows)])
        self.rows.append(row)
        begun = AnimationGroup(*map(vanish, leaving), appear(row.rate), run_time=0.3)
        found = AnimationGroup(fly(curve.reading, row.result), appear(row.said), run_time=0.6)
        return Succession(begun, steps, found)

    @cue(seconds=2.5)
    def turn(self, weight: Value, to: float) -> Animation:
        """Another weight or bias is turned to a number: the whole curve changes, and the slope with it."""
        curve = self._plotted()
        self._landscape(weight)
        if weight == curve.weight:
            raise StoryreelError(f"the curve is over {weight!r} itself; turn another weight")
        value, before = curve.value, curve.turned
        begun = before.get(weight, curve.own(weight))
        gone = VGroup(*self.rows, *self.trails, *self.rule, *filter(None, [curve.parts.get("knob")]))
        self.rows, self.trails, self.rule = [], [], VGroup()
        curve.knob = weight
        tag = curve.add("knob")

        def state(alpha: float) -> tuple[float, Weights]:
            return value, {**before, weight: begun + (to - begun) * glide(alpha)}

        turning = curve.move(state)
        turning.run_time = 4.0
        return in_place_of(gone, Succession(appear(tag), turning))

    @cue(seconds=1.2)
    def back(self) -> Animation:
        """All weights go back to what they are; the steps that have been taken vanish."""
        trails, self.trails = self.trails, []
        return AnimationGroup(self._plotted().go_back(), *map(vanish, trails))

    @cue(seconds=3.4)
    def plot_surface(self, across: Value, up: Value) -> Animation:
        """The loss over two weights or biases as a map, the lower the darker, with our place on it.

        A curve that is on stage becomes the line of the map along which it was a cut.
        """
        if across == up:
            raise StoryreelError("a map is over two different weights")
        landscape, before = self._landscape(across, up), self.curve
        ground = LossMap(PLOT, landscape)
        mark = ground.mark(landscape.start)
        here: Animation = GrowFromCenter(mark, rate_func=settle)
        cut = VGroup()
        if before is not None and before.weight in (across, up):
            here = fly(before.mark, mark)
            # It is on stage already, and goes when the bands have come; anything new would be there at once.
            cut.add(before.parts["graph"])
            leaving = self._clear(cut[0])
            leaving.append(Transform(cut[0], ground.cut(before.weight), rate_func=settle))
        else:
            leaving = self._clear()
        self.map, self.mark, self.place = ground, mark, landscape.start
        self.tags, self.key = MapTags(landscape, landscape.start, TAGS), ground.key(KEY)
        bands = one_after_another([appear(band) for band in ground.bands], overlap=0.7)
        return Succession(
            AnimationGroup(*leaving, here, run_time=0.7),
            AnimationGroup(*map(appear, (ground.ground, ground.frame, ground.axes)), run_time=0.6),
            AnimationGroup(bands, *map(vanish, cut), run_time=1.6),
            AnimationGroup(appear(self.tags), appear(self.key), run_time=0.8),
        )

    @cue(seconds=3.0)
    def descend(self, steps: int, learning_rate: float | None = None) -> Animation:
        """Our point on the map takes steps as the network's optimiser makes them of these two weights, or
        steps of gradient descent with a learning rate. All other weights stay as they are.
        """
        ground = needed(self.map, "there is no map on stage; begin with `plot_surface`")
        trail = Trail(steps)
        optimizer = self.experiment.optimizer if learning_rate is None else _descent(learning_rate)
        path = ground.landscape.path(optimizer, steps, self.place)
        corners = np.array([ground.point(place) for place in path])
        self.trails.append(trail)

        def between(ends: np.ndarray, alpha: float) -> np.ndarray:
            number, share = place_in_run(alpha, steps)
            return np.asarray(ends[number] + (ends[number + 1] - ends[number]) * share)

        rolls = self.tags.rolls(ground.landscape, [between(path, alpha) for alpha in moments()])

        def move(_: Mobject, alpha: float) -> None:
            here = between(corners, alpha)
            self.mark.move_to(here)
            trail.follow(list(corners[: place_in_run(alpha, steps)[0] + 1]), here)
            self.tags.say(ground.landscape, between(path, alpha), rolls, alpha)

        self.place = path[-1]
        return UpdateFromAlphaFunc(VGroup(trail, self.mark, self.tags), move, rate_func=linear)

    def _clear(self, kept: VMobject | None = None) -> list[Animation]:
        """All that is on stage vanishes, but for what is `kept`."""
        gone: list[VMobject] = [*self.rows, *self.trails, *self.rule]
        if self.carried is not None:
            gone += [self.carried, self.carried.graph, self.standing]
        if self.curve is not None:
            gone += [self.curve.axes, *self.curve.parts.values()]
        if self.map is not None:
            gone += [self.map, self.mark, self.key, self.tags]
        self.setup()
        return [vanish(shape) for shape in gone if shape is not kept]


def _descent(learning_rate: float) -> Descent:
    try:
        return Descent(learning_rate)
    except ValueError as error:
        raise StoryreelError(str(error)) from error
