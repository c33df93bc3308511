"""The stage of chapters with a table of examples: their inputs and targets, and what a network makes of
them."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from manim import (
    LEFT,
    Animation,
    AnimationGroup,
    Line,
    Mobject,
    RoundedRectangle,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
)
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.graphics.layout import Area, LayoutError
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    ease_travel,
    in_place_of,
    one_after_another,
    pop,
    vanish,
)
from storyreel.graphics.tables.table import Column, Table
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.stage import Stage, few_words, needed
from storyreel.storyboard.cue import Example, ExampleName, Steps, Text, cue
from storyreel.storyboard.lesson_number import lesson_number

MOST_ROWS, WIDEST_HEADING, WIDEST_MARK = 12, 2.6, 1.0
"""The most rows, and the largest widths of a heading, and of what stands in place of a number, in small
letters, in Manim units."""
LEAVING = 0.3
"""The time in which columns fade out, relative to that in which the others move."""
DECIMALS = 2
"""Of the numbers that the network makes of examples."""


class TableStage(Stage):
    """A stage with a table whose rows are the examples of the network's data."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.table: Table | None = None
        self.headings: dict[str, Typeset] = {}
        self.cells: dict[tuple[int, str], Typeset] = {}
        """The numbers on stage, by row and column."""
        self.rules: list[Line] = []
        self.mean: tuple[Typeset, Typeset] | None = None
        self.mean_decimals = DECIMALS
        self.mean_of = "loss"
        """The column that the mean stands below."""
        """The word for the mean and its number."""
        self.lit: RoundedRectangle | None = None
        self.row: int | None = None
        self.step = 0
        """The steps of training that the network has had."""
        self.has_foot = False
        """Whether there is room below the rows, for one more or for a mean."""
        self.has_asked = False
        """Whether there is a row for the network's own example."""

    @property
    def _table(self) -> Table:
        return needed(self.table, "there is no table on stage yet; begin with `draw_table`")

    @property
    def _rows(self) -> int:
        return self.experiment.data_rows

    @property
    def table_area(self) -> Area:
        """The room for the table."""
        return self.frame.whole

    @cue(
        seconds=4.5,
        requires=("a network", "data", "rows of a table", "headings {headings}", "{asked} fits 1 at 0.36"),
        hides=("table", "plot", "lit row"),
        shows=("table", "asked row on table if `asked`"),
        opens=True,
    )
    def draw_table(self, headings: list[Text], asked: Text | None = None) -> Animation:
        """The examples of the network's data appear as the rows of a table: a column for each input, and one
        for each target, with these headings.

        `asked`: a few letters, such as a question mark. Below the others is then a row for the network's own
        example, which need not be in its data, with these letters in place of its targets; `show_asked`
        shows what the network says of it.
        """
        gone = VGroup(*self.forget())
        parts = self._build(headings, asked)
        return in_place_of(gone, one_after_another(parts, overlap=0.7))

    @cue(
        seconds=0.1,
        requires=(
            "a network",
            "data",
            "rows of a table",
            "headings {headings}",
            "{asked} fits 1 at 0.36",
            "{text} fits 2.6 at 0.36",
            "finite run {steps}",
        ),
        hides=("table", "plot", "lit row"),
        shows=(
            "table",
            "asked row on table if `asked`",
            "rows trained {steps} on table",
            "column {of} on table if `of`",
            "filled on table if `of`",
        ),
    )
    def carry_table(
        self,
        headings: list[Text],
        asked: Text | None = None,
        steps: Steps | None = None,
        of: ExampleName | None = None,
        text: Text | None = None,
    ) -> None:
        """The table is on stage from the first frame on, as after `draw_table`, of a network that has had so
        many `steps` of training, by default none.

        `of`, `text`: with a column of this number of each example, as after `add_column` and `fill_rows`.
        """
        if (of is None) != (text is None):
            raise StoryreelError("a column needs both `of` and `text`")
        self.remove(*self.forget())
        self.step = steps or 0
        self._build(headings, asked, [] if of is None else [self._made_column(of, text or "")])
        self.add(*self.rules, *self.headings.values(), *self.cells.values())

    def _build(
        self, headings: Sequence[str], asked: str | None, made: Sequence[Column] = ()
    ) -> list[Animation]:
        """Make the table of inputs and targets, and of the columns `made` by the network, which are filled;
        returns the animations in which it appears, row by row.

        Raises StoryreelError where it would be too long, and where a column has no heading.
        """
        names = self.experiment.network
        given = [*names.input_names, *names.names.targets]
        if not 0 < self._rows <= MOST_ROWS:
            raise StoryreelError(f"a table has 1 to {MOST_ROWS} examples as its rows, not {self._rows}")
        if len(headings) != len(given):
            raise StoryreelError(f"the table has {len(given)} columns, and needs as many headings")
        for heading in headings:
            few_words(heading, WIDEST_HEADING)
        if asked is not None:
            few_words(asked, WIDEST_MARK)
        inputs = [self._column(name, heading) for name, heading in zip(given, headings, strict=True)]
        columns = [*inputs, *made]
        self.has_asked = self.has_foot = asked is not None
        self.table = table = self.laid_out(columns)
        self.headings = {each.name: table.put(table.heading(each), k, -1) for k, each in enumerate(columns)}
        self.rules = [table.rule()]
        moves: list[Animation] = [AnimationGroup(*map(appear, self.headings.values()), draw(self.rules[0]))]
        for row in range(self._rows + self.has_asked):
            for place, column in enumerate(inputs):
                is_open = row == self._rows and column.name in names.names.targets
                text = asked or "" if is_open else self._given_text(column.name, row)
                cell = table.number(text, place, row)
                self.cells[row, column.name] = cell
            moves.append(AnimationGroup(*(appear(self.cells[row, each.name]) for each in inputs)))
        for row, (place, column) in product(range(self._rows), enumerate(columns)):
            if column in made:
                text = self.result_text(column.name, row, self.step)
                self.cells[row, column.name] = table.number(text, place, row)
        if self.has_asked:
            self.rules.append(table.rule(self._rows))
            moves.insert(-1, draw(self.rules[-1]))
        return moves

    def laid_out(self, columns: Sequence[Column]) -> Table:
        """The table of these columns in the room for it. Raises StoryreelError where it has none."""
        try:
            return Table(self.table_area, columns, self._rows, has_foot=self.has_foot)
        except LayoutError as fault:
            raise StoryreelError(str(fault)) from None

    def _column(self, name: str, heading: str) -> Column:
        kind = lesson_number(self.experiment, f"data[0].{name}").kind
        texts = [self._given_text(name, row) for row in range(self._rows)]
        return Column(name, heading, kind, max(texts, key=len))

    def _given_text(self, name: str, row: int) -> str:
        """An input or a target as it is written, with as many decimals as any in its column."""
        column = [self.experiment.text(f"data[{k}].{name}") for k in range(self._rows)]
        if self.has_asked:
            column.append(self.own.text(name))
        decimals = max(len(text.partition(".")[2]) for text in column)
        has_fraction = any("/" in text or "×" in text for text in column)
        return column[row] if has_fraction else shown(self.number_in(name, row), f".{decimals}f")

    @property
    def own(self) -> Experiment:
        """The chapter's experiment with its own example in focus."""
        return needed(self.performance.experiment, "the chapter has no network")

    def number_in(self, name: str, row: int, step: int = 0) -> float:
        """A number of the example in a row, after some steps of training."""
        if row == self._rows:
            return self.own.number(name, step)
        return self.experiment.number(f"data[{row}].{name}", step)

    def forget(self) -> list[VMobject]:
        """Forget all that is on stage, and return it to be faded out."""
        lit = [self.lit] if self.lit is not None else []
        gone = [*self.headings.values(), *self.cells.values(), *self.rules, *lit, *(self.mean or ())]
        self.setup()
        return gone

    @cue(seconds=1.0, requires="table", shows="lit row")
    def light_row(self, example: Example) -> Animation | None:
        """A frame appears around the row of an example, counted from 0, which comes into focus; that around
        another row fades out."""
        self.bring_into_focus(example)
        return self.light(example)

    def light(self, row: int) -> Animation | None:
        """A frame appears around a row, or fades out around another one and in around this; None if it is
        there."""
        before, self.row = self.row, row
        if self.lit is None:
            self.lit = self._table.frame(row)
            return appear(self.lit)
        if before is None or before == row:
            return None
        frame, places = self.lit, [self._table.frame(each).get_center() for each in (before, row)]

        def show(_: Mobject, alpha: float) -> None:
            opacity = abs(1 - 2 * alpha)
            frame.move_to(places[int(alpha >= 0.5)]).set_stroke(opacity=opacity).set_fill(opacity=opacity)

        # One frame, which is nowhere else meanwhile: rows in a row would all have theirs on stage.
        return UpdateFromAlphaFunc(frame, show, rate_func=linear)

    @cue(seconds=1.2, requires=("table", "column of table {of}"))
    def point_out_column(self, of: ExampleName) -> Animation:
        """A frame is drawn around the column of an input, a target or a number of the network, and fades
        out."""
        names = [column.name for column in self._table.columns]
        if of not in names:
            raise StoryreelError(f"the table has no column for {of!r}; `add_column` adds one")
        frame = self._table.column_frame(names.index(of))
        return Succession(draw(frame), vanish(frame))

    @cue(
        seconds=2.0,
        requires=("table", "no column {of}", "no gaps", "example number {of}", "{text} fits 2.6 at 0.36"),
        hides="filled",
        shows="column {of} on table",
    )
    def add_column(self, of: ExampleName, text: Text) -> Animation:
        """The columns make room for one more, of a number that the network makes of each example, with the
        heading `text`; it is empty at first."""
        before = self._table
        if any(column.name == of for column in before.columns):
            raise StoryreelError(f"the table has a column for {of!r} already")
        column = self._made_column(of, text)
        self.table = replaced = self.laid_out([*before.columns, column])
        heading = replaced.put(replaced.heading(column), len(before.columns), -1)
        moves = self.rearranged(before)
        self.headings[of] = heading
        return Succession(moves, appear(heading, from_above=0.2))

    def _made_column(self, of: str, text: str) -> Column:
        """The column of a number that the network makes of each example."""
        few_words(text, WIDEST_HEADING)
        number = lesson_number(self.experiment, f"data[0].{of}")
        longest = max((self.result_text(of, row, 0) for row in range(self._rows)), key=len)
        return Column(of, text, number.kind, longest)

    def result_text(self, name: str, row: int, step: int) -> str:
        """A number that the network makes of the example in a row, after some steps of training."""
        return shown(self.number_in(name, row, step), f".{DECIMALS}f")

    def rearranged(self, before: Table) -> Animation:
        """Everything on stage goes to its place in the table of now; columns that it has not fade out."""
        table, moves = self._table, list[Animation]()
        places = {column.name: k for k, column in enumerate(table.columns)}
        factor = table.em / before.em
        gone = [self.headings.pop(name) for name in list(self.headings) if name not in places]
        gone += [self.cells.pop(key) for key in list(self.cells) if key[1] not in places]
        for name, heading in self.headings.items():
            k = places[name]
            new = table.put(table.heading(table.columns[k]), k, -1)
            moves.append(change(heading, ease_travel).scale(new.height / heading.height).move_to(new).build())
        for (row, name), cell in self.cells.items():
            target = table.put(cell.copy().scale(factor), places[name], row)
            moves.append(change(cell, ease_travel).scale(factor).move_to(target).build())
            cell.em = table.em
        if self.mean is not None:
            place = next(k for k, column in self.results if column.name == self.mean_of)
            new_mean = self._mean_in(table, self.mean[0].plain, place)
            for part, new_part in zip(self.mean, new_mean, strict=True):
                scale = new_part.height / part.height
                moves.append(change(part, ease_travel).scale(scale).move_to(new_part).build())
            self.mean[1].em = table.em
        for rule, new_rule in zip(self.rules, self._rules_of(table), strict=False):
            start, end = new_rule.get_start_and_end()
            moves.append(change(rule, ease_travel).put_start_and_end_on(start, end).build())
        if self.lit is not None and self.row is not None:
            new_frame = table.frame(self.row)
            moves.append(change(self.lit, ease_travel).become(new_frame).build())
        if not gone:
            return AnimationGroup(*moves)
        # First, so that nothing slides through what leaves.
        return Succession(AnimationGroup(*map(vanish, gone), run_time=LEAVING), AnimationGroup(*moves))

    def _rules_of(self, table: Table) -> list[Line]:
        return [table.rule(), table.rule(self._rows)]

    @cue(seconds=3.0, requires=("table", "column"), shows="filled on table")
    def fill_rows(self) -> Animation | None:
        """The numbers of the network's columns appear in all rows, one after another, or take the values that
        they have with its weights of now."""
        self.require_results()
        moves = [move for row in range(self._rows) if (move := self.row_filled(row, self.step)) is not None]
        return one_after_another(moves, overlap=0.4) if moves else None

    @property
    def results(self) -> list[tuple[int, Column]]:
        """The columns of numbers that the network makes, with their places."""
        given = {*self.experiment.network.input_names, *self.experiment.network.names.targets}
        columns = enumerate(self._table.columns)
        return [(k, each) for k, each in columns if each.name not in given and each.is_own]

    def require_results(self) -> None:
        """Raise StoryreelError where the table has no column of the network's."""
        if not self.results:
            raise StoryreelError("the table has no column for the network yet; `add_column` adds one")

    def filled(self, row: int, step: int) -> list[Typeset]:
        """The cells of a row that were empty, with the numbers after some steps."""
        new = []
        for place, column in self.results:
            if (row, column.name) not in self.cells:
                text = self.result_text(column.name, row, step)
                cell = self.cells[row, column.name] = self._table.number(text, place, row)
                new.append(cell)
        return new

    def row_filled(self, row: int, step: int) -> Animation | None:
        """A row gets its numbers after some steps: they appear, or take the place of others; None if it has
        them."""
        if new := self.filled(row, step):
            return AnimationGroup(*map(pop, new), *self.marked(row, step))
        moves: list[Animation] = []
        for place, column in self.results:
            cell, text = self.cells[row, column.name], self.result_text(column.name, row, step)
            if text != cell.plain:
                self.cells[row, column.name] = number = self._table.number(text, place, row)
                moves.append(Succession(vanish(cell).set_run_time(0.3), pop(number).set_run_time(0.7)))
        return AnimationGroup(*moves) if moves else None

    def marked(self, row: int, step: int) -> list[Animation]:
        """What appears elsewhere when a row gets its numbers after some steps."""
        return []

    @cue(
        seconds=2.0,
        requires=(
            "table",
            "column of the network {of}",
            "no asked row",
            "no gaps",
            "no mean",
            "mean cost",
            "{text} fits 2.6 at 0.36",
        ),
        shows=("mean on table", "lit row"),
    )
    def show_mean(self, text: Text, of: ExampleName | None = None) -> Animation:
        """The table makes room for a row below a column of the network's numbers, in which their mean appears
        with a word for it: below the losses of all examples the cost. The frame around a row
        goes there.

        `of`: the column, if not that of the losses.
        """
        before, name = self._table, of or "loss"
        if self.mean is not None:
            raise StoryreelError("the mean is on stage already")
        if self.has_asked:
            raise StoryreelError("the row of the network's own example takes the room of the mean")
        place = needed(
            next((k for k, column in self.results if column.name == name), None),
            f"the table has no column for {name!r}; `add_column` adds one",
        )
        few_words(text, WIDEST_HEADING)
        self.mean_of = name
        self.has_foot = True
        self.table = table = self.laid_out(before.columns)
        room = self.rearranged(before)
        rule = table.rule(self._rows)
        self.rules.append(rule)
        self.mean = word, number = self._mean_in(table, text, place)
        lit = self.light(self._rows)
        return Succession(
            room, AnimationGroup(draw(rule), appear(word), pop(number), *([lit] if lit else []))
        )

    def _mean_in(self, table: Table, text: str, place: int) -> tuple[Typeset, Typeset]:
        """The word for the mean and its number in a table, below the numbers in the column `place`."""
        number = table.number(shown(self.mean_at(self.step), f".{self.mean_decimals}f"), place, self._rows)
        word = table.put(
            table.heading(Column("cost", text, table.columns[place].kind, "")), place, self._rows
        )
        return word.next_to(number, LEFT, buff=table.em).on_baseline(table.baseline(self._rows)), number

    def mean_at(self, step: int) -> float:
        """The mean of its column after some steps of training: of the losses the cost."""
        if self.mean_of == "loss":
            return self.experiment.number("cost", step)
        return float(np.mean([self.number_in(self.mean_of, row, step) for row in range(self._rows)]))
