"""A formula of a graph as a Python expression, from the nodes that it was parsed into."""

import keyword
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from storyreel.core.arrays import Array
from storyreel.engine.graph.graph import Graph, Node
from storyreel.exports.pytorch.functions import ACTIVATIONS, LOSSES, row_called

_ATOM, _POWER, _SIGN, _PRODUCT, _SUM = 5, 4, 3, 2, 1
"""How strongly an expression holds together."""
_OPERATORS = {
    "add": ("+", _SUM),
    "subtract": ("-", _SUM),
    "multiply": ("*", _PRODUCT),
    "divide": ("/", _PRODUCT),
    "matmul": ("@", _PRODUCT),
}
_FUNCTIONS = {
    **{name: f"torch.{name}({{0}})" for name in ("exp", "log", "sqrt", "sin", "cos", "abs", "sum", "mean")},
    "dot": "torch.dot({0}, {1})",
    "transpose": "torch.t({0})",
    "flatten": "torch.flatten({0})",
    **{name: text for name, text in ACTIVATIONS.items() if name != "identity"},
    **{name: f"{name}({{0}}, {{1}})" for name in LOSSES},
}
_TAKEN = re.compile(
    r"F|torch|math|check|grad|gradients|values|given|forward|run|cost|cost_of|losses_of|rows?|each"
    r"|steps?|rate|train|optimizer|velocity|batches|print|range|min|" + "|".join(LOSSES)
)
"""What the script calls its own."""


@dataclass(frozen=True)
class _Expression:
    text: str
    strength: int
    is_tensor: bool = True

    def within(self, least: int) -> str:
        """The text where something of this strength is needed."""
        return self.text if self.strength >= least else f"({self.text})"

    @property
    def argument(self) -> str:
        """The text as an argument of a function of PyTorch's, which takes tensors only."""
        return self.text if self.is_tensor else f"torch.tensor({float_text(self.text)})"


def float_text(text: str) -> str:
    """A Python expression of numbers, which is to give a float."""
    return text if not text.isdigit() else f"{text}.0"


def python_names(graph: Graph) -> dict[str, str]:
    """A Python name for each node that has a name in the lesson: that one, if it can be had."""
    names: dict[str, str] = {}
    for node in graph.nodes:
        if "/" in node.name:
            continue
        name = unicodedata.normalize("NFKC", node.name)
        name = name if name.isidentifier() else "".join(c if c.isalnum() else "_" for c in f"_{name}")
        if name.startswith("data_"):  # what the script calls the data's arrays
            name = f"_{name}"
        while keyword.iskeyword(name) or _TAKEN.fullmatch(name) or name in names.values():
            name += "_"
        names[node.name] = name
    return names


def formulas(graph: Graph, values: Mapping[str, Array]) -> dict[str, str]:
    """Of each formula of the graph by its name, the expression that PyTorch computes. NotInPyTorch for an
    operation that it has none for."""
    names = python_names(graph)
    expressions: dict[str, _Expression] = {}
    texts: dict[str, str] = {}
    for node in graph.nodes:
        if node.primitive is not None:
            inputs = [expressions[name] for name in node.inputs]
            expressions[node.name] = _expression(node, inputs, values)
        if node.name in names:
            if node.primitive is not None:
                texts[node.name] = _whole(node, expressions)
            expressions[node.name] = _Expression(names[node.name], _ATOM)
    return texts


def _whole(node: Node, expressions: Mapping[str, _Expression]) -> str:
    """A formula of its own: one of numbers only is a tensor that has a gradient, too."""
    made = expressions[node.name]
    if not made.is_tensor:
        return f"torch.tensor({float_text(made.text)}, requires_grad=True)"
    # The same tensor by another name would have one gradient for both.
    return f"{made.text}.clone()" if made.text.isidentifier() else made.text


def _expression(node: Node, inputs: list[_Expression], values: Mapping[str, Array]) -> _Expression:
    assert node.primitive is not None
    name, settings = node.primitive.name, node.primitive.settings
    shapes = [values[each].shape for each in node.inputs]
    is_tensor = any(each.is_tensor for each in inputs)
    if name == "constant":
        return _constant(node.primitive.formula(), settings[0])
    if name == "identity" or (name == "flatten" and len(shapes[0]) == 1):
        return inputs[0]
    if name in _OPERATORS:
        sign, strength = _OPERATORS[name]
        text = f"{inputs[0].within(strength)} {sign} {inputs[1].within(strength + 1)}"
        return _Expression(text, strength, is_tensor)
    if name == "negative":
        return _Expression(f"-{inputs[0].within(_SIGN)}", _SIGN, is_tensor)
    if name == "power":
        text = f"{inputs[0].within(_POWER + 1)} ** {inputs[1].within(_SIGN)}"
        return _Expression(text, _POWER, is_tensor)
    if name == "element":
        return _Expression(f"{inputs[0].within(_ATOM)}[{', '.join(str(int(k)) for k in settings)}]", _ATOM)
    arguments = [each.argument for each in inputs]
    text = _called(name, arguments, shapes)
    if not is_tensor:  # so that it has a gradient
        text = f"{text}.requires_grad_()"
    return _Expression(text, _ATOM)


def _constant(text: str, value: float) -> _Expression:
    try:
        is_same = float(text) == value
    except ValueError:
        is_same = False
    return _Expression(text if is_same and text.isascii() else repr(value), _ATOM, is_tensor=False)


def _called(name: str, arguments: list[str], shapes: list[tuple[int, ...]]) -> str:
    if name == "concat":
        rows = (
            f"{each}.reshape(1)" if not shape else each for each, shape in zip(arguments, shapes, strict=True)
        )
        return f"torch.cat([{', '.join(rows)}])"
    if name == "conv2d":
        if len(shapes[1]) == 4:
            return f"F.conv2d({arguments[0]}[None], {arguments[1]})[0]"
        return f"F.conv2d({arguments[0]}[None, None], {arguments[1]}[None, None])[0, 0]"
    if name == "max":
        if len(arguments) == 1:
            return f"torch.amax({arguments[0]})"
        if len(arguments) == 2:
            return f"torch.maximum({', '.join(arguments)})"
        return f"torch.amax(torch.stack(torch.broadcast_tensors({', '.join(arguments)})), dim=0)"
    return row_called(name, _FUNCTIONS).format(*arguments)
