"""Calculations of a graph: how one of its numbers follows from others, as an equation on screen writes it.

    graph_calculation(experiment, "f")                   q × z
    graph_calculation(experiment, "back from f to q")    ∂f/∂f × z, which is ∂f/∂q
    graph_calculation(experiment, "grad.x")              what comes back along each way, added
    graph_calculation(experiment, "rule of grad.x")      ∂f/∂a × y + ∂f/∂b × 2x: the same, down to local
                                                         derivatives, of any number of ways
    graph_calculation(experiment, "next.w")              w − η × ∂C/∂w
    graph_calculation(experiment, "cost")                1/3 (L1 + L2 + L3), and so each of its derivatives

Operands that are parts of formulas are written out, down to what has a name.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from storyreel.engine.equations.calculation import (
    ADDED,
    RULE,
    Calculation,
    cost_calculation,
    update_calculation,
)
from storyreel.engine.equations.long_sums import in_short
from storyreel.engine.graph.drawn import constant_text, formula_of, is_constant
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.graph import Edge
from storyreel.engine.graph.trace import GraphTrace
from storyreel.engine.operation import COST, GRADIENT, NEXT

BACK, VIA = "back from ", "via "
LONGEST_VIA = 14
"""The most characters of the formula of a part by which it is told which edge is meant."""
_SLOT = re.compile(r"\{(\d+)\}")


@dataclass(frozen=True)
class _Written:
    """A formula whose slots are names: `{q} times {z}`."""

    text: str
    numbers: dict[str, float]


def graph_calculation(experiment: GraphExperiment, name: str) -> Calculation | None:
    """The calculation of the number called `name`; None if there is none that could be written.

    Raises KeyError, and StoryreelError, as `calculation_of` for what training computes.
    """
    trace, is_rule = experiment.trace, name.startswith(RULE)
    name = name.removeprefix(RULE).removeprefix(ADDED)
    if name.startswith(NEXT):
        return update_calculation(experiment, name.removeprefix(NEXT))
    if name.partition(".")[0] == COST:
        return cost_calculation(experiment, name, experiment.graph.output)
    if name.startswith(BACK):
        through, _, to = name.removeprefix(BACK).partition(" to ")
        return _back(trace, through, to)
    if name.startswith(GRADIENT):
        return (_by_edges if is_rule else _sum)(trace, name.removeprefix(GRADIENT))
    if name not in trace or trace[name].value.shape or not trace[name].formula:
        return None
    return _calculation(name, float(trace[name].value), _forward(trace, name))


def has_equations(experiment: GraphExperiment) -> bool:
    """True if the equation of one of its numbers can be written, of a value or of a gradient."""
    trace = experiment.trace
    named = [name for name in trace if "/" not in name]
    names = [*named, *(each + name for name in named for each in (GRADIENT, RULE + GRADIENT))]
    ways = [(through, to) for through in named for to in trace[through].inputs if "/" not in to]
    names += [f"{BACK}{through} to {to}" for through, to in ways]
    found = (graph_calculation(experiment, name) for name in names)
    return any(calculation is not None and calculation.operands for calculation in found)


def local_name(to: str, source: str) -> str:
    """The name of the local derivative of one node with respect to another."""
    return f"local {to} {source}"


def slope_of(trace: GraphTrace, edge: Edge) -> str | None:
    """The formula of the local derivative along an edge, with names in its slots, and in brackets where a
    factor needs them; None if it cannot be written, as of arrays."""
    written = _slope(trace, edge, with_arrays=True)
    return written.text if written else None


def symbol_of_node(trace: GraphTrace, name: str) -> str:
    """How a node is called, with names in slots: a part of a formula, which has none, by what it computes."""
    written = _forward(trace, name, with_arrays=True) if "/" in name else None
    return written.text if written else f"{{{formula_of(name)}}}"


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
    return f"{VIA}{edge.to} {node}" + (f" {edge.position}" if count > 1 else "")


def symbols_back(trace: GraphTrace, name: str) -> dict[str, str]:
    """By `back_name`, through what each of several edges leads on from a node, with names in slots: `{a}`, or
    what a short part of a formula computes; counted where it is the same, as in `{a} (2)`."""
    through: dict[str, str] = {}
    for edge in ways_back(trace, name):
        text = symbol_of_node(trace, edge.to)
        is_short = len(re.sub(r"[{} ]|times", "", text)) <= LONGEST_VIA
        through[back_name(trace, edge)] = text if is_short else f"{{{formula_of(edge.to)}}}"
    texts, found = list(through.values()), {}
    for number, (back, text) in enumerate(through.items()):
        count = f" ({texts[:number].count(text) + 1})" if texts.count(text) > 1 else ""
        found[back] = f"{text}{count}"
    return found


def _forward(trace: GraphTrace, name: str, with_arrays: bool = False) -> _Written | None:
    node = trace[name]
    return _filled(trace, node.formula, [*node.inputs, name], with_arrays)


def _filled(trace: GraphTrace, formula: str, names: list[str], with_arrays: bool = False) -> _Written | None:
    """A formula with names in its slots; None if one of them is an array, unless it may be `with_arrays`,
    which have no number then."""
    numbers: dict[str, float] = {}

    def fill(match: re.Match[str]) -> str:
        name = names[int(match[1])]
        if is_constant(name, trace.graph) and "/" in name:
            node = next(node for node in trace.graph.nodes if node.name == name)
            return constant_text(node)
        if "/" in name:
            inner = _forward(trace, name, with_arrays)
            if inner is None:
                raise _IsArray
            numbers.update(inner.numbers)
            is_alone = formula == match[0] or formula[match.start() - 1 : match.end() + 1] == f"({match[0]})"
            return inner.text if is_alone or _is_atom(inner.text) else f"({inner.text})"
        if not trace[name].value.shape:
            numbers[name] = float(trace[name].value)
        elif not with_arrays:
            raise _IsArray
        return f"{{{name}}}"

    try:
        return _Written(_SLOT.sub(fill, formula), numbers)
    except _IsArray:
        return None


def _is_atom(text: str) -> bool:
    return re.fullmatch(r"\{[^{}]+\}|[\d.]+|(\w+|e\^)?\([^()]*\)", text) is not None


def _back(trace: GraphTrace, through: str, to: str) -> Calculation | None:
    """What comes back from a node to one of its own inputs, by the chain rule."""
    if through not in trace or to not in trace[through].inputs or trace[through].inputs.count(to) > 1:
        return None
    edge = Edge(through, trace[through].inputs.index(to))
    value = trace[to].passed_back[edge]
    return None if value.shape else _calculation(back_name(trace, edge), float(value), _passed(trace, edge))


def _passed(trace: GraphTrace, edge: Edge) -> _Written | None:
    """What comes back along an edge: the gradient at its end times its local derivative."""
    node, slope = trace[edge.to], _slope(trace, edge)
    if slope is None or node.gradient.shape:
        return None
    upstream = GRADIENT + edge.to
    return _Written(f"{{{upstream}}} times {slope.text}", {upstream: float(node.gradient), **slope.numbers})


def _slope(trace: GraphTrace, edge: Edge, with_arrays: bool = False) -> _Written | None:
    """The local derivative along an edge, as a factor."""
    node = trace[edge.to]
    if edge.position >= len(node.slopes):
        return None
    slope = _filled(trace, node.slopes[edge.position], [*node.inputs, edge.to], with_arrays)
    if slope is None:
        return None
    is_factor = _is_atom(slope.text) or (slope.text.startswith("{") and " " not in slope.text)
    return slope if is_factor else _Written(f"({slope.text})", slope.numbers)


def _sum(trace: GraphTrace, name: str) -> Calculation | None:
    """A gradient as the sum of what comes back along each edge."""
    if name not in trace or trace[name].gradient.shape or len(trace[name].passed_back) < 2:
        return None
    numbers = {back_name(trace, edge): float(part) for edge, part in trace[name].passed_back.items()}
    formula = " + ".join(f"{{{part}}}" for part in numbers)
    return _calculation(GRADIENT + name, float(trace[name].gradient), _Written(formula, numbers))


def _by_edges(trace: GraphTrace, name: str) -> Calculation | None:
    """A gradient as the sum of the gradients at the ends of its edges, each times the local derivative."""
    if name not in trace or trace[name].value.shape or not trace[name].passed_back:
        return None
    terms = _terms_back(trace, name)
    if terms is None:
        return None
    short = in_short(" + ".join(term.text for term in terms))
    numbers = {
        each: value for term in terms for each, value in term.numbers.items() if f"{{{each}}}" in short
    }
    return _calculation(GRADIENT + name, float(trace[name].gradient), _Written(short, numbers))


def _terms_back(trace: GraphTrace, name: str) -> list[_Written] | None:
    """What comes back along each edge; through parts of formulas, whose gradients have no name, from the
    formula. None if one of these cannot be written."""
    terms: list[_Written] = []
    for edge in trace[name].passed_back:
        if "/" not in edge.to:
            found = _passed(trace, edge)
            if found is None:
                return None
            terms.append(found)
            continue
        slope, further = _slope(trace, edge), _terms_back(trace, edge.to)
        if slope is None or not further:
            return None
        factor = "" if slope.text == "1" else f" times {slope.text}"
        whole = " + ".join(each.text for each in further)
        whole = f"({whole})" if factor and len(further) > 1 else whole
        numbers = {key: value for each in further for key, value in each.numbers.items()}
        terms.append(_Written(f"{whole}{factor}", {**numbers, **slope.numbers}))
    return terms


def _calculation(name: str, value: float, written: _Written | None) -> Calculation | None:
    if written is None:
        return None
    names = list(written.numbers)
    slots: Callable[[re.Match[str]], str] = lambda match: f"{{{names.index(match[1])}}}"  # noqa: E731
    formula = re.sub(r"\{([^{}]+)\}", slots, written.text)
    return Calculation(name, value, formula, tuple(names), tuple(written.numbers[each] for each in names))


class _IsArray(Exception):
    """A formula has an array among its operands."""
