"""A comparison: two columns of text, side by side."""

from dataclasses import replace
from itertools import zip_longest
from typing import Literal

from manim import Animation, AnimationGroup, Line, RoundedRectangle, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame, at
from storyreel.graphics.motion.verbs import change, draw, in_place_of, vanish, write
from storyreel.graphics.text.paragraph import Paragraph, fitted
from storyreel.stage.stage import Stage
from storyreel.storyboard.cue import Text, cue

EM, EM_IN_OTHERS, EM_OF_HEADINGS = 0.52, 0.4, 0.7
"""The size of rows in a wide frame and in others, and of headings."""
ROW_GAP = 1.25
"""The gap between two rows, in em."""
EDGE, GAP, ROOM_FOR_HEADINGS, BELOW_LINE = 0.35, 1.0, 1.3, 0.45
"""Units beside and below the columns, between them, for their headings, and from the line below these."""


def columns(frame: Frame) -> dict[str, Area]:
    """The areas of the columns, below their headings."""
    inner = replace(frame.whole, left=frame.whole.left + EDGE, right=frame.whole.right - EDGE)
    left, right = frame.halves(inner, gap=GAP, stacked=False)
    rows = {"bottom": frame.whole.bottom + EDGE, "top": frame.whole.top - ROOM_FOR_HEADINGS - BELOW_LINE}
    return {"left": replace(left, **rows), "right": replace(right, **rows)}


class Comparison(Stage):
    """Two columns of text, side by side: the current row is bright, the others are dimmed."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.cells: dict[str, list[Paragraph]] = {"left": [], "right": []}
        self.heads: dict[str, Paragraph] = {}
        self.lines = VGroup()
        self.outline: RoundedRectangle | None = None

    @cue(seconds=2.0, requires="{left, right} fits 5.76 × 1 at 0.37 semibold", hides="row", shows="columns")
    def name_columns(
        self,
        left: Text,
        right: Text,
        left_kind: Literal["text", "activation", "weight", "target", "loss", "gradient"] = "text",
        right_kind: Literal["text", "activation", "weight", "target", "loss", "gradient"] = "text",
    ) -> Animation:
        """The headings of two columns appear, in place of columns on stage.

        `left_kind` and `right_kind` are the kinds of quantity that they are about, which give their colours.
        """
        cells = (cell for column in self.cells.values() for cell in column)
        gone = VGroup(*self.heads.values(), *cells, *self.lines, *([self.outline] if self.outline else []))
        self.setup()
        moves: list[Animation] = []
        for side, text, kind in (("left", left, left_kind), ("right", right, right_kind)):
            column, paint = self._columns[side], theme.colour(kind)
            y = column.top + BELOW_LINE
            place = replace(column, name=f"{side} heading", bottom=y + 0.3, top=self.frame.whole.top)
            head = self.heads[side] = fitted(text, place, em=EM_OF_HEADINGS, weight="semibold", colour=paint)
            head.put(column.left, place.bottom + head.extent)
            line = Line(at(column.left, y), at(column.right, y), color=paint)
            self.lines.add(line.set_stroke(width=theme.SPACING.stroke))
            moves += [write(head), draw(line)]
        x = (self._columns["left"].right + column.left) / 2
        middle = Line(at(x, self.frame.whole.top), at(x, column.bottom), color=theme.colour("line"))
        middle.set_stroke(width=theme.SPACING.thin_stroke)
        self.lines.add(middle)
        return in_place_of(gone, AnimationGroup(*moves, draw(middle)))

    @cue(
        seconds=1.4,
        requires=("columns", "`left` or `right`", "{left, right} fits 5.76 × 4.6 at 0.52 below every row"),
        shows="row #",
    )
    def add_row(self, left: Text | None = None, right: Text | None = None) -> Animation:
        """The next text of the left column, of the right column, or of both is written."""
        self._heading("left")
        added = []
        for side, text in (("left", left), ("right", right)):
            if text is not None:
                column = self._columns[side]
                cell = Paragraph(text, em=self._em, width=column.width)
                self.cells[side].append(cell.put(column.left, column.top))
                added.append(cell)
        if not added:
            raise StoryreelError("give a text for the left column, for the right one, or for both")
        tops = self._tops()
        moves = []
        for cells in self.cells.values():
            for cell, top in zip(cells, tops, strict=False):
                if cell in added:
                    cell.shift(at(0, top - cell.top))
                else:
                    aside, paint = at(0, top - cell.top), theme.colour("muted")
                    moves.append(change(cell).shift(aside).set_fill(paint).build())
        return AnimationGroup(*moves, *map(write, added))

    @cue(seconds=1.2, requires="columns")
    def choose(self, side: Literal["left", "right"]) -> Animation:
        """A frame is drawn around one column, which becomes bright; the other is dimmed."""
        head = self._heading(side)
        column, paint = self._columns[side], head[0].get_fill_color()
        lowest = min((cell.get_bottom()[1] for cell in self.cells[side]), default=column.top)
        width = column.width + 0.6
        outline = RoundedRectangle(
            corner_radius=0.2,
            width=width,
            height=head.get_top()[1] - lowest + 0.5,
            stroke_color=paint,
            stroke_width=theme.SPACING.thin_stroke,
        ).move_to(at(column.centre[0], (head.get_top()[1] + lowest) / 2))
        moves = [
            change(cell).set_fill(theme.colour("text" if its == side else "muted")).build()
            for its, cells in self.cells.items()
            for cell in cells
        ]
        before, self.outline = self.outline, outline
        return AnimationGroup(*moves, draw(outline), *([vanish(before)] if before else []))

    @property
    def _em(self) -> float:
        return EM if self.frame.is_wide else EM_IN_OTHERS

    @property
    def _columns(self) -> dict[str, Area]:
        return columns(self.frame)

    def _tops(self) -> list[float]:
        """The y coordinate of each row's top; raises StoryreelError where the rows do not fit."""
        area = self._columns["left"]
        tops, top = [], area.top
        for row in zip_longest(*self.cells.values()):
            tops.append(top)
            top -= max(cell.extent for cell in row if cell) + ROW_GAP * self._em
        if top + ROW_GAP * self._em < area.bottom:
            raise StoryreelError("there is no room for another row; use fewer words or fewer rows")
        return tops

    def _heading(self, side: str) -> Paragraph:
        if side not in self.heads:
            raise StoryreelError("there are no columns yet; begin with `name_columns`")
        return self.heads[side]
