"""A loss curve whose point, tangent and tags follow when a weight changes."""

import math
from collections.abc import Callable

import numpy as np
from manim import Animation, Mobject, UpdateFromAlphaFunc, VGroup, VMobject, linear, smoothstep
from manim.utils.rate_functions import ease_out_sine

from storyreel.engine.loss_landscape import LossLandscape
from storyreel.engine.network import Network
from storyreel.graphics.motion.trail import step_at
from storyreel.graphics.motion.verbs import ease_out
from storyreel.graphics.parts.rolling_ball import RollingBall, rolling_way
from storyreel.graphics.plots.adjustable.curve_tags import CurveTags, Weights
from storyreel.graphics.plots.curve_point import DASHES, CurvePoint
from storyreel.graphics.plots.descent_layout import DescentLayout
from storyreel.graphics.plots.loss_curve import SAMPLES, LossCurve
from storyreel.graphics.plots.tangent import Tangent
from storyreel.graphics.text.rolling_number import sample_alphas

State = Callable[[float], tuple[float, Weights]]
"""At `alpha` (0 to 1) of an animation: the plotted weight, and by name the other weights that are changed."""
ShowNetwork = Callable[[Network, bool], None]
"""Shows a network beside the curve; the flag says whether its numbers are at rest."""
Share = Callable[[float], float]
"""A share, 0 to 1, at `alpha` of an animation."""
GROWTH, SHRINKING = 0.08, 0.2
"""The shares of its time in which a ball grows from the dot before it rolls, and shrinks to it at the end."""
NEAR = 20
"""How far from a minimum a ball may seem to be at rest, in samples of its curve."""
SHORTENED, LANDED = 0.9, 0.99
"""The share of its length by which a tangent that turns round during a leap is shorter half-way, at most; and
the share of a leap from which on its end has been reached."""
GONE = 0.4
"""The share of its time after which a point that begins anew has faded out where it was."""
FAINT = 0.4
"""The opacity of a copy that shows how the curve was."""


