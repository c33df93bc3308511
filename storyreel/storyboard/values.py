"""The numbers of a network's example as data and as a table, for the command `values`."""

from typing import TypedDict

from storyreel.engine.experiment import Experiment


class Values(TypedDict):
    """For one network, by name: values, gradients of the loss, and values after one update."""

    values: dict[str, float]
    gradients: dict[str, float]
    next: dict[str, float]


def values_of(experiment: Experiment) -> Values:
    """All named numbers of the lesson's example, in the order of the forward pass, unrounded."""
    quantities = experiment.trace.values()
    return {
        "values": {quantity.name: quantity.value for quantity in quantities},
        "gradients": {
            quantity.name: quantity.gradient for quantity in quantities if quantity.gradient is not None
        },
        "next": {quantity.name: quantity.value for quantity in experiment.next.values()},
    }


def table_of(values: Values) -> str:
    """The values as an aligned table: a line for each name, ten significant digits."""
    columns = (values["values"], values["gradients"], values["next"])
    rows = [["name", "value", "gradient", "next"]] + [
        [name, *(f"{column[name]:.10g}" if name in column else "" for column in columns)]
        for name in values["values"]
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows
    )
