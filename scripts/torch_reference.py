#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.14.1"]
# ///
"""Write tests/engine/torch_reference.json: what PyTorch computes for small networks.

tests/engine/test_against_pytorch.py compares the engine with these numbers, so that it runs without PyTorch.
Run this script after a new activation, loss or optimizer has got its line in the tables below. It needs
PyTorch and nothing of storyreel, and runs with uv or with any Python that has PyTorch:

    python scripts/torch_reference.py
"""

import itertools
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

FILE = Path(__file__).parents[1] / "tests" / "engine" / "torch_reference.json"
STEPS = 25
"""How many steps of training each optimizer takes."""

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "gelu": functional.gelu,
    "softplus": functional.softplus,
    "softmax": lambda z: torch.softmax(z, dim=-1),
}
LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "half_squared_error": lambda y, t: 0.5 * functional.mse_loss(y, t, reduction="sum") / len(y),
    "mean_squared_error": functional.mse_loss,
    "mean_absolute_error": functional.l1_loss,
    "huber": functional.huber_loss,
    "binary_cross_entropy": functional.binary_cross_entropy,
    "categorical_cross_entropy": lambda y, t: -(t * y.log()).sum(dim=-1).mean(),
    "hinge": lambda y, t: y.shape[-1] * functional.multi_margin_loss(y, t.argmax(dim=-1)),
}
OPTIMIZERS: dict[str, tuple[dict[str, float], Callable[[list[Tensor]], torch.optim.Optimizer]]] = {
    "gradient_descent": ({"learning_rate": 0.05}, lambda w: torch.optim.SGD(w, lr=0.05)),
    "sgd": ({"learning_rate": 0.1}, lambda w: torch.optim.SGD(w, lr=0.1)),
    "momentum": (
        {"learning_rate": 0.02, "momentum": 0.8},
        lambda w: torch.optim.SGD(w, lr=0.02, momentum=0.8),
    ),
    "rmsprop": (
        {"learning_rate": 0.01, "beta": 0.8, "epsilon": 1e-6},
        lambda w: torch.optim.RMSprop(w, lr=0.01, alpha=0.8, eps=1e-6),
    ),
    "adam": (
        {"learning_rate": 0.1, "beta1": 0.85, "beta2": 0.98, "epsilon": 1e-6},
        lambda w: torch.optim.Adam(w, lr=0.1, betas=(0.85, 0.98), eps=1e-6),
    ),
}
"""By the engine's name: the settings of its rule, and the same rule of PyTorch."""


def of_weights(parameters: list[Tensor], weight_decay: float) -> list[dict[str, Any]]:
    """Groups of parameters, of which only the weights decay: the engine leaves biases out."""
    return [
        {"params": parameters[0::2], "weight_decay": weight_decay},
        {"params": parameters[1::2], "weight_decay": 0.0},
    ]


SGD = torch.optim.SGD
VARIANTS: list[tuple[dict[str, Any], Callable[[list[Tensor]], torch.optim.Optimizer], Any]] = [
    (
        {"optimizer": "sgd", "schedule": {"kind": "step", "step_size": 4, "gamma": 0.5}},
        lambda w: SGD(w, lr=0.2),
        lambda rule: torch.optim.lr_scheduler.StepLR(rule, 4, 0.5),
    ),
    (
        {"optimizer": "sgd", "schedule": {"kind": "exponential", "gamma": 0.9}},
        lambda w: SGD(w, lr=0.2),
        lambda rule: torch.optim.lr_scheduler.ExponentialLR(rule, 0.9),
    ),
    (
        {"optimizer": "adam", "schedule": {"kind": "cosine", "steps": STEPS, "final": 0.02}},
        lambda w: torch.optim.Adam(w, lr=0.2),
        lambda rule: torch.optim.lr_scheduler.CosineAnnealingLR(rule, STEPS, 0.02),
    ),
    (
        {"optimizer": "adam", "settings": {"weight_decay": 0.3}},
        lambda w: torch.optim.AdamW(of_weights(w, 0.3), lr=0.2),
        None,
    ),
    ({"optimizer": "adam", "l2": 0.3}, lambda w: torch.optim.Adam(of_weights(w, 0.3), lr=0.2), None),
    (
        {"optimizer": "rmsprop", "l2": 0.3},
        lambda w: torch.optim.RMSprop(of_weights(w, 0.3), lr=0.2, alpha=0.9),
        None,
    ),
    (
        {"optimizer": "momentum", "l2": 0.3},
        lambda w: SGD(of_weights(w, 0.3), lr=0.2, momentum=0.9),
        None,
    ),
    ({"optimizer": "sgd", "reduction": "sum"}, lambda w: SGD(w, lr=0.2), None),
]
"""What else training may have, the rule of PyTorch that does the same, and its schedule; the learning rate is
0.2 at first."""

