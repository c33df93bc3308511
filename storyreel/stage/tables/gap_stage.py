"""The stage of chapters with a table in which each row shows the gap from prediction to target."""

from collections.abc import Iterable

import numpy as np
from manim import Animation, AnimationGroup, GrowFromPoint, Succession, VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.graphics.motion.verbs import appear, draw, ease_out, one_after_another, pop, vanish
from storyreel.graphics.tables.row_gaps import RowGaps
from storyreel.graphics.tables.table import Column
from storyreel.stage.stage import needed
from storyreel.stage.tables.table_stage import TableStage
from storyreel.storyboard.cue import Steps, cue

GAPS = "gaps of predictions"
"""The name of the strip's column."""
STEPS_SEEN = 200
"""Of a longer run, about so many steps are looked at for the range of its predictions."""


class GapStage(TableStage):
    """A stage with a table, and in it a strip with the predictions and the targets of its rows on a scale."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.gaps: RowGaps | None = None
        self.gap_steps = 0
        """The steps of training for which the strip has room."""
        self.marked_rows: list[int] = []
        """The rows with a dot."""
        self.asked_is_shown = False

    @property
    def _output(self) -> str:
        """The name of the network's only output."""
        return self.experiment.network.names.activations[-1][0]

    @property
    def _all_rows(self) -> int:
        return self._rows + self.has_asked

    @cue(
        seconds=2.5,
        requires=("table", "column", "one output", "no gaps", "no plot", "finite run {steps}"),
        shows="gaps on table",
    )
    def show_gaps(self, steps: Steps | None = None) -> Animation:
        """Before the columns of the network's numbers the table makes room for a scale, with a mark in each
        row for the target and, as soon as the row is filled, a dot for the network's output and a line
        between the two.

        `steps`: of the training that follows, over which all of them stay on the scale.
        """
        before = self._table
        self.require_results()
        if len(self.experiment.network.names.targets) != 1 or self.gaps is not None:
            raise StoryreelError("a gap is shown once, of networks with one output")
        place = self.results[0][0]
        strip = Column(GAPS, "", "activation", "", is_strip=True)
        columns = [*before.columns[:place], strip, *before.columns[place:]]
        self.table = table = self.laid_out(columns)
        self.gap_steps = last = self.step + (steps or 0)
        target = self.experiment.network.names.targets[0]
        targets = [self.number_in(target, row) for row in range(self._all_rows)]
        seen = self.predictions([*range(self.step, last, max(1, (steps or 0) // STEPS_SEEN)), last])
        reach = min(seen.min(), *targets), max(seen.max(), *targets)
        self.gaps = gaps = RowGaps(table, place, targets, reach, "activation")
        marks = [draw(gaps.marks[row]) for row in range(self._rows)]
        moves: list[Animation] = [self.rearranged(before), appear(gaps), one_after_another(marks)]
        there = [row for row in range(self._all_rows) if (row, before.columns[place].name) in self.cells]
        if there:
            moves.append(one_after_another([move for row in there for move in self.marked(row, self.step)]))
        return Succession(*moves)

    def predictions(self, steps: Iterable[int]) -> Array:
        """What the network says of each row after so many steps of training: (steps, rows)."""
        inputs = self.experiment.examples[0]
        if self.has_asked:
            inputs = np.concatenate([inputs, self.own.inputs])
        steps = list(steps)
        networks = self.experiment.run(steps[-1]).networks if steps[-1] else [self.experiment.network]
        return np.array([networks[step].forward(inputs).prediction[:, 0] for step in steps])

    def marked(self, row: int, step: int) -> list[Animation]:
        """A dot appears on the scale at the row's prediction, and from its mark a line grows to it."""
        gaps = self.gaps
        if gaps is None or row in self.marked_rows:
            return []
        self.marked_rows.append(row)
        gaps.put(row, self.number_in(self._output, row, step))
        line = gaps.gaps[row]
        has_target = row < self._rows or self.asked_is_shown
        grows = [GrowFromPoint(line, line.get_start(), rate_func=ease_out)] if has_target else []
        return [AnimationGroup(pop(gaps.dots[row]), *grows)]

    @property
    def gap_parts(self) -> list[VMobject]:
        """All of the strip that is on stage."""
        if self.gaps is None:
            return []
        shown_targets = range(self._rows + self.asked_is_shown)
        parts: list[VMobject] = [self.gaps, *(self.gaps.marks[row] for row in shown_targets)]
        for row in self.marked_rows:
            parts += [self.gaps.gaps[row]] if row in shown_targets else []
            parts.append(self.gaps.dots[row])
        return parts

    def forget(self) -> list[VMobject]:
        """Forget all that is on stage, and return it to be faded out."""
        parts = self.gap_parts
        return [*super().forget(), *parts]

    def gaps_leave(self) -> list[Animation]:
        """The strip fades out, and its column is forgotten."""
        parts, self.gaps, self.marked_rows = self.gap_parts, None, []
        return list(map(vanish, parts))

    @cue(seconds=1.0, requires=("table", "asked row"), shows="lit row", of_own=True)
    def light_asked(self) -> Animation | None:
        """A frame appears around the row of the network's own example, which comes into focus; that around
        another row fades out."""
        self.bring_own_into_focus()
        if not self.has_asked:
            raise StoryreelError("the table has no row for the network's own example; give it `asked`")
        return self.light(self._rows)

    @cue(
        seconds=1.5,
        requires=("table", "asked row", "column", "no asked numbers"),
        shows="asked numbers on table",
        of_own=True,
    )
    def show_asked(self) -> Animation:
        """What the network says of its own example, which comes into focus, appears in the last row."""
        self.bring_own_into_focus()
        self.require_results()
        if not self.has_asked:
            raise StoryreelError("the table has no row for the network's own example; give it `asked`")
        moves = self.row_filled(self._rows, self.step)
        return needed(moves, "the last row has its numbers already")

    @cue(
        seconds=1.5,
        requires=("table", "asked row", "asked numbers", "no asked target"),
        shows="asked target on table",
        of_own=True,
    )
    def show_asked_target(self) -> Animation:
        """In the last row, whose example comes into focus, the targets take the place of the letters there;
        on the scale appears the gap."""
        self.bring_own_into_focus()
        row = self._rows
        if not self.has_asked or self.asked_is_shown:
            raise StoryreelError("there is no target to be shown in the last row")
        moves: list[Animation] = []
        for name in self.experiment.network.names.targets:
            place = next(k for k, column in enumerate(self._table.columns) if column.name == name)
            before = self.cells[row, name]
            number = self.cells[row, name] = self._table.number(self._given_text(name, row), place, row)
            moves.append(Succession(vanish(before).set_run_time(0.3), pop(number).set_run_time(0.7)))
        self.asked_is_shown = True
        if self.gaps is not None and row in self.marked_rows:
            moves.append(Succession(draw(self.gaps.marks[row]), AnimationGroup(*self.asked_gaps())))
        return AnimationGroup(*moves)

    def asked_gaps(self) -> list[Animation]:
        """The line to what is said of the row that was asked grows from its target."""
        line = needed(self.gaps, "the table has no strip of gaps").gaps[self._rows]
        return [GrowFromPoint(line, line.get_start(), rate_func=ease_out)]
