"""A loss curve that answers: when a weight moves, so do the point, its tangent and the numbers beside it."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from manim import Animation, Mobject, UpdateFromAlphaFunc, VGroup, VMobject, linear, smoothstep
from manim.utils.rate_functions import ease_out_sine

from storyreel.core.number_format import rolling, shown
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import settle
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.curve_point import tag_places
from storyreel.graphics.plots.loss_curve import LossCurve
from storyreel.graphics.plots.tangent import Tangent
from storyreel.graphics.text.rolling_number import RollingNumber, at_share, moments

Weights = Mapping[str, float]
State = Callable[[float], tuple[float, Weights]]
"""At a share of a move, from 0 to 1: the plotted weight, and by name the other ones that are turned."""


Now = Callable[[float], tuple[float, LossLandscape]]
"""The same, with the landscape over the plotted weight in place of the other ones."""
ROWS = {"weight": 0, "slope": 1, "knob": 2}
"""In which of the places beside a curve each of its tags stands."""


class AdjustableLossCurve:
    """The curve over the only weight of `landscape`, in an area; its numbers stand in `places` beside it.

    `axes` stand still. The `parts` that move are `graph`, `standing` and the tag of the `weight`, and once
    they have been added, the `tangent` with the tag of its `slope` and the tag of another weight, `knob`.
    `value` is what the plotted weight is, `turned` what others are, where they are not what they are in the
    network.
    """

    def __init__(self, area: Area, places: Sequence[Area], landscape: LossLandscape) -> None:
        self.axes = LossCurve(area, landscape)
        self.places = places
        self.landscape = landscape
        self.weight = landscape.names[0]
        self.value = self.own_value = float(landscape.start[0])
        self.turned: Weights = {}
        self.knob: str | None = None
        self.parts: dict[str, VMobject] = {}
        self.tags: dict[str, Tag] = {}
        for name in ("graph", "standing", "weight"):
            self.add(name)

    def own(self, name: str) -> float:
        """What a weight is in the network."""
        return self.landscape.trace[name].value

    def ground(self, turned: Weights) -> LossLandscape:
        """The landscape over the plotted weight when others are turned."""
        ground = self.landscape
        for name, value in turned.items():
            ground = ground.turned(name, value)
        return ground

    def add(self, name: str) -> VMobject:
        """Another part, as it is now; it moves with the others from now on."""
        self.parts[name] = self._part(name)
        return self.parts[name]

    def visible(self, values: np.ndarray) -> np.ndarray:
        """Values of the weight, or the ends of the axes where they lie beyond them."""
        low, high = self.axes.x_range
        visible: np.ndarray = np.clip(np.nan_to_num(values, nan=high), low, high)
        return visible

    def spot(self, value: float) -> np.ndarray:
        """Where the curve is when the weight is `value`, in the frame."""
        return self.axes.point(*self.axes.inside(value, self.ground(self.turned).loss([value])))

    @property
    def mark(self) -> VMobject:
        """The point that shows where the weight is."""
        return self.standing.mark

    @property
    def reading(self) -> VMobject:
        """The loss there, as its tag shows it, without the plate."""
        return self.standing.tag.text

    def sweep(self) -> Animation:
        """The weight is turned from where it is to the right end of the curve, to the left one, and back."""
        own, turned = float(self.visible(np.array([self.value]))[0]), self.turned
        low, high = self.axes.ends(self.ground(turned), own)

        def state(alpha: float) -> tuple[float, Weights]:
            # Only the first way sets off at once; at the ends of the curve it turns round.
            start, end, share = next(
                (start, end, easing((alpha - begin) / time))
                for start, end, begin, time, easing in (
                    (own, high, 0.0, 0.25, settle),
                    (high, low, 0.25, 0.45, smoothstep),
                    (low, own, 0.7, 0.3, smoothstep),
                )
                if alpha <= begin + time
            )
            return start + (end - start) * share, turned

        return self.move(state)

    def move(self, state: State) -> Animation:
        """All parts move through the states of a move, and the curve stands as they end from then on."""
        still, changes_ground = self.ground(state(0.0)[1]), state(0.0)[1] != state(1.0)[1]

        def now(alpha: float) -> tuple[float, LossLandscape]:
            value, turned = state(alpha)
            return value, self.ground(turned) if changes_ground else still

        between = [now(share) for share in moments()]
        rolls = self._rolls(between)
        sizes = [self.standing.tag.size(*room) for room in rolls["standing"].rooms]
        spots = tag_places(self.axes, between, sizes)

        def move(_: Mobject, alpha: float) -> None:
            value, ground = now(alpha)
            if changes_ground:
                self.parts["graph"].points = self.axes.graph(ground).points
            numbers = self._numbers(value, ground)
            said = {name: roll.at(alpha, rolling(numbers[name])) for name, roll in rolls.items()}
            for name in said.keys() & ROWS.keys():
                self.tags[name].say_in(self.places[ROWS[name]], said[name])
            self.standing.stand(self.axes, ground, value, said["standing"], at_share(spots, alpha))
            if isinstance(tangent := self.parts.get("tangent"), Tangent):
                tangent.touch(self.axes, value, ground.loss([value]), float(ground.gradient([value])[0]))

        self.value, self.turned = state(1.0)
        # As an introducer: otherwise new parts would be on stage before it is their turn in a succession.
        return UpdateFromAlphaFunc(VGroup(*self.parts.values()), move, rate_func=linear, introducer=True)

    def go_back(self) -> Animation:
        """All weights return to what they are in the network."""
        start, turned = float(self.visible(np.array([self.value]))[0]), self.turned
        own = {name: self.own(name) for name in turned}
        way = self.axes.way(self.landscape, start, self.own_value)

        def state(alpha: float) -> tuple[float, Weights]:
            # Curve and tag go by squares and slopes of it: with `settle` they would set off with a jump.
            share = ease_out_sine(alpha)
            there = {name: own[name] + (value - own[name]) * (1 - share) for name, value in turned.items()}
            return way(share), there

        return self.move(state)

    def _rolls(self, between: Sequence[tuple[float, LossLandscape]]) -> dict[str, RollingNumber]:
        """How the number of each tag rolls from what it is now through the moments of a move."""
        before = self._numbers(self.value, self.ground(self.turned))
        numbers = [self._numbers(*now) for now in between]
        return {
            name: tag.roll(
                shown(before[name]), [rolling(of[name]) for of in numbers], shown(numbers[-1][name])
            )
            for name, tag in self.tags.items()
        }

    def _numbers(self, value: float, ground: LossLandscape) -> dict[str, float]:
        """The number of each tag."""
        of: dict[str, Callable[[], float]] = {
            "standing": lambda: ground.loss([value]),
            "weight": lambda: value,
            "slope": lambda: float(ground.gradient([value])[0]),
            "knob": lambda: ground.trace[str(self.knob)].value,
        }
        return {name: of[name]() for name in self.tags}

    def _part(self, name: str) -> VMobject:
        ground = self.ground(self.turned)
        if name == "graph":
            return self.axes.graph(ground)
        if name == "tangent":
            return self.axes.tangent(ground, self.value)
        if name == "standing":
            self.standing = self.axes.standing(ground, self.value, shown(ground.loss([self.value])))
            self.tags[name] = self.standing.tag
            return self.standing
        if name == "slope":
            tag = self._tag(name, f"{GRADIENT}{self.weight}", float(ground.gradient([self.value])[0]))
        elif name == "weight":
            tag = self._tag(name, self.weight, self.value)
        else:
            tag = self._tag(name, str(self.knob), ground.trace[str(self.knob)].value)
        self.tags[name] = tag
        return tag

    def _tag(self, part: str, name: str, number: float) -> Tag:
        kind = "gradient" if name.startswith(GRADIENT) else self.landscape.trace[name].kind
        tag = Tag(name, shown(number), kind, theme.SIZES.body)
        return self.places[ROWS[part]].place(tag, align="left")
