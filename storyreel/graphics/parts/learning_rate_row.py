"""One row of a table of learning rates: the rate, a remark, and the cost or loss after its steps."""

from dataclasses import replace

from manim import RoundedRectangle, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.parts.tag import CORNER
from storyreel.graphics.text.named_number import named_number
from storyreel.graphics.text.typeset import Typeset, words

COLUMNS = (0.0, 0.35, 0.62, 1.0)
"""Where the columns begin and end, in shares of the row's width."""


class LearningRateRow(VGroup):
    """`rate`, `remark` and `result` in columns of the row's area, on one baseline; and the `plate` behind
    them, which is there during the steps.

    The learning rate and the `loss`, which is called `objective`, are given as they are written. Raises
    LayoutError where the remark, `text`, is far too long for its column.
    """

    def __init__(self, learning_rate: str, objective: str, loss: str, text: str, area: Area) -> None:
        self.plate = RoundedRectangle(
            corner_radius=CORNER,
            width=area.width,
            height=area.height,
            stroke_color=theme.colour("text"),
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("surface"),
            fill_opacity=1,
        ).move_to(area.centre)
        self.rate = named_number("learning_rate", learning_rate, "text", theme.SIZES.body)
        self.remark = words(text, em=theme.SIZES.body, colour=theme.colour("text"))
        self.result: Typeset = named_number(objective, loss, "loss", theme.SIZES.body, sign_kind="loss")
        cells: list[Typeset] = [self.rate, self.remark, self.result] if text else [self.rate, self.result]
        columns = [_column(area, {self.rate: 0, self.remark: 1, self.result: 2}[cell]) for cell in cells]
        scale = min(column.scale_of(cell) for column, cell in zip(columns, cells, strict=True))
        for column, cell in zip(columns, cells, strict=True):
            column.place(cell.scale(scale), align="left", least=0.5 / scale)
            cell.on_baseline(area.centre[1] - scale * theme.SIZES.body / 4)
        super().__init__(self.plate, *cells)

    def take_result(self, result: Typeset) -> Typeset:
        """The result so far; the row has another from then on."""
        taken, self.result = self.result, result
        self.remove(taken)
        self.add(result)
        return taken

    def take_plate(self) -> VGroup:
        """The plate, if the row has it; the row has none from then on."""
        taken = VGroup(*(part for part in self if part is self.plate))
        self.remove(self.plate)
        return taken


def _column(area: Area, number: int) -> Area:
    start, end = (area.left + share * area.width for share in COLUMNS[number : number + 2])
    padding = theme.SPACING.padding
    return replace(area, name="remark", left=start + (0 if number else padding), right=end - padding)
