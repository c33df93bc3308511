"""The loss: one number for how wrong the network is, as a length, as an area, and as a curve."""

from manim import Animation, AnimationGroup, Succession, UpdateFromAlphaFunc, VGroup, VMobject, linear

from storyreel.core.errors import StoryreelError
from storyreel.graphics import layout
from storyreel.graphics.layout import at
from storyreel.graphics.motion.verbs import appear, change, draw, fly, glide, one_after_another, pop
from storyreel.graphics.plots.error_square import ErrorSquare, Labelled, ValueMark
from storyreel.graphics.plots.error_square_move import ErrorSquareMove
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve
from storyreel.graphics.plots.plot_marker import PlotMarker
from storyreel.stage.network_stage import NetworkStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Value, cue

SQUARED = ("half_squared_error", "mean_squared_error")


class Loss(NetworkStage):
    """One number for how wrong the network is, as a length, as an area, and as a curve."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.picture: ErrorSquare | None = None
        self.curve: OutputLossCurve | None = None
        self.parts: dict[str, PlotMarker | ValueMark | Labelled] = {}
        self.is_halved = False

    def _drawn(self) -> ErrorSquare:
        return needed(self.picture, "prediction and target are not on stage yet; begin with `number_line`")

    @cue(seconds=2.2)
    def number_line(self, output: Value) -> Animation:
        """A number line with an output of the network and its target on it.

        If the network is on stage, both come from there, and the network fades away.
        """
        names = self.trace.network.names
        if output not in names.activations[-1]:
            raise StoryreelError(f"{output!r} is not an output of the network")
        target = names.targets[names.activations[-1].index(output)]
        value, wanted = self.trace[output].value, self.trace[target].value
        self.value = value
        self.picture = picture = ErrorSquare(
            layout.MAIN.shifted(-layout.MAIN.centre[0]), output, value, target, wanted
        )
        self.mark = self.parts["mark"] = picture.mark(value)
        marks = {output: self.mark, target: picture.target_mark}
        if self.diagram is None:
            return Succession(draw(picture.line), *(appear(mark) for mark in marks.values()))
        arrivals, flights = [draw(picture.line)], []
        for name, mark in marks.items():
            dot, tag = mark.dot, mark.tag
            arrivals += [appear(part) for part in (dot, tag.plate, tag.text.outside, tag.symbol)]
            if (written := self.drawing.number_of(name)) is not None:
                flights.append(fly(written, tag.number))
            else:
                arrivals.append(appear(tag.number))
        leaving = AnimationGroup(*self._network_vanishes(), *flights)
        return one_after_another([leaving, AnimationGroup(*arrivals)], overlap=0.4)

    @cue(seconds=1.4)
    def measure_gap(self) -> Animation:
        """The distance between prediction and target is marked and measured."""
        gap = self.parts["gap"] = self._drawn().gap(self.value)
        return Succession(draw(gap[0]), appear(gap[1:]))

    @cue(seconds=1.6)
    def square_gap(self) -> Animation:
        """A square grows on the gap: its area is the squared error. For squared losses only."""
        if self.trace.network.loss.name not in SQUARED:
            raise StoryreelError(f"the loss {self.trace.network.loss.name} squares nothing")
        return self._square(halved=False)

    @cue(seconds=1.4)
    def halve_square(self) -> Animation:
        """One half of the square is the loss. For the half squared error only."""
        if self.trace.network.loss.name != SQUARED[0]:
            raise StoryreelError(f"the loss {self.trace.network.loss.name} is not half of a square")
        return self._square(halved=True)

    def _square(self, halved: bool) -> Animation:
        picture = self._drawn()
        self.is_halved = halved
        square = picture.square(self.value, halved)
        before = self.parts.get("square")
        gap = picture.gap(self.value, picture.side(self.value))
        moves: list[Animation] = []
        if "gap" in self.parts:
            moves.append(self._becomes("gap", gap))
        if before is not None:
            moves.append(self._becomes("square", square))
        else:
            self.parts["square"] = square
            moves.append(appear(square))
        return AnimationGroup(*moves)

    def _becomes(self, name: str, shape: VGroup) -> Animation:
        move: Animation = change(self.parts[name], glide).become(shape).build()
        return move

    @cue(seconds=2.8)
    def plot_loss(self) -> Animation:
        """The loss as a curve over the output, with our point on it."""
        picture = self._drawn()
        self.curve = curve = OutputLossCurve(layout.SIDE, self.trace, picture.name)
        aside = layout.MAIN.centre[0] - picture.area.centre[0]
        picture.area = layout.MAIN
        moved = VGroup(picture.line, picture.target_mark, *self.parts.values())
        self.parts["reading"] = curve.standing(self.value)
        return Succession(
            change(moved).shift(at(aside, 0)).build(),
            appear(curve),
            draw(curve.graph),
            pop(self.parts["reading"]),
        )

    @cue(seconds=2.5)
    def slide(self, to: Value) -> Animation:
        """The output moves to where another number is (`target`, or its own name to go back), and with it
        everything that depends on it."""
        start, end = self.value, self.trace.number(to)
        self.value = end

        move = ErrorSquareMove(
            self._drawn(),
            self.parts,
            self.curve,
            lambda alpha: start + (end - start) * glide(alpha),
            self.is_halved,
        )
        return UpdateFromAlphaFunc(
            VGroup(*self.parts.values()), lambda _, alpha: move.show(alpha), rate_func=linear
        )

    def number_on_stage(self, name: str) -> VMobject | None:
        """The number of the prediction or the target as its tag shows it."""
        if self.picture is None:
            return super().number_on_stage(name)
        tags = {
            self.picture.name: self.mark.tag,
            self.picture.target_name: self.picture.target_mark.tag,
        }
        return tags[name].number if name in tags else None

    def take_result(self, name: str, number: VMobject) -> Animation | None:
        """The loss stays in its equation: the picture shows it in its own way."""
        return super().take_result(name, number) if self.picture is None else None
