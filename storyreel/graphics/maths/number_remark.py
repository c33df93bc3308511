"""Words below a number of an equation, with a line from one to the other."""

from manim import Line, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.networks.label_places import box_of
from storyreel.graphics.text.typeset import CAPITALS, Typeset

TO_NUMBER, TO_WORDS, LINE = 0.1, 0.1, 0.2
"""Manim units above and below the line, and its least length."""
BETWEEN = 0.5
"""The least units between the words below two numbers."""
HALF, REACH, INSET = 0.46, 4.0, 0.15
"""What words below one of two numbers have at least: a share of the area, but not more than these units. The
units from the ends of words between which their line ends."""


class NumberRemark(VGroup):
    """`words` below `number`, and a line from one to the other.

    Words below the numbers of one equation, all of whose `numbers` and whose `text` are given, stand on one
    baseline: in the middle below their number, or to the left or the right of it where words below the next
    number need that, within the `area`.
    """

    def __init__(
        self, number: VGroup, words: Typeset, numbers: list[VGroup], text: VGroup, area: Area
    ) -> None:
        self.words = words
        left, right = _room(number, numbers, area)
        words.scale(min(1.0, (right - left) / words.width))
        half = words.width / 2
        words.set_x(min(max(number.get_x(), left + half), right - half))
        top = box_of(text)[1] - TO_NUMBER - LINE - TO_WORDS
        words.on_baseline(top - CAPITALS * words.em)
        x, start = number.get_x(), number.get_bottom()[1] - TO_NUMBER
        end = min(max(x, words.get_left()[0] + INSET), words.get_right()[0] - INSET)
        colour, width = number[0].get_fill_color(), theme.SPACING.thin_stroke
        line = Line(at(x, start), at(end, top + TO_WORDS), stroke_color=colour, stroke_width=width)
        super().__init__(words, line)


def _room(number: VGroup, numbers: list[VGroup], area: Area) -> tuple[float, float]:
    """The x coordinates between which words below a number have room: those below the first number keep to
    the left of the second, those below the last to the right of the one before it."""
    xs, x = sorted(one.get_x() for one in numbers), number.get_x()
    reach = min(HALF * area.width, REACH)

    def border(one: float, next_one: float) -> float:
        return min(max((one + next_one) / 2, area.left + reach), area.right - reach)

    left = border(xs[-2], x) + BETWEEN / 2 if len(xs) > 1 and x == xs[-1] else area.left
    right = border(x, xs[1]) - BETWEEN / 2 if len(xs) > 1 and x == xs[0] else area.right
    return left, right
