"""How the gradients of a layer add up to that of a neuron before it, so that it can be recomputed.

neuron_sum(trace, "h[1]").products      ∂L/∂z₄ × w = its share, one for each neuron of the next layer
neuron_sum(trace, "h[1]").total         the shares added up: ∂L/∂h₂
neuron_sum(trace, "h[1]").through       the total × the slope of the activation function: ∂L/∂z of h₂
neuron_sum(trace, "h[1]").into(trace, "W1[1,0]")     that × what the weight multiplies: ∂L/∂w
example_sum("W2[0,1]", slopes, notation)             the same for examples: their gradients, the sum, the mean
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import is_exact, read_float, shown
from storyreel.engine.equations.calculation import Calculation, trace_calculation
from storyreel.engine.equations.notation import Notation, key_of
from storyreel.engine.equations.rounding import is_equal, with_digits
from storyreel.engine.operation import GRADIENT
from storyreel.engine.trace import Trace

MOST_MORE = 4
"""How many numbers of decimals are tried for the products, and for their total."""


@dataclass(frozen=True)
class NeuronSum:
    """The calculations of one hidden neuron's gradient, and the notation in which all of them hold.

    `through` is None where the neuron has no slope of its own, as in a layer of softmax.
    """

    products: tuple[Calculation, ...]
    total: Calculation
    through: Calculation | None
    notation: Notation

    def texts(self, calculation: Calculation) -> tuple[str, ...]:
        """The operands, the sign (= or ≈) and the result of a calculation, as they are written."""
        return written_texts(calculation, self.notation)

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """The texts of the products, each factor with as many decimals as those above and below it, the
        fewest with which all hold; as in `texts` where that takes too many."""
        texts = tuple(map(self.texts, self.products))
        for first, second in product(range(2, 2 + MOST_MORE), range(2, 2 + MOST_MORE)):
            specs = f".{first}f", f".{second}f"
            pairs = [tuple(map(shown, each.numbers, specs)) for each in self.products]
            results = [math.prod(map(read_float, pair)) for pair in pairs]
            decimals = [len(text[-1].partition(".")[2]) for text in texts]
            written = [read_float(shown(value, f".{d}f")) for value, d in zip(results, decimals, strict=True)]
            if written == [read_float(text[-1]) for text in texts]:
                return tuple((*pair, *text[2:]) for pair, text in zip(pairs, texts, strict=True))
        return texts

    def into(self, trace: Trace, weight: str) -> "WeightGradient":
        """The gradient of a weight before the neuron. Raises StoryreelError for any other number."""
        neuron = self.total.name.removeprefix(GRADIENT)
        address, own = trace.network.names[weight], trace.network.names[neuron]
        if address.kind != "weight" or (address.layer, address.index[0]) != (own.layer, own.index[0]):
            raise StoryreelError(f"{weight!r} is not a weight through which something comes into {neuron!r}")
        calculation = trace_calculation(trace, GRADIENT + weight)
        return WeightGradient(calculation, with_digits(self.notation, [calculation])[0])


@dataclass(frozen=True)
class WeightGradient:
    """The calculation of a weight's gradient, and the notation in which it holds."""

    calculation: Calculation
    notation: Notation

    @property
    def source(self) -> str:
        """The name of what the weight multiplies."""
        return self.calculation.operands[1]

    @property
    def texts(self) -> tuple[str, ...]:
        """The gradient of the neuron's sum, what the weight multiplies, the sign, the weight's gradient."""
        return written_texts(self.calculation, self.notation)


def written_texts(calculation: Calculation, notation: Notation) -> tuple[str, ...]:
    """The operands, the sign (= or ≈) and the result of a calculation, as they are written."""
    pairs = zip(calculation.operands, calculation.numbers, strict=True)
    numbers = (*pairs, (calculation.name, calculation.value))
    texts = [notation.text(*number) for number in numbers]
    are_exact = all(is_exact(value, text) for (_, value), text in zip(numbers, texts, strict=True))
    sign = "=" if are_exact and is_equal(calculation, notation) else "≈"
    return (*texts[:-1], sign, texts[-1])


