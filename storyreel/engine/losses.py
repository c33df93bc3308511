"""Losses: a table of each with its gradient and its formulas.

With predictions y and targets t of one example, and m outputs:

    half_squared_error          ½ Σ (y − t)²
    mean_squared_error          1/m Σ (y − t)²
    mean_absolute_error         1/m Σ |y − t|
    huber                       1/m Σ ½ (y − t)² if |y − t| ≤ 1, else |y − t| − ½
    binary_cross_entropy        −1/m Σ (t ln y + (1 − t) ln(1 − y))
    categorical_cross_entropy   −Σ t ln y
    hinge                       Σ max(0, y − y of the right class + 1) over the other classes, or
                                max(0, 1 − t y) for one output and a target of 1 or −1

The loss of a batch is the mean over its examples. A prediction outside the domain of a logarithm gives NaN.
A new loss is a new row, here or in another package's entry-point group `storyreel.losses`.

Formulas are Typst maths in which `{y[2]}` is the prediction of output 2 and `{t[2]}` its target.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from storyreel.core.arrays import Array
from storyreel.core.plugins import with_plugins
from storyreel.engine.activations import log_sum_exp

CLOSEST = 1e-9
"""The distance from 1 at which a probability has more digits than anybody wants to read."""
Term = str | Callable[[float, float], str]
_SMALLEST = float(np.finfo(np.float64).tiny)  # in place of 0 in ln(y) and 1/y, which then are finite


@dataclass(frozen=True)
class Fusion:
    """A loss and the last layer's activation as one function of the logits z, which is numerically stable.

    `value(z, t)` and `gradient(z, t)` have the shapes of `Loss.value` and `Loss.gradient`;
    `gradient_formula(k, y, t)` is the formula of ∂L/∂z of output k. `formula(y, t)` is that of the loss in
    terms of `{z[2]}`, for predictions so close to 0 or 1 that their digits do not tell.
    """

    activation: str
    value: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array], Array]
    gradient_formula: Callable[[int, Array, Array], str]
    formula: Callable[[Array, Array], str] | None = None

    def is_needed(self, y: Array) -> bool:
        """True where a prediction is too close to 0 or 1 for the loss to be calculated from its digits."""
        return bool(np.any((y <= 0.0) | (y >= 1.0 - CLOSEST)))


@dataclass(frozen=True)
class Loss:
    """One loss. y and t have the shape (batch, outputs).

    `value(y, t)` is the loss of each example, (batch,), and `gradient(y, t)` its derivative with respect
    to each prediction, (batch, outputs). `formula(y, t)` and `gradient_formula(k, y, t)`, for one example
    with y and t of the shape (outputs,), are the formulas of the loss and of ∂L/∂y of output k; a piecewise
    function gives the formula of the piece that y is in. `fused` is the stable form with one activation.
    `needs(t)` is what a loss of classes needs of the targets of an example, (outputs,), where they are not
    like that, and else None.
    """

    name: str
    value: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array], Array]
    formula: Callable[[Array, Array], str]
    gradient_formula: Callable[[int, Array, Array], str]
    fused: Fusion | None = None
    needs: Callable[[Array], str | None] = lambda t: None


def _written(term: Term, k: int, y: Array, t: Array) -> str:
    text = term if isinstance(term, str) else term(float(y[k]), float(t[k]))
    return text.format(y=f"{{y[{k}]}}", t=f"{{t[{k}]}}", z=f"{{z[{k}]}}")


def _sum_formula(term: Term, factor: str = "", averaged: bool = False) -> Callable[[Array, Array], str]:
    """The formula of `factor` × the sum (the mean, if `averaged`) of `term` over the outputs."""

    def formula(y: Array, t: Array) -> str:
        terms = [text for k in range(len(y)) if (text := _written(term, k, y, t))]
        total = " + ".join(terms) or "0"
        leading = f"{factor}1/{len(y)} " if averaged and len(y) > 1 else factor
        return leading + (f"({total})" if leading and len(terms) > 1 else total)

    return formula


def _term_formula(
    term: Term, numerator: int = 1, averaged: bool = False
) -> Callable[[int, Array, Array], str]:
    """The formula of one output: `numerator` × `term`, divided by the number of outputs if `averaged`."""

    def formula(k: int, y: Array, t: Array) -> str:
        text, outputs = _written(term, k, y, t), len(y) if averaged else 1
        if numerator == outputs:
            return text
        return f"{numerator}/{outputs} ({text})" if outputs > 1 else f"{numerator} ({text})"

    return formula


def _log(y: Array) -> Array:
    return np.log(np.where(y < 0.0, np.nan, np.maximum(y, _SMALLEST)))


def _reciprocal(y: Array) -> Array:
    return 1.0 / np.maximum(y, _SMALLEST)


def _huber_term(y: float, t: float) -> str:
    return "1/2 ({y} - {t})^2" if abs(y - t) <= 1.0 else "abs({y} - {t}) - 1/2"


def _huber_slope(y: float, t: float) -> str:
    return "{y} - {t}" if abs(y - t) <= 1.0 else 'op("sign")({y} - {t})'


def _binary_term(y: float, t: float) -> str:
    if t in (0.0, 1.0):
        return "ln({y})" if t else "ln(1 - {y})"
    return "({t} times ln({y}) + (1 - {t}) times ln(1 - {y}))"


def _binary_slope(y: float, t: float) -> str:
    if t in (0.0, 1.0):
        return "-1 / {y}" if t else "1 / (1 - {y})"
    return "({y} - {t}) / ({y} times (1 - {y}))"


def _categorical_term(y: float, t: float) -> str:
    if t in (0.0, 1.0):
        return "ln({y})" if t else ""
    return "{t} times ln({y})"


def _binary_term_of_logit(y: float, t: float) -> str:
    if t in (0.0, 1.0):
        return "ln(1 + e^(-{z}))" if t else "ln(1 + e^({z}))"
    return "({t} times ln(1 + e^(-{z})) + (1 - {t}) times ln(1 + e^({z})))"


def _formula_of_logits(y: Array, t: Array) -> str:
    """−Σ t ln y of a softmax, where 1 / y is the sum of all e^z, divided by its own."""
    terms = []
    for k in (k for k in range(len(y)) if t[k] != 0.0):
        others = [f"e^({{z[{j}]}} - {{z[{k}]}})" for j in range(len(y)) if j != k]
        weight = "" if t[k] == 1.0 else f"{{t[{k}]}} times "
        terms.append(f"{weight}ln({' + '.join(['1', *others])})")
    return " + ".join(terms) or "0"


def _softmax_slope(k: int, y: Array, t: Array) -> str:
    if np.isclose(t.sum(), 1.0, rtol=1e-15):
        return f"{{y[{k}]}} - {{t[{k}]}}"
    total = " + ".join(f"{{t[{j}]}}" for j in range(len(t)))
    return f"{{y[{k}]}} times ({total}) - {{t[{k}]}}"


def _hinge_needs(t: Array) -> str | None:
    if t.size == 1:
        return None if abs(t[0]) == 1.0 else "a target of 1 or -1 for its one output"
    is_one_hot = (t == 1.0).sum() == 1 and (t == 0.0).sum() == t.size - 1
    return None if is_one_hot else "targets of 1 for the right class and 0 for the others, as in [0, 0, 1]"


def _hinge(y: Array, t: Array) -> Array:
    margins = 1.0 - t * y if y.shape[-1] == 1 else _margins(y, t)
    loss: Array = np.maximum(0.0, margins).sum(axis=-1)
    return loss


def _margins(y: Array, t: Array) -> Array:
    """How far each output is above that of the right class less 1; 0 for the right class itself."""
    margins: Array = (y - (t * y).sum(axis=-1, keepdims=True) + 1.0) * (1.0 - t)
    return margins


def _hinge_gradient(y: Array, t: Array) -> Array:
    if y.shape[-1] == 1:
        return np.where(t * y < 1.0, -t, 0.0)
    over = np.where(_margins(y, t) > 0.0, 1.0 - t, 0.0)
    gradient: Array = over - t * over.sum(axis=-1, keepdims=True)
    return gradient


def _hinge_terms(t: Array) -> dict[int, str]:
    """By output, the terms of the loss."""
    if t.size == 1:
        return {0: "max(0, 1 - {t[0]} times {y[0]})"}
    right = int(np.argmax(t))
    return {k: f"max(0, {{y[{k}]}} - {{y[{right}]}} + 1)" for k in range(t.size) if k != right}


def _hinge_slope(k: int, y: Array, t: Array) -> str:
    signs = {output: f'op("sign")({term})' for output, term in _hinge_terms(t).items()}
    if t.size == 1:
        return f"-{{t[0]}} times {signs[0]}"
    if k in signs:
        return signs[k]
    return f"-({' + '.join(signs.values())})" if len(signs) > 1 else f"-{next(iter(signs.values()))}"


_ROWS = (
    Loss(
        "half_squared_error",
        value=lambda y, t: 0.5 * ((y - t) ** 2).sum(axis=-1),
        gradient=lambda y, t: y - t,
        formula=_sum_formula("({y} - {t})^2", factor="1/2 "),
        gradient_formula=_term_formula("{y} - {t}"),
    ),
    Loss(
        "mean_squared_error",
        value=lambda y, t: ((y - t) ** 2).mean(axis=-1),
        gradient=lambda y, t: 2.0 * (y - t) / y.shape[-1],
        formula=_sum_formula("({y} - {t})^2", averaged=True),
        gradient_formula=_term_formula("{y} - {t}", numerator=2, averaged=True),
    ),
    Loss(
        "mean_absolute_error",
        value=lambda y, t: np.abs(y - t).mean(axis=-1),
        gradient=lambda y, t: np.sign(y - t) / y.shape[-1],
        formula=_sum_formula("abs({y} - {t})", averaged=True),
        gradient_formula=_term_formula('op("sign")({y} - {t})', averaged=True),
    ),
    Loss(  # Huber, 1964, with a threshold of 1
        "huber",
        value=lambda y, t: np.where(abs(y - t) <= 1.0, 0.5 * (y - t) ** 2, abs(y - t) - 0.5).mean(axis=-1),
        gradient=lambda y, t: np.clip(y - t, -1.0, 1.0) / y.shape[-1],
        formula=_sum_formula(_huber_term, averaged=True),
        gradient_formula=_term_formula(_huber_slope, averaged=True),
    ),
    Loss(
        "binary_cross_entropy",
        value=lambda y, t: -(t * _log(y) + (1.0 - t) * _log(1.0 - y)).mean(axis=-1),
        gradient=lambda y, t: ((1.0 - t) * _reciprocal(1.0 - y) - t * _reciprocal(y)) / y.shape[-1],
        formula=_sum_formula(_binary_term, factor="-", averaged=True),
        gradient_formula=_term_formula(_binary_slope, averaged=True),
        fused=Fusion(
            "sigmoid",
            value=lambda z, t: (t * np.logaddexp(0.0, -z) + (1.0 - t) * np.logaddexp(0.0, z)).mean(axis=-1),
            gradient=lambda z, t: (np.exp(-np.logaddexp(0.0, -z)) - t) / z.shape[-1],
            gradient_formula=_term_formula("{y} - {t}", averaged=True),
            formula=_sum_formula(_binary_term_of_logit, averaged=True),
        ),
    ),
    Loss(
        "categorical_cross_entropy",
        value=lambda y, t: -(t * _log(y)).sum(axis=-1),
        gradient=lambda y, t: -t * _reciprocal(y),
        formula=_sum_formula(_categorical_term, factor="-"),
        gradient_formula=_term_formula("-{t} / {y}"),
        fused=Fusion(
            "softmax",
            value=lambda z, t: (t * (log_sum_exp(z) - z)).sum(axis=-1),
            gradient=lambda z, t: np.exp(z - log_sum_exp(z)) * t.sum(axis=-1, keepdims=True) - t,
            gradient_formula=_softmax_slope,
            formula=_formula_of_logits,
        ),
    ),
    Loss(  # Weston and Watkins, 1999, with a margin of 1
        "hinge",
        value=_hinge,
        gradient=_hinge_gradient,
        formula=lambda y, t: " + ".join(_hinge_terms(t).values()),
        gradient_formula=_hinge_slope,
        needs=_hinge_needs,
    ),
)

LOSSES: dict[str, Loss] = with_plugins({row.name: row for row in _ROWS}, "storyreel.losses")
SQUARED = ("half_squared_error", "mean_squared_error")
"""Those that are a function of the distance of outputs and targets alone."""
