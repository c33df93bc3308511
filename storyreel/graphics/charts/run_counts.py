"""How many runs its gradients cost a network: a nudged one for each weight, or one forward and one back."""

from manim import RIGHT, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.typeset import CAPITALS, Typeset, maths, words

PASSES = 2
"""One run forward and one pass back."""
LARGEST, TO_WORDS, SHARE = 2.4, 0.35, 0.55
"""The largest font size of the counts, the units from them to their words, and the share of the height of
their area that they take at most."""
GROUPED = 10_000
"""From this number on, three digits at a time stand together."""


class RunCounts(VGroup):
    """The counts of a network with so many `weights` in two `areas`, in letters of one size, each above the
    word of `texts` for it: in the first of nudged runs, in the second of passes.

    `show_runs` shows a smaller count of nudged runs, `start`, and those up to all of them.
    """

    def __init__(self, areas: tuple[Area, Area], texts: tuple[str, str], weights: int, start: int) -> None:
        below = [words(text, em=theme.SIZES.label, colour=theme.colour("muted")) for text in texts]
        height = min(area.height for area in areas)
        longest = _number(weights, "activation", 1.0)
        room = min(areas[0].width / longest.width, SHARE * height / longest.height, LARGEST)
        self.em, self.weights, self.start = room, weights, start
        passes = _number(PASSES, "gradient", room)
        for area, text in zip(areas, below, strict=True):
            text.scale(min(1.0, area.width / text.width)).set_x(area.centre[0])
            text.on_baseline(self._baseline(area) - TO_WORDS - CAPITALS * theme.SIZES.label)
        passes.set_x(areas[1].centre[0]).on_baseline(self._baseline(areas[1]))
        self.base = self._baseline(areas[0])
        self.right = areas[0].centre[0] + room * longest.width / 2
        self.runs = VGroup()
        super().__init__(*below, passes, self.runs)
        self.show_runs(0.0)

    def _baseline(self, area: Area) -> float:
        """The baseline of a count in its area, in whose middle it is together with its words."""
        return float(area.centre[1]) + (TO_WORDS + CAPITALS * (theme.SIZES.label - self.em)) / 2

    def show_runs(self, share: float) -> None:
        """Show the count at a share, 0 to 1, of its growth, in equal times by equal factors."""
        count = round(self.start * (self.weights / self.start) ** share)
        number = _number(count, "activation", self.em).align_to(at(self.right, 0), RIGHT)
        copy_outlines(self.runs, number.on_baseline(self.base))


def grouped(count: int) -> str:
    """A count in Typst's mathematics, in groups of three digits if it is long."""
    groups = f"{count:,}".split(",") if count >= GROUPED else [str(count)]
    return " thin ".join(groups)


def _number(count: int, kind: str, em: float) -> Typeset:
    return maths(grouped(count), plain=str(count), em=em, colour=theme.colour(kind))
