"""Rows of the engine's tables, asked for by name."""

from collections.abc import Mapping
from typing import TypeVar

Row = TypeVar("Row")

SYNONYMS: Mapping[str, str] = {
    "bce": "binary_cross_entropy",
    "cce": "categorical_cross_entropy",
    "cross_entropy": "categorical_cross_entropy",
    "crossentropy": "categorical_cross_entropy",
    "gd": "gradient_descent",
    "l1": "mean_absolute_error",
    "linear": "identity",
    "log_loss": "binary_cross_entropy",
    "logistic": "sigmoid",
    "mae": "mean_absolute_error",
    "mse": "mean_squared_error",
    "nll": "categorical_cross_entropy",
    "none": "identity",
    "smooth_l1": "huber",
    "sse": "half_squared_error",
    "σ": "sigmoid",
}
"""The names of rows by what they are called elsewhere, in small letters, for suggestions."""


def row_called(name: Row | str, table: Mapping[str, Row], what: str) -> Row:
    """The row of `table` called `name`; a row itself is returned as it is.

    Raises ValueError, which lists the names that there are, when there is no such row; `what` says of what.
    """
    if not isinstance(name, str):
        return name
    if name not in table:
        raise ValueError(f"no {what} named {name!r}; there are {', '.join(table)}")
    return table[name]
