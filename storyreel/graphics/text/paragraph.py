"""A paragraph of text broken into lines, in which words can be found."""

import re
from bisect import bisect_left

from manim import LEFT, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError, at
from storyreel.graphics.text.typeset import SET_SIZE, Typeset
from storyreel.storyboard.text_size import CAP_HEIGHT, MOST_WORDS, PITCH, shortened, too_long
from storyreel.storyboard.typst_fonts import typst_string
from storyreel.storyboard.unspaced import pieces

SMALLER = 0.03
"""Units by which the font size is reduced at a time until a paragraph fits."""
_STRUT = 254  # the slot of an invisible bar on the first line, from its baseline to its cap height


class WordTooWide(LayoutError):
    """A single word is wider than a line."""


class Paragraph(Typeset):
    """`text` in lines of at most `width` Manim units.

    `lines` is their number. `extent` is the distance from the first line's cap height to the last baseline:
    placed by it, the lines of several paragraphs are evenly spaced. Raises WordTooWide where a word does not
    fit on a line, and LayoutError for more than `MOST_WORDS` words.
    """

    def __init__(
        self,
        text: str,
        *,
        em: float = theme.SIZES.body,
        width: float,
        colour: str | None = None,
        weight: str = "regular",
        align: str = "left",
    ) -> None:
        colour = colour or theme.colour("text")
        spaced = pieces(text)
        self.words = [word.lstrip() for word in spaced]
        if len(self.words) > MOST_WORDS:
            raise LayoutError(f"{len(self.words)} words are more than can be read at once")
        strut = (
            f"#box(width: 0.1pt, height: {CAP_HEIGHT}em, fill: rgb(0, 0, {_STRUT + 1}))#sym.wj"
            if self.words
            else ""
        )
        slots = "".join(
            f"{' ' if word.startswith(' ') else ''}#slot({n}, {typst_string(word.lstrip())})"
            for n, word in enumerate(spaced, start=1)
        )
        settings = f'#set text(weight: "{weight}"); #set par(leading: {PITCH - CAP_HEIGHT}em);'
        super().__init__(
            f"#box(width: {width / em * SET_SIZE}pt)[{settings} #set align({align}); {strut}{slots}]",
            plain="".join(spaced),
            em=em,
            colour=colour,
            slots=self.words,
            colours=[colour] * len(self.words),
        )
        strut_shape = self.slot(_STRUT)
        top, baseline = strut_shape.get_top()[1], strut_shape.get_bottom()[1]
        numbers = self.slot_numbers
        self.remove(*strut_shape)
        self.slot_numbers = tuple(number for number in numbers if number != _STRUT)
        self.lines = 1 + round((baseline - self.get_bottom()[1]) / (PITCH * em))
        self.extent = em * (CAP_HEIGHT + (self.lines - 1) * PITCH)
        self._above = top - self.get_top()[1]
        if self.width > width + 0.02:
            raise WordTooWide(f"“{shortened(text)}” has a word that is too wide for its place")

    @property
    def top(self) -> float:
        """The y coordinate of the first line's cap height."""
        return float(self.get_top()[1] + self._above)

    def put(self, left: float, top: float) -> "Paragraph":
        """Move the paragraph so that its left edge is at `left` and its `top` at `top`."""
        self.align_to(at(left, 0), LEFT)
        self.shift(at(0, top - self.top))
        return self

    def find(self, phrase: str) -> list[VGroup]:
        """The glyphs of the first occurrence of `phrase`, one group for each line that it is on.

        Case and punctuation at the ends of words are ignored; the list is empty where nothing is found.
        """
        wanted, own = (
            [_normalized(word) for word in pieces(phrase)],
            [_normalized(word) for word in self.words],
        )
        starts = range(len(own) - len(wanted) + 1) if wanted else range(0)
        start = next((n for n in starts if own[n : n + len(wanted)] == wanted), None)
        if start is None:
            return []
        by_line: dict[int, VGroup] = {}
        for number in range(start, start + len(wanted)):
            glyphs = self.slot(number)
            by_line.setdefault(self._line(glyphs), VGroup()).add(*glyphs)
        return list(by_line.values())

    def baseline(self, glyphs: VGroup) -> float:
        """The y coordinate of the baseline of these glyphs of the paragraph."""
        return self.top - (CAP_HEIGHT + self._line(glyphs) * PITCH) * self.em

    def _line(self, glyphs: VGroup) -> int:
        middle = self.top - CAP_HEIGHT * self.em / 2
        return round((middle - glyphs.get_y()) / (PITCH * self.em))


def fitted(
    text: str,
    area: Area,
    *,
    em: float,
    smallest: float = theme.SIZES.small,
    colour: str | None = None,
    weight: str = "regular",
    align: str = "left",
) -> Paragraph:
    """A paragraph at the top left of `area`, in the largest font size up to `em` that fits.

    Raises LayoutError where that would be smaller than `smallest`.
    """
    sizes = [em - step * SMALLER for step in range(int((em - smallest) / SMALLER + 1e-9) + 1)]

    def attempt(size: float) -> Paragraph | None:
        try:
            shape = Paragraph(text, em=size, width=area.width, colour=colour, weight=weight, align=align)
        except WordTooWide:
            return None
        return shape if shape.extent <= area.height else None

    best = attempt(sizes[0])
    if best is None:
        first = bisect_left(sizes, True, lo=1, key=lambda size: attempt(size) is not None)
        best = attempt(sizes[first]) if first < len(sizes) else None
    if best is None:
        raise LayoutError(too_long(text))
    return best.put(area.left, area.top)


def _normalized(word: str) -> str:
    return re.sub(r"^\W+|\W+$", "", word).casefold()
