"""A marked test: the outputs of a network as answers, and a mark for each, by one loss or by two."""

from collections.abc import Sequence

import numpy as np
from manim import (
    Animation,
    AnimationGroup,
    Mobject,
    RoundedRectangle,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    linear,
)

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.engine.losses import LOSSES
from storyreel.graphics.analogies.mark_sheet import Marks, MarkSheet
from storyreel.graphics.motion.verbs import (
    appear,
    draw,
    ease_travel,
    in_place_of,
    one_after_another,
    pop,
    vanish,
)
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.stage import Stage, needed
from storyreel.storyboard.cue import LossName, OutputName, Text, cue

FIRST = "there is no sheet on stage; begin with `hand_in`"
MOVING = ".2f"
"""The format of numbers that change."""
Column = tuple[str, Sequence[VGroup], Typeset, Sequence[Typeset]]
"""The loss of a column of marks, its cells, what is written below them, and how each mark is worked out."""


class MarkedTest(Stage):
    """The outputs of a network as answers to a test, with their targets, and what a loss makes of each."""

    sheet: MarkSheet | None = None

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.shown = VGroup()
        self.columns: list[Column] = []
        self.answers = np.zeros((1, 0))
        self.lit: RoundedRectangle | None = None

    @cue(
        seconds=2.4,
        requires=("a network", "few outputs", "{answer, target, result} fits 1.2 × 0.9 at 0.3"),
        hides=("sheet", "marks", "column"),
        shows="sheet",
    )
    def hand_in(self, answer: Text, target: Text, result: Text, most: float = 0.0) -> Animation:
        """A sheet appears with a row for each output: its number below the title `answer`, and the one that
        was wanted below the title `target`. `result` is the word for the loss, which `write_result` puts into
        the last row.

        `most`: the largest mark that `change_answer` will lead to. The bars of all columns then have one
        scale, with room for it; without it, each column has its own.
        """
        trace = self.experiment.trace
        names = trace.network.names
        outputs, targets = (
            [(name, trace.text(name)) for name in column] for column in (names.activations[-1], names.targets)
        )
        before = self.shown
        self.sheet = sheet = MarkSheet(self.frame.whole, [answer, target], result, outputs, targets, most)
        self.shown, self.columns, self.lit = VGroup(sheet.paper, *sheet.rows), [], None
        self.answers = trace.forward.prediction.copy()
        rows = one_after_another([appear(row) for row in sheet.rows], overlap=0.4)
        return in_place_of(before, Succession(appear(sheet.paper), rows))

    @cue(
        seconds=3.0,
        requires=("sheet", "loss by output {loss}", "{title} fits 1.45 × 0.9 at 0.3", "no marks 2"),
        shows=("marks #", "column without loss"),
    )
    def mark(self, loss: LossName, title: Text) -> Animation:
        """A column of marks appears below a title: for each output what this loss makes of it alone, with a
        bar as long; `write_result` adds the loss. There is room for two columns.

        Above a squared gap is the gap with its square, and above a cross-entropy minus the logarithm of the
        chance that the output gives to its target.
        """
        sheet = needed(self.sheet, FIRST)
        terms, whole = self._marks(loss, self.answers)
        number = len(self.columns)
        marks = Marks(title, terms, whole, self._ways(loss, self.answers, ""))
        heading, cells, total = sheet.marks(marks, number)
        ways = sheet.ways(marks, number)
        self.columns.append((loss, cells, total, ways))
        self.shown.add(heading, *cells, *ways)
        written = [AnimationGroup(appear(text), pop(bar)) for text, bar in cells]
        if ways:
            pairs = zip(ways, written, strict=True)
            written = [Succession(appear(way), mark) for way, mark in pairs]
        return Succession(appear(heading), one_after_another(written, overlap=0.3))

    @cue(seconds=0.9, requires="column without loss", hides="column without loss")
    def write_result(self) -> Animation:
        """Below the line the loss of each column of marks appears that has none yet: their mean or sum."""
        sheet = needed(self.sheet, FIRST)
        totals = [total for _, _, total, _ in self.columns if not self._has(total)]
        if not totals:
            raise StoryreelError("there are no marks on stage without their loss; put `mark` first")
        written = [*totals, *([] if self._has(sheet.result) else [sheet.result])]
        self.shown.add(*written)
        return AnimationGroup(*map(appear, written))

    def _has(self, shape: VMobject) -> bool:
        """True if a shape of the sheet is on stage."""
        return shape in self.shown.submobjects

    def _marks(self, loss: str, outputs: Array) -> tuple[list[float], float]:
        """What a loss makes of each of the outputs alone, (1, outputs), and of all."""
        targets = self.experiment.trace.targets
        pairs = [(outputs[:, k : k + 1], targets[:, k : k + 1]) for k in range(outputs.shape[1])]
        return [_loss(loss, *pair) for pair in pairs], _loss(loss, outputs, targets)

    def _ways(self, loss: str, outputs: Array, spec: str) -> list[str]:
        """How a loss makes its marks of outputs (1, outputs) in Typst's mathematics, numbers in a format;
        none of a loss that is not worked out in one step."""
        targets = self.experiment.trace.targets
        gaps = np.abs(outputs - targets)[0].tolist()
        if loss == "mean_squared_error":
            return [f"{shown(gap, spec)}^2" for gap in gaps]
        if loss == "binary_cross_entropy" and np.isin(targets, (0, 1)).all():
            return [f"-ln {shown(1 - gap, spec)}" for gap in gaps]
        return []

    @cue(seconds=2.4, requires="sheet")
    def change_answer(self, of: OutputName, to: float | None = None) -> Animation:
        """An answer goes to another number, as if the network had given it, and the marks on stage go with
        it. Without `to` it goes back to the network's. `hand_in` has to know the largest mark, `most`."""
        sheet, trace = needed(self.sheet, FIRST), self.experiment.trace
        row = list(trace.network.names.activations[-1]).index(of)
        before, after = self.answers, self.answers.copy()
        after[0, row] = trace.number(of) if to is None else to
        self.answers = after
        for number, (loss, *_) in enumerate(self.columns):
            mark = self._marks(loss, after)[0][row]
            if not (np.isfinite(mark) and sheet.room_for(mark, number)):
                raise StoryreelError(
                    f"there is no room for the mark {shown(mark)}; `most` of `hand_in` makes it"
                )
        ends = {0.0: trace.text(of) if before[0, row] == trace.number(of) else shown(before[0, row])}
        ends[1.0] = trace.text(of) if to is None else shown(to)

        def show(_: Mobject, alpha: float) -> None:
            outputs = before + ease_travel(alpha) * (after - before)
            spec = "" if alpha in ends else MOVING
            said = outputs.copy()  # what is written is worked out from the digits that are written
            rounded = float(format(outputs[0, row], MOVING))
            if alpha not in ends and rounded not in (0, 1):  # for these a cross-entropy has no end
                said[0, row] = rounded
            sheet.set_answer(row, ends.get(alpha) or shown(float(outputs[0, row]), spec))
            for number, (loss, cells, total, ways) in enumerate(self.columns):
                if ways:
                    sheet.set_way(ways[row], self._ways(loss, said, spec)[row], number, row)
                terms, whole = self._marks(loss, said)
                length = self._marks(loss, outputs)[0][row]
                sheet.set_mark(cells[row], length, shown(terms[row], spec), number, row)
                sheet.set_loss(total, shown(whole, spec), number)

        parts = [
            part
            for _, cells, total, ways in self.columns
            for part in (*cells[row], *ways[row : row + 1], *filter(self._has, [total]))
        ]
        return UpdateFromAlphaFunc(VGroup(sheet.rows[row][1], *parts), show, rate_func=linear)

    @cue(seconds=0.9, requires="sheet", shows="lit row on sheet")
    def light_row(self, of: OutputName) -> Animation:
        """A frame appears around the row of an output, in place of that around another row."""
        sheet = needed(self.sheet, FIRST)
        frame = sheet.light(list(self.experiment.trace.network.names.activations[-1]).index(of))
        before, self.lit = self.lit, frame
        self.shown.add(frame)
        if before is None:
            return draw(frame)
        self.shown.remove(before)
        return AnimationGroup(vanish(before), draw(frame))


def _loss(name: str, outputs: Array, targets: Array) -> float:
    """A loss of one example, both of the shape (1, outputs)."""
    return float(LOSSES[name].value(outputs, targets)[0])
