"""The chain rule as an equation: ∂L/∂w₁ = ∂h/∂w₁ · ∂y/∂h · ∂L/∂y, the same in numbers, the result."""

from manim import VGroup

from storyreel.core.number_format import MINUS, is_exact, shown
from storyreel.engine.operation import GRADIENT
from storyreel.engine.weight_path import WeightPath
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, slot


class ChainProduct(VGroup):
    """The product of the derivatives along `chain`, in `area`.

    From left to right: what is worked out, the factors in symbols, the same in numbers, the result; each
    part can be had by its name with `term`.
    """

    def __init__(self, chain: WeightPath, area: Area) -> None:
        self._slots: list[str] = []
        self._colours: list[str] = []
        gradient = chain.trace.number(GRADIENT + chain.parameter)
        numbers, value = [shown(number) for number in chain.derivatives], shown(gradient)
        exact = all(map(is_exact, chain.derivatives, numbers))
        parts = [self._slot("left", symbol(GRADIENT + chain.parameter), "gradient")]
        for n, (before, after) in enumerate(zip(chain.names, chain.names[1:], strict=False)):
            fraction = f"frac(partial {symbol(after)}, partial {symbol(before)})"
            factor = self._slot(f"factor {n}", fraction, "gradient")
            parts.append(self._slot(f"sign {n}", f"{'dot' if n else '='} {factor}", "text"))
        for n, number in enumerate(numbers):
            is_bracketed = bool(n) and number.startswith(MINUS)
            sign = "dot" if n else "=" if exact else "approx"
            term = self._slot(f"number {n}", f"({number})" if is_bracketed else number, "text")
            parts.append(self._slot(f"number sign {n}", f"{sign} {term}", "text"))
        sign = "=" if exact and is_exact(gradient, value) else "approx"
        result = self._slot("result", value, "gradient")
        parts.append(self._slot("result sign", f"{sign} {result}", "text"))
        self.text = Typeset(
            f"$ {' '.join(parts)} $",
            plain=f"{GRADIENT}{chain.parameter} = {' · '.join(numbers)} = {value}",
            em=theme.SIZES.formula,
            slots=self._slots,
            colours=self._colours,
        )
        super().__init__(area.place(self.text))

    def _slot(self, name: str, maths: str, kind: str) -> str:
        self._slots.append(name)
        self._colours.append(theme.colour(kind))
        return slot(len(self._slots) - 1, maths)

    def term(self, name: str) -> VGroup:
        """The glyphs of the part called `name`: `left`, `sign 0`, `factor 0`, …, `number sign 0`, `number 0`,
        …, `result sign`, `result`."""
        return self.text.named(name)[0]
