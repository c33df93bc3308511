"""The moves of a nudged chain as an equation: the nudge times the ratio of each link is the last move."""

import math
from collections.abc import Sequence

from manim import VGroup

from storyreel.core.number_format import MINUS, read_float
from storyreel.graphics.layout import Area
from storyreel.graphics.maths.arrangement import LEAST, largest_in
from storyreel.graphics.text.slot_list import SlotList
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset


class MoveProduct(VGroup):
    """`1.2 × 2 × 5/6 × 3 = 6 = ΔL` in `area`: a nudge times the ratios of the links is the last move.

    `texts` are the numbers as they are written, `names` those of the quantities that moved, and `kinds` give
    their colours: for the nudge and each ratio, and at last for `result`, the move of the last of `names`.
    The sign before that is "≈" where the product of the numbers as they are written is not the result.
    """

    def __init__(
        self, names: Sequence[str], kinds: Sequence[str], texts: Sequence[str], result: str, area: Area
    ) -> None:
        slots = SlotList()
        parts, plain = list[str](), list[str]()
        for n, (text, kind) in enumerate(zip(texts, kinds, strict=True)):
            written = f"({text})" if n and text.startswith(MINUS) else text
            number = slots.add(f"number {n}", written, kind)
            parts.append(slots.add(f"sign {n}", f"times {number}", "text") if n else number)
            plain.append(f"× {written}" if n else written)
        is_exact = math.isclose(math.prod(map(read_float, texts)), read_float(result), rel_tol=1e-9)
        value = slots.add("result", result, kinds[-1])
        move = slots.add("move", f"Delta {symbol(names[-1])}", kinds[-1])
        parts.append(slots.add("result sign", f"{'=' if is_exact else 'approx'} {value}", "text"))
        parts.append(slots.add("move sign", f"= {move}", "text"))
        plain.append(f"{'=' if is_exact else '≈'} {result} = Δ{names[-1]}")
        lines = f"{' '.join(parts[:-2])} \\ {' '.join(parts[-2:])}"
        self.text: Typeset = largest_in(area, slots, [" ".join(parts), lines], " ".join(plain))
        super().__init__(area.place(self.text, least=LEAST))

    def term(self, name: str) -> VGroup:
        """The glyphs of the part called `name`: `number 0`, `sign 1`, `number 1`, …, `result sign`, `result`,
        `move sign`, `move`."""
        return self.text.named(name)[0]
