"""The tree of what the loss depends on, where one way leads from each weight and bias to the loss.

tree = derivative_tree(trace)           loss ← y ← w2, h, b2;  h ← w1, x, b1
tree["h"].children                      the keys of what h is made of
tree["h"].derivative                    ∂y/∂h: how fast the number above it changes with it
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from storyreel.core.errors import StoryreelError
from storyreel.engine.trace import Trace
from storyreel.engine.weight_path import SeveralWays, WeightPath

LOSS = "loss"
MOST_LEAVES = 14
"""The most numbers at the ends of branches that can be read below one another."""


@dataclass(frozen=True)
class TreeNode:
    """A number of the tree, its `kind`, and the keys of the number above it (`parent`, "" of the loss) and of
    those that it is made of (`children`).

    An input of several neurons is in the tree for each of them: its `key` has the neuron's name before its
    own. What training does not change `is_given`. `derivative` is that of the number above it with respect to
    it; `derivative_name` and `derivative_kind` are the name and the kind of quantity that this is equal
    to, as in a `WeightPath`. For what is given, they are 0 and "".
    """

    key: str
    name: str
    kind: str
    parent: str
    children: tuple[str, ...]
    is_given: bool
    derivative: float = 0.0
    derivative_name: str = ""
    derivative_kind: str = ""


def derivative_tree(trace: Trace) -> Mapping[str, TreeNode]:
    """The nodes by key, each before its children. Raises StoryreelError where there is no tree, or one that
    is too large to be read."""
    try:
        paths = {name: WeightPath(trace, name) for name in trace.network.names.parameters}
    except SeveralWays:
        raise StoryreelError(
            "the derivatives make a tree where every neuron but the last is used by one other; after the"
            " first layer, layers have one neuron"
        ) from None
    tree = {node.key: node for node in _nodes(trace, paths)}
    leaves = sum(not node.children for node in tree.values())
    if leaves > MOST_LEAVES:
        raise StoryreelError(f"a tree with {leaves} ends is too large to be read; up to {MOST_LEAVES} can be")
    return tree


def _nodes(trace: Trace, paths: Mapping[str, WeightPath]) -> Iterator[TreeNode]:
    names, trained = trace.network.names, set(trace.network.trained)
    links: dict[str, tuple[float, str, str]] = {}
    for path in paths.values():
        links |= zip(
            path.names,
            zip(path.derivatives, path.derivative_names, path.derivative_kinds, strict=True),
            strict=False,
        )

    def node(name: str, parent: str, children: tuple[str, ...] = ()) -> TreeNode:
        kind = trace[name].kind
        is_given = kind in ("input", "target") or (name in paths and name not in trained)
        key = f"{parent}/{name}" if kind == "input" else name
        link = links[name] if name in links and not is_given else (0.0, "", "")
        return TreeNode(key, name, kind, parent, children, is_given, *link)

    def below(layer: int, neuron: int, parent: str) -> Iterator[TreeNode]:
        name = names.activations[layer][neuron]
        sources, weights = names.activations[layer - 1], names.weights[layer][neuron]
        biases = names.biases[layer][neuron : neuron + 1]
        branches = [list(below(layer - 1, k, name)) if layer > 1 else [] for k in range(len(sources))]
        terms = [
            (node(weight, name), *(branch or [node(source, name)]))
            for weight, source, branch in zip(weights, sources, branches, strict=True)
        ]
        last = [node(bias, name) for bias in biases]
        children = (*(each.key for term in terms for each in term[:2]), *(each.key for each in last))
        yield node(name, parent, children)
        for term in terms:
            yield from term
        yield from last

    outputs = list(zip(names.activations[-1], names.targets, strict=True))
    yield node(LOSS, "", tuple(name for pair in outputs for name in pair))
    for number, (_, target) in enumerate(outputs):
        yield from below(len(names.activations) - 1, number, LOSS)
        yield node(target, LOSS)


def branch_of(tree: Mapping[str, TreeNode], key: str) -> list[TreeNode]:
    """The nodes from one up to the loss, both included."""
    found = [tree[key]]
    while found[-1].parent:
        found.append(tree[found[-1].parent])
    return found
