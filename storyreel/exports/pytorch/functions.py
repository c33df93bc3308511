"""What PyTorch has for the engine's activations, losses and operations: tables of Python text.

Each row has the name of one of the engine's tables. A loss is that of each example, over the last axis.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

Row = TypeVar("Row")


class NotInPyTorch(LookupError):
    """A network has a function of another package, of which it is not known what it is in PyTorch."""


def row_called(name: str, table: Mapping[str, Row]) -> Row:
    """The row of a table. Raises NotInPyTorch if there is none."""
    if name not in table:
        raise NotInPyTorch(name)
    return table[name]


ACTIVATIONS = {
    "identity": "{0}",
    "sigmoid": "torch.sigmoid({0})",
    "tanh": "torch.tanh({0})",
    "relu": "torch.relu({0})",
    "leaky_relu": "F.leaky_relu({0}, 0.01)",
    "gelu": "F.gelu({0})",
    "softplus": "F.softplus({0}, threshold=50)",
    "softmax": "torch.softmax({0}, dim=-1)",
}
"""By name of an activation, the expression for a pre-activation `{0}`."""


@dataclass(frozen=True)
class LossText:
    """The body of a function of predictions y and targets t, and of one of logits z, for `activation`."""

    body: str
    fused_body: str = ""
    activation: str = ""


_TINY = "torch.finfo(torch.float64).tiny"
LOSSES = {
    "half_squared_error": LossText("return 0.5 * ((y - t) ** 2).sum(-1)"),
    "mean_squared_error": LossText("return ((y - t) ** 2).mean(-1)"),
    "mean_absolute_error": LossText("return (y - t).abs().mean(-1)"),
    "huber": LossText('return F.huber_loss(y, t, reduction="none").mean(-1)'),
    "binary_cross_entropy": LossText(
        f"smallest = {_TINY}  # in place of 0 in a logarithm\n"
        "log_y, log_rest = y.clamp(min=smallest).log(), (1 - y).clamp(min=smallest).log()\n"
        "return -(t * log_y + (1 - t) * log_rest).mean(-1)",
        'return F.binary_cross_entropy_with_logits(z, t, reduction="none").mean(-1)',
        "sigmoid",
    ),
    "categorical_cross_entropy": LossText(
        f"smallest = {_TINY}  # in place of 0 in a logarithm\n"
        "return -(t * y.clamp(min=smallest).log()).sum(-1)",
        "return -(t * F.log_softmax(z, dim=-1)).sum(-1)",
        "softmax",
    ),
    "hinge": LossText(
        "if y.shape[-1] == 1:\n"
        "    return torch.relu(1 - t * y).sum(-1)\n"
        "right = (t * y).sum(-1, keepdim=True)\n"
        "return (torch.relu(y - right + 1) * (1 - t)).sum(-1)"
    ),
}


def loss_function(name: str) -> str:
    """The function called `name` of predictions and targets, in Python."""
    body = LOSSES[name].body  # two of them take single numbers as they are
    if name not in (
        "half_squared_error",
        "mean_absolute_error",
    ):
        body = f"y, t = torch.atleast_1d(y), torch.atleast_1d(t)\n{body}"
    return _function(name, "y, t", "The loss of each example, from predictions and targets.", body)


def fused_function(name: str) -> str:
    """The loss and the activation before it as one function of logits and targets, in Python."""
    row = LOSSES[name]
    says = f"The loss of each example from the logits before the {row.activation}, exact for large ones."
    return _function(f"{name}_of_logits", "z, t", says, row.fused_body)


def _function(name: str, takes: str, says: str, body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f'def {name}({takes}):\n    """{says}"""\n{lines}'.rstrip()
