"""The engine's activation functions and losses as primitive operations, those of plug-ins included.

An array's last axis is a layer: its neurons, its outputs. A single number is a layer of one.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.activations import Activation, log_sum_exp
from storyreel.engine.graph.primitive import Apart, Primitive, Shape, of_numbers, shape_text
from storyreel.engine.losses import Fusion, Loss

_UPSTREAM = re.compile(r"^\{upstream\} times ")


def of_activation(row: Activation) -> Primitive:
    """The activation function of a row of `ACTIVATIONS`."""

    def forward(z: Array) -> Array:
        return row.value(z) if z.ndim else row.value(z.reshape(1))[0]

    def vjp(upstream: Array, value: Array, z: Array) -> tuple[Array]:
        if z.ndim:
            return (row.vjp(z, value, upstream),)
        return (row.vjp(z.reshape(1), value.reshape(1), upstream.reshape(1))[0],)

    def formula(z: Array) -> str:
        return _by_name(row.name, 1) if np.ndim(z) else row.formula(0, np.atleast_1d(z)).format(z=["{0}"])

    def slopes(z: Array) -> tuple[str]:
        written = row.gradient_formula(0, np.atleast_1d(z))
        slots = {"upstream": ["{upstream}"], "z": ["{0}"], "a": ["{1}"]}
        return (_UPSTREAM.sub("", written.format(**slots)),)

    return Primitive(
        row.name,
        (1, 1),
        shape=lambda z: z,
        forward=forward,
        vjp=vjp,
        formula=formula,
        slopes=of_numbers(slopes if row.name != "softmax" else lambda z: ("0",)),
    )


def of_loss(row: Loss) -> Primitive:
    """The loss of a row of `LOSSES`, of predictions and targets; of a batch, the loss of each example.

    Of the local derivatives only that with respect to the prediction is written.
    """

    def formula(y: Array, t: Array) -> str:
        if np.ndim(y):
            return _by_name(row.name, 2)
        return row.formula(np.atleast_1d(y), np.atleast_1d(t)).format(y=["{0}"], t=["{1}"])

    def slopes(y: Array, t: Array) -> tuple[str, ...]:
        return (row.gradient_formula(0, np.atleast_1d(y), np.atleast_1d(t)).format(y=["{0}"], t=["{1}"]),)

    return _outcome(row.name, row.value, row.gradient, _BY_TARGET.get(row.name), formula, of_numbers(slopes))


def of_fusion(row: Fusion, loss: str) -> Primitive:
    """A loss and the activation before it as one operation, of logits and targets."""
    name = f"{loss}_of_{row.activation}"
    return _outcome(
        name, row.value, row.gradient, _BY_TARGET.get(name), lambda z, t: _by_name(name, 2), lambda z, t: ()
    )


def _outcome(
    name: str,
    value: Callable[[Array, Array], Array],
    gradient: Callable[[Array, Array], Array],
    by_target: Callable[[Array, Array], Array] | None,
    formula: Callable[..., str],
    slopes: Callable[..., Sequence[str]],
) -> Primitive:
    def vjp_by(derivative: Callable[[Array, Array], Array]) -> Callable[..., Array]:
        def vjp(upstream: Array, of: Array, y: Array, t: Array) -> Array:
            if y.ndim:
                return upstream[..., np.newaxis] * derivative(y, t)
            slope: Array = upstream * derivative(y.reshape(1), t.reshape(1))[0]
            return slope

        return vjp

    return Primitive(
        name,
        (2, 2),
        shape=_outcome_shape,
        forward=lambda y, t: value(y, t) if y.ndim else value(y.reshape(1), t.reshape(1)),
        vjp=Apart((vjp_by(gradient), vjp_by(by_target or _unknown))),
        formula=formula,
        slopes=slopes,
    )


def _outcome_shape(y: Shape, t: Shape) -> Shape:
    if y != t:
        raise ValueError(f"predictions and targets differ: {shape_text(y)} and {shape_text(t)}")
    return y[:-1]


def _unknown(y: Array, t: Array) -> Array:
    """A loss of another package has no derivative with respect to its targets: NaN is no number to show."""
    return np.full_like(t, np.nan)


def _by_name(name: str, inputs: int) -> str:
    return f'op("{name}")({", ".join(f"{{{n}}}" for n in range(inputs))})'


_TINY = float(np.finfo(np.float64).tiny)


def _log(y: Array) -> Array:
    return np.log(np.maximum(y, _TINY))  # as the losses themselves


def _hinge_by_target(y: Array, t: Array) -> Array:
    if y.shape[-1] == 1:
        return np.where(t * y < 1.0, -y, 0.0)
    above = y - (t * y).sum(axis=-1, keepdims=True) + 1.0
    is_over = above * (1.0 - t) > 0.0
    by_target: Array = -y * np.where(is_over, 1.0 - t, 0.0).sum(axis=-1, keepdims=True) - is_over * above
    return by_target


_BY_TARGET: Mapping[str, Callable[[Array, Array], Array]] = {
    "half_squared_error": lambda y, t: t - y,
    "mean_squared_error": lambda y, t: 2.0 * (t - y) / y.shape[-1],
    "mean_absolute_error": lambda y, t: np.sign(t - y) / y.shape[-1],
    "huber": lambda y, t: np.clip(t - y, -1.0, 1.0) / y.shape[-1],
    "binary_cross_entropy": lambda y, t: (_log(1.0 - y) - _log(y)) / y.shape[-1],
    "categorical_cross_entropy": lambda y, t: -_log(y),
    "hinge": _hinge_by_target,
    "binary_cross_entropy_of_sigmoid": lambda z, t: -z / z.shape[-1],
    "categorical_cross_entropy_of_softmax": lambda z, t: log_sum_exp(z) - z,
}
"""The derivative of each loss with respect to the targets, which the engine's own rows do not have."""
