"""The loss: a number for how wrong the network is, shown as a length, an area and a curve."""

import math
from dataclasses import replace

from manim import (
    Animation,
    AnimationGroup,
    GrowFromCenter,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    Wait,
    linear,
)

from storyreel.core.errors import StoryreelError
from storyreel.engine.curves import require_on_line
from storyreel.engine.equations.calculation import error_calculation
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import (
    appear,
    draw,
    ease_out,
    ease_travel,
    in_place_of,
    pop,
    vanish,
)
from storyreel.graphics.parts.labelled import Labelled
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve
from storyreel.graphics.plots.output_slope import ComparedSlope, OutputSlope
from storyreel.graphics.plots.plot_marker import PlotMarker
from storyreel.graphics.plots.squares.error_line import ValueMarker
from storyreel.graphics.plots.squares.error_square import ErrorSquare, in_maths
from storyreel.graphics.plots.squares.error_square_move import ErrorSquareMove
from storyreel.graphics.plots.squares.square_tiles import placing, square_tiles
from storyreel.graphics.plots.tangent import Tangent
from storyreel.graphics.text.text_state import text_state
from storyreel.stage.network_stage import NetworkStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import OutputName, QuantityName, Text, cue

TILED = (2, 3, 4)
"""How many times as large an error may have become for its square to be divided."""
TILING = (1.5, 1.2, 0.6, 0.25, 0.25)
"""The relative times in which an error grows, copies of its square are placed and get their numbers, and all
of them leave for the number of the whole square."""
ZERO_AT = 0.45
"""The share of its time after which an error that changes its sign is zero."""
WIDTH_OF_SQUARE, AROUND_SQUARE = 3.4, 2.0
"""How many times as wide as the square the number line is, and the units above and below the square."""
SQUARED = ("half_squared_error", "mean_squared_error")


def largest_area(stage: Area) -> Area:
    """The area of a number line in the middle of the room above an equation, as wide as its square can be
    high."""
    half = min(stage.width, WIDTH_OF_SQUARE * (stage.height - AROUND_SQUARE)) / 2
    return replace(stage, left=stage.centre[0] - half, right=stage.centre[0] + half)


def between(start: Area, end: Area, share: float) -> Area:
    """The area at a share (0 to 1) of the way from one to another."""
    sides = {
        side: (1 - share) * getattr(start, side) + share * getattr(end, side)
        for side in ("left", "bottom", "right", "top")
    }
    return replace(start, **sides)


