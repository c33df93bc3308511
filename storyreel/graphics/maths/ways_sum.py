"""The chain rule over several ways, as equations: the product along each, and their sum.

∂a/∂x × ∂f/∂a = 2 × 1 = 2
∂b/∂x × ∂f/∂b = 6 × 1 = 6
∂f/∂x = 2 + 6 = 8
"""

from manim import VGroup

from storyreel.core.number_format import MINUS
from storyreel.engine.equations.written import WrittenCalculation
from storyreel.engine.graph.calculation import symbol_of_node
from storyreel.engine.graph.ways import Link, Ways
from storyreel.graphics.layout import Area
from storyreel.graphics.maths.arrangement import largest_in
from storyreel.graphics.text.slot_list import SlotList
from storyreel.graphics.text.symbol import in_symbols

LEAST_OF_FRACTIONS, LEAST = 0.5, 0.42
"""The factor by which equations with fractions, and without, are scaled down at most."""


class WaysSum(VGroup):
    """The equations of `ways` in `area`: a line for the product along each, and one for their sum.

    Of a single way there is one equation, which begins with the gradient. A line may be broken before its
    numbers, whichever is larger. Derivatives are fractions, where there is room for these to be read
    (`is_stacked`), else a line high. Raises LayoutError where there is no room for them.
    """

    def __init__(self, ways: Ways, area: Area) -> None:
        self.count = len(ways.links)
        for is_stacked in (True, False):
            self._write(ways, area, is_stacked)
            if self.count == 1 or area.scale_of(self.text) >= LEAST_OF_FRACTIONS:
                break
        super().__init__(area.place(self.text, least=LEAST))

    def _write(self, ways: Ways, area: Area, is_stacked: bool) -> None:
        """Typeset the equations at their full size."""
        self.is_stacked = is_stacked
        self._slots = slots = SlotList()
        self._trace = ways.trace
        notation = ways.experiment.notation
        written = [WrittenCalculation(each, notation) for each in ways.products]
        self.left = slots.add("left", self._derivative(ways.output, ways.start), "gradient")
        self.lengths = [len(way) for way in ways.links]
        rows = [self._row(number, way, written[number]) for number, way in enumerate(ways.links)]
        if self.count == 1:
            symbols, numbers, result = rows[0]
            arrangements = [
                f"{self.left} {symbols} {numbers} {result}",
                f"{self.left} &{symbols} \\ &{numbers} {result}",
            ]
            plain = written[0].plain
        else:
            last = self._sum(WrittenCalculation(ways.sum, notation))
            arrangements = [
                " \\ ".join([*(f"{symbols} &{numbers} {result}" for symbols, numbers, result in rows), last]),
                " \\ ".join(f"&{line}" for line in [*map(" ".join, rows), last.replace("&", "")]),
                " \\ ".join(
                    f"&{line}"
                    for line in [
                        *(f"{row[0]} \\ &quad {row[1]} {row[2]}" for row in rows),
                        last.replace("&", ""),
                    ]
                ),
            ]
            plain = "; ".join(each.plain for each in (*written, WrittenCalculation(ways.sum, notation)))
        self.text = largest_in(area, slots, arrangements, plain)

    def _row(self, way: int, links: tuple[Link, ...], written: WrittenCalculation) -> tuple[str, str, str]:
        """The product along a way: in symbols, in numbers, and what it comes to."""
        slots, symbols, numbers = self._slots, list[str](), list[str]()
        if len(links) == 1 and links[0].symbol == written.result:  # a number, such as 1, needs no equation
            return "", "", slots.add(f"product {way}", written.result, "gradient")
        for place, link in enumerate(links):
            maths = in_symbols(link.symbol) if link.symbol else self._derivative(link.edge.to, link.source)
            symbols.append(slots.add(f"factor {way} {place}", maths, "gradient"))
        equal = "= " if self.count == 1 else ""
        product = slots.add(f"symbols {way}", equal + " times ".join(symbols))
        result = slots.add(f"product {way}", written.result, "gradient")
        equals = slots.add(f"equals {way}", f"{_sign(written.is_result_exact)} {result}")
        if len(links) == 1:
            return product, "", equals
        for place, number in enumerate(written.operands):
            maths = f"({number})" if place and number.startswith(MINUS) else number
            numbers.append(slots.add(f"number {way} {place}", maths, "gradient"))
        in_numbers = slots.add(f"numbers {way}", f"{_sign(written.is_exact)} {' times '.join(numbers)}")
        return product, in_numbers, equals

    def _sum(self, written: WrittenCalculation) -> str:
        slots, terms = self._slots, list[str]()
        for way, number in enumerate(written.operands):
            maths = f"({number})" if way and number.startswith(MINUS) else number
            terms.append(slots.add(f"term {way}", maths, "gradient"))
        sum_of = slots.add("sum", f"{_sign(written.is_exact)} {' + '.join(terms)}")
        result = slots.add("result", written.result, "gradient")
        return (
            f"{self.left} &{sum_of} {slots.add('result sign', f'{_sign(written.is_result_exact)} {result}')}"
        )

    def _derivative(self, to: str, source: str) -> str:
        """Typst maths for the derivative of one number by another."""
        above, below = (self._partial(name) for name in (to, source))
        return f"frac({above}, {below})" if self.is_stacked else f"{above} \\/ {below}"

    def _partial(self, name: str) -> str:
        written = symbol_of_node(self._trace, name)
        return f"partial {in_symbols(written if written == f'{{{name}}}' else f'({written})')}"

    def term(self, name: str) -> VGroup:
        """The glyphs of a part: `left`, `product 0`, `number 0 1` (of the first way the second factor),
        `numbers 0` (its signs), `equals 0` (the sign before the product), `term 0`, `sum` (the signs),
        `result`, `result sign`; of a single way the product is the result."""
        found = self.text.named(name)
        return found[0] if found else VGroup()

    def symbols(self, way: int) -> VGroup:
        """The product along a way in symbols, with the gradient before it if it is the only one."""
        names = [f"symbols {way}", *(f"factor {way} {place}" for place in range(self.lengths[way]))]
        parts = [glyph for name in names for group in self.text.named(name) for glyph in group]
        return VGroup(*self.term("left"), *parts) if self.count == 1 else VGroup(*parts)


def _sign(is_exact: bool) -> str:
    return "=" if is_exact else "approx"
