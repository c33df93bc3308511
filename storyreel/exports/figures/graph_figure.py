"""The interactive figure of a graph on the page: the data for its script."""

import re
from dataclasses import asdict
from typing import Any

from storyreel.engine.graph.drawn import DrawnNode, drawn_nodes, given_kind
from storyreel.engine.graph.layout import Layout, Place, layout_of
from storyreel.engine.graph.serialization import graph_of_operations
from storyreel.exports.figures.figure import training_data
from storyreel.lesson.network_entries import GraphEntry

ALONG_WIDE, ACROSS_WIDE = 2.85, 1.95
"""The distance of two layers and of two nodes of a layer, where a graph goes from left to right."""
ALONG_NARROW, ACROSS_NARROW = 2.5, 1.95
"""The same where it goes from top to bottom."""
BESIDE, ABOVE, BELOW = 0.9, 0.95, 0.95
"""How far a node reaches from its middle, with its name and its gradient."""
_TEXTS = {
    "times": "×",
    "div": "÷",
    "dot": "·",
    "slash": "/",
    "Sigma": "Σ",
    "sigma": "σ",
    "ast": "∗",
    "ell": "ℓ",
    "-": "−",
    "x^T": "xᵀ",
    "x^y": "xʸ",
    "sqrt(x)": "√x",
    "abs(x)": "|x|",
}
_POWERS = str.maketrans("0123456789-.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻·")


def graph_figure(entry: GraphEntry) -> dict[str, Any] | None:
    """The JSON data of a graph for `graph_figure.js`; None if there is an operation of a package that is not
    installed here.

    `graph` is the list of operations, `given` the arrays by name and `kinds` what they are; `parameters` are
    the names of those that are trained, each with whether it is a weight, and `data` has arrays of other
    given ones with a row for each example. `shown` are the
    nodes that the picture shows, each with the `sign` of its operation and its `inputs`. `views` are the
    arrangements for a wide and a narrow page, from left to right and from top to bottom: the `places` of
    nodes by name, and the places that edges pass (`ways`, by "node position"). y grows downwards.
    """
    try:
        graph = graph_of_operations({"nodes": entry.nodes, "output": entry.output})
    except KeyError:
        return None
    nodes = drawn_nodes(graph)
    layout = layout_of({name: node.inputs for name, node in nodes.items()})
    return {
        "graph": {"nodes": entry.nodes, "output": entry.output},
        "given": {name: asdict(array) for name, array in entry.given.items()},
        "kinds": {name: _kind(name, entry) for name in entry.given},
        "parameters": [(name, _kind(name, entry) == "weight") for name in entry.parameters],
        "data": {name: asdict(array) for name, array in entry.data.items()},
        "shown": [_shown(node) for node in nodes.values()],
        **training_data(entry),
        "views": {"wide": _view(layout, is_down=False), "narrow": _view(layout, is_down=True)},
    }


def _kind(name: str, entry: GraphEntry) -> str:
    """What a given value is for its slider: what is trained is a weight, if it is no bias."""
    kind = given_kind(name)
    return "weight" if name in entry.parameters and kind != "bias" else kind


def sign_text(sign: str) -> str:
    """The sign of an operation, Typst maths, as plain text: `times 2` is ×2, `op("exp")` exp, `x^2` x²."""
    if sign in _TEXTS:
        return _TEXTS[sign]
    if named := re.fullmatch(r'(?:op\()?"(.+?)"\)?', sign):
        return named[1]
    if power := re.fullmatch(r"(.+)\^([\d.-]+)", sign):
        return f"{power[1]}{power[2].translate(_POWERS)}"
    words = re.sub(r"[A-Za-z]{2,}|-", lambda word: _TEXTS.get(word[0], word[0]), sign)
    return words.replace(" ", "").replace("^x", "ˣ")


def _shown(node: DrawnNode) -> dict[str, Any]:
    return {
        "name": node.name,
        "kind": node.kind,
        "sign": sign_text(node.sign),
        "inputs": node.inputs,
        "is_named": node.is_named,
    }


def _view(layout: Layout, is_down: bool) -> dict[str, Any]:
    along, across = (ALONG_NARROW, ACROSS_NARROW) if is_down else (ALONG_WIDE, ACROSS_WIDE)
    lowest, highest = layout.reach

    def placed(place: Place) -> list[float]:
        layer, offset = place
        if is_down:
            x, y = (offset - lowest) * across, layer * along
        else:
            x, y = layer * along, (offset - lowest) * across
        return [round(x + BESIDE, 4), round(y + ABOVE, 4)]

    length, breadth = (layout.layers - 1) * along, (highest - lowest) * across
    width, height = (breadth, length) if is_down else (length, breadth)
    return {
        "width": round(width + 2 * BESIDE, 4),
        "height": round(height + ABOVE + BELOW, 4),
        "places": {name: placed(place) for name, place in layout.places.items()},
        "ways": {
            f"{edge.to} {edge.position}": [placed(place) for place in way]
            for edge, way in layout.ways.items()
            if way
        },
    }