class Loss(NetworkStage):
    """A number for how wrong the network is, shown as a length, an area and a curve."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.picture: ErrorSquare | None = None
        self.curve: OutputLossCurve | None = None
        self.parts: dict[str, PlotMarker | ValueMarker | Labelled] = {}
        self.is_halved = False
        self.slopes = VGroup()

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
        """A number line appears with an output of the network and its target on it; the network fades out,
        and these numbers fly from it to their places on the line."""
        error = error_calculation(self.trace, output)
        (_, target_name), (self.value, _) = error.operands, error.numbers
        # Its ticks stay when it makes room for a curve.
        self.picture = picture = ErrorSquare(self.frame.main, error, self.trace.notation)
        picture.stand_in(largest_area(self.frame.stage), {}, self.value)
        self.marker = self.parts["marker"] = picture.marker(self.value)
        line, target = draw(picture.line), picture.target_marker
        if (diagram := self.diagram) is None:
            return Succession(line, appear(self.marker), appear(target))
        there = set(self.get_mobject_family_members())
        written = (diagram.nodes[output].value, self.marker), (diagram.targets.get(target_name), target)
        arrivals = [
            self.fly((number, marker)) if number in there else appear(marker) for number, marker in written
        ]
        leaving = AnimationGroup(*self._network_vanishes())
        if all(len(column) == 1 for column in self.trace.network.names.activations):
            return AnimationGroup(line, leaving, *arrivals)
        # The line would cross the symbols below neurons.
        return Succession(leaving, AnimationGroup(line, *arrivals))

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

    @cue(seconds=2.8, requires=("number line", "output curve {number line of}"), shows="curve")
    def plot_loss(self) -> Animation:
        """The loss appears as a curve over the output, with a point for the prediction. The number line makes
        room for it; both have that of an equation, too, so clear it before."""
        picture, parts = self._drawn(), dict(self.parts)
        self.curve = curve = OutputLossCurve(self.frame.side, self.trace, picture.name)
        start, end = picture.area, self._beside_curve()

        def move(_: object, alpha: float) -> None:
            area = between(start, end, ease_travel(alpha))
            picture.stand_in(area, parts, self.value, self.is_halved)

        moved = VGroup(picture.line, picture.target_marker, *parts.values())
        moving = UpdateFromAlphaFunc(moved, move, rate_func=linear)
        self.parts["point"] = curve.marker_at(self.value)
        return Succession(
            moving,
            appear(curve),
            draw(curve.graph),
            pop(self.parts["point"]),
        )

    def _beside_curve(self) -> Area:
        """The area of the number line in which the picture with the square is as high as the middle of the
        curve's."""
        main = self.frame.main
        high = self._drawn().height_in(main.width, self._drawn().own_value)
        return replace(main, bottom=main.bottom + max(0.0, main.height - high) / 2)

    @cue(seconds=2.2, requires=("number line", "curve", "half squared loss"))
    def compare_square(self, text: Text) -> Animation:
        """The curve of the whole square, of which the loss is half, appears with its slope at the output,
        which is twice the error; both curves are named. `text` is the word for a slope. For the half squared
        error only."""
        slope = ComparedSlope(self._plotted(), self.value, text, self._drawn().target_name)
        self.slopes.add(slope)
        return Succession(
            AnimationGroup(vanish(self._tag()), draw(slope.curve)),
            AnimationGroup(appear(slope.names), pop(slope.dot), _grow(slope.tangent)),
            appear(slope.label),
        )

    @cue(seconds=1.6, requires=("number line", "curve"))
    def show_slope(self, text: Text) -> Animation:
        """The tangent to the curve at the output appears with its slope, and stands below that of the whole
        square, if it is on stage. `text` is the word for a slope."""
        tag = None if self.slopes else self._tag()
        slope = OutputSlope(self._plotted(), self.value, text, tag)
        self.slopes.add(slope)
        return Succession(_grow(slope.tangent), appear(slope.label))

    def _tag(self) -> VMobject:
        point = self.parts["point"]
        assert isinstance(point, PlotMarker)
        return point.tag

    def _plotted(self) -> OutputLossCurve:
        return needed(self.curve, "there is no curve on stage; begin with `plot_loss`")

    @cue(seconds=2.5, requires=("number line", "on line {to}"))
    def slide(self, to: QuantityName) -> Animation:
        """The output moves to another number (`target`, or its own name to return), and everything that
        depends on it follows."""
        return self._slide(self.trace.number(to), to)

    @cue(seconds=3.8, requires=("number line", "stretched on line {times}"))
    def stretch_gap(self, times: float) -> Animation:
        """The output moves to where its error is `times` that of the network: half of it, or −1 for the same
        error on the other side of the target. It has to be on the number line.

        Where the error becomes twice, three or four times as large as it was, the square that it had stays,
        and copies of it fill the new one, each with its number. Then the new one has its own number alone.
        """
        picture = self._drawn()
        small, before = self.value, self.value - picture.target_value
        end = picture.target_value + times * (picture.own_value - picture.target_value)
        called = f"{times:g} times the error"
        ratio = abs(end - picture.target_value) / abs(before) if before else 0.0
        square = self.parts.get("square")
        is_multiple = math.isclose(ratio, count := round(ratio)) and count in TILED
        if not isinstance(square, Labelled) or not is_multiple:
            return self._slide(end, called)
        sliding = self._slide(end, called, hides_area=True)
        area = picture.area_text(small, self.is_halved)
        whole = picture.square(end, self.is_halved)
        tiles = square_tiles(whole, count, area, is_from_right=end < picture.target_value)
        first, *others = tiles
        leaving = vanish(tiles)
        leaving.introducer = True  # else Manim would show all tiles from the start of the succession on
        steps = [
            AnimationGroup(appear(first.fill), sliding),
            Succession(*(placing(tile, first) for tile in others)),
            AnimationGroup(*(appear(number) for tile in tiles for number in tile[1:]), Wait()),
            leaving,
            self._area_appears(square, end),
        ]
        for step, share in zip(steps, TILING, strict=True):
            step.run_time = share
        return Succession(*steps)

    def _area_appears(self, square: Labelled, value: float) -> Animation:
        """The number in a square that has come to a value appears."""
        picture, halved = self._drawn(), self.is_halved
        state = text_state(*in_maths(picture.area_text(value, halved)), square.label.em)
        return UpdateFromAlphaFunc(
            square, lambda _, alpha: picture.move_square(square, value, halved, state.faded(alpha))
        )

    def _slide(self, end: float, called: str, hides_area: bool = False) -> Animation:
        picture, target = self._drawn(), self._drawn().target_value
        start = self.value
        require_on_line(picture.own_value, target, end, called)
        self.value = end
        crosses = (start - target) * (end - target) < 0

        def value(alpha: float) -> float:
            if not crosses:
                return start + (end - start) * ease_travel(alpha)
            # Slow at the target, where the error is zero.
            if alpha < ZERO_AT:
                return start + (target - start) * ease_travel(alpha / ZERO_AT)
            return target + (end - target) * ease_travel((alpha - ZERO_AT) / (1 - ZERO_AT))

        move = ErrorSquareMove(picture, self.parts, self.curve, value, self.is_halved, hides_area)
        slopes = self.slopes
        self.slopes = VGroup()
        sliding: Animation = UpdateFromAlphaFunc(
            VGroup(*self.parts.values()), lambda _, alpha: move.show(alpha), rate_func=linear
        )
        if any(slope.is_compared for slope in slopes):
            arrival = appear(self._tag())
            arrival.run_time = 0.3
            sliding = Succession(arrival, sliding)
        return in_place_of(slopes, sliding)

    @cue(seconds=0.8, requires=("number line", "curve"), hides="number line")
    def clear_line(self) -> Animation:
        """The number line and what is on it fade out, with slopes of the curve; the curve stays."""
        picture, _ = self._drawn(), self._plotted()
        marks = [self.parts.pop(name) for name in list(self.parts) if name != "point"]
        self.picture = None
        slopes, self.slopes = self.slopes, VGroup()
        tag = [appear(self._tag())] if any(slope.is_compared for slope in slopes) else []
        leaving = [picture.line, picture.target_marker, *marks, *slopes]
        return AnimationGroup(*map(vanish, leaving), *tag)

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


def _grow(tangent: Tangent) -> Animation:
    return GrowFromCenter(tangent, rate_func=ease_out)
