"""A check of the backward pass through a graph: its gradients against finite differences of the output."""

import math
from collections.abc import Iterator

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.gradient_check import EPSILON, MOST_PARAMETERS, WIDTHS, GradientCheckError, is_between
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.trace import GraphTrace

MOST_WORK = 30_000_000
"""Products of numbers that the check may take, which is about a second; in a large graph fewer numbers are
checked."""
NODE = 500
"""Products that are computed in the time that a node takes, however small it is."""


def check_gradients(experiment: GraphExperiment) -> None:
    """Compare the gradients of the given numbers with the slopes of the output to their left and right.

    Raises GradientCheckError for the first number whose gradient differs from all slopes that there are by
    more than rounding. Where a gradient is infinite, or the output has no value nearby, there is nothing to
    compare.
    """
    trace = experiment.trace
    places = [(name, index) for name, value in experiment.given.items() for index in np.ndindex(value.shape)]
    affordable = MOST_WORK // (4 * len(WIDTHS) * _work(trace))
    count = min(len(places), MOST_PARAMETERS, max(1, affordable))
    rounding = _rounding(trace)
    for place in np.linspace(0, len(places) - 1, count).astype(int):
        name, index = places[place]
        analytic = float(trace.gradients.of[name][index])
        if not math.isfinite(analytic):
            continue
        differing: list[float] = []
        for width in _widths(float(experiment.given[name][index])):
            left, right = _slopes(experiment, name, index, width)
            if is_between(analytic, left, right, rounding / width):
                break
            if math.isfinite(left + right):
                differing.append((left + right) / 2.0)
        else:
            if differing:
                label = f"{name}[{','.join(map(str, index))}]" if index else name
                raise GradientCheckError(label, analytic, differing[0])


def _work(trace: GraphTrace) -> int:
    """The products that a forward pass takes."""
    shapes = {name: value.shape for name, value in trace.values_by_name.items()}
    computed = ((node.primitive, node.inputs) for node in trace.graph.nodes if node.primitive)
    products = sum(primitive.work(*map(shapes.__getitem__, inputs)) for primitive, inputs in computed)
    return products + NODE * len(trace)


def _widths(number: float) -> Iterator[float]:
    """Distances to a number's neighbours: of a small one, also in proportion to it, as `log` needs."""
    yield from (width * max(1.0, abs(number)) for width in WIDTHS)
    if 0.0 < abs(number) < 1.0:
        yield from (width * abs(number) for width in WIDTHS)


def _slopes(
    experiment: GraphExperiment, name: str, index: tuple[int, ...], width: float
) -> tuple[float, float]:
    """The slope of the output from a number − `width` to it, and from it to + `width`."""

    def output(by: float) -> float:
        moved: Array = np.array(experiment.given[name])
        moved[index] += by
        return float(experiment.graph.forward({**experiment.given, name: moved})[experiment.graph.output])

    here = float(experiment.trace.values_by_name[experiment.graph.output])
    return (here - output(-width)) / width, (output(width) - here) / width


def _rounding(trace: GraphTrace) -> float:
    """A bound on the rounding error of the output: that of every number, propagated to the output."""
    with np.errstate(all="ignore"):
        products = [np.abs(node * trace.gradients.of[name]) for name, node in trace.values_by_name.items()]
    return 10.0 * EPSILON * float(sum(each[np.isfinite(each)].sum() for each in products))
