"""The nodes of a graph as pictures show them: without constants, which stand in the signs of operations."""

from collections.abc import Sequence
from dataclasses import dataclass

from storyreel.engine.graph.graph import Graph, Node
from storyreel.engine.graph.primitive import Folded

Kind = str
_KINDS = {"w": "weight", "b": "bias", "t": "target"}
_SIGNS = {
    "add": "+",
    "subtract": "-",
    "multiply": "times",
    "divide": "div",
    "matmul": "dot",
    "dot": "dot",
    "power": "x^y",
    "negative": "-",
    "exp": "exp",
    "log": "ln",
    "sqrt": "sqrt(x)",
    "abs": "abs(x)",
    "sum": "Sigma",
    "conv2d": "ast",
    "transpose": "x^T",
    "identity": "=",
    "sigmoid": "sigma",
}
"""The signs of operations in Typst maths; the others are called by their names."""
_WITH_CONSTANT = {
    ("add", 0): "+{c}",
    ("add", 1): "+{c}",
    ("subtract", 0): "-{c}",
    ("subtract", 1): "{c}-x",
    ("multiply", 0): "times {c}",
    ("multiply", 1): "times {c}",
    ("divide", 0): "div {c}",
    ("divide", 1): "{c} slash x",
    ("power", 0): "x^{c}",
    ("power", 1): "{c}^x",
}
"""The same with a constant `c`, by the place of the other input."""
_LOSS = '"loss"'
_WORDS = {"leaky_relu": "relu", "softplus": "soft", "softmax": "soft", "flatten": "flat", "concat": "join"}


@dataclass(frozen=True)
class DrawnNode:
    """A node of a picture: its operation's `sign` in Typst maths, "" for what is given, and its `kind`.

    `inputs` are those of its nodes that are drawn, `positions` their numbers among all inputs. A part of a
    formula has no name of its own to show (`is_named`).
    """

    name: str
    kind: Kind
    sign: str = ""
    inputs: tuple[str, ...] = ()
    positions: tuple[int, ...] = ()
    is_named: bool = True


def drawn_nodes(graph: Graph) -> dict[str, DrawnNode]:
    """The nodes that a picture of the graph shows, by name, each after its inputs."""
    constants = {node.name: node for node in graph.nodes if _is_constant(node) and "/" in node.name}
    shown = (node for node in graph.nodes if node.name not in constants)
    return {node.name: _drawn(node, constants, graph.output) for node in shown}


def is_constant(name: str, graph: Graph) -> bool:
    """True for a number that is written in a formula, as 2 in `2 * x`."""
    return any(node.name == name and _is_constant(node) for node in graph.nodes)


def constant_text(node: Node) -> str:
    """The digits of a constant."""
    assert node.primitive is not None
    return node.primitive.formula()


def formula_of(name: str) -> str:
    """The formula that a node belongs to: `f` for its part `f/1`, and for itself."""
    return name.partition("/")[0]


def parts_of(graph: Graph, name: str) -> list[str]:
    """The names of the nodes of a formula that are drawn, in the order in which they are computed."""
    return [each for each in drawn_nodes(graph) if formula_of(each) == name]


def given_kind(name: str) -> Kind:
    """The kind of what is given, by its name: weights begin with w, biases with b, targets with t."""
    return _KINDS.get(name[0].lower(), "input")


def _is_constant(node: Node) -> bool:
    return node.primitive is not None and node.primitive.name == "constant"


def _drawn(node: Node, constants: dict[str, Node], output: str) -> DrawnNode:
    if node.primitive is None or _is_constant(node):
        return DrawnNode(node.name, given_kind(node.name))
    places = [place for place, name in enumerate(node.inputs) if name not in constants]
    inputs = tuple(node.inputs[place] for place in places)
    sign = _sign(node, places, constants)
    kind = "loss" if node.name == output and node.name.lower() in ("loss", "l", "cost") else "activation"
    return DrawnNode(node.name, kind, sign, inputs, tuple(places), "/" not in node.name)


def _sign(node: Node, places: Sequence[int], constants: dict[str, Node]) -> str:
    assert node.primitive is not None
    name = node.primitive.name
    if isinstance(node.primitive, Folded):
        return f'op("{name}")'
    if len(places) == 1 and (name, places[0]) in _WITH_CONSTANT:
        constant = constant_text(constants[node.inputs[1 - places[0]]])
        return _WITH_CONSTANT[name, places[0]].replace("{c}", constant)
    if name == "element":
        return f'"[{",".join(str(int(place)) for place in node.primitive.settings)}]"'
    if name.endswith(("_error", "_entropy")) or name == "huber":
        return _LOSS
    return _SIGNS.get(name) or f'op("{_WORDS.get(name, name)}")'
