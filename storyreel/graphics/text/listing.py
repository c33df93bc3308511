"""A listing of program text on a panel, whose lines can be highlighted."""

from manim import LEFT, RoundedRectangle, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError, at
from storyreel.graphics.text.typeset import SET_SIZE, Typeset
from storyreel.storyboard.typst_fonts import typst_string

FONT = "DejaVu Sans Mono"
"""Comes with Typst."""
LARGEST, SMALLEST = 0.46, 0.25
"""The em, in Manim units."""
WIDTH, PITCH = 0.602, 1.42
"""The width of a character and the distance of two lines, in em."""
PADDING = 0.25
BAR, BAR_ON_LIGHT = 0.38, 0.2
"""The opacity of a bar behind lines, and of one in a light theme, which is darker than its ground."""


class Listing(Typeset):
    """`code` with line numbers on a panel in `area`, as large as fits.

    `lines` holds the glyphs of each line, `panel` the background, `pitch` the distance of two lines in Manim
    units. Raises LayoutError where the lines are too many or too long.
    """

    def __init__(self, code: str, area: Area) -> None:
        texts = [line.rstrip() for line in code.expandtabs(4).strip("\n").rstrip().splitlines()]
        longest = max((len(text) for text in texts), default=0)
        if not longest:
            raise LayoutError("the listing is empty")
        margin = len(str(len(texts))) + 1.2  # characters for the line numbers
        width, height = area.width - 2 * PADDING, area.height - 2 * PADDING
        em = min(LARGEST, width / (WIDTH * (longest + margin)), height / (PITCH * len(texts)))
        if em < SMALLEST:
            most = int(height / (PITCH * SMALLEST)), int(width / (WIDTH * SMALLEST) - margin)
            raise LayoutError(
                f"a listing of {len(texts)} lines with up to {longest} characters does not fit:"
                f" there is room for {most[0]} lines of {most[1]}"
            )
        rows = (
            f"#place(dy: {n * PITCH}em, slot({2 * n}, {typst_string(f'{n:>{len(str(len(texts)))}}')}))"
            f"#place(dx: {WIDTH * margin}em, dy: {n * PITCH}em, slot({2 * n + 1}, {typst_string(text)}))"
            for n, text in enumerate(texts, start=1)
        )
        muted, paint = theme.colour("muted"), theme.colour("text")
        size = f"width: {width / em * SET_SIZE}pt, height: {(len(texts) + 2) * PITCH}em"
        super().__init__(
            f"#set text(font: {typst_string(FONT)})\n#block({size})[{''.join(rows)}]",
            plain="\n".join(texts),
            em=em,
            colours=[muted, *[muted, paint] * len(texts)],
        )
        self.numbers = [self.slot(2 * n + 1) for n in range(len(texts))]
        self.lines = [self.slot(2 * n + 2) for n in range(len(texts))]
        self.pitch = PITCH * em
        self.panel = RoundedRectangle(
            corner_radius=0.2,
            width=area.width,
            height=len(texts) * self.pitch + 2 * PADDING,
            stroke_width=0,
            fill_color=theme.colour("surface"),
            fill_opacity=1,
        ).move_to(area.centre)
        self.panel.set_z_index(-2)
        self.align_to(at(area.left + PADDING, 0), LEFT)
        self.shift(at(0, self.panel.get_top()[1] - PADDING - self.pitch / 2 - self.y(1)))

    def y(self, line: int) -> float:
        """The y coordinate of the middle of a line; lines count from 1."""
        return float(self.numbers[line - 1].get_y())

    def bar(self, first: int, last: int) -> RoundedRectangle:
        """A bar behind the lines from `first` to `last`, counted from 1."""
        bar = RoundedRectangle(
            corner_radius=0.12,
            width=self.panel.width - PADDING,
            height=(last - first + 1) * self.pitch,
            stroke_width=0,
            fill_color=theme.colour("line"),
            fill_opacity=BAR if theme.is_dark(theme.colour("background")) else BAR_ON_LIGHT,
        ).move_to(at(self.panel.get_x(), (self.y(first) + self.y(last)) / 2))
        bar.set_z_index(-1)
        return bar

    def result(self, line: int, text: str, kind: str, left: float) -> VGroup:
        """`text` on a plate outlined in the colour of `kind`, beside a line, with its left edge at `left`."""
        paint, em = theme.colour(kind), 0.9 * self.em
        number = Typeset(
            f"#set text(font: {typst_string(FONT)})\n#{typst_string(text)}", plain=text, em=em, colour=paint
        )
        plate = RoundedRectangle(
            corner_radius=0.1,
            width=number.width + 0.4,
            height=0.86 * self.pitch,
            stroke_color=paint,
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("surface"),
            fill_opacity=1,
        )
        return VGroup(plate, number.move_to(plate)).move_to(at(left + plate.width / 2, self.y(line)))