class AdjustableLossCurve(CurveTags):
    """The loss curve over the only weight of `landscape` in a layout; its tags stand in `places` beside it.

    `axes` do not move. `parts` do: "graph", "point" and the tags of the "loss" and the "weight"; once they
    are added, also the "tangent" with the tag of its "slope", and the tag of an "other weight". `value` is
    that of the plotted weight.
    A picture of the network may be one more part, "network"; `show_network` then shows others in it.
    With `short`, the plotted weight is called w, or b if it is a bias.
    """

    def __init__(self, layout: DescentLayout, landscape: LossLandscape, short: bool = False) -> None:
        super().__init__(layout, landscape, short)
        self.axes = LossCurve(layout.plot, landscape, self.called)
        self.value = self.network_value = float(landscape.start[0])
        self.show_network: ShowNetwork | None = None
        self.parts: dict[str, VMobject] = {}
        for name in ("graph", "point", "loss", "weight"):
            self.add(name)

    def faint_copy(self) -> VGroup:
        """A pale copy of the curve, and of its tangent if it has one, as they are now."""
        parts = [self.parts[name] for name in ("graph", "tangent") if name in self.parts]
        return VGroup(*(part.copy().set_stroke(opacity=FAINT) for part in parts)).set_z_index(-1)

    def take(self, graph: VMobject, marker: VMobject) -> VMobject:
        """Take a line and a dot that are on stage for its graph and its point; the line is returned."""
        self.point.submobjects[1] = self.point.marker = marker
        self.parts["graph"] = graph
        return graph

    def value_in_network(self, name: str) -> float:
        """The value that a weight has in the network."""
        return self.landscape.value(name)

    @property
    def slope(self) -> float:
        """The slope of the curve at the point."""
        return float(self.landscape_with(self.changed).gradient([self.value])[0])

    @property
    def is_of_network(self) -> bool:
        """True where all weights have the network's values."""
        return math.isclose(self.value, self.network_value) and all(
            math.isclose(value, self.value_in_network(name)) for name, value in self.changed.items()
        )

    def landscape_with(self, changed: Weights) -> LossLandscape:
        """The landscape over the plotted weight with other weights changed."""
        landscape = self.landscape
        for name, value in changed.items():
            landscape = landscape.turned(name, value)
        return landscape

    def add_network(self, picture: VMobject, show: ShowNetwork) -> None:
        """Add a picture of the network, which follows from then on, and show the network as it is now."""
        self.parts["network"], self.show_network = picture, show
        show(self.landscape_with(self.changed).network_at([self.value]), True)

    def take_network(self) -> VGroup:
        """The picture of the network, if there is one, which does not follow any more."""
        self.show_network = None
        return VGroup(*filter(None, [self.parts.pop("network", None)]))

    def add(self, name: str) -> VMobject:
        """Add the part `name` as it is now; it follows from then on."""
        self.parts[name] = self._part(name)
        return self.parts[name]

    def clipped(self, values: np.ndarray) -> np.ndarray:
        """Values of the weight, clipped to the range of the axes."""
        low, high = self.axes.x_range
        clipped: np.ndarray = np.clip(np.nan_to_num(values, nan=high), low, high)
        return clipped

    def point_at(self, value: float) -> np.ndarray:
        """The point of the curve for a value of the weight, in Manim units."""
        return self.axes.point(*self.axes.clamp(value, self.landscape_with(self.changed).loss([value])))

    @property
    def marker(self) -> VMobject:
        """The dot at the weight's value."""
        return self.point.marker

    def sweep(self) -> Animation:
        """The weight goes to the right end of the curve, to the left end, and back."""
        start, changed = float(self.clipped(np.array([self.value]))[0]), self.changed
        low, high = self.axes.ends(self.landscape_with(changed), start)

        def state(alpha: float) -> tuple[float, Weights]:
            # Only the first part starts fast; at the ends of the curve the point turns round.
            begin, end, share = next(
                (begin, end, easing((alpha - time) / duration))
                for begin, end, time, duration, easing in (
                    (start, high, 0.0, 0.25, ease_out),
                    (high, low, 0.25, 0.45, smoothstep),
                    (low, start, 0.7, 0.3, smoothstep),
                )
                if alpha <= time + duration
            )
            return begin + (end - begin) * share, changed

        return self.move(state)

    def roll(self) -> Animation:
        """The point becomes a ball, which rolls down the curve until it comes to rest."""
        start, changed = float(self.clipped(np.array([self.value]))[0]), self.changed
        landscape = self.landscape_with(changed)
        low, high = self.axes.x_range
        xs = np.linspace(*self.axes.ends(landscape, start), 4 * SAMPLES)
        losses = landscape.losses(xs[:, np.newaxis])
        curve = np.array([self.axes.point(x, loss) for x, loss in zip(xs, losses, strict=True)])
        way = rolling_way(curve, float(self.axes.point(start, 0)[0]))
        weights = low + (way - self.axes.left) / (self.axes.right - self.axes.left) * (high - low)
        # It hardly moves any more: it comes to rest where the slope is zero.
        rest = landscape.lowest_near(float(weights[-1]), float(xs[1] - xs[0]) * NEAR)
        weights += (rest - weights[-1]) * np.linspace(0, 1, len(weights)) ** 4
        self.parts["ball"] = RollingBall(curve)

        def state(alpha: float) -> tuple[float, Weights]:
            place = max(0.0, (alpha - GROWTH) / (1 - GROWTH)) * (len(weights) - 1)
            return float(np.interp(place, np.arange(len(weights)), weights)), changed

        return self.move(state, ball_size=lambda alpha: ease_out(min(1.0, alpha / GROWTH)))

    def move(self, state: State, ball_size: Share = lambda _: 1.0) -> Animation:
        """All parts follow `state`; its end is the curve's state from then on. `ball_size` is the share of
        its growth that the ball has at `alpha`."""
        start_landscape = self.landscape_with(state(0.0)[1])
        changes_landscape = state(0.0)[1] != state(1.0)[1]

        def now(alpha: float) -> tuple[float, LossLandscape]:
            value, changed = state(alpha)
            return value, self.landscape_with(changed) if changes_landscape else start_landscape

        samples = [now(alpha) for alpha in sample_alphas()]
        changes = self.rolling_numbers((self.value, self.landscape_with(self.changed)), samples)
        ball = self.parts.get("ball")

        def move(_: Mobject, alpha: float) -> None:
            value, landscape = now(alpha)
            if changes_landscape:
                self.parts["graph"].points = self.axes.graph(landscape).points
            self.show_numbers((value, landscape), changes, alpha)
            self.point.place(self.axes, landscape, value)
            if isinstance(ball, RollingBall):
                ball.place(float(self.axes.point(value, 0)[0]), ball_size(alpha))
                self.marker.set_opacity(0.0 if ball_size(alpha) else 1.0)
            if isinstance(tangent := self.parts.get("tangent"), Tangent):
                slope = float(landscape.gradient([value])[0])
                tangent.place(self.axes, value, landscape.loss([value]), slope)
            if self.show_network is not None:
                self.show_network(landscape.network_at([value]), alpha in (0, 1))

        self.value, self.changed = state(1.0)
        # As an introducer: in a succession, new parts must not be on stage before their turn.
        return UpdateFromAlphaFunc(VGroup(*self.parts.values()), move, rate_func=linear, introducer=True)

    def leap(self, values: np.ndarray) -> Animation:
        """The point leaps from each of these values of the weight to the next, in a straight line, as on the
        way the weight has no value; the tags have the numbers of the last place that it has reached."""
        landscape, changed, steps = self.landscape_with(self.changed), self.changed, len(values) - 1
        stops = self.clipped(values).tolist()
        losses = [self.axes.clamp(stop, landscape.loss([stop]))[1] for stop in stops]
        slopes = [float(landscape.gradient([stop])[0]) for stop in stops]
        times = np.arange(steps + 1)
        turns = np.abs(np.diff([np.arctan2(*self.axes.direction(slope)[1::-1]) for slope in slopes]))

        def reached(alpha: float) -> float:
            number, share = step_at(alpha, steps)
            return float(values[number + (share >= LANDED)])

        samples = [(reached(alpha), landscape) for alpha in sample_alphas()]
        changes = self.rolling_numbers((self.value, landscape), samples)

        def leap(_: Mobject, alpha: float) -> None:
            number, share = step_at(alpha, steps)
            self.show_numbers((reached(alpha), landscape), changes, alpha, in_leaps=True)
            if alpha == 1:
                self.point.place(self.axes, landscape, float(values[-1]))
            else:
                self.point.leap(self.axes, landscape, stops[number], stops[number + 1], share)
            if isinstance(tangent := self.parts.get("tangent"), Tangent):
                # Over a valley a tangent of whole length would whirl round.
                length = 1 - min(SHORTENED, turns[number]) * math.sin(math.pi * share) ** 2
                x, y, slope = (float(np.interp(number + share, times, at)) for at in (stops, losses, slopes))
                tangent.place(self.axes, x, y, slope, length)
            if self.show_network is not None:
                weight = float(np.interp(number + share, times, stops if alpha < 1 else values))
                self.show_network(landscape.network_at([weight]), alpha == 1)

        self.value, self.changed = float(values[-1]), changed
        return UpdateFromAlphaFunc(VGroup(*self.parts.values()), leap, rate_func=linear, introducer=True)

    def reset(self) -> Animation:
        """All weights return to their values in the network. Where only the plotted one has another, the
        point fades out and in again where the network is: a way up the curve would look like a step."""
        network_values = {name: self.value_in_network(name) for name in self.changed}
        has_turned = any(not math.isclose(self.changed[name], its) for name, its in network_values.items())
        moving = self._turn_back(network_values) if has_turned else self._begin_anew()
        self.parts.pop("ball", None)
        return moving

    def _turn_back(self, network_values: Weights) -> Animation:
        """The curve and its point move to where they are in the network."""
        start, changed = float(self.clipped(np.array([self.value]))[0]), self.changed
        along = self.axes.along(self.landscape, start, self.network_value)

        def state(alpha: float) -> tuple[float, Weights]:
            # The parts depend on squares and slopes of this share, with which `ease_out` would jump off.
            share = ease_out_sine(alpha)
            others = {
                name: network_values[name] + (value - network_values[name]) * (1 - share)
                for name, value in changed.items()
            }
            return along(share), others

        return self.move(state, ball_size=lambda alpha: smoothstep(min(1.0, (1 - alpha) / SHRINKING)))

    def _begin_anew(self) -> Animation:
        """The point fades out with its tangent, and in again where the network is."""
        landscape, value, ball = self.landscape_with(self.changed), self.value, self.parts.get("ball")
        tangent = self.parts.get("tangent")

        def value_at(alpha: float) -> float:
            return value if alpha < GONE else self.network_value

        samples = [(value_at(alpha), landscape) for alpha in sample_alphas()]
        changes = self.rolling_numbers((value, landscape), samples)

        def show(_: Mobject, alpha: float) -> None:
            here = value_at(alpha)
            seen = smoothstep((GONE - alpha) / GONE if alpha < GONE else (alpha - GONE) / (1 - GONE))
            self.show_numbers((here, landscape), changes, alpha, in_leaps=True)
            self.point.place(self.axes, landscape, here)
            self.point.lines.set_stroke(opacity=DASHES * seen)
            is_ball = isinstance(ball, RollingBall) and alpha < GONE
            self.marker.set_opacity(0.0 if is_ball else seen)
            if isinstance(ball, RollingBall):
                ball.place(float(self.axes.point(value, 0)[0]), float(is_ball))
                ball.set_fill(opacity=seen)
            if isinstance(tangent, Tangent):
                slope = float(landscape.gradient([here])[0])
                tangent.place(self.axes, here, landscape.loss([here]), slope)
                tangent.set_stroke(opacity=seen)
            if self.show_network is not None:
                self.show_network(landscape.network_at([here]), alpha in (0, 1))

        self.value = self.network_value
        return UpdateFromAlphaFunc(VGroup(*self.parts.values()), show, rate_func=linear, introducer=True)

    def _part(self, name: str) -> VMobject:
        landscape = self.landscape_with(self.changed)
        if name == "graph":
            return self.axes.graph(landscape)
        if name == "tangent":
            return self.axes.tangent(landscape, self.value)
        if name == "point":
            self.point = CurvePoint(self.axes, landscape, self.value)
            return self.point
        return self.tag_of(name, (self.value, landscape))
