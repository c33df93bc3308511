"""Examples as the rows of a table: their inputs and targets, what a network makes of them, and how training
changes that."""

import math
from collections.abc import Callable
from functools import partial

from manim import Animation, AnimationGroup, Mobject, Succession, UpdateFromAlphaFunc, VGroup, VMobject
from manim.utils.rate_functions import linear, smoothstep

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import appear, ease_run, pop, vanish
from storyreel.graphics.plots.run_plot import RunPlot
from storyreel.graphics.text.rolling_number import RollingNumber, sample_alphas, set_text
from storyreel.graphics.text.typeset import Typeset, number_source
from storyreel.stage.tables.compared_stage import ComparedStage
from storyreel.stage.tables.table_stage import DECIMALS
from storyreel.storyboard.cue import Count, Steps, cue

TABLE_SHARE, SHARE_IN_OTHERS, GAP = 0.46, 0.6, 0.5
"""The part of the frame that a table has beside a plot, the same where the plot is below it, and the units
between the two."""
MOVES = 0.35
"""The share of a row's time in which the frame comes to it, and the same in which its step is taken."""
NEARLY = 1e-6
LEAVING = 0.4
"""The time in which a strip fades out, relative to that in which the columns move."""


class DataTable(ComparedStage):
    """Examples as the rows of a table: their inputs and targets, what a network makes of them, and how
    training changes that."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.plot: RunPlot | None = None

    @property
    def table_area(self) -> Area:
        """The room for the table, which is smaller beside a plot."""
        return self.frame.whole if self.plot is None else self._areas[0]

    @property
    def plot_is_there(self) -> bool:
        """Whether a plot has taken a part of the room."""
        return self.plot is not None

    @property
    def _areas(self) -> tuple[Area, Area]:
        """The rooms of the table and of a plot."""
        wide = self.frame.is_wide
        share = TABLE_SHARE if wide else SHARE_IN_OTHERS
        return self.frame.halves(self.frame.whole, share, GAP, stacked=not wide)

    def forget(self) -> list[VMobject]:
        """Forget all that is on stage, and return it to be faded out."""
        plot = [self.plot, *self.plot.moving] if self.plot is not None else []
        return [*super().forget(), *plot]

    @cue(
        seconds=2.5,
        requires=("table", "no plot", "no asked row", "column", "finite run {steps}"),
        hides="gaps",
        shows="plot {steps}",
    )
    def plot_cost(self, steps: Steps, decimals: Count = 2, mark_every: Count | None = None) -> Animation:
        """The table makes room for a plot of the cost over so many steps of training, up to the step that it
        has come to: the columns of the inputs fade out, and the strip of gaps. The cost has so many
        `decimals`, as the mean of the losses below the table, too. With `mark_every`, each so many steps,
        such as those of an epoch, there is a dot on the curve, and at the first its number."""
        before = self._table
        if self.plot is not None:
            raise StoryreelError("a plot of the cost is on stage already")
        if self.has_asked:
            raise StoryreelError("the row of the network's own example has no cost")
        self.require_results()
        run = self.experiment.run(steps)
        self.plot = plot = RunPlot(
            self._areas[1],
            self.experiment.objective,
            "loss",
            run.objective,
            decimals=decimals,
            mark_every=mark_every,
        )
        self.mean_decimals = decimals
        plot.show_step(float(self.step))
        leaving = self.gaps_leave()
        gone = [AnimationGroup(*leaving, run_time=LEAVING)] if leaving else []
        inputs = self.experiment.network.input_names
        kept = [each for each in before.columns if not each.is_strip and each.name not in inputs]
        self.table = self.laid_out(kept)
        return Succession(*gone, self.rearranged(before), appear(plot), plot.begins())

    @cue(
        seconds=13.5,
        requires=("table", "column", "row by row", "next rows {rows}"),
        shows=("lit row", "filled {rows} on table", "rows trained {rows} on table"),
    )
    def go_through(self, rows: Count) -> Animation:
        """For each of the next so many rows: the row is lit, the network's numbers appear in it, and then
        training takes a step with this example, with which the cost changes, and the numbers in all rows."""
        self._require_steps(rows)
        steps = [self._visited(self.step + number) for number in range(rows)]
        self.step += rows
        return Succession(*steps)

    def _require_steps(self, steps: int) -> None:
        """Raise StoryreelError where the table cannot be trained for so many steps more."""
        experiment = self.experiment
        self.require_results()
        if experiment.batch_size != 1 or experiment.shuffle:
            raise StoryreelError("rows are trained one by one with `batch_size: 1` and `shuffle: false`")
        self._require_room(steps)

    def _require_room(self, steps: int) -> None:
        """Raise StoryreelError where the plot or the strip is for fewer steps."""
        if self.plot is not None and self.step + steps >= len(self.plot.values):
            raise StoryreelError(f"`plot_cost` is for {len(self.plot.values) - 1} steps; there are no more")
        if self.gaps is not None and self.step + steps > self.gap_steps:
            raise StoryreelError(
                f"`show_gaps` is for training up to step {self.gap_steps}; give it more `steps`"
            )

    def _visited(self, step: int) -> Animation:
        """The row of the next example is lit and filled, and a step is taken with it."""
        row = step % self._rows
        lit = self.light(row)
        new = self.filled(row, step)
        appearing = AnimationGroup(*map(pop, new), *self.marked(row, step)) if new else None
        moves = [lit, appearing, self._step_taken(step)]
        times = (MOVES, 1 - 2 * MOVES, MOVES)
        return Succession(
            *(move.set_run_time(time) for move, time in zip(moves, times, strict=True) if move is not None)
        )

    def _step_taken(self, step: int) -> Animation:
        """All that depends on the weights changes from what it is after `step` steps to the next."""
        return self._follow(lambda alpha: step + smoothstep(alpha), step, step + 1)

    @cue(
        seconds=6.0,
        requires=("table", "column", "all rows filled", "finite run {steps}", "next rows {steps}"),
        hides="lit row",
        shows="rows trained {steps} on table",
    )
    def train(self, steps: Steps) -> Animation:
        """Training goes on for so many steps: all rows have the numbers of the network with its weights of
        then, and the cost falls or rises with each step."""
        self.require_results()
        self._require_room(steps)
        if not all(
            (row, column.name) in self.cells for row in range(self._rows) for _, column in self.results
        ):
            raise StoryreelError("there are rows without numbers; `go_through` or `fill_rows` fills them")
        start, end = self.step, self.step + steps
        self.step = end
        rolling = self._follow(lambda alpha: start + (end - start) * ease_run(alpha), start, end)
        lit, self.lit, self.row = self.lit, None, None
        return rolling if lit is None else AnimationGroup(rolling, vanish(lit).set_run_time(0.3))

    def _follow(self, step_at: Callable[[float], float], start: int, end: int) -> Animation:
        """The plot, the mean, the strip and the numbers of all filled rows pass from one step to another."""
        follow: list[Callable[[float], None]] = []
        parts: list[VMobject] = []
        if self.plot is not None:
            follow.append(self.plot.follow(step_at))
            parts += self.plot.moving
        if self.mean is not None:
            follow.append(self._rolls(self.mean[1], self.mean_at, step_at, self.mean_decimals))
            parts.append(self.mean[1])
        if self.gaps is not None and self.marked_rows:
            follow.append(
                self.gaps.follow(
                    list(self.marked_rows), self.predictions(range(start, end + 1)), start, step_at
                )
            )
            parts += self.gap_parts
        for (row, name), cell in self.cells.items():
            if any(name == column.name for _, column in self.results):
                follow.append(self._rolls(cell, partial(self.number_in, name, row), step_at))
                parts.append(cell)

        def show(_: Mobject, alpha: float) -> None:
            for each in follow:
                each(alpha)

        return UpdateFromAlphaFunc(VGroup(*parts), show, rate_func=linear)

    def _rolls(
        self,
        cell: Typeset,
        value: Callable[[int], float],
        step_at: Callable[[float], float],
        decimals: int = DECIMALS,
    ) -> Callable[[float], None]:
        """A function that shows in a cell, at alpha (0 to 1), the value between those of two whole steps, as
        the dots and the curve of the cost do."""
        centre = tuple(cell.get_center())

        def text_at(alpha: float) -> str:
            before = math.floor(step_at(alpha) + NEARLY)
            share = max(0.0, step_at(alpha) - before)
            start = value(before)
            number = start + share * (value(before + 1) - start) if share > NEARLY else start
            return shown(number, f".{decimals}f")

        texts = [text_at(alpha) for alpha in sample_alphas().tolist()]
        ends, rolling = ([texts[0]], [texts[-1]]), [[text] for text in texts]
        change = RollingNumber(cell, number_source, ends[0], rolling, ends[1], is_centred=True)
        return lambda alpha: set_text(cell, change.at(alpha, text_at(alpha)), centre)
