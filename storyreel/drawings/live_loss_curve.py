"""A loss curve that answers: when a weight moves, so do the point, its tangent and the numbers beside it."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from manim import Animation, Mobject, UpdateFromAlphaFunc, VGroup, VMobject, linear

from storyreel import theme
from storyreel.drawings.loss_curve import LossCurve
from storyreel.drawings.motion import glide, settle
from storyreel.drawings.tag import Tag
from storyreel.layout import Area
from storyreel.loss_landscape import LossLandscape
from storyreel.number import shown
from storyreel.operation import GRADIENT

Weights = Mapping[str, float]
State = Callable[[float], tuple[float, Weights]]
"""At a share of a move, from 0 to 1: the plotted weight, and by name the other ones that are turned."""


def rolling(value: float) -> str:
    """A number that is changing: always with the same decimals, so that it rolls instead of jumping about."""
    return shown(value, ".2f" if abs(value) < 1e4 else ".1e")


class LiveLossCurve:
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
        self.moments: dict[str, object] = {}
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
        self.moments.pop(name, None)
        self.parts[name] = self._part(name, self.ground(self.turned), self.value, is_at_rest=True)
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
        return self.parts["standing"].submobjects[1]

    @property
    def reading(self) -> VMobject:
        """The loss there, as its tag shows it, without the plate."""
        return self.parts["standing"].submobjects[2].submobjects[1]

    def sweep(self) -> Animation:
        """The weight is turned from where it is to the right end of the axes, to the left one, and back."""
        low, high = self.axes.x_range
        own, turned = self.value, self.turned

        def state(alpha: float) -> tuple[float, Weights]:
            start, end, share = next(
                (start, end, (alpha - begin) / time)
                for start, end, begin, time in (
                    (own, high, 0.0, 0.25),
                    (high, low, 0.25, 0.5),
                    (low, own, 0.75, 0.25),
                )
                if alpha <= begin + time
            )
            return start + (end - start) * glide(share), turned

        return self.move(state)

    def move(self, state: State) -> Animation:
        """All parts move through the states of a move, and the curve stands as they end from then on."""
        changes_ground = state(0.0)[1] != state(1.0)[1]

        def move(_: Mobject, alpha: float) -> None:
            value, turned = state(alpha)
            if changes_ground:
                self.parts["graph"].become(self.axes.graph(self.ground(turned)))
            self.show(value, turned, is_at_rest=alpha == 1)

        self.value, self.turned = state(1.0)
        # As an introducer: otherwise new parts would be on stage before it is their turn in a succession.
        return UpdateFromAlphaFunc(VGroup(*self.parts.values()), move, rate_func=linear, introducer=True)

    def go_back(self) -> Animation:
        """All weights return to what they are in the network."""
        start, turned = float(self.visible(np.array([self.value]))[0]), self.turned
        own = {name: self.own(name) for name in turned}

        def state(alpha: float) -> tuple[float, Weights]:
            left = 1 - settle(alpha)
            there = {name: own[name] + (value - own[name]) * left for name, value in turned.items()}
            return self.own_value + (start - self.own_value) * left, there

        return self.move(state)

    def show(self, value: float, turned: Weights, is_at_rest: bool) -> None:
        """Put all parts but the graph to where they belong; numbers roll unless they are at rest."""
        ground, moment = self.ground(turned), (value, tuple(turned.items()), is_at_rest)
        for name, part in self.parts.items():
            # Manim asks for the ends of a move more than once.
            if name != "graph" and self.moments.get(name) != moment:
                part.become(self._part(name, ground, value, is_at_rest))
                self.moments[name] = moment

    def _part(self, name: str, ground: LossLandscape, value: float, is_at_rest: bool) -> VMobject:
        write = shown if is_at_rest else rolling
        if name == "graph":
            return self.axes.graph(ground)
        if name == "standing":
            return self.axes.standing(ground, value, write(ground.loss([value])))
        if name == "tangent":
            return self.axes.tangent(ground, value)
        if name == "slope":
            return self._tag(f"grad.{self.weight}", write(float(ground.gradient([value])[0])), 1)
        if name == "weight":
            return self._tag(self.weight, write(value), 0)
        assert self.knob is not None
        return self._tag(self.knob, write(ground.trace[self.knob].value), 2)

    def _tag(self, name: str, number: str, row: int) -> Tag:
        kind = "gradient" if name.startswith(GRADIENT) else self.landscape.trace[name].kind
        return self.places[row].place(Tag(name, number, kind, theme.SIZES.body), align="left")
