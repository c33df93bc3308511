"""The loss: a number for how wrong the network is, shown as a length, an area and a curve."""

import math
from dataclasses import replace

from manim import Animation, AnimationGroup, Succession, UpdateFromAlphaFunc, VGroup, VMobject, linear

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.calculation import error_calculation
from storyreel.graphics.layout import at
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    ease_travel,
    one_after_another,
    pop,
)
from storyreel.graphics.plots.error_square import ErrorSquare, Labelled, ValueMarker
from storyreel.graphics.plots.error_square_move import ErrorSquareMove
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve
from storyreel.graphics.plots.plot_marker import PlotMarker
from storyreel.stage.network_stage import NetworkStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import OutputName, QuantityName, cue

SQUARED = ("half_squared_error", "mean_squared_error")


class Loss(NetworkStage):
    """A number for how wrong the network is, shown as a length, an area and a curve."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.picture: ErrorSquare | None = None
        self.curve: OutputLossCurve | None = None
        self.parts: dict[str, PlotMarker | ValueMarker | Labelled] = {}
        self.is_halved = False

    def _drawn(self) -> ErrorSquare:
        return needed(self.picture, "prediction and target are not on stage yet; begin with `number_line`")

    @cue(
        seconds=2.2,
        equation="error of {output}",
        requires="a network",
        hides=("network", "graph", "chain", "number line"),
        shows="number line of {output}",
    )
    def number_line(self, output: OutputName) -> Animation:
        """A number line appears with an output of the network and its target on it.

        If the network is on stage, both fly in from there, and the network fades out.
        """
        error = error_calculation(self.trace, output)
        self.value = error.numbers[0]
        main, bottom = self.frame.main, self.frame.stage.bottom
        # Until there is a curve: in the middle, above the equation.
        area = replace(main.shifted(-main.centre[0]), bottom=bottom, top=bottom + main.height)
        self.picture = picture = ErrorSquare(area, error, self.trace.notation)
        self.marker = self.parts["marker"] = picture.marker(self.value)
        markers = {output: self.marker, picture.target_name: picture.target_marker}
        if self.diagram is None:
            return Succession(draw(picture.line), *map(appear, markers.values()))
        arrivals, flights = [draw(picture.line)], list[tuple[VMobject, VMobject]]()
        for name, marker in markers.items():
            dot, tag = marker.dot, marker.tag
            arrivals += [appear(part) for part in (dot, tag.plate, tag.text.outside, tag.symbol)]
            if (written := self.drawing.number_of(name)) is not None:
                flights.append((written, tag.number))
            else:
                arrivals.append(appear(tag.number))
        flying = [self.fly(*flights)] if flights else []
        leaving = AnimationGroup(*self._network_vanishes(), *flying)
        return one_after_another([leaving, AnimationGroup(*arrivals)], overlap=0.4)

    @cue(seconds=1.4, requires="number line")
    def measure_gap(self) -> Animation:
        """The error, the distance between prediction and target, is marked and measured."""
        error = self.parts["error"] = self._drawn().error(self.value)
        return Succession(draw(error[0]), appear(error[1:]))

    @cue(seconds=1.6, requires=("number line", "squared loss"))
    def square_gap(self) -> Animation:
        """A square grows on the error; its area is the squared error. For squared losses only."""
        if self.trace.network.loss.name not in SQUARED:
            raise StoryreelError(f"the loss {self.trace.network.loss.name} squares nothing")
        return self._square(halved=False)

    @cue(seconds=1.4, requires=("number line", "half squared loss"))
    def halve_square(self) -> Animation:
        """Half of the square is marked, which is the loss. For the half squared error only."""
        if self.trace.network.loss.name != SQUARED[0]:
            raise StoryreelError(f"the loss {self.trace.network.loss.name} is not half of a square")
        return self._square(halved=True)

    def _square(self, halved: bool) -> Animation:
        picture = self._drawn()
        self.is_halved = halved
        square, before = picture.square(self.value, halved), self.parts.get("square")
        if isinstance(before, Labelled):
            show = picture.halving(before, square)
            whole = VGroup(before, before.take_label(square.label))
            return UpdateFromAlphaFunc(
                whole, lambda _, alpha: show(ease_travel(alpha)), introducer=True, rate_func=linear
            )
        self.parts["square"] = square
        grow = picture.growth(square, self.parts.get("error"), self.value)
        return UpdateFromAlphaFunc(
            VGroup(square, *filter(None, [self.parts.get("error")])),
            lambda _, alpha: grow(ease_travel(alpha)),
            introducer=True,
            rate_func=linear,
        )

    @cue(seconds=2.8, requires=("number line", "output curve {number line of}"))
    def plot_loss(self) -> Animation:
        """The loss appears as a curve over the output, with a point for the prediction."""
        picture = self._drawn()
        self.curve = curve = OutputLossCurve(self.frame.side, self.trace, picture.name)
        aside = self.frame.main.centre[0] - picture.area.centre[0]
        up = self.frame.main.bottom - picture.area.bottom
        picture.area = self.frame.main
        picture.y += up
        moved = VGroup(picture.line, picture.target_marker, *self.parts.values())
        self.parts["point"] = curve.marker_at(self.value)
        return Succession(
            change(moved).shift(at(aside, up)).build(),
            appear(curve),
            draw(curve.graph),
            pop(self.parts["point"]),
        )

    @cue(seconds=2.5, requires="number line")
    def slide(self, to: QuantityName) -> Animation:
        """The output moves to another number (`target`, or its own name to return), and everything that
        depends on it follows."""
        picture = self._drawn()
        start, end = self.value, self.trace.number(to)
        if not math.isfinite(end - start):
            raise StoryreelError(f"{to!r} is too far away to slide there")
        self.value = end

        move = ErrorSquareMove(
            picture,
            self.parts,
            self.curve,
            lambda alpha: start + (end - start) * ease_travel(alpha),
            self.is_halved,
        )
        return UpdateFromAlphaFunc(
            VGroup(*self.parts.values()), lambda _, alpha: move.show(alpha), rate_func=linear
        )

    def number_on_stage(self, name: str) -> VMobject | None:
        """The number of the prediction or the target on its tag."""
        if self.picture is None:
            return super().number_on_stage(name)
        tags = {
            self.picture.name: self.marker.tag,
            self.picture.target_name: self.picture.target_marker.tag,
        }
        return tags[name].number if name in tags else None

    def take_result(self, name: str, number: VMobject) -> Animation | None:
        """A result stays in its equation once the picture shows the error."""
        return super().take_result(name, number) if self.picture is None else None
