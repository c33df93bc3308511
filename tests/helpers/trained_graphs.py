"""Graphs that are trained, for tests and for scripts/torch_graph_reference.py."""

from typing import Any

NEURON: dict[str, Any] = {
    "input": {"x": [0.5, -1.0], "t": 1.0},
    "parameters": {"w": [0.3, 0.8], "b": -0.2},
    "graph": {"z": "dot(w, x) + b", "loss": "half_squared_error(sigmoid(z), t)"},
    "data": [
        {"x": [0.5, -1.0], "t": 1.0},
        {"x": [1.5, 0.25], "t": 0.0},
        {"x": [-0.75, 2.0], "t": 1.0},
    ],
}
"""A neuron with two inputs."""
RECURRENT: dict[str, Any] = {
    "input": {"x1": 0.5, "x2": -1.0, "t": 0.4, "u": 0.7},
    "parameters": {"w": 0.6, "b": 0.1},
    "graph": {"h1": "tanh(u * x1 + b)", "h2": "tanh(u * x2 + w * h1 + b)", "loss": "(h2 - t)^2"},
    "data": [{"x1": 0.5, "x2": -1.0, "t": 0.4}, {"x1": -0.25, "x2": 0.75, "t": -0.1}],
}
"""Two steps of a recurrent network with shared weights; u is not trained."""
RESIDUAL: dict[str, Any] = {
    "input": {"x": [0.5, -1.5], "t": [1.0, 0.0]},
    "parameters": {"W": [[0.2, -0.4], [0.6, 0.1]], "V": [[-0.3, 0.5], [0.9, 0.2]], "b": [0.05, -0.1]},
    "graph": {"h": "tanh(W @ x + b)", "y": "V @ h + x", "loss": "mean_squared_error(y, t)"},
}
"""A residual block, trained on its only example."""

STEPS = 12
CASES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("neuron", {"optimizer": "gradient_descent", "settings": {"learning_rate": 0.4}}),
    ("neuron", {"optimizer": "sgd", "settings": {"learning_rate": 0.2}, "reduction": "sum"}),
    ("neuron", {"optimizer": "adam", "settings": {"learning_rate": 0.1}, "l2": 0.2}),
    ("neuron", {"optimizer": "momentum", "settings": {"learning_rate": 0.1, "weight_decay": 0.3}}),
    (
        "neuron",
        {
            "optimizer": "sgd",
            "settings": {"learning_rate": 0.5},
            "schedule": {"kind": "step", "step_size": 3, "gamma": 0.5},
        },
    ),
    ("recurrent", {"optimizer": "gradient_descent", "settings": {"learning_rate": 0.3}}),
    ("recurrent", {"optimizer": "rmsprop", "settings": {"learning_rate": 0.02}}),
    ("residual", {"optimizer": "momentum", "settings": {"learning_rate": 0.05}}),
)
"""Which graph is trained, and how; with `reduction`, `l2` and a `schedule`, if it has any."""
GRAPHS = {"neuron": NEURON, "recurrent": RECURRENT, "residual": RESIDUAL}
