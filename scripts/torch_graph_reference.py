#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.14.1"]
# ///
"""Write tests/engine/graph/torch_reference.json: what PyTorch computes for graphs and operations.

tests/engine/graph/test_random_graphs.py and test_primitives.py compare the engine with these numbers, so that
they run without PyTorch. Run this script after an operation has got its line in the tables below. It needs
PyTorch and of storyreel only the formulas of the tests, and runs with uv or with any Python that has PyTorch:

    python scripts/torch_graph_reference.py
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS))

from helpers.operation_cases import CASES, HINGE  # noqa: E402
from helpers.random_graphs import random_graph  # noqa: E402
from helpers.trained_graphs import CASES as TRAINED  # noqa: E402
from helpers.trained_graphs import GRAPHS as TRAINED_GRAPHS  # noqa: E402
from helpers.trained_graphs import STEPS  # noqa: E402

FILE = TESTS / "engine" / "graph" / "torch_reference.json"
GRAPHS = 500


def half_squared_error(y: Tensor, t: Tensor) -> Tensor:
    """Half the sum of squares over the last axis."""
    return 0.5 * ((y - t) ** 2).sum(-1)


def convolved(image: Tensor, kernel: Tensor) -> Tensor:
    """The image, (rows, columns) or (channels, rows, columns), through the kernel."""
    if image.ndim == 2:
        return F.conv2d(image[None, None], kernel[None, None])[0, 0]
    return F.conv2d(image[None], kernel)[0]


def largest(*inputs: Tensor | float) -> Tensor:
    """The largest of each element."""
    value = torch.as_tensor(inputs[0], dtype=torch.float64)
    for other in inputs[1:]:
        value = torch.maximum(value, torch.as_tensor(other, dtype=torch.float64))
    return value


def categorical_cross_entropy(y: Tensor, t: Tensor) -> Tensor:
    """The cross-entropy of probabilities, over the last axis."""
    return -(t * y.log()).sum(-1)


def hinge(y: Tensor, t: Tensor) -> Tensor:
    """Weston and Watkins' loss as a formula of y and t, so that autograd differentiates by both."""
    if y.ndim == 0:
        return (1 - t * y).clamp(min=0)
    right = (t * y).sum(-1, keepdim=True)
    return ((y - right + 1) * (1 - t)).clamp(min=0).sum(-1)


TEMPLATES: dict[str, Callable[..., Tensor]] = {
    "0.5 * ({0} + {1})": lambda a, b: 0.5 * (a + b),
    "{0} - 0.5 * {1}": lambda a, b: a - 0.5 * b,
    "{0} * {1} / 2": lambda a, b: a * b / 2,
    "{0} / (2 + sin({1}))": lambda a, b: a / (2 + b.sin()),
    "-{0} + {1}": lambda a, b: -a + b,
    "sin({0} * {1})": lambda a, b: (a * b).sin(),
    "cos({0})": torch.cos,
    "tanh({0} + {1})": lambda a, b: (a + b).tanh(),
    "sigmoid({0})": torch.sigmoid,
    "relu({0})": F.relu,
    "leaky_relu({0})": F.leaky_relu,
    "gelu({0})": F.gelu,
    "softplus({0})": F.softplus,
    "identity({0})": lambda a: a,
    "exp(-{0}^2)": lambda a: (-(a**2)).exp(),
    "log(1.5 + {0}^2)": lambda a: (1.5 + a**2).log(),
    "sqrt(1 + {0}^2)": lambda a: (1 + a**2).sqrt(),
    "({0}^2 + 0.5)^sin({1})": lambda a, b: (a**2 + 0.5) ** b.sin(),
    "abs({0})": torch.abs,
    "max({0}, {1})": largest,
    "max({0}, {1}, 0.25)": lambda a, b: largest(a, b, 0.25),
    "max({0})": torch.amax,
    "sum({0}) / 3": lambda v: v.sum() / 3,
    "mean({0})": torch.mean,
    "dot({0}, {1}) / 3": lambda v, w: torch.dot(v, w) / 3,
    "{0}[1]": lambda v: v[1],
    "{0}[2,0]": lambda m: m[2, 0],
    "{0}[1]^3 / (1 + {0}[1]^2)": lambda v: v[1] ** 3 / (1 + v[1] ** 2),
    "{0}[1] * {1}": lambda m, n: m[1] * n,
    "{0} @ {1} / 3": lambda m, v: m @ v / 3,
    "{1} @ {0} / 3": lambda m, v: v @ m / 3,
    "{0} @ transpose({1}) / 3": lambda m, o: m @ o.T / 3,
    "{0} + {1}": lambda m, v: m + v,
    "softmax({0})": lambda v: torch.softmax(v, -1),
    "softmax(2 * {0})": lambda m: torch.softmax(2 * m, -1),
    "concat({0}, {1}, {2})": lambda *n: torch.stack(n),
    "mean(concat({0}, {1}, flatten({2})))": lambda v, n, m: torch.cat([v, n[None], m.flatten()]).mean(),
    "conv2d({0}, {1}) / 2": lambda i, k: convolved(i, k) / 2,
    "conv2d(tanh({0}), sin({1}))": lambda i, k: convolved(i.tanh(), k.sin()),
    "half_squared_error({0}, {1})": half_squared_error,
    "mean_squared_error({0}, {1})": F.mse_loss,
    "mean_absolute_error({0}, {1})": F.l1_loss,
    "huber(2 * {0}, {1})": lambda v, w: F.huber_loss(2 * v, w),
    "binary_cross_entropy(sigmoid({0}), sigmoid({1}))": lambda v, w: F.binary_cross_entropy(
        v.sigmoid(), w.sigmoid()
    ),
    "categorical_cross_entropy(softmax({0}), softmax({1}))": lambda v, w: categorical_cross_entropy(
        v.softmax(-1), w.softmax(-1)
    ),
    "sum(half_squared_error({0}, {1})) / 3": lambda m, o: half_squared_error(m, o).sum() / 3,
    # of the last formula
    "tanh({0})": torch.tanh,
    "sum(sin({0}))": lambda v: v.sin().sum(),
    "mean(cos({0}))": lambda m: m.cos().mean(),
    "mean({0}^2)": lambda i: (i**2).mean(),
    "sum({0})": torch.sum,
}
"""The templates of tests/helpers/random_graphs.py in PyTorch."""

