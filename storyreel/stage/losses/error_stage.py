"""The stage of chapters with an output and its target on a number line, and the error between them."""

import math
from dataclasses import replace

from manim import Animation, AnimationGroup, Succession, UpdateFromAlphaFunc, VGroup, VMobject, Wait, linear

from storyreel.core.errors import StoryreelError
from storyreel.engine.curves import require_on_line
from storyreel.engine.equations.calculation import error_calculation
from storyreel.engine.losses import SQUARED
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import appear, draw, ease_travel, vanish
from storyreel.graphics.parts.labelled import Labelled
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve
from storyreel.graphics.plots.plot_marker import PlotMarker
from storyreel.graphics.plots.squares.error_line import ValueMarker
from storyreel.graphics.plots.squares.error_square import ErrorSquare, in_maths
from storyreel.graphics.plots.squares.error_square_move import ErrorSquareMove
from storyreel.graphics.plots.squares.square_tiles import Tile, placing, square_tiles
from storyreel.graphics.text.text_state import text_state
from storyreel.stage.network_stage import NetworkStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import OutputName, QuantityName, cue

TILED = (2, 3, 4)
"""How many times as large an error may have become for its square to be divided."""
TILING = (1.5, 1.2, 0.6, 0.25, 0.25)
"""The relative times in which an error grows, copies of its square are placed and get their numbers, and all
of them leave for the number of the whole square."""
LEAVING = 0.3
"""The seconds in which a network fades out when a number line takes its place, of 1 that the line takes."""
ZERO_AT = 0.45
"""The share of its time after which an error that changes its sign is zero."""
WIDTH_OF_SQUARE, AROUND_SQUARE = 3.4, 2.0
"""How many times as wide as the square the number line is, and the units above and below the square."""


def largest_area(stage: Area) -> Area:
    """The area of a number line in the middle of the room above an equation, as wide as its square can be
    high."""
    half = min(stage.width, WIDTH_OF_SQUARE * (stage.height - AROUND_SQUARE)) / 2
    return replace(stage, left=stage.centre[0] - half, right=stage.centre[0] + half)


class ErrorStage(NetworkStage):
    """A stage on which an error is a length on a number line, and its square an area."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.picture: ErrorSquare | None = None
        self.curve: OutputLossCurve | None = None
        """The loss over the output, where it is on stage."""
        self.parts: dict[str, PlotMarker | ValueMarker | Labelled] = {}
        self.is_halved = False

    def drawn_line(self) -> ErrorSquare:
        """The number line on stage; raises StoryreelError where there is none."""
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
        # Numbers on their way must not be seen where they came from, too.
        leaving = AnimationGroup(*self._network_vanishes(), run_time=LEAVING)
        if all(len(column) == 1 for column in self.trace.network.names.activations):
            return AnimationGroup(line, leaving, *arrivals)
        # The line would cross the symbols below neurons.
        return Succession(leaving, AnimationGroup(line, *arrivals))

    @cue(seconds=1.4, requires="number line")
    def measure_gap(self) -> Animation:
        """The error, the distance between prediction and target, is marked and measured."""
        error = self.parts["error"] = self.drawn_line().error(self.value)
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
        picture = self.drawn_line()
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
        picture = self.drawn_line()
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
        first, *others = (tile for tile in tiles if isinstance(tile, Tile))
        leaving = vanish(tiles)
        leaving.introducer = True  # else Manim would show all tiles from the start of the succession on
        steps = [
            AnimationGroup(appear(first.fill), sliding),
            Succession(*(placing(tile, first) for tile in others)),
            AnimationGroup(*(appear(number) for tile in (first, *others) for number in tile.numbers), Wait()),
            leaving,
            self._area_appears(square, end),
        ]
        for step, share in zip(steps, TILING, strict=True):
            step.run_time = share
        return Succession(*steps)

    def _area_appears(self, square: Labelled, value: float) -> Animation:
        """The number in a square that has come to a value appears."""
        picture, halved = self.drawn_line(), self.is_halved
        state = text_state(*in_maths(picture.area_text(value, halved)), square.label.em)
        return UpdateFromAlphaFunc(
            square, lambda _, alpha: picture.move_square(square, value, halved, state.faded(alpha))
        )

    def _slide(self, end: float, called: str, hides_area: bool = False) -> Animation:
        picture, target = self.drawn_line(), self.drawn_line().target_value
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
        return self.slides(
            UpdateFromAlphaFunc(
                VGroup(*self.parts.values()), lambda _, alpha: move.show(alpha), rate_func=linear
            )
        )

    def slides(self, sliding: Animation) -> Animation:
        """The animation in which an output moves on its line, with what has to leave or appear before."""
        return sliding

    @property
    def has_picture(self) -> bool:
        """True if there is a number line or a diagram from which numbers may fly."""
        return self.picture is not None or super().has_picture

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