Case = dict[str, Any]


def numbers(random: Random, *shape: int, low: float = -1.5, high: float = 1.5) -> Any:
    """Random numbers with two decimals, as nested lists of the shape."""
    if not shape:
        return round(random.uniform(low, high), 2)
    return [numbers(random, *shape[1:], low=low, high=high) for _ in range(shape[0])]


def targets_for(loss: str, random: Random, batch: int, size: int, low: float, high: float) -> Any:
    """Random targets for a loss: classes for the hinge loss, else numbers."""
    if loss != "hinge":
        return numbers(random, batch, size, low=low, high=high)
    classes = (random.randrange(size) for _ in range(batch))
    return [[float(k == right) for k in range(size)] for right in classes]


def layer(random: Random, inputs: int, size: int, activation: str, *, has_bias: bool = True) -> Case:
    """A layer with random weights, (size, inputs), and biases, (size,) or None."""
    weights, bias = numbers(random, size, inputs), numbers(random, size)
    return {"weights": weights, "bias": bias if has_bias else None, "activation": activation}


def every_pair() -> list[Case]:
    """A network for every activation, in both of its layers, with every loss.

    The weights and biases of the last layer are such that every prediction is between 0 and 1, which the
    logarithms of the cross-entropies need.
    """
    cases = []
    for number, (activation, loss) in enumerate(itertools.product(ACTIVATIONS, LOSSES)):
        random, batch = Random(number), (1, 2, 5)[number % 3]
        last = layer(random, 4, 3, activation)
        last["weights"], last["bias"] = numbers(random, 3, 4, low=-0.03, high=0.03), [0.25, 0.3, 0.4]
        cases.append(
            {
                "layers": [layer(random, 2, 4, activation), last],
                "loss": loss,
                "inputs": numbers(random, batch, 2),
                "targets": targets_for(loss, random, batch, 3, low=0.1, high=0.9),
            }
        )
    return cases


def random_networks() -> list[Case]:
    """Networks of one to five layers, whose activations differ, with and without biases."""
    cases = []
    for number in range(12):
        random = Random(1000 + number)
        sizes = [random.randint(1, 5) for _ in range(random.randint(2, 6))]
        loss = list(LOSSES)[number % len(LOSSES)]
        if loss == "hinge":  # of one output it is another function
            sizes[-1] = max(2, sizes[-1])
        last = {"binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax"}.get(loss)
        activations = [random.choice(list(ACTIVATIONS)) for _ in sizes[1:]]
        activations[-1] = last or activations[-1]
        layers = [
            layer(random, inputs, size, activation, has_bias=random.random() < 0.7)
            for (inputs, size), activation in zip(itertools.pairwise(sizes), activations, strict=True)
        ]
        batch = random.randint(1, 6)
        targets = targets_for(loss, random, batch, sizes[-1], low=0.0, high=1.0)
        inputs = numbers(random, batch, sizes[0], low=-3.0, high=3.0)
        cases.append({"layers": layers, "loss": loss, "inputs": inputs, "targets": targets})
    return cases


def tensors(layers: Sequence[Case]) -> list[Tensor]:
    """The weights and biases of the layers, in the order of the engine's `Network.parameters`."""
    arrays = [array for one in layers for array in (one["weights"], one["bias"]) if array is not None]
    return [tensor(array) for array in arrays]


