"""A formula that an author wrote: its symbols and numbers in the colours of their quantities."""

from collections.abc import Callable, Sequence

from manim import VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.maths.arrangement import largest_in
from storyreel.graphics.text.slot_list import SlotList
from storyreel.storyboard.formulas.written_formula import FormulaPart, arrangements, plain_text

_NUMBER, _SYMBOL = "number:", "symbol:"


class AuthorFormula(VGroup):
    """The `parts` of a formula in `area`, at the size `em` or smaller, on one line or with one for each side,
    whichever is larger.

    `kind_of` gives the kind of quantity by which the theme colours a part. `numbers` are the names of the
    quantities whose numbers are in it.
    """

    def __init__(
        self,
        parts: Sequence[FormulaPart],
        kind_of: Callable[[FormulaPart], str],
        area: Area,
        em: float = theme.SIZES.formula,
    ) -> None:
        slots = SlotList()
        self.numbers = list(dict.fromkeys(part.name for part in parts if part.kind == "number"))

        def put(part: FormulaPart) -> str:
            name = f"{_NUMBER}{part.name}" if part.kind == "number" else f"{_SYMBOL}{part.maths}"
            return slots.add(name, part.maths, kind_of(part))

        # Only the last arrangement may have the slots, so they are put into each at the same numbers.
        made = {id(part): put(part) for part in parts if part.kind in ("symbol", "number")}
        lines = arrangements(parts, lambda part: made[id(part)])
        self.text = largest_in(area, slots, lines, plain_text(parts), em)
        super().__init__(area.place(self.text, least=theme.SIZES.smallest / em))

    def number_of(self, name: str) -> list[VGroup]:
        """The terms that show the number `name`."""
        return self.text.named(f"{_NUMBER}{name}")

    def symbols_of(self, letter: str) -> VGroup:
        """The symbols that are this letter, with any subscript: `w` finds w₁ and w₂."""
        names = [name for name in self.text.slot_names if name.split("_")[0] == f"{_SYMBOL}{letter}"]
        return VGroup(*(term for name in dict.fromkeys(names) for term in self.text.named(name)))

    @property
    def rest(self) -> VGroup:
        """All but the numbers."""
        numbers = {id(glyph) for name in self.numbers for term in self.number_of(name) for glyph in term}
        return VGroup(*(glyph for glyph in self.text if id(glyph) not in numbers))
