"""The slots of an equation while its source is put together."""

from storyreel.graphics import theme
from storyreel.graphics.text.typeset import Typeset, slot


class SlotList:
    """The names and colours of an equation's slots, in the order in which they are added."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.colours: list[str] = []

    def add(self, name: str, maths: str, kind: str = "text") -> str:
        """Typst maths that sets `maths` as the next slot, in the colour of `kind`."""
        self.names.append(name)
        self.colours.append(theme.colour(kind))
        return slot(len(self.names) - 1, maths)

    def typeset(self, source: str, plain: str, em: float = theme.SIZES.formula) -> Typeset:
        """The equation whose slots these are, at the size `em`; `source` is Typst maths."""
        return Typeset(f"$ {source} $", plain=plain, em=em, slots=self.names, colours=self.colours)
