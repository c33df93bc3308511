"""A marked test: the outputs of a network as answers, and a mark for each, by one loss or by two."""

from manim import Animation, AnimationGroup, RoundedRectangle, Succession, VGroup

from storyreel.core.arrays import Array
from storyreel.engine.losses import LOSSES
from storyreel.graphics.analogies.mark_sheet import Marks, MarkSheet
from storyreel.graphics.motion.verbs import (
    appear,
    draw,
    in_place_of,
    one_after_another,
    pop,
    vanish,
)
from storyreel.stage.stage import Stage, needed
from storyreel.storyboard.cue import LossName, OutputName, Text, cue


class MarkedTest(Stage):
    """The outputs of a network as answers to a test, with their targets, and what a loss makes of each."""

    sheet: MarkSheet | None = None

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.shown = VGroup()
        self.columns = 0
        self.lit: RoundedRectangle | None = None

    @cue(
        seconds=2.4,
        requires=("a network", "few outputs", "{answer, target, result} fits 1.2 × 0.9 at 0.3"),
        hides=("sheet", "marks"),
        shows="sheet",
    )
    def hand_in(self, answer: Text, target: Text, result: Text) -> Animation:
        """A sheet appears with a row for each output: its number below the title `answer`, and the one that
        was wanted below the title `target`. `result` is the word for the loss, in the last row of `mark`."""
        trace = self.experiment.trace
        names = trace.network.names
        outputs, targets = (
            [(name, trace.text(name)) for name in column] for column in (names.activations[-1], names.targets)
        )
        before = self.shown
        self.sheet = sheet = MarkSheet(self.frame.whole, [answer, target], result, outputs, targets)
        self.shown, self.columns, self.lit = VGroup(sheet.paper, *sheet.rows), 0, None
        rows = one_after_another([appear(row) for row in sheet.rows], overlap=0.4)
        return in_place_of(before, Succession(appear(sheet.paper), rows))

    @cue(
        seconds=3.0,
        requires=("sheet", "loss by output {loss}", "{title} fits 1.45 × 0.9 at 0.3", "no marks 2"),
        shows="marks #",
    )
    def mark(self, loss: LossName, title: Text) -> Animation:
        """A column of marks appears below a title: for each output what this loss makes of it alone, with a
        bar as long, and below the line the loss, their mean or their sum. There is room for two columns."""
        sheet = needed(self.sheet, "there is no sheet on stage; begin with `hand_in`")
        trace = self.experiment.trace
        outputs, targets = trace.forward.prediction, trace.targets
        terms = [_loss(loss, outputs[:, k : k + 1], targets[:, k : k + 1]) for k in range(outputs.shape[1])]
        heading, cells, total = sheet.marks(Marks(title, terms, _loss(loss, outputs, targets)), self.columns)
        word = [] if self.columns else [appear(sheet.result)]
        self.columns += 1
        self.shown.add(heading, *cells, total, sheet.result)
        written = [AnimationGroup(appear(text), pop(bar)) for text, bar in cells]
        return Succession(
            appear(heading), one_after_another(written, overlap=0.3), AnimationGroup(*word, appear(total))
        )

    @cue(seconds=0.9, requires="sheet", shows="lit row on sheet")
    def light_row(self, of: OutputName) -> Animation:
        """A frame appears around the row of an output, in place of that around another row."""
        sheet = needed(self.sheet, "there is no sheet on stage; begin with `hand_in`")
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
