"""The stage of chapters with pictures that follow training runs: curves, paths, surfaces, bars."""

from collections.abc import Callable

from manim import Animation, AnimationGroup, Mobject, Succession, UpdateFromAlphaFunc, VGroup, VMobject
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    ease_run,
    ease_travel,
    in_place_of,
    one_after_another,
    pop,
    vanish,
)
from storyreel.graphics.networks.highlight import highlight
from storyreel.graphics.plots.examples.example_bars import DIM, ExampleBars
from storyreel.graphics.plots.examples.prediction_pair import PredictionPair
from storyreel.graphics.plots.examples.prediction_plot import LEAST_AZIMUTH, MOST_AZIMUTH, PredictionPlot
from storyreel.graphics.plots.examples.runs_plot import RunsPlot
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.stage import Stage, few_words
from storyreel.storyboard.cue import Count, Example, Text, Value, cue
from storyreel.storyboard.lesson_number import lesson_number

LONGEST_LEVEL, LONGEST_NOTE = 6.0, 4.0
"""The largest widths of the words for a level and for enlarged bars, in letters of body size."""
RunPicture = RunsPlot | PredictionPair | ExampleBars
"""What follows a run."""


class RunsStage(Stage):
    """A stage with a picture that follows one training run or two."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.plot: RunPicture | None = None
        self.marks: list[VMobject] = []
        self.key_marks: list[VMobject] = []
        """Those of the marks that are in a key."""
        self.step = 0
        self.level: str | None = None
        self.note: Typeset | None = None
        """The words for enlarged bars."""

    @property
    def _drawn(self) -> RunPicture:
        if self.plot is None:
            raise StoryreelError("there are no axes on stage yet; begin with `plot_runs`")
        return self.plot

    def picture_appears(self, plot: RunPicture, gone: VGroup) -> Animation:
        """Axes and key appear in place of others, and then the first points and numbers."""
        plot.show_step(float(self.step))
        come = appear if not isinstance(plot, RunsPlot) or isinstance(plot, PredictionPlot) else pop
        moving = one_after_another([*map(appear, plot.numbers), *map(come, plot.lines)], overlap=0.8)
        return in_place_of(gone, Succession(AnimationGroup(appear(plot.axes), appear(plot.key)), moving))

    def forget(self) -> list[VMobject]:
        """Forget all that is on stage, and return it to be faded out."""
        plot = [*self.plot, *self.plot.moving] if self.plot is not None else []
        gone = [*plot, *self.marks]
        self.setup()
        return gone

    @cue(
        seconds=5.0,
        requires=(
            "runs",
            "more steps {until}",
            "no new example",
            "no enlarged bars",
            "turned surface {turn}",
        ),
        shows="ran on runs",
    )
    def run(self, until: Count | None = None, turn: float | None = None) -> Animation:
        """The curves go on to step `until`, or to the end, and the numbers in the key change with them.
        The view of a surface turns meanwhile by `turn` degrees."""
        plot, start = self._drawn, self.step
        last = len(plot.curves[0].values) - 1
        self.step = end = last if until is None else until
        if not start < end <= last:
            raise StoryreelError(f"the runs stand at step {start} of {last} and cannot go to step {end}")
        show = plot.follow(lambda alpha: start + (end - start) * ease_run(alpha))
        turning = self._turning(turn) if turn is not None else None

        def move(_: Mobject, alpha: float) -> None:
            if turning is not None:
                turning(alpha)
            show(alpha)

        parts = VGroup(plot.moving, plot.axes) if turning is not None else plot.moving
        return UpdateFromAlphaFunc(parts, move, rate_func=linear)

    def _turning(self, degrees: float) -> Callable[[float], None]:
        """A function that turns the view of the surface on stage at alpha (0 to 1)."""
        plot = self._drawn
        if not isinstance(plot, PredictionPlot | PredictionPair):
            raise StoryreelError("there is no surface on stage that could be turned")
        start, end = plot.azimuth, plot.azimuth + degrees
        if not LEAST_AZIMUTH <= end <= MOST_AZIMUTH:
            low, high = LEAST_AZIMUTH - start, MOST_AZIMUTH - start
            raise StoryreelError(f"from here, the view turns by {low:.0f} to {high:.0f} degrees")
        return lambda alpha: plot.turn(start + degrees * ease_travel(alpha))

    @cue(seconds=8.0, requires=("surface", "turned surface {by}"))
    def turn_view(self, by: float) -> Animation:
        """The view of the surfaces turns about the vertical by so many degrees: to the left, where that is
        positive."""
        plot, turning = self._drawn, self._turning(by)
        new = [part for part in self.marks if part not in self.key_marks]
        parts = VGroup(plot.moving, plot.axes, *new)
        return UpdateFromAlphaFunc(parts, lambda _, alpha: turning(alpha), rate_func=linear)

    @cue(seconds=1.6, requires=("surface", "no new example"), shows="new example on runs")
    def show_new_example(self, numbers: bool = True) -> Animation:
        """The network's own example, with which it is not trained, appears beside the others: a ring at its
        target, and the line from there to the surface; in the key its prediction and its target, unless
        `numbers` is false: then one may guess until `measure_new_example`."""
        plot = self._drawn
        if not isinstance(plot, PredictionPlot | PredictionPair):
            raise StoryreelError("there is no surface on stage in which an example could be")
        shapes = plot.new_examples(self.step)
        self.key_marks = [*shapes[1::2]] if numbers else []
        shapes = shapes if numbers else shapes[::2]
        self.marks += shapes
        return AnimationGroup(*map(appear, shapes))

    @cue(
        seconds=1.6,
        requires=("new example", "two surfaces", "no measured example"),
        shows="measured example on runs",
    )
    def measure_new_example(self) -> Animation:
        """Below two surfaces with the network's own example, how far each prediction of it is off takes the
        place of the numbers in the keys, in large type."""
        plot = self._drawn
        if not isinstance(plot, PredictionPair) or not self.marks:
            raise StoryreelError("there is no example below two surfaces; `show_new_example` comes first")
        gaps = plot.gaps_of_new(self.step)
        gone = VGroup(*plot.clear_numbers(), *self.key_marks)
        self.marks = [*(part for part in self.marks if part not in self.key_marks), *gaps]
        self.key_marks = [*gaps]
        return in_place_of(gone, AnimationGroup(*map(appear, gaps)))

    @cue(seconds=1.0, requires=("runs", "run in key {run}"))
    def point_out(self, run: Count) -> Animation:
        """A frame is drawn around a run in the key, counted from 1, and fades out."""
        plot = self._drawn
        if run > len(plot.key):
            raise StoryreelError(f"there is no run {run} on stage, but {len(plot.key)}")
        frame = highlight(VGroup(*plot.key[run - 1], *plot.numbers_of(run - 1)))
        return Succession(draw(frame), vanish(frame))

    @cue(
        seconds=1.5,
        requires=("runs", "level of runs {value}", "{text} fits 6 at 0.42"),
        shows="level on runs",
    )
    def mark_level(self, value: Value, text: Text) -> Animation:
        """A dashed line appears at the height of a number, and a few words for it in the key."""
        plot = self._drawn
        few_words(text, LONGEST_LEVEL, em=theme.SIZES.body)
        if not isinstance(plot, RunsPlot):
            raise StoryreelError("surfaces have no level; `plot_runs` draws axes that have")
        if value != self.level:
            raise StoryreelError(
                f"the axes may have no room for `{value}`; give `plot_runs` this `level`, too"
            )
        level = lesson_number(self.experiment, value).value
        line, sample, label = plot.mark_level(level, text)
        self.marks += [line, sample, label]
        return AnimationGroup(draw(line), draw(sample), appear(label))

    @cue(
        seconds=2.0,
        requires=("example bars", "no enlarged bars", "{text} fits 4 at 0.42"),
        shows="enlarged bars on runs",
    )
    def enlarge_bars(self, text: Text) -> Animation:
        """The bars of all examples grow, all by the same factor, until those of one chart fill its room; a
        few words for it appear in the key. The run does not go on after that."""
        plot = self._drawn
        if not isinstance(plot, ExampleBars):
            raise StoryreelError("there are no bars on stage; `plot_example_gradients` draws them")
        if self.note is not None:
            raise StoryreelError("the bars are enlarged already")
        few_words(text, LONGEST_NOTE, em=theme.SIZES.body)
        self.note = note = plot.note(text)
        self.marks.append(note)
        grow = plot.enlarged(self.step)
        parts = VGroup(*plot.lines, *(chart.zero for chart in plot.lines))
        growing = UpdateFromAlphaFunc(parts, lambda _, alpha: grow(ease_travel(alpha)), rate_func=linear)
        return AnimationGroup(growing, appear(note))

    @cue(seconds=1.0, requires="example bars")
    def light_example(self, example: Example | None = None) -> Animation:
        """The bars of an example, counted from 0, stay bright, and all others are dimmed; without one, all
        are bright again."""
        plot = self._drawn
        if not isinstance(plot, ExampleBars):
            raise StoryreelError("there are no bars on stage; `plot_example_gradients` draws them")
        if example is not None:
            self.bring_into_focus(example)
        return AnimationGroup(
            *(
                change(bar).set_fill(opacity=1.0 if example in (None, number) else DIM).build()
                for chart in plot.lines
                for number, bar in enumerate(chart.bars)
            )
        )
