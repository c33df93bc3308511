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
    total = 0
    for name in data:
        place = (*location, name)
        if fault := name_fault(name, _TAKEN):
            document.report(document.key_place(place), f"{fault}; give the input another name")
            continue
        document.check_letters(place, name)
        values = read_numbers(document, place, f"the input `{name}`", 1)
        if values is not None:
            inputs[name] = np.atleast_1d(values)
            total += values.size
    if total > count and not document.is_within(location, "inputs", total):  # arrays in files
        return None
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
    """The inputs and targets of `data` or of a `test`, a row for each example; None if they are missing or
    faulty (reported)."""
    owner = f"`{location[-1]}`"
    rows: Any = document.at(location)
    if isinstance(rows, dict):
        return _read_arrays(document, location, inputs, outputs)
    if not isinstance(rows, list):
        report_type(document, location, "list", owner)
        return None
    if not rows:
        document.report(document.place(location), f"{owner} is empty")
        return None
    if not document.is_within(location, "examples", len(rows), owner) or inputs is None:
        return None
    read = [_read_row(document, (*location, i), inputs, outputs) for i in range(len(rows))]
    found = [row for row in read if row is not None]
    if len(found) < len(rows) or outputs is None:
        return None
    return np.stack([row[0] for row in found]), np.stack([row[1] for row in found])


def _read_arrays(
    document: Document, location: Location, inputs: dict[str, Array] | None, outputs: int | None
) -> tuple[Array, Array] | None:
    """As `read_data`, from arrays with a row for each example."""
    owner = f"`{location[-1]}`"
    if inputs is None or not _has_keys(document, location, inputs, owner):
        return None
    sizes = {**{name: values.size for name, values in inputs.items()}, TARGET: outputs}
    columns: list[Array] = []
    for name, size in sizes.items():
        values = read_numbers(document, (*location, name), f"`{name}`", 2)
        if values is None or not document.is_within(location, "examples", len(np.atleast_1d(values)), owner):
            return None
        rows = values.reshape(len(np.atleast_1d(values)), -1)
        if size is not None and rows.shape[1] != size:
            needed = f"`{name}` of {owner} needs {counted(size, 'number')} in each row"
            document.report(document.place((*location, name)), f"{needed}, but gets {rows.shape[1]}")
            return None
        if columns and len(rows) != len(columns[0]):
            needed = f"`{name}` of {owner} needs {counted(len(columns[0]), 'row')}, as the others have"
            document.report(document.place((*location, name)), f"{needed}, but gets {len(rows)}")
            return None
        columns.append(rows)
    return None if outputs is None else (np.hstack(columns[:-1]), columns[-1])


def _has_keys(document: Document, location: Location, inputs: dict[str, Array], owner: str) -> bool:
    """True if the mapping at the location has the inputs and the target, and nothing else."""
    data, needed = document.at(location), [*inputs, TARGET]
    if set(data) == set(needed):
        return True
    got = listed(data) if data else "nothing"
    document.report(document.place(location), f"{owner} needs {listed(needed)}, and has {got}")
    return False


def _read_row(
    document: Document, location: Location, inputs: dict[str, Array], outputs: int | None
) -> tuple[Array, Array] | None:
    row: Any = document.at(location)
    owner = f"{location[-2]}[{location[-1]}]"
    if not isinstance(row, dict):
        report_type(document, location, "dict", owner)
        return None
    if not _has_keys(document, location, inputs, owner):
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
