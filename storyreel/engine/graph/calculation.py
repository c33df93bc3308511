"""Calculations of a graph: how one of its numbers follows from others, as an equation on screen writes it.

    graph_calculation(experiment, "f")                   q × z
    graph_calculation(experiment, "back from f to q")    ∂f/∂f × z, which is ∂f/∂q
    graph_calculation(experiment, "grad.x")              what comes back along each way, added

Operands that are parts of formulas are written out, down to what has a name.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from storyreel.engine.equations.calculation import Calculation
from storyreel.engine.graph.drawn import constant_text, is_constant
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.graph import Edge
from storyreel.engine.graph.trace import GraphTrace
from storyreel.engine.operation import GRADIENT

BACK = "back from "
_SLOT = re.compile(r"\{(\d+)\}")


@dataclass(frozen=True)
class _Written:
    """A formula whose slots are names: `{q} times {z}`."""

    text: str
    numbers: dict[str, float]


def graph_calculation(experiment: GraphExperiment, name: str) -> Calculation | None:
    """The calculation of the number called `name`; None if there is none that could be written."""
    trace = experiment.trace
    if name.startswith(BACK):
        through, _, to = name.removeprefix(BACK).partition(" to ")
        return _back(trace, through, to)
    if name.startswith(GRADIENT):
        return _sum(trace, name.removeprefix(GRADIENT))
    if name not in trace or trace[name].value.shape or not trace[name].formula:
        return None
    return _calculation(name, float(trace[name].value), _forward(trace, name))


def ways_back(trace: GraphTrace, name: str) -> list[Edge]:
    """The edges along which gradients come back to a node."""
    return list(trace[name].passed_back)


def back_name(trace: GraphTrace, edge: Edge) -> str:
    """The name of what comes back along an edge: the gradient of its end, if that has no other edge."""
    node = trace[edge.to].inputs[edge.position]
    edges = ways_back(trace, node)
    if len(edges) == 1:
        return GRADIENT + node
    count = sum(each.to == edge.to for each in edges)
    return f"via {edge.to} {node}" + (f" {edge.position}" if count > 1 else "")


def _forward(trace: GraphTrace, name: str) -> _Written | None:
    node = trace[name]
    return _filled(trace, node.formula, [*node.inputs, name])


def _filled(trace: GraphTrace, formula: str, names: list[str]) -> _Written | None:
    """A formula with names in its slots; None if one of them is an array."""
    numbers: dict[str, float] = {}

    def fill(match: re.Match[str]) -> str:
        name = names[int(match[1])]
        if is_constant(name, trace.graph) and "/" in name:
            node = next(node for node in trace.graph.nodes if node.name == name)
            return constant_text(node)
        if "/" in name:
            inner = _forward(trace, name)
            if inner is None:
                raise _IsArray
            numbers.update(inner.numbers)
            is_alone = formula == match[0] or formula[match.start() - 1 : match.end() + 1] == f"({match[0]})"
            return inner.text if is_alone or _is_atom(inner.text) else f"({inner.text})"
        if trace[name].value.shape:
            raise _IsArray
        numbers[name] = float(trace[name].value)
        return f"{{{name}}}"

    try:
        return _Written(_SLOT.sub(fill, formula), numbers)
    except _IsArray:
        return None


def _is_atom(text: str) -> bool:
    return re.fullmatch(r"\{[^{}]+\}|[\d.]+|\w+\([^()]*\)|e\^\([^()]*\)", text) is not None


def _back(trace: GraphTrace, through: str, to: str) -> Calculation | None:
    """What comes back from a node to one of its own inputs, by the chain rule."""
    if through not in trace or to not in trace[through].inputs or trace[through].inputs.count(to) > 1:
        return None
    node, position = trace[through], trace[through].inputs.index(to)
    if position >= len(node.slopes) or node.gradient.shape:
        return None
    slope = _filled(trace, node.slopes[position], [*node.inputs, through])
    if slope is None:
        return None
    text = (
        slope.text if _is_atom(slope.text) or (slope.text.startswith("{") and " " not in slope.text) else None
    )
    upstream = GRADIENT + through
    formula = f"{{{upstream}}} times {text or f'({slope.text})'}"
    edge = Edge(through, position)
    numbers = {upstream: float(node.gradient), **slope.numbers}
    return _calculation(
        back_name(trace, edge), float(trace[to].passed_back[edge]), _Written(formula, numbers)
    )


def _sum(trace: GraphTrace, name: str) -> Calculation | None:
    """A gradient as the sum of what comes back along each edge."""
    if name not in trace or trace[name].gradient.shape or len(trace[name].passed_back) < 2:
        return None
    numbers = {back_name(trace, edge): float(part) for edge, part in trace[name].passed_back.items()}
    formula = " + ".join(f"{{{part}}}" for part in numbers)
    return _calculation(GRADIENT + name, float(trace[name].gradient), _Written(formula, numbers))


def _calculation(name: str, value: float, written: _Written | None) -> Calculation | None:
    if written is None:
        return None
    names = list(written.numbers)
    slots: Callable[[re.Match[str]], str] = lambda match: f"{{{names.index(match[1])}}}"  # noqa: E731
    formula = re.sub(r"\{([^{}]+)\}", slots, written.text)
    return Calculation(name, value, formula, tuple(names), tuple(written.numbers[each] for each in names))


class _IsArray(Exception):
    """A formula has an array among its operands."""
