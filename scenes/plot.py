"""A plot of a function or a table of data, with a point that moves along it."""

from manim import Animation, AnimationGroup, Succession, UpdateFromAlphaFunc, VGroup, linear

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.engine.curves import Plotted, plotted_activation, plotted_loss, plotted_table
from storyreel.graphics.motion.verbs import appear, draw, ease_travel, in_place_of, one_after_another, pop
from storyreel.graphics.plots.plot_picture import PlotPicture
from storyreel.graphics.plots.plot_readout import PlotReadout
from storyreel.stage.stage import Stage, needed
from storyreel.storyboard.cue import ActivationName, LossName, Text, Value, cue
from storyreel.storyboard.lesson_number import lesson_number


class Plot(Stage):
    """A function or a table of data, with a point that moves along it and shows its values."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.picture: PlotPicture | None = None
        self.readout: PlotReadout | None = None

    @cue(seconds=2.4, requires="activation curve {name, low, high}", hides="plot", shows="plot", opens=True)
    def plot_activation(self, name: ActivationName, low: float = -4.0, high: float = 4.0) -> Animation:
        """The curve of an activation function from `low` to `high` appears, in place of a plot on stage."""
        return self._plot(plotted_activation(name, low, high))

    @cue(seconds=2.4, requires="loss curve {name, target, low, high}", hides="plot", shows="plot", opens=True)
    def plot_loss(self, name: LossName, target: Value, low: float, high: float) -> Animation:
        """The curve of a loss over an output from `low` to `high` appears; `target` is its target."""
        return self._plot(plotted_loss(name, lesson_number(self.experiment, target).value, low, high))

    @cue(seconds=2.8, requires="points {x, y}", hides="plot", shows=("plot", "table on plot"))
    def plot_table(self, x: list[float], y: list[float], x_label: Text, y_label: Text) -> Animation:
        """Points from two lists of numbers appear one after another, joined by a line."""
        return self._plot(plotted_table(x, y, (x_label, y_label)))

    def _plot(self, plotted: Plotted) -> Animation:
        before = self.picture
        gone = VGroup(*(before or ()), *(self.readout or ()))
        self.setup()
        self.picture = picture = PlotPicture(plotted, self.frame)
        steps = [appear(picture.axes)]
        if len(picture.dots):
            steps.append(one_after_another([pop(dot) for dot in picture.dots]))
        return in_place_of(gone, Succession(*steps, draw(picture.curve)))

    @cue(
        seconds=2.2,
        requires=("`to` or `x`", "no `to` or no `x`", "plot", "on curve {to, x}"),
        shows="point on plot",
    )
    def travel(self, to: Value | None = None, x: float | None = None) -> Animation:
        """A point moves along the curve to a number of the network (`to`), or to an `x` given directly.

        Its values are shown beside the plot. The first time, it starts at the left end of the curve. In a
        table, `x` must be that of a point.
        """
        if (to is None) == (x is None):
            raise StoryreelError("say either `to` which number or to which `x` the point is to travel")
        picture, plotted = self._drawn(), self._drawn().plotted
        end = x if x is not None else lesson_number(self.experiment, str(to)).value
        if not plotted.reach[0] <= end <= plotted.reach[1]:
            low, high = map(shown, plotted.reach)
            raise StoryreelError(f"{shown(end)} is not on the curve, which goes from {low} to {high}")
        if plotted.points and end not in dict(plotted.points):
            raise StoryreelError(f"the table has no point where x is {shown(end)}")
        before = self.readout
        readout = self.readout = before or picture.readout_at(plotted.reach[0])
        start = readout.x
        show = readout.travel(lambda alpha: start + (end - start) * ease_travel(alpha))
        journey = UpdateFromAlphaFunc(readout, lambda _, alpha: show(alpha), rate_func=linear, run_time=2.0)
        return journey if before else Succession(appear(readout), journey)

    @cue(seconds=1.2, requires=("point", "no table", "no slope"), shows="slope on plot")
    def show_slope(self) -> Animation:
        """The tangent at the point and its slope appear; both follow the point from then on."""
        readout = needed(self.readout, "there is no point on the curve yet; let one `travel` there")
        if self._drawn().plotted.slope is None:
            raise StoryreelError("a table of data has no slope; plot an activation or a loss")
        if readout.tangent:
            raise StoryreelError("the slope is on stage already, and goes along with the point")
        tangent, plate = readout.add_slope()
        return AnimationGroup(draw(tangent), pop(plate))

    def _drawn(self) -> PlotPicture:
        return needed(self.picture, "there is no plot yet; begin with `plot_activation` or `plot_table`")