OPERATIONS: dict[str, Callable[..., Tensor]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": torch.pow,
    "negative": torch.neg,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "sin": torch.sin,
    "cos": torch.cos,
    "abs": torch.abs,
    "max": lambda *inputs: inputs[0].amax() if len(inputs) == 1 else largest(*inputs),
    "sum": torch.sum,
    "mean": torch.mean,
    "dot": torch.dot,
    "matmul": torch.matmul,
    "transpose": torch.t,
    "flatten": torch.flatten,
    "concat": lambda *inputs: torch.cat([torch.atleast_1d(each) for each in inputs]),
    "conv2d": convolved,
    "identity": lambda a: a,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "gelu": F.gelu,
    "softplus": F.softplus,
    "softmax": lambda a: torch.softmax(torch.atleast_1d(a), -1).reshape(a.shape),
    "half_squared_error": lambda y, t: half_squared_error(torch.atleast_1d(y), torch.atleast_1d(t)),
    "mean_squared_error": lambda y, t: mean_over_last(F.mse_loss(y, t, reduction="none")),
    "mean_absolute_error": lambda y, t: mean_over_last(F.l1_loss(y, t, reduction="none")),
    "huber": lambda y, t: mean_over_last(F.huber_loss(y, t, reduction="none")),
    "binary_cross_entropy": lambda y, t: mean_over_last(F.binary_cross_entropy(y, t, reduction="none")),
    "categorical_cross_entropy": lambda y, t: categorical_cross_entropy(
        torch.atleast_1d(y), torch.atleast_1d(t)
    ),
    "hinge": hinge,
}
"""The engine's operations in PyTorch."""


def mean_over_last(values: Tensor) -> Tensor:
    """The mean over the last axis."""
    return torch.atleast_1d(values).mean(-1)


def tensor(values: object) -> Tensor:
    """The values in double precision, ready for gradients."""
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def flat(tensors: list[Tensor]) -> list[float]:
    """The gradients of the tensors in one list, with 13 digits."""
    gradients = [torch.zeros_like(each) if each.grad is None else each.grad for each in tensors]
    return [float(f"{number:.13g}") for each in gradients for number in each.ravel().tolist()]


