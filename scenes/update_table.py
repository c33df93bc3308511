"""A table of all weights and biases: what each is, its gradient, the step that it takes, and what it is
then."""

from collections.abc import Sequence

from manim import Animation, AnimationGroup, RoundedRectangle, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.layout import LayoutError
from storyreel.graphics.motion.verbs import appear, draw, in_place_of, one_after_another, pop, vanish
from storyreel.graphics.tables.row_arrows import RowArrow, row_arrows
from storyreel.graphics.tables.table import HEADING, Column, Table
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, words
from storyreel.stage.stage import Stage, few_words, needed
from storyreel.stage.tables.table_stage import MOST_ROWS, WIDEST_HEADING
from storyreel.storyboard.cue import ParameterName, Text, cue

FIVE = 5
LONGEST_NOTE = 6.5
"""The largest width of the words below the table, in letters of body size."""
NAME, NOW, GRADIENT, STEP, NEW = range(5)
"""The columns with numbers."""
ARROWS = "arrows"
"""The name of the column with an arrow in each row."""


class UpdateTable(Stage):
    """A table of all weights and biases: what each is, its gradient, the step that it takes, and what it is
    then. The gradients are those of the cost C where the network has data, else of the loss L."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.table: Table | None = None
        self.parts: list[VMobject] = []
        self.lit: RoundedRectangle | None = None
        self.note: Typeset | None = None
        self.updated: set[str] = set()

    @property
    def _names(self) -> list[str]:
        return list(self.experiment.network.trained)

    @property
    def _drawn(self) -> Table:
        return needed(self.table, "there is no table on stage yet; begin with `draw_updates`")

    @cue(
        seconds=8.0,
        requires=("a network", "table of parameters", "five headings {headings}"),
        hides=("updates", "updated"),
        shows="updates",
        opens=True,
    )
    def draw_updates(self, headings: list[Text]) -> Animation:
        """The weights and biases appear as the rows of a table, each with its number and its gradient; the
        columns for the step and for the new number are empty. In a wide frame an arrow in each row is as long
        as its step, to the left where the number goes down. The five `headings` are those of the symbols,
        the numbers, the gradients, the steps and the new numbers."""
        if len(headings) != FIVE:
            raise StoryreelError(f"the table has {FIVE} columns, and needs as many headings")
        if len(self._names) > MOST_ROWS:
            raise StoryreelError(f"a table of {len(self._names)} weights is too long to be read")
        for heading in headings:
            few_words(heading, WIDEST_HEADING)
        gone = VGroup(*self._forget())
        self.table = table = self._laid_out(headings)
        columns = enumerate(table.columns)
        heads = [table.put(table.heading(each), k, -1) for k, each in columns if not each.is_strip]
        arrows = self._arrows()
        rule = table.rule()
        moves: list[Animation] = [AnimationGroup(*map(appear, heads), draw(rule))]
        self.parts += [*heads, rule]
        for row, name in enumerate(self._names):
            mark = table.heading(Column(name, symbol(name), self._kind(name), "", is_symbol=True))
            cells = [table.put(mark, NAME, row)]
            cells += [self._number(name, row, column) for column in (NOW, GRADIENT)]
            own = arrows[row : row + 1]
            self.parts += [*cells, *own]
            moves.append(AnimationGroup(*map(appear, cells), *(draw(each) for each in own)))
        return in_place_of(gone, one_after_another(moves, overlap=0.75))

    def _laid_out(self, headings: Sequence[str]) -> Table:
        kinds = ("text", "weight", "gradient", "gradient", "weight")
        longest = [max((self._text(name, k) for name in self._names), key=len) for k in range(5)]
        columns = [Column(f"column {k}", heading, kinds[k], longest[k]) for k, heading in enumerate(headings)]
        columns[NAME] = Column("column 0", headings[0], "text", "w_11^((1))")
        try:
            if self.frame.is_wide:  # elsewhere the numbers need all of the width
                columns.insert(STEP, Column(ARROWS, "", "gradient", "", is_strip=True))
            return Table(self.frame.whole, columns, len(self._names), has_foot=True)
        except LayoutError as fault:
            raise StoryreelError(str(fault)) from None

    def _arrows(self) -> list[RowArrow]:
        """The steps that all rows will take, to scale; none where there is no room."""
        table, experiment = self._drawn, self.experiment
        place = next((k for k, column in enumerate(table.columns) if column.is_strip), None)
        if place is None:
            return []
        steps = [experiment.number(name, 1) - experiment.number(name) for name in self._names]
        return row_arrows(table, place, steps, "gradient")

    def _place(self, column: int) -> int:
        """The place of a column with numbers among all."""
        numbers = [k for k, each in enumerate(self._drawn.columns) if not each.is_strip]
        return numbers[column]

    def _kind(self, name: str) -> str:
        return self.experiment.trace[name].kind

    def _text(self, name: str, column: int) -> str:
        """The number of a weight or bias in a column; the step has the decimals of the new number."""
        experiment = self.experiment
        new = experiment.text(name, 1)
        if column == STEP:
            step = experiment.number(name) - experiment.number(name, 1)
            return shown(step, f".{len(new.partition('.')[2])}f")
        if column == GRADIENT:
            return experiment.text(experiment.objective_gradient + name)
        return new if column == NEW else experiment.text(name)

    def _number(self, name: str, row: int, column: int) -> Typeset:
        kind = "gradient" if column in (GRADIENT, STEP) else self._kind(name)
        return self._drawn.number(self._text(name, column), self._place(column), row, kind)

    def _forget(self) -> list[VMobject]:
        gone = [*self.parts, *([self.lit] if self.lit is not None else [])]
        self.setup()
        return gone

    @cue(seconds=1.0, requires=("updates", "{text} fits 6.5 at 0.42"), shows="note on updates")
    def write_note(self, text: Text) -> Animation:
        """A few words appear below the table, such as the rule of the steps, in place of others."""
        table, before = self._drawn, self.note
        few_words(text, LONGEST_NOTE, em=theme.SIZES.body)
        self.note = note = words(
            text, em=max(theme.SIZES.body, HEADING * table.em), colour=theme.colour("gradient")
        )
        note.move_to(((table.left + table.right) / 2, 0.0, 0.0)).on_baseline(table.baseline(table.rows))
        self.parts.append(note)
        if before is None:
            return appear(note)
        self.parts.remove(before)
        return Succession(vanish(before), appear(note))

    @cue(
        seconds=3.0,
        equation="next.{of}",
        requires=("updates", "no updated {of}", "trained {of}"),
        shows="updated {of} on updates",
    )
    def update_row(self, of: ParameterName) -> Animation:
        """The row of a weight or bias is lit; the step that it takes appears, and then its new number."""
        drawn, names = self._drawn, self._names
        if of not in names:
            raise StoryreelError(f"{of!r} is not trained")
        if of in self.updated:
            raise StoryreelError(f"{of!r} has taken its step already")
        row = names.index(of)
        self.updated.add(of)
        before, self.lit = self.lit, drawn.frame(row)
        step, new = (self._number(of, row, column) for column in (STEP, NEW))
        self.parts += [step, new]
        light = appear(self.lit) if before is None else AnimationGroup(vanish(before), appear(self.lit))
        return Succession(light.set_run_time(0.6), pop(step), pop(new))

    @cue(seconds=4.5, requires="updates", shows="updated * on updates")
    def update_rows(self) -> Animation | None:
        """All weights and biases that are left take their steps, one after another."""
        needed(self.table, "there is no table on stage yet; begin with `draw_updates`")
        moves: list[Animation] = []
        for row, name in enumerate(self._names):
            if name not in self.updated:
                step, new = (self._number(name, row, column) for column in (STEP, NEW))
                self.parts += [step, new]
                moves.append(Succession(pop(step), pop(new)))
        self.updated |= set(self._names)
        leaving, self.lit = self.lit, None
        if leaving is not None:
            moves.insert(0, vanish(leaving).set_run_time(0.6))
        return one_after_another(moves, overlap=0.7) if moves else None
