"""The arrangement of an equation on one line or several, whichever can be larger."""

from collections.abc import Sequence

from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.text.slot_list import SlotList
from storyreel.graphics.text.typeset import Typeset

LEAST = theme.SIZES.smallest / theme.SIZES.formula
"""The factor by which an equation is scaled down at most."""


def largest_in(
    area: Area,
    slots: SlotList,
    arrangements: Sequence[str],
    plain: str,
    em: float = theme.SIZES.formula,
) -> Typeset:
    """The one of the `arrangements`, Typst maths with `slots` of the size `em`, that is the largest in an
    area."""
    return max((slots.typeset(lines, plain, em) for lines in arrangements), key=area.scale_of)
