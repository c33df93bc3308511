"""A graph from formulas: names are resolved, shapes checked and costs limited before anything is computed.

    graph = graph_of({"x": (), "y": (), "z": ()}, {"q": "x + y", "f": "q * z"})
    graph.forward({"x": -2, "y": 5, "z": -4})["f"]          −12

Nothing of a formula is ever evaluated as code.
"""

import itertools
import math
from collections.abc import Mapping, Sequence

from storyreel.core.did_you_mean import did_you_mean, nearest
from storyreel.core.limits import beyond, limits
from storyreel.engine.graph.formula import Step, parsed
from storyreel.engine.graph.graph import Graph, Node
from storyreel.engine.graph.primitive import Primitive, Shape, constant, element, shape_text
from storyreel.engine.graph.primitives import FUNCTIONS, OPERATORS, PRIMITIVES
from storyreel.engine.graph.tokens import FormulaError
from storyreel.engine.table import SYNONYMS

_SIGNS = {name: sign for sign, name in OPERATORS.items()} | {"negative": "-"}
_FUNCTIONS = {
    "cat": "concat",
    "concatenate": "concat",
    "conv": "conv2d",
    "ln": "log",
    "maximum": "max",
    "min": "-max(-x, -y)",
    "minimum": "-max(-x, -y)",
    "pow": "^",
    "square": "^ 2",
}
"""What is meant by other names of functions than those in `SYNONYMS`."""
_CONSTANTS = {"pi": "3.141592653589793", "π": "3.141592653589793", "e": "exp(1)"}


class GraphError(ValueError):
    """Formulas have faults; `faults` has the first of each by the name of the formula."""

    def __init__(self, faults: Mapping[str, FormulaError]) -> None:
        self.faults = faults
        super().__init__("\n".join(f"{name}: {fault}" for name, fault in faults.items()))


def graph_of(given: Mapping[str, Shape], formulas: Mapping[str, str | None]) -> Graph:
    """The graph of formulas by name, each of which may use those above it and what is given.

    The last formula is the output. Of `given` values there are the shapes. Parts of a formula become nodes
    called `f/1`, `f/2`, …, in the order in which they are computed. A formula that is None has a fault that
    is reported elsewhere, so that nothing is said of those that use it. Raises GraphError, and
    ValueError if there is no formula.
    """
    if not formulas:
        raise ValueError("a graph needs a formula")
    builder = _Builder(given, tuple(formulas))
    for name, formula in formulas.items():
        builder.add(name, formula)
    return builder.built()


class _Builder:
    """The nodes so far, with their shapes; a formula with a fault has none, nor has one that uses it."""

    def __init__(self, given: Mapping[str, Shape], names: Sequence[str]) -> None:
        self._names = names
        self._nodes = [Node(name) for name in given]
        self._shapes = dict(given)
        self._count = sum(map(math.prod, given.values()))
        self._work = 0
        self._faults: dict[str, FormulaError] = {}
        self._unknown: set[str] = set()

    def add(self, name: str, formula: str | None) -> None:
        """Append the nodes of a formula, or keep its fault; one that uses another with a fault has none."""
        try:
            self._check_name(name)
            if formula is None:
                raise _UsesFault
            self._append(name, parsed(formula))
        except (FormulaError, _UsesFault) as fault:
            if isinstance(fault, FormulaError):
                self._faults[name] = fault
            self._unknown.add(name)

    def built(self) -> Graph:
        """The graph of the formulas. Raises GraphError."""
        output = self._names[-1]
        if output not in self._unknown and (shape := self._shapes[output]):
            message = f"the last formula must be a number, and this is {shape_text(shape)}"
            self._faults[output] = FormulaError(1, f"{message}; did you mean `sum(…)`?")
            self._unknown.add(output)
        if self._unknown:
            raise GraphError(self._faults)
        return Graph(tuple(self._nodes), output)

    def _check_name(self, name: str) -> None:
        if name in FUNCTIONS:
            raise FormulaError(0, f"`{name}` is the name of a function; give the formula another name")
        if name in self._shapes:
            raise FormulaError(0, f"the name `{name}` is already taken")

    def _append(self, name: str, steps: Sequence[Step]) -> None:
        results: list[str] = []
        inner = itertools.count(1)
        for step in steps:
            is_last = len(results) == len(steps) - 1
            if step.kind == "name" and not is_last:
                results.append(self._resolved(step, name))
                continue
            inputs = [results[number] for number in step.inputs]
            if step.kind == "name":  # `f: q` alone
                inputs = [self._resolved(step, name)]
            results.append(name if is_last else f"{name}/{next(inner)}")
            self._append_node(step, Node(results[-1], self._primitive(step), tuple(inputs)))

    def _append_node(self, step: Step, node: Node) -> None:
        assert node.primitive is not None
        shapes = [self._shapes[name] for name in node.inputs]
        try:
            shape = node.primitive.shape(*shapes)
        except ValueError as fault:
            what = "" if step.kind == "index" else f"`{_SIGNS.get(step.text, step.text)}`: "
            raise FormulaError(step.column, f"{what}{fault}") from None
        self._count += math.prod(shape)
        self._work += node.primitive.work(*shapes)
        amounts = {
            "graph_nodes": len(self._nodes) + 1,
            "graph_numbers": self._count,
            "graph_products": self._work,
        }
        for limit, got in amounts.items():
            if got > getattr(limits(), limit):
                raise FormulaError(step.column, beyond(limit, got))
        self._nodes.append(node)
        self._shapes[node.name] = shape

    def _primitive(self, step: Step) -> Primitive:
        match step.kind:
            case "number":
                return constant(float(step.text), step.text)
            case "name":
                return PRIMITIVES["identity"]
            case "index":
                return element(*step.index)
            case "call":
                self._check_call(step)
        return PRIMITIVES[step.text]

    def _resolved(self, step: Step, formula: str) -> str:
        name = step.text
        if name in self._shapes:
            return name
        if name in self._unknown:
            raise _UsesFault
        if name == formula:
            raise FormulaError(step.column, f"`{name}` uses itself; a formula uses only what is above it")
        if name in self._names:
            raise FormulaError(step.column, f"`{name}` is below this formula; move it above")
        if name in FUNCTIONS:
            raise FormulaError(step.column, f"`{name}` is a function; did you mean `{name}(…)`?")
        known = {one.lower(): one for one in self._shapes if "/" not in one}
        meant = _CONSTANTS.get(name) or known.get(name.lower())
        hint = f"; did you mean `{meant}`?" if meant else did_you_mean(name, known.values())
        raise FormulaError(step.column, f"no number named `{name}`{hint}")

    def _check_call(self, step: Step) -> None:
        name, got = step.text, len(step.inputs)
        if name not in FUNCTIONS:
            if name in self._shapes:
                raise FormulaError(step.column, f"`{name}` is no function; did you mean `{name} * (…)`?")
            meant = {**SYNONYMS, **_FUNCTIONS, **_SIGNS}.get(name.lower()) or nearest(name.lower(), FUNCTIONS)
            hint = f"; did you mean `{meant}`?" if meant else ""
            raise FormulaError(step.column, f"no function named `{name}`{hint}")
        least, most = PRIMITIVES[name].arity
        if got < least or (most is not None and got > most):
            takes = f"{least} argument{'' if least == 1 else 's'}{' or more' if most is None else ''}"
            raise FormulaError(step.column, f"`{name}` takes {takes}, not {got}")


class _UsesFault(Exception):
    """A formula has a fault that is reported elsewhere, or uses another one with a fault."""
