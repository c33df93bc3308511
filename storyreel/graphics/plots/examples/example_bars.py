"""For each weight and bias a bar for each example, as high as the gradient of its loss, and their mean."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from manim import LEFT, RIGHT, UP, Line, VGroup

from storyreel.core.arrays import Array
from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.engine.operation import GRADIENT
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame, Point, at
from storyreel.graphics.plots.examples.example_charts import BELOW, ExampleArrows, ExampleChart
from storyreel.graphics.plots.examples.runs_plot import STEP, Curve
from storyreel.graphics.text.named_number import named_number, named_source
from storyreel.graphics.text.rolling_number import RollingNumber, sample_alphas, set_text
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, in_line, maths, number_source, words

ROWS, IN_SQUARE = 3, 2
"""The rows of charts in a tall frame and in a square one; in a wide one there is one."""
KEY, NAME, NUMBER, BETWEEN, ABOVE = 0.75, BELOW - 0.55, 0.55, 0.3, 0.15
"""Units above all charts for the key, below each for its name and for the mean, between two rows, and
below the name above arrows."""
DIM = 0.5
"""The opacity of the bars of all examples but a lit one."""
DECIMALS, MOST_STEPS = 2, 200
"""The decimals of means, and the steps of a longer run that are looked at."""
SAMPLE, FROM_SAMPLE, FROM_WORD = 0.55, 0.2, 1.0
"""The length of the line in the key, the gap behind it, and that behind the word, in Manim units."""


class ExampleBars(VGroup):
    """A chart for each of `names`, weights and biases of an experiment with data: a bar for each example, up
    or down from a line, as high as the gradient of its loss with respect to this weight or bias, a line at
    their mean, and this number below the chart's name. Each chart has a scale of its own, with room for the
    whole run. Of a single name there are arrows instead, in a row for each example (`ExampleArrows`).

    `axes` are the lines of zero and the names, `key` says what the line is, and `moving` is what `show_step`
    and `follow` change, as in a `RunsPlot`.
    """

    def __init__(
        self, experiment: Experiment, names: Sequence[str], steps: int, text: str, frame: Frame
    ) -> None:
        run = experiment.run(steps)
        self.steps = np.unique(np.linspace(0, steps, min(steps + 1, MOST_STEPS)).astype(int))
        self.gradients = np.array([self._at(experiment, run.networks[step], names) for step in self.steps])
        """Of each step that is looked at, each weight or bias and each example."""
        self.names = tuple(names)
        counted = Curve(STEP, "muted", np.arange(steps + 1.0), 0, len(names))
        self.curves = [*(Curve(n, "gradient", self._means(k), 0, k) for k, n in enumerate(names)), counted]
        area = self.area = frame.whole
        if len(names) == 1:
            self._lay_out_arrows(experiment, names[0], replace(area, top=area.top - KEY))
        else:
            self._lay_out_charts(experiment, frame)
        sample = Line(at(0, 0), at(SAMPLE, 0), stroke_color=theme.colour("text"))
        sample.set_stroke(width=theme.SPACING.bold_stroke)
        word = words(text, em=theme.SIZES.body, colour=theme.colour("text"))
        count = named_number(STEP, counted.text(0), "muted", theme.SIZES.label)
        word.next_to(sample, RIGHT, buff=FROM_SAMPLE)
        count.next_to(word, RIGHT, buff=FROM_WORD)
        self.numbers.append(count)
        row = VGroup(sample, word, count)
        row.move_to(at(area.centre[0], area.top - KEY / 2))
        self.key = VGroup(VGroup(sample, word))
        self.moving = VGroup(*self.lines, *self.numbers)
        super().__init__(self.axes, self.key)
        self.show_step(0.0)

    def _lay_out_arrows(self, experiment: Experiment, name: str, area: Area) -> None:
        """One row of arrows, with the name above their line of zero, and the mean beside its arrow."""
        mark = maths(symbol(name), plain=name, em=theme.SIZES.number, colour=_paint(experiment, name))
        room = mark.height + ABOVE
        chart = ExampleArrows(replace(area, top=area.top - room), self.gradients[:, 0])
        mark.move_to(at(area.centre[0], area.top - mark.height / 2))
        self.lines: list[ExampleChart] = [chart]
        self.numbers = [self._mean_at(at(chart.right + (area.right - chart.right) / 2, chart.mean_y), 0)]
        self.axes = VGroup(chart.zero, chart.rule, mark, *chart.tags)

    def _lay_out_charts(self, experiment: Experiment, frame: Frame) -> None:
        """A chart of bars for each name, with the name and the mean below it."""
        area = self.area
        rows = 1 if frame.is_wide else ROWS if frame.is_tall else IN_SQUARE
        columns = -(-len(self.names) // rows)
        width, height = area.width / columns, (area.height - KEY) / rows
        cells = [
            Area(
                name,
                area.left + place % columns * width,
                area.top - KEY - (place // columns + 1) * height + BETWEEN * (rows > 1),
                area.left + (place % columns + 1) * width,
                area.top - KEY - place // columns * height,
            )
            for place, name in enumerate(self.names)
        ]
        shares = [*map(_share_below, self.gradients.transpose(1, 0, 2))]
        below = max(shares) / (max(shares) + 1 - min(shares))  # the lines of zero are at one height
        self.lines = [ExampleChart(cell, self.gradients[:, k], below) for k, cell in enumerate(cells)]
        self.numbers = [
            self._mean_at(at(cell.centre[0], cell.bottom + NUMBER / 2), k) for k, cell in enumerate(cells)
        ]
        labels = [
            maths(
                symbol(cell.name), plain=cell.name, em=theme.SIZES.label, colour=_paint(experiment, cell.name)
            ).move_to(at(cell.centre[0], cell.bottom + NUMBER + NAME / 2))
            for cell in cells
        ]
        self.axes = VGroup(*(chart.zero for chart in self.lines), *labels)

    @staticmethod
    def _at(experiment: Experiment, network: object, names: Sequence[str]) -> list[list[float]]:
        """The gradients of the losses of all examples, (names, examples), with the weights of a network."""
        traces = [Trace(network, *pair) for pair in zip(*experiment.examples, strict=True)]  # type: ignore[arg-type]
        return [[trace.number(GRADIENT + name) for trace in traces] for name in names]

    def _means(self, name: int) -> Array:
        """The mean gradient at every step of the run."""
        means = self.gradients[:, name].mean(axis=1)
        return np.asarray(np.interp(np.arange(self.steps[-1] + 1), self.steps, means))

    def _mean_at(self, spot: Point, place: int) -> Typeset:
        source, plain = number_source(self._mean_text(place, 0))
        number = Typeset(source, plain=plain, em=theme.SIZES.label, colour=theme.colour("gradient"))
        return number.move_to(spot)

    def _mean_text(self, place: int, step: int) -> str:
        return shown(float(self.curves[place].values[step]), f".{DECIMALS}f")

    def enlarged(self, step: int) -> Callable[[float], None]:
        """A function that shows, at alpha (0 to 1), the bars of a step growing, all by the same factor, until
        those of one chart fill their room."""
        now = [
            [float(np.interp(step, self.steps, each)) for each in self.gradients[:, k].T]
            for k in self._places
        ]
        factor = min(chart.factor(values) for chart, values in zip(self.lines, now, strict=True))
        starts = [(chart.unit, chart.level) for chart in self.lines]
        below = max(-min(0.0, *values) * chart.unit for chart, values in zip(self.lines, now, strict=True))

        def show(alpha: float) -> None:
            for chart, (unit, level), values in zip(self.lines, starts, now, strict=True):
                chart.unit = unit * factor**alpha
                chart.move_zero(level + alpha * (chart.bottom + factor * below - level))
                chart.show_gradients(values)

        return show

    def note(self, text: str) -> Typeset:
        """Words in the key behind the count of steps, or above the line where that leaves no room."""
        note = words(text, em=theme.SIZES.body, colour=theme.colour("muted"))
        note.next_to(self.numbers[-1], RIGHT, buff=FROM_WORD)
        if note.get_right()[0] > self.area.right:
            note.next_to(self.key, UP, buff=FROM_SAMPLE, aligned_edge=LEFT)
        return note

    @property
    def _places(self) -> range:
        return range(len(self.names))

    def numbers_of(self, run: int) -> list[Typeset]:
        """The numbers of the run, of which there is one."""
        return self.numbers

    def show_step(self, step: float) -> None:
        """The bars and lines after `step` steps, which may be between two steps."""
        for number, chart in enumerate(self.lines):
            bars = self.gradients[:, number]
            chart.show_gradients([float(np.interp(step, self.steps, each)) for each in bars.T])

    def follow(self, step_at: Callable[[float], float]) -> Callable[[float], None]:
        """A function that shows the bars at `step_at(alpha)` at `alpha` (0 to 1) of an animation, and the
        numbers of the last whole step."""
        shows = [self._rolls(place, step_at) for place in range(len(self.numbers))]

        def show(alpha: float) -> None:
            self.show_step(step_at(alpha))
            for each in shows:
                each(alpha)

        return show

    def _rolls(self, place: int, step_at: Callable[[float], float]) -> Callable[[float], None]:
        """A function that shows, at `alpha`, a mean or the count of steps, where it is."""
        text, is_count = self.numbers[place], place == len(self.names)
        left, centre = float(text.get_left()[0]), text.get_center()

        def text_at(alpha: float) -> str:
            step = int(step_at(alpha) + 1e-9)
            return self.curves[place].text(step) if is_count else self._mean_text(place, step)

        def source(number: str) -> tuple[str, str]:
            if not is_count:
                return number_source(number)
            return named_source(STEP, in_line(number)), f"{STEP} = {number}"

        texts = [text_at(alpha) for alpha in sample_alphas().tolist()]
        change = RollingNumber(text, source, [texts[0]], [[each] for each in texts], [texts[-1]])

        def show(alpha: float) -> None:
            state = change.at(alpha, text_at(alpha))
            x = left + state.width / 2 if is_count else float(centre[0])
            set_text(text, state, at(x, float(centre[1])), 1.0)

        return show


def _paint(experiment: Experiment, name: str) -> str:
    return theme.colour(experiment.trace[name].kind)


def _share_below(gradients: Array) -> float:
    """The share of its room that a chart of these gradients needs below its line of zero."""
    low, high = min(0.0, float(gradients.min())), max(0.0, float(gradients.max()))
    return -low / ((high - low) or 1.0)
