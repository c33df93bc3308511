"""A network with a `graph`: what it is given, and its formulas, with the place of each fault in them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from storyreel.core.arrays import Array
from storyreel.core.number_format import shown
from storyreel.engine.equations.notation import Key, Notation, key_of
from storyreel.engine.gradient_check import GradientCheckError
from storyreel.engine.graph.builder import GraphError, graph_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.gradient_check import check_gradients
from storyreel.engine.graph.tokens import FormulaError
from storyreel.engine.graph.trace import numbered
from storyreel.engine.names import RESERVED
from storyreel.engine.optimizers import UndefinedStep
from storyreel.reader.document import Document, Location
from storyreel.reader.graphs.data import read_graph_data
from storyreel.reader.mapping_check import name_fault, read_part
from storyreel.reader.numbers import read_numbers, written_numbers
from storyreel.reader.schema_classes import GraphPart
from storyreel.reader.training import read_optimizer, read_reduction, written_settings
from storyreel.reader.types import report_type
from storyreel.reader.yaml.scalars import Unreadable

MOST_AXES = 4
"""Of a value that is given: a kernel of a convolution has outputs, channels, rows and columns."""
_TRAINING = ("data", "optimizer", "learning_rate", "cost", "l2", "batch_size", "seed", "shuffle")


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
    inputs = _read_given(document, (*location, "input"), list(part.input), "input")
    weights = _read_given(document, (*location, "parameters"), list(part.parameters or ()), "parameter")
    for each in set(inputs) & set(weights):
        place = document.key_place((*location, "parameters", each))
        document.report(place, f"the name `{each}` is already taken")
    given = {**inputs, **weights}
    document.is_within(location, "graph_numbers", sum(values.size for values in given.values()))
    formulas = _read_formulas(document, (*location, "graph"), list(part.graph))
    training = _read_training(document, location, part, inputs)
    if len(inputs) + len(weights) < len(part.input) + len(part.parameters or ()) or not formulas:
        return None
    shapes = {each: np.shape(value) for each, value in given.items()}
    try:
        graph = graph_of(shapes, formulas)
    except GraphError as error:
        for each, fault in error.faults.items():
            _report(document, (*location, "graph", each), formulas[each] or "", fault)
        return None
    if errors < document.source.errors or training is None:
        return None
    experiment = GraphExperiment(name, graph, given, parameters=tuple(weights), **training)
    if not _is_finite(document, location, experiment) or not _has_finite_data(document, location, experiment):
        return None
    try:
        check_gradients(experiment)
        if getattr(experiment.optimizer, "epsilon", 1.0) == 0.0:
            experiment.run(1)  # there may be no step
    except GradientCheckError as mistake:
        document.report(document.key_place(location), f"the network `{name}`: {mistake}")
        return None
    except UndefinedStep as fault_of_step:
        place = document.place((*location, "optimizer"))
        document.report(place, f"the network `{name}`: {fault_of_step}")
        return None
    return replace(experiment, notation=_notation(document, location, part, experiment))


def _read_training(
    document: Document, location: Location, part: GraphPart, inputs: Mapping[str, Array]
) -> dict[str, Any] | None:
    """How the graph is trained, as fields of its experiment; None for faults, which are reported."""
    settings = [key for key in _TRAINING if key in document.at(location)]
    if part.parameters is None:
        for key in settings:
            document.report(
                document.key_place((*location, key)),
                f"`{key}` is about training, and this graph has nothing to train: give it `parameters`",
            )
        return None if settings else {}
    data: dict[str, Array] | None = {}
    if part.data is not None:
        data = read_graph_data(document, (*location, "data"), inputs, MOST_AXES)
    reduction = read_reduction(document, location)
    optimizer = read_optimizer(document, location, part)
    if data is None or reduction is None:
        return None
    return {
        "data": data,
        "optimizer": optimizer,
        "l2": part.l2,
        "reduction": reduction,
        "batch_size": part.batch_size,
        "seed": part.seed,
        "shuffle": part.shuffle,
    }


def _has_finite_data(document: Document, location: Location, experiment: GraphExperiment) -> bool:
    """True if the output is finite for all examples; else the first with another one is reported."""
    for row, loss in enumerate(experiment.model.example_losses(*experiment.examples)):
        if not math.isfinite(loss):
            output = experiment.graph.output
            message = f"`{output}` comes to {loss} for data[{row}], which no lesson can show"
            document.report(document.key_place((*location, "data")), message)
            return False
    return True


def _report(document: Document, location: Location, formula: str, fault: FormulaError) -> None:
    """Report a fault of the formula at the location at its character, or behind the last one."""
    if not fault.column:
        document.report(document.key_place(location), fault.message)
        return
    end = max(len(formula.rstrip()), 1)
    place = document.place_in(location)(min(fault.column, end) - 1)
    document.report(replace(place, column=place.column + max(fault.column - end, 0)), fault.message)


def _read_given(document: Document, location: Location, names: list[str], what: str) -> dict[str, Array]:
    """The given values by name: numbers, and arrays of up to `MOST_AXES` axes."""
    given: dict[str, Array] = {}
    for name in names:
        place = (*location, name)
        if fault := name_fault(name, RESERVED):
            document.report(document.key_place(place), f"{fault}; give the {what} another name")
            continue
        document.check_letters(place, name)
        values = read_numbers(document, place, f"the {what} `{name}`", MOST_AXES)
        if values is not None:
            given[name] = values
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
    document: Document, location: Location, part: GraphPart, experiment: GraphExperiment
) -> Notation:
    """How the numbers are written: those that the author wrote as they are in the file."""
    texts: dict[Key, str] = {}

    def take(names: Sequence[str], values: Iterable[float], place: Location) -> None:
        for name, number, text in zip(names, values, written_numbers(document, place), strict=False):
            if "/" in text or text != shown(number, digits=part.digits):  # a fraction would get decimals
                texts[key_of(name, number)] = text

    for name, value in experiment.given.items():
        key = "parameters" if name in experiment.parameters else "input"
        take(numbered(name, value), value.ravel().tolist(), (*location, key, name))
    for row in range(len(part.data) if isinstance(part.data, list) else 0):
        for name, values in experiment.data.items():
            its = values[row]
            take(numbered(name, its), its.ravel().tolist(), (*location, "data", row, name))
    for name, number, place in written_settings(document, location, part, experiment.optimizer):
        take([name], [number], place)
    return Notation(part.digits, texts)