def tensor(values: object) -> Tensor:
    """The values in double precision, ready for gradients."""
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def forward(layers: Sequence[Case], parameters: Sequence[Tensor], inputs: Tensor) -> Tensor:
    """The prediction of the network with these parameters: (batch, outputs)."""
    left, value = list(parameters), inputs
    for one in layers:
        weights, bias = left.pop(0), left.pop(0) if one["bias"] is not None else None
        value = ACTIVATIONS[one["activation"]](functional.linear(value, weights, bias))
    return value


def flat(arrays: Sequence[Tensor | None]) -> list[float]:
    """All numbers of the tensors in one list; of None, which stands for no gradient, none."""
    return [number for array in arrays if array is not None for number in array.detach().ravel().tolist()]


def with_gradients(case: Case) -> Case:
    """The case with the prediction, the loss, and its gradients by the parameters and by the inputs."""
    parameters, inputs = tensors(case["layers"]), tensor(case["inputs"])
    prediction = forward(case["layers"], parameters, inputs)
    loss = LOSSES[case["loss"]](prediction, torch.tensor(case["targets"], dtype=torch.float64))
    loss.backward()
    return {
        **case,
        "prediction": prediction.tolist(),
        "loss_value": loss.item(),
        "parameter_gradient": flat([parameter.grad for parameter in parameters]),
        "input_gradient": flat([inputs.grad]),
    }


def training(
    optimizer: str,
    settings: dict[str, float],
    make: Callable[[list[Tensor]], torch.optim.Optimizer],
    schedule: Callable[[torch.optim.Optimizer], Any] | None = None,
    **more: Any,
) -> Case:
    """The loss and the parameters of a network while PyTorch trains it, on all examples in each step."""
    random = Random(2000)
    layers = [layer(random, 2, 3, "tanh"), layer(random, 3, 2, "sigmoid")]
    case = {
        "optimizer": optimizer,
        "settings": settings,
        **more,
        "layers": layers,
        "loss": "mean_squared_error",
        "inputs": numbers(random, 4, 2),
        "targets": numbers(random, 4, 2, low=0.0, high=1.0),
    }
    parameters = tensors(layers)
    inputs, targets = (torch.tensor(case[name], dtype=torch.float64) for name in ("inputs", "targets"))
    rule, losses, path = make(parameters), [], []
    falling = schedule(rule) if schedule else None
    for _ in range(STEPS):
        rule.zero_grad()
        loss = LOSSES[case["loss"]](forward(layers, parameters, inputs), targets)
        (loss * len(inputs) if more.get("reduction") == "sum" else loss).backward()
        rule.step()
        if falling is not None:
            falling.step()
        losses.append(loss.item())
        path.append(flat(parameters))
    return {**case, "losses": losses, "path": path[4::5]}


def variant(
    case: dict[str, Any], make: Callable[[list[Tensor]], torch.optim.Optimizer], schedule: Any
) -> Case:
    """The same for a row of `VARIANTS`."""
    settings = {"learning_rate": 0.2, **case.get("settings", {})}
    more = {key: value for key, value in case.items() if key not in ("optimizer", "settings", "schedule")}
    if "schedule" in case:
        more["settings_of_schedule"] = case["schedule"]
    return training(case["optimizer"], settings, make, schedule, **more)


def main() -> None:
    """Write the file, a case a line."""
    torch.set_num_threads(1)
    groups = {
        "networks": [with_gradients(case) for case in (*every_pair(), *random_networks())],
        "training": [training(optimizer, *row) for optimizer, row in OPTIMIZERS.items()],
        "variants": [variant(*row) for row in VARIANTS],
    }
    lines = [f'{{"torch": "{torch.__version__.partition("+")[0]}"']
    for name, cases in groups.items():
        lines.append(f'"{name}": [\n' + ",\n".join(map(json.dumps, cases)) + "\n]")
    FILE.write_text(",\n".join(lines) + "}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
