"""The kinds of numbers that a cue's parameter may name, and the one name that each number has in cues."""

from collections.abc import Callable

from storyreel.engine.names import Address, QuantityNames
from storyreel.engine.operation import COST, COST_GRADIENT, GRADIENT, NEXT
from storyreel.engine.optimizers import is_state

_OF_QUANTITY: dict[str, Callable[[QuantityNames, Address], bool]] = {
    "QuantityName": lambda names, address: True,
    "ExampleName": lambda names, address: True,
    "PartName": lambda names, address: True,
    "ParameterName": lambda names, address: address.kind in ("weight", "bias"),
    "WeightName": lambda names, address: address.kind == "weight",
    "HiddenName": lambda names, address: address.kind == "activation" and address.layer != _last(names),
    "OutputName": lambda names, address: address.kind == "activation" and address.layer == _last(names),
}


def _last(names: QuantityNames) -> int:
    return len(names.activations) - 1


def is_of_kind(names: QuantityNames, name: str, kind: str) -> bool:
    """True if `name` is one that a parameter of the kind may have: `w1` for a `ParameterName`."""
    if kind == "Value":
        return True
    if kind == "ExampleName" and (name == COST or name.startswith(COST_GRADIENT)):
        return True
    if kind == "ExampleName" and is_state(name):
        return name.partition(".")[2] in names.parameters
    quantity = name.removeprefix(GRADIENT) if kind == "ExampleName" else name
    if quantity not in names or (quantity != name and names[quantity].kind == "target"):
        return False
    return _OF_QUANTITY[kind](names, names[quantity])


def names_of_kind(names: QuantityNames, kind: str) -> list[str]:
    """The names of the quantities that a parameter of the kind may have, gradients aside."""
    return [name for name in names if is_of_kind(names, name, kind)]


def canonical(names: QuantityNames, name: str) -> str:
    """The name without an alias: `grad.h` for `grad.a1`."""
    quantity = name
    for prefix in (NEXT, GRADIENT):
        quantity = quantity.removeprefix(prefix)
    if quantity not in names:
        return name
    return name.removesuffix(quantity) + names.name_of(names[quantity])
