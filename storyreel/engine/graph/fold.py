"""A part of a graph folded into one operation: its values and gradients are those of the whole graph.

    folded(graph, Fold("sigmoid", ("n", "e", "d", "f")))        f = sigmoid(z), in one node

The local derivatives of the operation are those of the whole part, by the chain rule within it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from storyreel.core.arrays import Array
from storyreel.engine.graph.drawn import formula_of, is_constant
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.graph import Graph, Node
from storyreel.engine.graph.primitive import Folded, Shape, no_slopes
from storyreel.engine.graph.primitives import PRIMITIVES

_UPSTREAM, _PRODUCT, _TOTAL = "/upstream", "/product", "/total"


@dataclass(frozen=True)
class Fold:
    """The `formulas` that one operation called `name` stands for."""

    name: str
    formulas: tuple[str, ...]


def folded(graph: Graph, fold: Fold) -> Graph:
    """The graph with one node in place of some formulas, which is called as the last of them, their result.

    Raises ValueError, with what is wrong, if they have not one result, or are one operation already.
    """
    given = [node.name for node in graph.nodes if node.name in fold.formulas and node.primitive is None]
    if given:
        raise ValueError(f"`{given[0]}` is given: only formulas can be folded")
    members = [node for node in graph.nodes if node.primitive and formula_of(node.name) in fold.formulas]
    names = {node.name for node in members}
    used = {name for node in graph.nodes if node.name not in names for name in node.inputs}
    results = [node.name for node in members if node.name in used or node.name == graph.output]
    if len(results) != 1:
        listed = " and ".join(f"`{name}`" for name in results) or "none of them"
        raise ValueError(f"what is folded needs one result, but {listed} lead on from there")
    if sum(not is_constant(name, graph) for name in names) < 2:
        raise ValueError(f"`{results[0]}` is one operation already")
    outside = dict.fromkeys(name for node in members for name in node.inputs if name not in names)
    inner = Graph((*map(Node, outside), *members), results[0])
    whole = Node(results[0], _operation(fold.name, inner, tuple(outside)), tuple(outside))
    nodes = [whole if node.name == whole.name else node for node in graph.nodes]
    kept = tuple(node for node in nodes if node is whole or node.name not in names)
    if late := _used_too_early(kept):
        raise ValueError(f"`{late}` is between them; fold it, too")
    return Graph(kept, graph.output)


@lru_cache(maxsize=64)
def folded_experiment(experiment: GraphExperiment, folds: tuple[Fold, ...]) -> GraphExperiment:
    """The experiment with its graph folded, fold by fold. Raises ValueError as `folded`."""
    graph = experiment.graph
    for fold in folds:
        graph = folded(graph, fold)
    return replace(experiment, graph=graph) if folds else experiment


def _used_too_early(nodes: Sequence[Node]) -> str | None:
    """The name of a node that another one uses before it."""
    before: set[str] = set()
    for node in nodes:
        if missing := [name for name in node.inputs if name not in before]:
            return missing[0]
        before.add(node.name)
    return None


def _operation(name: str, inner: Graph, given: tuple[str, ...]) -> Folded:
    # The derivative of the sum of result × upstream is what goes back for that upstream.
    back = Graph(
        (
            *inner.nodes,
            Node(_UPSTREAM),
            Node(_PRODUCT, PRIMITIVES["multiply"], (inner.output, _UPSTREAM)),
            Node(_TOTAL, PRIMITIVES["sum"], (_PRODUCT,)),
        ),
        _TOTAL,
    )

    def shape(*shapes: Shape) -> Shape:
        found = dict(zip(given, shapes, strict=True))
        for node in inner.nodes:
            if node.primitive is not None:
                found[node.name] = node.primitive.shape(*(found[each] for each in node.inputs))
        return found[inner.output]

    def forward(*inputs: Array) -> Array:
        return inner.forward(dict(zip(given, inputs, strict=True)))[inner.output]

    def vjp(upstream: Array, value: Array, *inputs: Array) -> list[Array]:
        values = back.forward({**dict(zip(given, inputs, strict=True)), _UPSTREAM: upstream})
        gradients = back.backward(values).of
        return [gradients[each] for each in given]

    slots = ", ".join(f"{{{number}}}" for number in range(len(given)))
    count = len(given)
    return Folded(
        name,
        (count, count),
        shape,
        forward,
        vjp,
        formula=lambda *inputs: f'op("{name}")({slots})',
        slopes=no_slopes,
    )
