"""A sentence on screen, on one line or, where that would be too small, on several."""

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError
from storyreel.graphics.text.typeset import Typeset, words

WORTH_ONE_LINE = 0.85
"""The factor down to which a sentence is scaled to stay on one line."""


def sentence(text: str, area: Area, em: float = theme.SIZES.body) -> Typeset:
    """`text` centred in `area`. Raises LayoutError where it would be too small to read."""
    best = words(text, em=em)
    if area.scale_of(best) < WORTH_ONE_LINE:
        best = max((best, words(text, em=em, width=area.width)), key=area.scale_of)
    if area.scale_of(best) * em < theme.SIZES.smallest:
        raise LayoutError(f"the sentence is too long for the area {area.name!r}: {text!r}")
    return area.place(best)
