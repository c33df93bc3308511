"""The one connection that a network with one neuron a layer would be without its gates and biases."""

from manim import UP, Animation, AnimationGroup, Succession, VGroup

from storyreel.core.number_format import MINUS
from storyreel.engine.equations.calculation import weights_calculation
from storyreel.engine.equations.written import WrittenCalculation
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import appear, draw
from storyreel.graphics.network_layout import width_at
from storyreel.graphics.networks.edge import Edge
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.text.slot_list import SlotList
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, maths

RADIUS, SYMBOL = 0.5, 1.0
"""The radius of the neurons in Manim units, and the font size of their symbols, in radii."""
LONGEST = 9.0
"""The largest distance of the two neurons in Manim units."""
BESIDE_LABEL, ABOVE_EDGE = 0.2, 0.22
"""Units between the label and the neurons, and to the connection, which no fraction may touch."""
PARTS = ("symbols", "numbers", "result")
"""The parts of the label, in the order in which they appear."""


class SingleConnection(VGroup):
    """The first neuron of a network, its last one and one connection between them, in `area`.

    Over the connection, `edge`, stands its weight, the product of all weights of `trace`, as a `label`.
    `ends` are the `neurons` with their symbols. Raises StoryreelError where a layer has several neurons.
    """

    def __init__(self, trace: Trace, area: Area) -> None:
        calculation = weights_calculation(trace)
        columns = trace.network.names.activations
        self.neurons = Neuron("activation", RADIUS), Neuron("activation", RADIUS)
        names = (columns[0][0], columns[-1][0])
        self.ends = VGroup(*map(self._named, self.neurons, names))
        length, low = min(LONGEST, area.width - 2 * RADIUS), area.bottom + RADIUS
        for end, side in zip(self.ends, (-1, 1), strict=True):
            end.move_to(at(area.centre[0] + side * length / 2, low))
        largest = max(map(abs, calculation.numbers)) or 1.0
        width = width_at(min(1.0, abs(calculation.value) / largest))
        self.edge = Edge(*self.neurons).show_weight(calculation.value, width)
        self._slots = SlotList()
        written = WrittenCalculation(calculation, trace.notation)
        self.label = self._slots.typeset(self._source(written), written.plain)
        room = area.top - low - ABOVE_EDGE, length - 2 * (RADIUS + BESIDE_LABEL)
        self.label.scale(min(1.0, room[0] / self.label.height, room[1] / self.label.width))
        self.label.next_to(self.edge, UP, buff=ABOVE_EDGE)
        super().__init__(self.ends, self.edge, self.label)

    @staticmethod
    def _named(neuron: Neuron, name: str) -> VGroup:
        inside = maths(symbol(name), plain=name, em=SYMBOL * RADIUS, colour=theme.colour("activation"))
        return VGroup(neuron, inside)

    def _source(self, written: WrittenCalculation) -> str:
        """Typst maths: the product in symbols, in numbers, and the result."""
        slots, names = self._slots, written.calculation.operands
        signs = ["=" if exact else "approx" for exact in (written.is_exact, written.is_result_exact)]
        symbols = " times ".join(slots.add(f"symbols:{name}", symbol(name), "weight") for name in names)
        numbers = " times ".join(
            slots.add(f"numbers:{name}", f"({text})" if place and text.startswith(MINUS) else text, "weight")
            for place, (name, text) in enumerate(zip(names, written.operands, strict=True))
        )
        result = slots.add("result:weight", written.result, "weight")
        terms = (symbols, f"{signs[0]} {numbers}", f"{signs[1]} {result}")
        return " ".join(slots.add(part, term) for part, term in zip(PARTS, terms, strict=True))

    def _part(self, part: str) -> VGroup:
        slots = (n for n, name in enumerate(self._slots.names) if name.partition(":")[0] == part)
        return VGroup(*(glyph for n in slots for glyph in self.label.slot(n)))

    @staticmethod
    def formula(trace: Trace) -> Typeset | None:
        """The output as the product of that weight and the input; None where the network has biases or other
        activation functions than the identity, so that it is not."""
        layers = trace.network.layers
        if any(layer.bias is not None or layer.activation.name != "identity" for layer in layers):
            return None
        written, slots = WrittenCalculation(weights_calculation(trace), trace.notation), SlotList()
        columns = trace.network.names.activations
        before, after = columns[0][0], columns[-1][0]
        sign = ("=", "=") if written.is_result_exact else ("approx", "≈")
        output = slots.add("output", symbol(after), "activation")
        weight = slots.add("weight", written.result, "weight")
        source = f"{output} {sign[0]} {weight} times {slots.add('input', symbol(before), 'input')}"
        return slots.typeset(source, f"{after} {sign[1]} {written.result} × {before}")

    def appears(self) -> Animation:
        """Neurons and connection, then the product: in symbols, in numbers, and its result."""
        first, *others = (appear(self._part(part)) for part in PARTS)
        return Succession(AnimationGroup(appear(self.ends), draw(self.edge), first), *others)