def neuron_sum(trace: Trace, neuron: str, is_weighed: bool = False) -> NeuronSum:
    """The calculations for a hidden neuron of a trace. Raises StoryreelError for any other number.

    With `is_weighed`, the gradient of its sum has two digits at least, as it is multiplied later, and those
    that are added up have no more than that takes here: an equation of another chapter may need more of them.
    """
    names, address = trace.network.names, trace.network.names[neuron]
    layer = address.layer or 0
    if address.kind != "activation" or layer == len(trace.network.layers):
        raise StoryreelError(f"{neuron!r} is not a hidden neuron")
    (index,) = address.index
    pairs = zip(names.pre_activations[layer + 1], names.weights[layer + 1], strict=True)
    products = tuple(_product(trace, following, row[index]) for following, row in pairs)
    total = Calculation(
        GRADIENT + neuron,
        trace.number(GRADIENT + neuron),
        " + ".join(f"{{{k}}}" for k in range(len(products))),
        tuple(product.name for product in products),
        tuple(product.value for product in products),
    )
    through = _through(trace, neuron, layer, index)
    given, least = trace.notation, 0
    if is_weighed:
        others = {key_of(name, number) for each in products for name, number in _gradients_in(each)}
        texts = {key: text for key, text in given.texts.items() if key not in others}
        given, least = replace(given, texts=texts), _two_digits(through.value if through else 0.0)
    return NeuronSum(products, total, through, _notation(given, products, total, through, least))


def example_sum(of: str, slopes: Sequence[float], given: Notation) -> NeuronSum:
    """How the gradients `slopes` of some examples with respect to a parameter add up, and their mean, as
    `through`: the total × 1 / count. `given` is the notation of all other numbers."""
    each = tuple(
        Calculation(
            f"{GRADIENT}{of} of example {k}", slope, "{0}", (f"{GRADIENT}{of} of example {k}",), (slope,)
        )
        for k, slope in enumerate(slopes)
    )
    operands = tuple(one.name for one in each)
    name, written = f"sum of {GRADIENT}{of}", " + ".join(f"{{{k}}}" for k in range(len(each)))
    total = Calculation(name, sum(slopes), written, operands, tuple(slopes))
    share = f"share of {len(each)}", 1 / len(each)
    numbers = total.value, share[1]
    mean = Calculation(
        f"mean of {GRADIENT}{of}", math.prod(numbers), "{0} times {1}", (name, share[0]), numbers
    )
    return NeuronSum(each, total, mean, _notation(given, each, total, mean))


def _notation(
    given: Notation,
    products: Sequence[Calculation],
    total: Calculation,
    through: Calculation | None,
    least: int = 0,
) -> Notation:
    """The notation in which the products have as many decimals as each other, the fewest with which all
    calculations hold, and what they are multiplied from as many digits as that takes. `through` has at least
    `least` decimals.

    What rounded numbers come to may be rounded to another number than the exact result; then they have more
    decimals than it.
    """
    last = [through] if through else []
    every = [*products, total, *last]
    largest = max((abs(each.value) for each in every if math.isfinite(each.value)), default=0.0)
    fewest = 0 if largest >= 1000 else max(2, _two_digits(largest))
    for of_total, of_products in product(range(fewest, fewest + MOST_MORE), range(MOST_MORE)):
        decimals = {total: of_total, **dict.fromkeys(last, max(fewest, least))}
        decimals |= dict.fromkeys(products, of_total + of_products)
        texts = {key_of(each.name, each.value): shown(each.value, f".{decimals[each]}f") for each in every}
        notation, failing = with_digits(replace(given, texts={**given.texts, **texts}), every)
        if not failing:
            break
    return notation


def _gradients_in(product: Calculation) -> list[tuple[str, float]]:
    """The names and values of the gradients that are multiplied in a product."""
    pairs = zip(product.operands, product.numbers, strict=True)
    return [(name, number) for name, number in pairs if name.startswith(GRADIENT)]


def _two_digits(value: float) -> int:
    """The decimals with which a number has two digits that are not leading zeros."""
    is_number = math.isfinite(value) and value != 0
    return 1 - math.floor(math.log10(abs(value))) if is_number else 1


def _product(trace: Trace, following: str, weight: str) -> Calculation:
    numbers = trace.number(GRADIENT + following), trace.number(weight)
    operands = GRADIENT + following, weight
    return Calculation(f"share through {weight}", numbers[0] * numbers[1], "{0} times {1}", operands, numbers)


def _through(trace: Trace, neuron: str, layer: int, index: int) -> Calculation | None:
    unit = np.zeros((1, trace.network.layers[layer - 1].size))
    unit[0, index] = 1.0
    z, a = trace.forward.pre_activations[layer - 1], trace.forward.activations[layer]
    slopes = trace.network.layers[layer - 1].activation.vjp(z, a, unit)[0]
    if np.count_nonzero(np.delete(slopes, index)):
        return None
    pre_activation = trace.network.names.pre_activations[layer][index]
    return Calculation(
        GRADIENT + pre_activation,
        trace.number(GRADIENT + pre_activation),
        "{0} times {1}",
        (GRADIENT + neuron, f"slope of {neuron}"),
        (trace.number(GRADIENT + neuron), float(slopes[index])),
    )
