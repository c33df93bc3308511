"""Inputs for every operation of the engine's graphs, for tests and for scripts/torch_graph_reference.py."""

from typing import Any

V, W = [0.3, -1.2, 0.8], [-0.5, 0.9, 1.4]
M, N = [[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]], [[1.0, -0.5], [0.2, 0.4], [-1.1, 0.7]]
ROW, COLUMN = [[0.4, 1.1, -0.6]], [[1.5], [-0.8]]
SHARES, OTHERS = [0.2, 0.7, 0.45], [0.1, 0.9, 0.3]
BATCH, TARGETS = [[0.2, 0.7, 0.45], [0.6, 0.15, 0.5]], [[0.0, 1.0, 0.3], [0.4, 0.2, 1.0]]
IMAGE = [[((3 * i + 5 * j) % 7 - 3) / 4 for j in range(5)] for i in range(5)]
KERNEL = [[0.5, -1.0, 0.25], [0.0, 1.5, -0.5], [2.0, 0.75, -0.25]]
CHANNELS = [IMAGE, [[-0.5 * x for x in row[::-1]] for row in IMAGE]]
KERNELS = [[KERNEL, KERNEL[::-1]], [KERNEL[::-1], KERNEL], [KERNEL, KERNEL]]

_BINARY = ("add", "subtract", "multiply", "divide")
_UNARY = ("negative", "exp", "sin", "cos", "abs", "identity", "sigmoid", "tanh", "relu", "leaky_relu", "gelu")
_ANY = (*_UNARY, "softplus", "softmax")
_SQUARES = ("half_squared_error", "mean_squared_error", "mean_absolute_error", "huber")
_LOSSES = (*_SQUARES, "binary_cross_entropy", "categorical_cross_entropy")
_PAIRS = ((1.5, -0.4), (V, W), (V, 0.7), (1.3, M), (M, V), (ROW, M), (M, COLUMN), (ROW, COLUMN))
_POWERS = ((1.5, -0.4), (1.5, 2.0), (-2.0, 3.0), (0.0, 2.0), (SHARES, W), (SHARES, 3.0))

CASES: tuple[tuple[str, tuple[Any, ...]], ...] = (
    *((name, inputs) for name in _BINARY for inputs in _PAIRS),
    *(("power", inputs) for inputs in _POWERS),
    *((name, (x,)) for name in _ANY for x in (0.7, -1.3, V, M)),
    *((name, (x,)) for name in ("log", "sqrt") for x in (0.7, SHARES, BATCH)),
    *(("max", inputs) for inputs in ((0.2, -0.3), (V, W), (V, 0.1), (V, W, SHARES), (V,), (M,), (0.4,))),
    *((name, (x,)) for name in ("sum", "mean") for x in (0.7, V, M)),
    ("dot", (V, W)),
    *(("matmul", inputs) for inputs in ((M, N), (M, V), ([0.4, -0.9], M), (V, W), (N, M))),
    ("transpose", (M,)),
    *(("flatten", (x,)) for x in (V, M, CHANNELS, 0.4)),
    *(("concat", inputs) for inputs in ((V, W), (V, 0.5, W), (0.1, 0.2), (M, BATCH), (V,))),
    *(("conv2d", inputs) for inputs in ((IMAGE, KERNEL), (IMAGE, M), (CHANNELS, KERNELS), (KERNEL, KERNEL))),
    *((name, inputs) for name in _SQUARES for inputs in ((1.5, 0.2), (V, W), ([2.5, -1.0, 0.2], V))),
    *((name, inputs) for name in _LOSSES for inputs in ((0.3, 0.8), (SHARES, OTHERS), (BATCH, TARGETS))),
)
"""Operations by name with inputs, none at a kink, where derivatives from the left and the right differ."""

HINGE: tuple[tuple[str, tuple[Any, ...]], ...] = tuple(
    ("hinge", inputs) for inputs in ((0.3, 0.8), (SHARES, OTHERS), (BATCH, BATCH[::-1]))
)
"""The same for the hinge loss; PyTorch has it only for a class in place of targets, and as a formula."""
