"""Rows of the engine's tables, asked for by name."""

from collections.abc import Mapping
from typing import TypeVar

Row = TypeVar("Row")

SYNONYMS: Mapping[str, str] = {
    **dict.fromkeys(("linear", "none"), "identity"),
    **dict.fromkeys(("logistic", "sigma", "expit", "σ"), "sigmoid"),
    **dict.fromkeys(("rectifier", "rectified_linear", "relu6", "ramp"), "relu"),
    **dict.fromkeys(("lrelu", "leakyrelu"), "leaky_relu"),
    **dict.fromkeys(("mse", "l2", "l2_loss", "squared_error", "quadratic"), "mean_squared_error"),
    **dict.fromkeys(("half_mse", "sse", "half_sse", "half_squared"), "half_squared_error"),
    **dict.fromkeys(("mae", "l1", "l1_loss", "absolute_error"), "mean_absolute_error"),
    **dict.fromkeys(("smooth_l1", "smooth_l1_loss"), "huber"),
    **dict.fromkeys(("bce", "log_loss", "binary_crossentropy"), "binary_cross_entropy"),
    **dict.fromkeys(
        ("cross_entropy", "crossentropy", "ce", "cce", "softmax_loss", "categorical_crossentropy"),
        "categorical_cross_entropy",
    ),
    **dict.fromkeys(("nll", "nll_loss", "negative_log_likelihood"), "categorical_cross_entropy"),
    **dict.fromkeys(("svm", "multiclass_svm", "max_margin", "multi_margin", "hinge_loss"), "hinge"),
    **dict.fromkeys(("gd", "batch_gradient_descent"), "gradient_descent"),
    **dict.fromkeys(("stochastic_gradient_descent", "mini_batch"), "sgd"),
    **dict.fromkeys(("sgdm", "heavy_ball", "polyak", "sgd_momentum"), "momentum"),
    **dict.fromkeys(("adamw", "adam_w"), "adam"),
    **dict.fromkeys(("glorot", "glorot_uniform", "xavier_uniform"), "xavier"),
    **dict.fromkeys(("kaiming", "kaiming_normal", "he_normal"), "he"),
    **dict.fromkeys(("zeros", "ones", "fill"), "constant"),
    **dict.fromkeys(("rms_prop", "root_mean_square"), "rmsprop"),
    **dict.fromkeys(("step_decay", "step_lr", "staircase"), "step"),
    **dict.fromkeys(("exponential_decay", "exponential_lr"), "exponential"),
    **dict.fromkeys(("cosine_annealing", "cosine_decay"), "cosine"),
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
