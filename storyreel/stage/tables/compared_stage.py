"""The stage of chapters with a table in which what another network makes of the examples is beside what the
chapter's network makes of them."""

import numpy as np
from manim import Animation, AnimationGroup, GrowFromPoint, Succession, VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    ease_out,
    ease_travel,
    one_after_another,
    pop,
    vanish,
)
from storyreel.graphics.tables.row_gaps import RowGaps
from storyreel.graphics.tables.table import Column
from storyreel.stage.stage import few_words
from storyreel.stage.tables.gap_stage import GapStage
from storyreel.stage.tables.table_stage import DECIMALS, WIDEST_HEADING
from storyreel.storyboard.cue import ExampleName, NetworkName, Steps, Text, cue
from storyreel.storyboard.lesson_number import lesson_number

OF_OTHER = "other "
"""What is before the name of a number in the name of another network's column."""


class ComparedStage(GapStage):
    """A stage with a table that has a column of another network's numbers, too."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.other: tuple[Experiment, int, str] | None = None
        """The other network, its steps of training, and the name of the number in its column."""

    @cue(
        seconds=3.0,
        requires=(
            "table",
            "column",
            "no plot",
            "no mean",
            "no other column",
            "example number {of}",
            "finite run of {other, steps}",
            "same data {other}",
            "compared column {of, other}",
            "{text} fits 2.6 at 0.36",
        ),
        shows="other column on table",
    )
    def compare_column(
        self, of: ExampleName, text: Text, other: NetworkName, steps: Steps | None = None
    ) -> Animation:
        """The columns make room for one with the numbers of another network, `other`, or of the chapter's
        before its training, with the heading `text`: the number `of` of each row, after so many `steps` of
        training, by default none. Training goes on without it.

        If it is of the output and the gaps are on stage, a ring stands in each row for it, with the line from
        its target, and the dots rise a little above these. The other network has the same data and the
        same example of its own.
        """
        before, experiment = self._table, self.performance.experiments[other]
        if self.other is not None or self.plot_is_there:
            raise StoryreelError("another network has one column, and none beside a plot")
        few_words(text, WIDEST_HEADING)
        self.other, name = (experiment, steps or 0, of), OF_OTHER + of
        rows = range(self._rows + ((self._rows, self.results[0][1].name) in self.cells))
        texts = [shown(self._number_of_other(row), f".{DECIMALS}f") for row in rows]
        kind = lesson_number(experiment, f"data[0].{of}").kind
        column = Column(name, text, kind, max(texts, key=len), is_other=True)
        strip = self.gaps
        self.table = table = self.laid_out([*before.columns, column])
        heading = table.put(table.heading(column), len(before.columns), -1)
        room = [self.rearranged(before)]
        values = np.array([self._number_of_other(row) for row in range(self._rows + self.has_asked)])
        if strip is not None:
            room.append(self._strip_moves(strip, values if of == self._output else None))
        self.headings[name] = heading
        cells = [table.number(each, len(before.columns), row) for row, each in zip(rows, texts, strict=True)]
        self.cells |= {(row, name): cell for row, cell in zip(rows, cells, strict=True)}
        moves = [AnimationGroup(pop(cell), *self._ringed(row)) for row, cell in zip(rows, cells, strict=True)]
        filling = one_after_another(moves, overlap=0.4)
        scale = [] if self.gaps is None else [appear(self.gaps)]  # once no rule moves through its numbers
        come = AnimationGroup(appear(heading, from_above=0.2), *scale)
        return Succession(AnimationGroup(*room), come, filling)

    @property
    def plot_is_there(self) -> bool:
        """Whether a plot has taken a part of the room."""
        return False

    def _number_of_other(self, row: int) -> float:
        """The other network's number of a row; StoryreelError where there is no other."""
        if self.other is None:
            raise StoryreelError("the table has no column of another network")
        experiment, steps, name = self.other
        return experiment.number(name if row == self._rows else f"data[{row}].{name}", steps)

    def _strip_moves(self, before: RowGaps, values: Array | None) -> Animation:
        """The strip goes to its place in the table of now, where its new scale, which reaches to the other
        values, is not on stage yet."""
        place = next(k for k, column in enumerate(self._table.columns) if column.is_strip)
        seen = [] if values is None else values.tolist()
        reach = min(before.numbers_reach[0], *seen), max(before.numbers_reach[1], *seen)
        self.gaps = gaps = RowGaps(self._table, place, before.targets, reach, before.kind)
        if values is not None:
            gaps.compare(values.tolist())
        moves: list[Animation] = [vanish(before).set_run_time(0.3)]
        known = range(self._rows + self.asked_is_shown)
        for row in self.marked_rows:
            gaps.put(row, before.values[row])
        there: list[tuple[VMobject, VMobject]] = [(before.marks[row], gaps.marks[row]) for row in known]
        for row in self.marked_rows:
            there += [(before.gaps[row], gaps.gaps[row])] if row in known else []
            there.append((before.dots[row], gaps.dots[row]))
        moves += [change(old, ease_travel).become(new).build() for old, new in there]
        for row in known:
            gaps.marks[row] = before.marks[row]
        for row in self.marked_rows:
            gaps.dots[row] = before.dots[row]
            if row in known:
                gaps.gaps[row] = before.gaps[row]
        return AnimationGroup(*moves)

    def _ringed(self, row: int) -> list[Animation]:
        """A ring appears in a row, and a line grows to it from the target, if that is known."""
        gaps = self.gaps
        if gaps is None or not gaps.rings:
            return []
        line = gaps.ring_gaps[row]
        is_known = row < self._rows or self.asked_is_shown
        grows = [GrowFromPoint(line, line.get_start(), rate_func=ease_out)] if is_known else []
        return [pop(gaps.rings[row]), *grows]

    @property
    def gap_parts(self) -> list[VMobject]:
        """All of the strip that is on stage."""
        parts, gaps = super().gap_parts, self.gaps
        if gaps is None or not gaps.rings:
            return parts
        known = range(self._rows + self.asked_is_shown)
        there = range(self._rows + (self._rows in self.marked_rows))
        return [*parts, *(gaps.ring_gaps[row] for row in known), *(gaps.rings[row] for row in there)]

    def asked_gaps(self) -> list[Animation]:
        """The lines to what is said of the row that was asked grow from its target."""
        gaps, row = self.gaps, self._rows
        if gaps is None or not gaps.rings or row not in self.marked_rows:
            return super().asked_gaps()
        line = gaps.ring_gaps[row]
        return [*super().asked_gaps(), GrowFromPoint(line, line.get_start(), rate_func=ease_out)]
