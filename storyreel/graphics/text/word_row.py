"""Several short texts side by side on one baseline."""

from collections.abc import Sequence

from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.text.typeset import Typeset, words
from storyreel.storyboard.typst_fonts import typst_string

GAP = "1.6em"


def word_row(texts: Sequence[str], area: Area) -> list[Typeset]:
    """The texts on one line, centred in `area`, in their order from left to right."""
    em = theme.SIZES.label
    parts = (f'#slot({n}, text(weight: "semibold", {typst_string(text)}))' for n, text in enumerate(texts, 1))
    row = Typeset(
        f"#h({GAP})".join(parts),
        plain=" ".join(texts),
        em=em,
        slots=texts,
        colours=[theme.colour("text")] * len(texts),
    )
    factor = area.scale_of(row)
    area.place(row)
    return [
        words(text, em=em, weight="semibold").scale(factor).move_to(row.slot(number))
        for number, text in enumerate(texts)
    ]
