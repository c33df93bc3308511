"""Activation functions: a table of each with its derivative and its formulas.

A new one is a new row, here or in another package's entry-point group `storyreel.activations`. The tests
compare every row of the table with central differences.

Formulas are Typst maths with named slots: `{z[2]}` is the pre-activation of neuron 2 of the layer, `{a[2]}`
its activation, `{upstream[2]}` the derivative of the loss with respect to that activation.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from storyreel.core.arrays import Array
from storyreel.core.plugins import with_plugins

LEAK = 0.01  # the slope of leaky_relu below 0, as in its first publication (Maas et al., 2013)


@dataclass(frozen=True)
class Activation:
    """One activation function a = f(z) of a layer; z, a and gradients have the shape (batch, neurons).

    `value(z)` is f. `vjp(z, a, upstream)` is ∂L/∂z for ∂L/∂a = `upstream` (a vector–Jacobian product, as a
    neuron may depend on its neighbours, as in softmax). `formula(k, z)` and `gradient_formula(k, z)` are
    the formulas of neuron k's activation and of its ∂L/∂z, where z has the shape (neurons,). A piecewise
    function gives the formula of the piece that z is in.
    """

    name: str
    value: Callable[[Array], Array]
    vjp: Callable[[Array, Array, Array], Array]
    formula: Callable[[int, Array], str]
    gradient_formula: Callable[[int, Array], str]


def elementwise(
    name: str,
    value: Callable[[Array], Array],
    derivative: Callable[[Array, Array], Array],
    formula: str,
    slope: str | Callable[[float], str],
) -> Activation:
    """An activation in which each neuron depends on its own pre-activation only.

    `derivative(z, a)` is f′(z). `formula` is f in terms of `{z}`. `slope` is f′ in terms of `{z}` and `{a}`,
    with brackets if a factor needs them, or a function that gives it for a value of z.
    """

    def gradient_formula(k: int, z: Array) -> str:
        factor = slope if isinstance(slope, str) else slope(float(z[k]))
        return ("{upstream} times " + factor).format(
            upstream=f"{{upstream[{k}]}}", z=f"{{z[{k}]}}", a=f"{{a[{k}]}}"
        )

    return Activation(
        name=name,
        value=value,
        vjp=lambda z, a, upstream: upstream * derivative(z, a),
        formula=lambda k, z: formula.format(z=f"{{z[{k}]}}"),
        gradient_formula=gradient_formula,
    )


def log_sum_exp(z: Array) -> Array:
    """ln Σ exp(z) over the last axis, which is kept. No exponential overflows."""
    total: Array = np.logaddexp.reduce(z, axis=-1, keepdims=True)
    return total


def _sigmoid(z: Array) -> Array:
    return np.exp(-np.logaddexp(0.0, -z))  # 1 / (1 + exp(-z)) without overflow


_erfc = np.vectorize(math.erfc, otypes=[np.float64])  # of a large number more exact than 1 − erf


def _normal_cumulative(z: Array) -> Array:
    cumulative: Array = 0.5 * _erfc(-z / math.sqrt(2.0))
    return cumulative


def _normal_density(z: Array) -> Array:
    return np.exp(-0.5 * z**2) / math.sqrt(2.0 * math.pi)


def _softmax_formula(k: int, z: Array) -> str:
    total = " + ".join(f"e^({{z[{j}]}})" for j in range(len(z)))
    return f"frac(e^({{z[{k}]}}), {total})"


def _softmax_gradient_formula(k: int, z: Array) -> str:
    mean = " + ".join(f"{{upstream[{j}]}} times {{a[{j}]}}" for j in range(len(z)))
    return f"{{a[{k}]}} times ({{upstream[{k}]}} - ({mean}))"


_ROWS = (
    elementwise(
        "identity",
        value=lambda z: z,
        derivative=lambda z, a: np.ones_like(z),
        formula="{z}",
        slope="1",
    ),
    elementwise(
        "sigmoid",
        value=_sigmoid,
        derivative=lambda z, a: a * (1.0 - a),
        formula="1 / (1 + e^(-{z}))",
        slope="{a} times (1 - {a})",
    ),
    elementwise(
        "tanh",
        value=np.tanh,
        derivative=lambda z, a: 1.0 - a**2,
        formula="tanh({z})",
        slope="(1 - {a}^2)",
    ),
    elementwise(
        "relu",
        value=lambda z: np.maximum(z, 0.0),
        derivative=lambda z, a: np.where(z > 0.0, 1.0, 0.0),
        formula="max(0, {z})",
        slope=lambda z: "1" if z > 0.0 else "0",
    ),
    elementwise(
        "leaky_relu",
        value=lambda z: np.where(z > 0.0, z, LEAK * z),
        derivative=lambda z, a: np.where(z > 0.0, 1.0, LEAK),
        formula=f"max({LEAK} times {{z}}, {{z}})",
        slope=lambda z: "1" if z > 0.0 else str(LEAK),
    ),
    elementwise(  # Hendrycks and Gimpel, 2016: Phi and phi are the standard normal's distribution and density
        "gelu",
        value=lambda z: z * _normal_cumulative(z),
        derivative=lambda z, a: _normal_cumulative(z) + z * _normal_density(z),
        formula="{z} times Phi({z})",
        slope="(Phi({z}) + {z} times phi({z}))",
    ),
    elementwise(
        "softplus",
        value=lambda z: np.logaddexp(0.0, z),
        derivative=lambda z, a: _sigmoid(z),
        formula="ln(1 + e^({z}))",
        slope="1 / (1 + e^(-{z}))",
    ),
    Activation(
        "softmax",
        value=lambda z: np.exp(z - log_sum_exp(z)),
        vjp=lambda z, a, upstream: a * (upstream - (upstream * a).sum(axis=-1, keepdims=True)),
        formula=_softmax_formula,
        gradient_formula=_softmax_gradient_formula,
    ),
)

ACTIVATIONS: dict[str, Activation] = with_plugins({row.name: row for row in _ROWS}, "storyreel.activations")
