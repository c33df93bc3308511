"""The numbers of a network's example as data and as a table, for the command `values`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypedDict

from storyreel.core.errors import UsageError
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.experiment import AnyExperiment, GraphExperiment
from storyreel.engine.operation import COST, GRADIENT
from storyreel.engine.trace import Trace
from storyreel.storyboard.budget import Budget
from storyreel.storyboard.lookup import UnknownName, step_of
from storyreel.storyboard.model import Storyboard

if TYPE_CHECKING:
    from storyreel.engine.graph.trace import GraphTrace


class Values(TypedDict):
    """For one network, by name: values, gradients of the loss, and values after one step of training.

    A graph is not trained, and has no values after a step.

    With data, `values` and `next` have the cost, too, `cost_gradients` its derivatives by weights and biases,
    and `data` the inputs, outputs, targets and loss of each example; without, these two are empty.
    """

    values: dict[str, float]
    gradients: dict[str, float]
    cost_gradients: dict[str, float]
    next: dict[str, float]
    data: list[dict[str, float]]


def values_of(experiment: AnyExperiment) -> Values:
    """All named numbers of the example in focus, in the order of the forward pass, unrounded.

    Of a graph there are values and gradients only.
    """
    if isinstance(experiment, GraphExperiment):
        return _values_of_graph(experiment.trace)
    quantities, parameters = experiment.trace.values(), experiment.network.names.parameters
    values = {quantity.name: quantity.value for quantity in quantities}
    following = {quantity.name: quantity.value for quantity in experiment.next.values()}
    cost = experiment.cost
    if cost is not None:
        values[COST], following[COST] = cost.value, experiment.number(COST, 1)
    return {
        "values": values,
        "gradients": {
            quantity.name: quantity.gradient for quantity in quantities if quantity.gradient is not None
        },
        "cost_gradients": {} if cost is None else {name: cost.gradient(name) for name in parameters},
        "next": following,
        "data": [_numbers_of_row(experiment, row) for row in range(experiment.data_rows)],
    }


def _values_of_graph(trace: "GraphTrace") -> Values:
    return {
        "values": {name: trace.number(name) for name in trace.numbers},
        "gradients": {name: trace.number(GRADIENT + name) for name in trace.numbers},
        "cost_gradients": {},
        "next": {},
        "data": [],
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
    lookup, budget, numbers = storyboard.lookup, Budget(storyboard.networks), dict[str, float]()
    for name in names:
        owner, own_name = lookup.resolve(network, name)
        if owner in storyboard.networks and (fault := budget.of_run(owner, step_of(own_name))):
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
