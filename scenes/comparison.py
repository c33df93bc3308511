"""A comparison: two columns of text, side by side."""

from itertools import zip_longest
from typing import Literal

from manim import Animation, AnimationGroup, Line, RoundedRectangle, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics import layout, theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import change, draw, in_place_of, vanish, write
from storyreel.graphics.text.paragraph import Paragraph, fitted
from storyreel.stage.stage import Stage
from storyreel.storyboard.cue import Text, cue

EM = 0.48
ROW_GAP = 1.25 * EM
HEAD_BOTTOM = 1.75
"""The y coordinate of the line below the headings."""
COLUMNS = {
    "left": Area("left column", layout.WHOLE.left + 0.45, -2.45, -0.55, HEAD_BOTTOM - 0.45),
    "right": Area("right column", 0.55, -2.45, layout.WHOLE.right - 0.45, HEAD_BOTTOM - 0.45),
}


class Comparison(Stage):
    """Two columns of text, side by side: the current row is bright, the others are dimmed."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.cells: dict[str, list[Paragraph]] = {side: [] for side in COLUMNS}
        self.heads: dict[str, Paragraph] = {}
        self.lines = VGroup()
        self.frame: RoundedRectangle | None = None

    @cue(seconds=2.0, requires="{left, right} fits 5.61 × 0.7 at 0.36 semibold", hides="row", shows="columns")
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
        gone = VGroup(*self.heads.values(), *cells, *self.lines, *([self.frame] if self.frame else []))
        self.setup()
        moves: list[Animation] = []
        for side, text, kind in (("left", left, left_kind), ("right", right, right_kind)):
            column, paint = COLUMNS[side], theme.colour(kind)
            place = Area(f"{side} heading", column.left, HEAD_BOTTOM + 0.3, column.right, layout.WHOLE.top)
            head = self.heads[side] = fitted(text, place, em=0.6, weight="semibold", colour=paint)
            head.put(column.left, place.bottom + head.extent)
            line = Line(at(column.left, HEAD_BOTTOM), at(column.right, HEAD_BOTTOM), color=paint)
            self.lines.add(line.set_stroke(width=theme.SPACING.stroke))
            moves += [write(head), draw(line)]
        middle = Line(at(0, layout.WHOLE.top), at(0, COLUMNS["left"].bottom), color=theme.colour("line"))
        self.lines.add(middle)
        return in_place_of(gone, AnimationGroup(*moves, draw(middle)))

    @cue(
        seconds=1.4,
        requires=("columns", "`left` or `right`", "{left, right} fits 5.61 × 3.75 at 0.48 below every row"),
        shows="row #",
    )
    def add_row(self, left: Text | None = None, right: Text | None = None) -> Animation:
        """The next text of the left column, of the right column, or of both is written."""
        self._heading("left")
        added = []
        for side, text in (("left", left), ("right", right)):
            if text is not None:
                column = COLUMNS[side]
                cell = Paragraph(text, em=EM, width=column.width)
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
        column, paint = COLUMNS[side], head[0].get_fill_color()
        lowest = min((cell.get_bottom()[1] for cell in self.cells[side]), default=HEAD_BOTTOM)
        width = column.width + 0.6
        frame = RoundedRectangle(
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
        before, self.frame = self.frame, frame
        return AnimationGroup(*moves, draw(frame), *([vanish(before)] if before else []))

    def _tops(self) -> list[float]:
        """The y coordinate of each row's top; raises StoryreelError where the rows do not fit."""
        area = COLUMNS["left"]
        tops, top = [], area.top
        for row in zip_longest(*self.cells.values()):
            tops.append(top)
            top -= max(cell.extent for cell in row if cell) + ROW_GAP
        if top + ROW_GAP < area.bottom:
            raise StoryreelError("there is no room for another row; use fewer words or fewer rows")
        return tops

    def _heading(self, side: str) -> Paragraph:
        if side not in self.heads:
            raise StoryreelError("there are no columns yet; begin with `name_columns`")
        return self.heads[side]
