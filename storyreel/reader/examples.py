"""Inputs and targets of a network: the lesson's example, and training data."""

from typing import Any

import numpy as np

from storyreel.core.arrays import Array
from storyreel.core.did_you_mean import listed
from storyreel.engine.names import RESERVED
from storyreel.reader.document import Document, Location
from storyreel.reader.mapping_check import name_fault
from storyreel.reader.numbers import counted, read_numbers
from storyreel.reader.types import report_type

TARGET = "target"
_TAKEN = {TARGET, "loss", *RESERVED}


def read_inputs(document: Document, location: Location) -> dict[str, Array] | None:
    """The values of the inputs by name, each of the shape (values,); None if there is a fault, reported."""
    data: Any = document.at(location)
    if not isinstance(data, dict) or not data:
        return None
    count = sum(len(values) if isinstance(values, list) else 1 for values in data.values())
    if not document.is_within(location, "inputs", count):
        return None
    inputs: dict[str, Array] = {}
    for name in data:
        place = (*location, name)
        if fault := name_fault(name, _TAKEN):
            document.report(document.key_place(place), f"{fault}; give the input another name")
            continue
        document.check_letters(place, name)
        values = read_numbers(document, place, f"the input `{name}`", 1)
        if values is not None:
            inputs[name] = np.atleast_1d(values)
    return inputs if len(inputs) == len(data) else None


def input_names(inputs: dict[str, Array]) -> tuple[str, ...]:
    """The name of each number: `x`, or `x[0]`, `x[1]` for an input that is a list."""
    names: list[str] = []
    for name, values in inputs.items():
        names += [name] if values.size == 1 else [f"{name}[{i}]" for i in range(values.size)]
    return tuple(names)


def read_targets(document: Document, location: Location, outputs: int | None, owner: str) -> Array | None:
    """The targets, one for each of the `outputs` of the last layer (None: unknown); None if faulty.

    `owner` is what has the target, for messages: `the network`, `data[2]`.
    """
    targets = read_numbers(document, location, f"`{TARGET}`", 1)
    if targets is None or outputs in (None, targets.size):
        return None if targets is None else np.atleast_1d(targets)
    got = "one number" if targets.ndim == 0 else f"a list of {targets.size}"
    document.report(
        document.place(location),
        f"{owner} needs {counted(outputs or 0, 'target')}, one for each output, but gets {got}",
    )
    return None


def read_data(
    document: Document, location: Location, inputs: dict[str, Array] | None, outputs: int | None
) -> tuple[Array, Array] | None:
    """Training inputs and targets, a row for each example; None if they are missing or faulty (reported)."""
    rows: Any = document.at(location)
    if not isinstance(rows, list) or not rows or inputs is None:
        return None
    read = [_read_row(document, (*location, i), inputs, outputs) for i in range(len(rows))]
    found = [row for row in read if row is not None]
    if len(found) < len(rows) or outputs is None:
        return None
    return np.stack([row[0] for row in found]), np.stack([row[1] for row in found])


def _read_row(
    document: Document, location: Location, inputs: dict[str, Array], outputs: int | None
) -> tuple[Array, Array] | None:
    row: Any = document.at(location)
    owner = f"data[{location[-1]}]"
    if not isinstance(row, dict):
        report_type(document, location, "dict", owner)
        return None
    needed = [*inputs, TARGET]
    if set(row) != set(needed):
        got = listed(row) if row else "nothing"
        document.report(document.place(location), f"{owner} needs {listed(needed)}, and has {got}")
        return None
    values = [_read_input(document, (*location, name), name, inputs[name].size, owner) for name in inputs]
    targets = read_targets(document, (*location, TARGET), outputs, owner)
    given = [value for value in values if value is not None]
    return (np.concatenate(given), targets) if targets is not None and len(given) == len(values) else None


def _read_input(document: Document, location: Location, name: str, size: int, owner: str) -> Array | None:
    values = read_numbers(document, location, f"`{name}`", 1)
    if values is not None and values.size != size:
        needed = f"`{name}` in {owner} needs {counted(size, 'number')}"
        document.report(document.place(location), f"{needed}, as the input has, but gets {values.size}")
        return None
    return None if values is None else np.atleast_1d(values)
