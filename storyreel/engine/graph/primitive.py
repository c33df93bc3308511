"""Primitive operations: a function, its derivative and how both are written.

Values are float64 arrays; a single number has the shape ().
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from storyreel.core.arrays import Array

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Apart:
    """Derivatives as a `Primitive` has them, by a function of its own for each input."""

    by_input: tuple[Callable[..., Array], ...]

    def __call__(self, upstream: Array, value: Array, *inputs: Array) -> Sequence[Array]:
        """The derivatives with respect to each input."""
        return [derivative(upstream, value, *inputs) for derivative in self.by_input]

    def only(self, positions: Sequence[int]) -> "Apart":
        """Those with respect to the inputs at these positions."""
        return Apart(tuple(self.by_input[position] for position in positions))


@dataclass(frozen=True)
class Primitive:
    """One operation, of which every node of a graph that computes something has one.

    `forward(*inputs)` is its value, of the shape that `shape(*input_shapes)` gives; that raises ValueError,
    with what is wrong, if the shapes do not fit. `vjp(upstream, value, *inputs)` are the derivatives of the
    loss with respect to each input, of that input's shape, for the derivative `upstream` with respect to the
    value (a vector–Jacobian product); where it is `Apart`, some of them can be computed without the others.

    `formula(*inputs)` is Typst maths with a slot `{0}`, `{1}`, … for each input. `slopes(*inputs)` are the
    formulas of the local derivatives with respect to each input, in which the slot after the inputs' stands
    for the value; of arrays, whose local derivatives are matrices, there are none. A piecewise function gives
    the formulas of the piece that it is in.

    `arity` is the least and the most inputs (None: any number). `settings` are what it has besides inputs:
    the value of a constant, the place of an index. `terms(*input_shapes)` is how many products are summed for
    each element of its value.
    """

    name: str
    arity: tuple[int, int | None]
    shape: Callable[..., Shape]
    forward: Callable[..., Array]
    vjp: Callable[..., Sequence[Array]]
    formula: Callable[..., str]
    slopes: Callable[..., Sequence[str]]
    settings: tuple[float, ...] = ()
    terms: Callable[..., int] = lambda *shapes: 1

    def work(self, *shapes: Shape) -> int:
        """How many products it takes for inputs of these shapes, at least one for each element."""
        return math.prod(self.shape(*shapes)) * self.terms(*shapes)


class Folded(Primitive):
    """The operation that a part of a graph is folded into; its author gave it its name."""


def elementwise(
    name: str,
    forward: Callable[..., Array],
    derivatives: Sequence[Callable[..., Array] | None],
    formula: str,
    slopes: Sequence[str] | Callable[..., Sequence[str]],
) -> Primitive:
    """An operation on numbers, which is done to each element of arrays. Shapes are broadcast as by NumPy.

    `derivatives` has a function of the value and all inputs for each input, or None where it is 1.
    """

    def vjp(upstream: Array, value: Array, *inputs: Array) -> list[Array]:
        return [
            summed_to(each.shape, upstream * derivative(value, *inputs) if derivative else upstream)
            for each, derivative in zip(inputs, derivatives, strict=True)
        ]

    written = slopes if callable(slopes) else lambda *inputs: slopes
    count = len(derivatives)
    return Primitive(
        name, (count, count), broadcast_shape, forward, vjp, lambda *inputs: formula, of_numbers(written)
    )


def of_numbers(slopes: Callable[..., Sequence[str]]) -> Callable[..., Sequence[str]]:
    """The slopes where all inputs are single numbers; none for arrays."""
    return lambda *inputs: () if any(np.ndim(each) for each in inputs) else slopes(*inputs)


def no_slopes(*inputs: Array) -> tuple[str, ...]:
    """The slopes of an operation whose local derivatives are matrices."""
    return ()


def broadcast_shape(*shapes: Shape) -> Shape:
    """The common shape of arrays of these shapes. Raises ValueError if there is none."""
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(f"{' and '.join(map(shape_text, shapes))} do not fit together") from None


def summed_to(shape: Shape, gradient: Array) -> Array:
    """The gradient of an array of this shape, which was broadcast: an element's gradients are summed."""
    if gradient.shape == shape:
        return gradient
    if more := gradient.ndim - len(shape):
        return summed_to(shape, np.add.reduce(gradient, axis=tuple(range(more))))
    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1 != gradient.shape[axis])
    return np.add.reduce(gradient, axis=stretched, keepdims=True)


def shape_text(shape: Shape) -> str:
    """A value of this shape as messages write it: `a number`, `a vector of 3`, `a 2×3 matrix`."""
    size = "×".join(map(str, shape))
    match len(shape):
        case 0:
            return "a number"
        case 1:
            return f"a vector of {size}"
        case 2:
            return f"a {size} matrix"
    return f"an array of {size}"


def constant(value: float, text: str) -> Primitive:
    """A number that the author wrote as `text`."""
    return Primitive(
        "constant",
        (0, 0),
        shape=lambda: (),
        forward=lambda: np.array(value),
        vjp=lambda upstream, of: (),
        formula=lambda: text,
        slopes=lambda: (),
        settings=(value,),
    )


def element(*index: int) -> Primitive:
    """The element of an array at an index, or its row if it is a matrix and the index a single number."""

    def shape(whole: Shape) -> Shape:
        if len(index) > len(whole):
            has = f"{len(whole)} ind{'ex' if len(whole) == 1 else 'ices'}, not {len(index)}"
            raise ValueError(f"{shape_text(whole)} has {has if whole else 'no index'}")
        for place, size in zip(index, whole, strict=False):
            if place >= size:
                raise ValueError(f"an index here counts from 0 to {size - 1}, as this is {shape_text(whole)}")
        return whole[len(index) :]

    def vjp(upstream: Array, value: Array, whole: Array) -> tuple[Array]:
        gradient = np.zeros_like(whole)
        gradient[index] = upstream
        return (gradient,)

    below = ",".join(str(place + 1) for place in index)  # symbols count from 1
    return Primitive(
        "element",
        (1, 1),
        shape,
        forward=lambda whole: whole[index],
        vjp=vjp,
        formula=lambda whole: f"{{0}}_({below})",
        slopes=no_slopes,
        settings=index,
    )
