"""The `data` of a network that is a graph: in each example the values of the same inputs."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from storyreel.core.arrays import Array
from storyreel.core.did_you_mean import did_you_mean, listed
from storyreel.engine.graph.primitive import shape_text
from storyreel.reader.document import Document, Location
from storyreel.reader.numbers import read_numbers
from storyreel.reader.types import report_type


def read_graph_data(
    document: Document, location: Location, inputs: Mapping[str, Array], most: int
) -> dict[str, Array] | None:
    """By input, its values in all examples, (examples, …); None if there is a fault, which is reported.

    `inputs` are the values in the example in focus, of at most so many axes.
    """
    rows: Any = document.at(location)
    if isinstance(rows, dict):
        return _read_columns(document, location, inputs, most)
    if not isinstance(rows, list):
        report_type(document, location, "list", "`data`")
        return None
    first = next((number for number, row in enumerate(rows) if isinstance(row, dict) and row), 0)
    names: list[str] = list(rows[first]) if isinstance(rows[first], dict) else []
    columns: dict[str, list[Array]] = {name: [] for name in names}
    is_valid = True
    for number, row in enumerate(rows):
        place, owner = (*location, number), f"data[{number}]"
        if not isinstance(row, dict):
            report_type(document, place, "dict", owner)
            is_valid = False
        elif not row:
            document.report(document.place(place), f"{owner} has no values")
            is_valid = False
        elif set(row) != set(names):
            message = f"{owner} needs {listed(names)}, as data[{first}], and has {listed(row)}"
            document.report(document.place(place), message)
            is_valid = False
        else:
            for name in row:
                value = _read_value(document, (*place, name), inputs, owner, most)
                is_valid = is_valid and value is not None
                if value is not None:
                    columns[name].append(value)
    return {name: np.stack(values) for name, values in columns.items()} if is_valid else None


def _read_value(
    document: Document, location: Location, inputs: Mapping[str, Array], owner: str, most: int
) -> Array | None:
    """A value of an input, of the shape of that in the example in focus."""
    name = str(location[-1])
    if not _is_input(document, location, inputs):
        return None
    value = read_numbers(document, location, f"`{name}`", most)
    if value is not None and value.shape != inputs[name].shape:
        needed = f"`{name}` in {owner} must be {shape_text(inputs[name].shape)}, as in `input`"
        document.report(document.place(location), f"{needed}, not {shape_text(value.shape)}")
        return None
    return value


def _read_columns(
    document: Document, location: Location, inputs: Mapping[str, Array], most: int
) -> dict[str, Array] | None:
    """The same from arrays with a row for each example."""
    found: dict[str, Array] = {}
    names = list(document.at(location))
    for name in names:
        place = (*location, name)
        if not _is_input(document, place, inputs):
            continue
        values = read_numbers(document, place, f"`{name}`", most + 1)
        if values is None or not document.is_within(place, "examples", len(np.atleast_1d(values)), "`data`"):
            continue
        wanted = inputs[name].shape
        if values.shape[1:] != wanted:
            got = shape_text(values.shape[1:]) if values.shape else "no rows"
            message = f"each row of `{name}` must be {shape_text(wanted)}, as in `input`, not {got}"
            document.report(document.place(place), message)
            continue
        found[name] = values
    if len(found) < len(names) or not names:
        return None
    counts = {name: len(values) for name, values in found.items()}
    if len(set(counts.values())) > 1:
        told = listed(f"{count} of {name}" for name, count in counts.items())
        document.report(document.place(location), f"`data` needs as many rows of each input, and has {told}")
        return None
    return found


def _is_input(document: Document, location: Location, inputs: Mapping[str, Array]) -> bool:
    name = str(location[-1])
    if name not in inputs:
        message = f"no input named `{name}`{did_you_mean(name, inputs)}"
        document.report(document.key_place(location), message)
    return name in inputs
