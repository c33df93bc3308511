"""A network with a `graph`: what it is given, and its formulas, with the place of each fault in them."""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from storyreel.core.arrays import Array
from storyreel.core.number_format import shown
from storyreel.engine.equations.notation import Key, Notation, key_of
from storyreel.engine.gradient_check import GradientCheckError
from storyreel.engine.graph.builder import GraphError, graph_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.gradient_check import check_gradients
from storyreel.engine.graph.tokens import FormulaError
from storyreel.engine.names import RESERVED
from storyreel.reader.document import Document, Location
from storyreel.reader.mapping_check import name_fault, read_part
from storyreel.reader.numbers import read_numbers, written_numbers
from storyreel.reader.schema_classes import GraphPart
from storyreel.reader.types import report_type
from storyreel.reader.yaml.scalars import Unreadable

MOST_AXES = 4
"""Of a value that is given: a kernel of a convolution has outputs, channels, rows and columns."""


def read_graph(document: Document, name: str) -> GraphExperiment | None:
    """The experiment of the network called `name`; None for one with faults, which are reported."""
    location: Location = ("networks", name)
    errors = document.source.errors
    if "layers" in document.at(location):
        place = document.key_place((*location, "layers"))
        document.report(place, "a network has `layers` or a `graph`, not both")
        return None
    part = read_part(document, GraphPart, location)
    if part is None:
        return None
    given = _read_given(document, (*location, "input"), list(part.input))
    formulas = _read_formulas(document, (*location, "graph"), list(part.graph))
    if len(given) < len(part.input) or not formulas:
        return None
    shapes = {each: np.shape(value) for each, value in given.items()}
    try:
        graph = graph_of(shapes, formulas)
    except GraphError as error:
        for each, fault in error.faults.items():
            _report(document, (*location, "graph", each), formulas[each] or "", fault)
        return None
    if errors < document.source.errors:
        return None
    experiment = GraphExperiment(name, graph, given)
    if not _is_finite(document, location, experiment):
        return None
    try:
        check_gradients(experiment)
    except GradientCheckError as mistake:
        document.report(document.key_place(location), f"the network `{name}`: {mistake}")
        return None
    notation = _notation(document, (*location, "input"), part, given)
    return replace(experiment, notation=notation)


def _report(document: Document, location: Location, formula: str, fault: FormulaError) -> None:
    """Report a fault of the formula at the location at its character, or behind the last one."""
    if not fault.column:
        document.report(document.key_place(location), fault.message)
        return
    end = max(len(formula.rstrip()), 1)
    place = document.place_in(location)(min(fault.column, end) - 1)
    document.report(replace(place, column=place.column + max(fault.column - end, 0)), fault.message)


def _read_given(document: Document, location: Location, names: list[str]) -> dict[str, Array]:
    """The given values by name: numbers, and arrays of up to `MOST_AXES` axes."""
    given: dict[str, Array] = {}
    for name in names:
        place = (*location, name)
        if fault := name_fault(name, RESERVED):
            document.report(document.key_place(place), f"{fault}; give the input another name")
            continue
        document.check_letters(place, name)
        values = read_numbers(document, place, f"the input `{name}`", MOST_AXES)
        if values is not None:
            given[name] = values
    total = sum(values.size for values in given.values())
    document.is_within(location, "graph_numbers", total)
    return given


def _read_formulas(document: Document, location: Location, names: list[str]) -> dict[str, str | None]:
    """The formulas by name, as the author wrote them; a number is one, too. What is none is None."""
    formulas: dict[str, str | None] = {}
    for name in names:
        place = (*location, name)
        if fault := name_fault(name, RESERVED):
            document.report(document.key_place(place), f"{fault}; give the formula another name")
        document.check_letters(place, name)
        data, formulas[name] = document.at(place), None
        if isinstance(data, str):
            formulas[name] = data
        elif isinstance(data, int | float) and not isinstance(data, bool):
            formulas[name] = document.written(place)
        elif not isinstance(data, Unreadable):
            report_type(document, place, "str", f"the formula `{name}`")
    return formulas


def _is_finite(document: Document, location: Location, experiment: GraphExperiment) -> bool:
    """True if all values are finite; else the first formula with another one is reported."""
    for name, value in experiment.trace.values_by_name.items():
        formula = name.partition("/")[0]
        if not np.all(np.isfinite(value)):
            found = next(number for number in np.ravel(value) if not math.isfinite(number))
            message = f"`{formula}` comes to {found} for this `input`, which no lesson can show"
            document.report(document.place((*location, "graph", formula)), message)
            return False
    return True


def _notation(
    document: Document, location: Location, part: GraphPart, given: Mapping[str, Array]
) -> Notation:
    """How the numbers are written: those that the author wrote as they are in the file."""
    texts: dict[Key, str] = {}
    for name, value in given.items():
        written = written_numbers(document, (*location, name))
        for index, text in zip(np.ndindex(value.shape), written, strict=False):
            number = float(value[index])
            full = f"{name}[{','.join(map(str, index))}]" if index else name
            if "/" in text or text != shown(number, digits=part.digits):  # a fraction would get decimals
                texts[key_of(full, number)] = text
    return Notation(part.digits, texts)
