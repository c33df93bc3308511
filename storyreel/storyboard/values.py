"""The numbers of a network's example as data and as a table, for the command `values`."""

from collections.abc import Iterable
from typing import TypedDict

from storyreel.core.errors import UsageError
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.experiment import AnyExperiment, GraphExperiment
from storyreel.engine.operation import COST, GRADIENT
from storyreel.engine.trace import Trace
from storyreel.storyboard.budget import Budget
from storyreel.storyboard.lookup import UnknownName, step_of
from storyreel.storyboard.model import Storyboard


class Values(TypedDict):
    """For one network, by name: values, gradients of the loss, and values after one step of training.

    A graph without parameters is not trained, and has no values after a step.

    With data, `values` and `next` have the cost, too, `cost_gradients` its derivatives by weights and biases,
    and `data` the inputs, outputs, targets and loss of each example; without, these two are empty.
    """

    values: dict[str, float]
    gradients: dict[str, float]
    cost_gradients: dict[str, float]
    next: dict[str, float]
    data: list[dict[str, float]]


def values_of(experiment: AnyExperiment) -> Values:
    """All named numbers of the example in focus, in the order of the forward pass, unrounded."""
    if isinstance(experiment, GraphExperiment):
        return _values_of_graph(experiment)
    quantities = experiment.trace.values()
    return _with_training(
        experiment,
        {quantity.name: quantity.value for quantity in quantities},
        {quantity.name: quantity.gradient for quantity in quantities if quantity.gradient is not None},
        [_numbers_of_row(experiment, row) for row in range(experiment.data_rows)],
    )


def _values_of_graph(graph: GraphExperiment) -> Values:
    numbers = graph.trace.numbers
    values = {name: graph.number(name) for name in numbers}
    gradients = {name: graph.number(GRADIENT + name) for name in numbers}
    if not graph.parameters:
        return {"values": values, "gradients": gradients, "cost_gradients": {}, "next": {}, "data": []}
    shown = [name for name in numbers if name.partition("[")[0] in (*graph.data, graph.graph.output)]
    rows = range(graph.data_rows)
    data = [{name: graph.number(f"data[{row}].{name}") for name in shown} for row in rows]
    return _with_training(graph, values, gradients, data)


def _with_training(
    experiment: AnyExperiment,
    values: dict[str, float],
    gradients: dict[str, float],
    data: list[dict[str, float]],
) -> Values:
    following = {name: experiment.number(name, 1) for name in values}
    cost = experiment.cost
    if cost is not None:
        values, following = values | {COST: cost.value}, following | {COST: experiment.number(COST, 1)}
    of_cost = {} if cost is None else {name: cost.gradient(name) for name in cost.network.parameter_names}
    return {
        "values": values,
        "gradients": gradients,
        "cost_gradients": of_cost,
        "next": following,
        "data": data,
    }


def _numbers_of_row(experiment: Experiment, row: int) -> dict[str, float]:
    inputs, targets = (each[row] for each in experiment.examples)
    trace, names = Trace(experiment.network, inputs, targets), experiment.network.names
    shown = (*names.activations[0], *names.activations[-1], *names.targets, "loss")
    return {name: trace.number(name) for name in shown}


def numbers_called(names: Iterable[str], storyboard: Storyboard, network: str | None) -> dict[str, float]:
    """The numbers with these names in a chapter about `network` (None: the only one).

    Raises UsageError for a name that there is not, and for a run beyond the limits.
    """
    every = [*storyboard.networks, *storyboard.graphs]
    network = network or (every[0] if len(every) == 1 else None)
    lookup, numbers = storyboard.lookup, dict[str, float]()
    budget = Budget({**storyboard.networks, **storyboard.graphs})
    for name in names:
        owner, own_name = lookup.resolve(network, name)
        if owner in every and (fault := budget.of_run(owner, step_of(own_name))):
            raise UsageError(fault)
        try:
            numbers[name] = lookup.value(network, name)
        except UnknownName as fault:
            raise UsageError(str(fault)) from None
    return numbers


def table_of(values: Values) -> str:
    """The values as an aligned table: a line for each name, ten significant digits.

    With data there is a column for the gradients of the cost, and a line for each number of each example.
    """
    columns = {"value": values["values"], "gradient": values["gradients"]}
    if values["next"]:
        columns["next"] = values["next"]
    if values["cost_gradients"]:
        columns = {
            "value": values["values"],
            "loss gradient": values["gradients"],
            "cost gradient": values["cost_gradients"],
            "next": values["next"],
        }
    rows = [["name", *columns]]
    rows += [_row(name, (column.get(name) for column in columns.values())) for name in values["values"]]
    rows += [
        _row(f"data[{number}].{name}", (value, *[None] * (len(columns) - 1)))
        for number, example in enumerate(values["data"])
        for name, value in example.items()
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows
    )


def _row(name: str, numbers: Iterable[float | None]) -> list[str]:
    return [name, *("" if number is None else f"{number:.10g}" for number in numbers)]
