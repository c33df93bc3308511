"""A few texts side by side on one baseline, such as short questions."""

from collections.abc import Sequence

from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.text.typeset import Typeset, quoted, words

GAP = "1.6em"


def word_row(texts: Sequence[str], area: Area, em: float = theme.SIZES.label) -> list[Typeset]:
    """The texts as they stand in the middle of `area`, all on one line, from left to right."""
    parts = (f'#slot({n}, text(weight: "semibold", {quoted(text)}))' for n, text in enumerate(texts, 1))
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
