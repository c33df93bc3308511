"""Operations on numbers, done to each element of arrays."""

from functools import reduce

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.graph.primitive import (
    Primitive,
    Shape,
    broadcast_shape,
    elementwise,
    of_numbers,
    summed_to,
)


def _by_base(value: Array, base: Array, exponent: Array) -> Array:
    return np.where(exponent == 0.0, 0.0, exponent * base ** (exponent - 1.0))


def _by_exponent(value: Array, base: Array, exponent: Array) -> Array:
    return np.where((base == 0.0) & (exponent >= 0.0), 0.0, value * np.log(base))


def _power_slopes(base: Array, exponent: Array) -> tuple[str, str]:
    by_base = "2 times {0}" if exponent == 2.0 else "{1} times {0}^({1} - 1)"
    return by_base, "0" if base == 0.0 <= exponent else "{2} times ln({0})"


def _max(*inputs: Array) -> Array:
    return np.asarray(np.max(inputs[0]) if len(inputs) == 1 else reduce(np.maximum, inputs))


def _max_shape(*shapes: Shape) -> Shape:
    return () if len(shapes) == 1 else broadcast_shape(*shapes)


def _max_vjp(upstream: Array, value: Array, *inputs: Array) -> list[Array]:
    """The largest input has the whole gradient; of several that are as large each has the same share."""
    largest = [np.equal(each, value) for each in inputs]
    winners = np.sum(largest[0]) if len(inputs) == 1 else sum(np.asarray(each, float) for each in largest)
    return [
        summed_to(np.shape(each), upstream * is_largest / winners)
        for each, is_largest in zip(inputs, largest, strict=True)
    ]


def _max_formula(*inputs: Array) -> str:
    is_number = len(inputs) == 1 and not np.ndim(inputs[0])
    return "{0}" if is_number else f"max({', '.join(f'{{{n}}}' for n in range(len(inputs)))})"


def _max_slopes(*inputs: Array) -> list[str]:
    winners = sum(bool(each == max(inputs)) for each in inputs)
    share = "1" if winners == 1 else f"1/{winners}"
    return [share if each == max(inputs) else "0" for each in inputs]


ARITHMETIC = (
    elementwise(
        "add",
        lambda x, y: x + y,
        [None, None],
        formula="{0} + {1}",
        slopes=("1", "1"),
    ),
    elementwise(
        "subtract",
        lambda x, y: x - y,
        [None, lambda value, x, y: -np.ones_like(value)],
        formula="{0} - {1}",
        slopes=("1", "-1"),
    ),
    elementwise(
        "multiply",
        lambda x, y: x * y,
        [lambda value, x, y: y, lambda value, x, y: x],
        formula="{0} times {1}",
        slopes=("{1}", "{0}"),
    ),
    elementwise(
        "divide",
        lambda x, y: x / y,
        [lambda value, x, y: 1.0 / y, lambda value, x, y: -x / y**2],
        formula="{0} / {1}",
        slopes=("1 / {1}", "-{0} / {1}^2"),
    ),
    elementwise(
        "power",
        lambda base, exponent: base**exponent,
        [_by_base, _by_exponent],
        formula="{0}^({1})",
        slopes=_power_slopes,
    ),
    elementwise(
        "negative",
        lambda x: -x,
        [lambda value, x: -np.ones_like(value)],
        formula="-{0}",
        slopes=("-1",),
    ),
    elementwise("exp", np.exp, [lambda value, x: value], formula="e^({0})", slopes=("{1}",)),
    elementwise("log", np.log, [lambda value, x: 1.0 / x], formula="ln({0})", slopes=("1 / {0}",)),
    elementwise(
        "sqrt",
        np.sqrt,
        [lambda value, x: 0.5 / value],
        formula="sqrt({0})",
        slopes=("1 / (2 times {1})",),
    ),
    elementwise("sin", np.sin, [lambda value, x: np.cos(x)], formula="sin({0})", slopes=("cos({0})",)),
    elementwise("cos", np.cos, [lambda value, x: -np.sin(x)], formula="cos({0})", slopes=("-sin({0})",)),
    elementwise(
        "abs",
        np.abs,
        [lambda value, x: np.sign(x)],
        formula="abs({0})",
        slopes=lambda x: (f"{np.sign(x):.0f}",),
    ),
    Primitive(
        "max",
        (1, None),
        shape=_max_shape,
        forward=_max,
        vjp=_max_vjp,
        formula=_max_formula,
        slopes=of_numbers(_max_slopes),
    ),
)