def of_graph(seed: int) -> dict[str, Any]:
    """The last formula of a random graph, its value, and the gradient of all given numbers in one list."""
    graph = random_graph(seed)
    given = {name: tensor(value) for name, value in graph.given.items()}
    values = dict(given)
    for name, parts in graph.parts.items():
        terms = [TEMPLATES[template](*(values[each] for each in operands)) for template, operands in parts]
        values[name] = terms[0] if len(terms) == 1 else torch.stack(terms).sum()
    values["out"].backward()
    return {
        "out": graph.formulas["out"],
        "value": values["out"].item(),
        "gradient": flat([*given.values()]),
    }


def of_operation(name: str, inputs: tuple[Any, ...]) -> dict[str, Any]:
    """The value of an operation, and the gradients of Σ wᵢ valueᵢ with w = 1, 2, … by all inputs."""
    tensors = [tensor(each) for each in inputs]
    value = OPERATIONS[name](*tensors)
    weights = torch.arange(1, value.numel() + 1, dtype=torch.float64)
    (weights * value.flatten()).sum().backward()
    return {"operation": name, "value": value.tolist(), "gradient": flat(tensors)}


def neuron(x: Tensor, t: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """The loss of a neuron with two inputs."""
    return 0.5 * (torch.sigmoid(torch.dot(w, x) + b) - t) ** 2


def recurrent(x1: Tensor, x2: Tensor, t: Tensor, u: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """The loss of two steps of a recurrent network."""
    return (torch.tanh(u * x2 + w * torch.tanh(u * x1 + b) + b) - t) ** 2


def residual(x: Tensor, t: Tensor, W: Tensor, V: Tensor, b: Tensor) -> Tensor:
    """The loss of a residual block."""
    return F.mse_loss(V @ torch.tanh(W @ x + b) + x, t)


LOSSES = {"neuron": neuron, "recurrent": recurrent, "residual": residual}
"""The formulas of tests/helpers/trained_graphs.py in PyTorch."""
RULES = {
    "gradient_descent": torch.optim.SGD,
    "sgd": torch.optim.SGD,
    "momentum": lambda groups, lr: torch.optim.SGD(groups, lr=lr, momentum=0.9),
    "rmsprop": lambda groups, lr: torch.optim.RMSprop(groups, lr=lr, alpha=0.9),
    "adam": torch.optim.Adam,
}


def of_training(name: str, how: dict[str, Any]) -> dict[str, Any]:
    """The cost before each of some steps of training, and the parameters after each, in one list."""
    graph, settings = TRAINED_GRAPHS[name], dict(how["settings"])
    parameters = {key: tensor(value) for key, value in graph["parameters"].items()}
    weights = [value for key, value in parameters.items() if key != "b"]
    l2, decay, rate = how.get("l2", 0.0), settings.get("weight_decay", 0.0), settings["learning_rate"]
    rule = RULES[how["optimizer"]](list(parameters.values()), lr=rate)
    schedule = how.get("schedule")
    falling = schedule and torch.optim.lr_scheduler.StepLR(rule, schedule["step_size"], schedule["gamma"])
    costs, path = [], []
    for _ in range(STEPS):
        rule.zero_grad()
        rows = [{**graph["input"], **row} for row in graph.get("data", [{}])]
        given = (
            {key: torch.tensor(value, dtype=torch.float64) for key, value in row.items()} for row in rows
        )
        losses = torch.stack([LOSSES[name](**row, **parameters) for row in given])
        cost = losses.sum() if how.get("reduction") == "sum" else losses.mean()
        cost = cost + 0.5 * l2 * sum((weight**2).sum() for weight in weights)
        cost.backward()
        before = [weight.detach().clone() for weight in weights]
        rule.step()
        with torch.no_grad():
            for weight, its in zip(weights, before, strict=True):
                weight -= rate * decay * its
        if falling:
            falling.step()
        costs.append(cost.item())
        path.append([float(number) for each in parameters.values() for number in each.detach().ravel()])
    return {"graph": name, **how, "costs": costs, "path": path}


def main() -> None:
    """Write the file, a case a line."""
    torch.set_num_threads(1)
    groups = {
        "operations": [of_operation(name, inputs) for name, inputs in (*CASES, *HINGE)],
        "graphs": [of_graph(seed) for seed in range(GRAPHS)],
        "training": [of_training(name, how) for name, how in TRAINED],
    }
    lines = [f'{{"torch": "{torch.__version__.partition("+")[0]}"']
    for name, cases in groups.items():
        lines.append(f'"{name}": [\n' + ",\n".join(map(json.dumps, cases)) + "\n]")
    FILE.write_text(",\n".join(lines) + "}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
