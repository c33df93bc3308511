"""A diagram of a network as SVG, for notebooks: neurons in columns, weights on the edges between them.

Lengths are pixels.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import dist, inf, isfinite
from typing import TYPE_CHECKING

import numpy as np

from storyreel.core.number_format import shown
from storyreel.core.symbol_parts import symbol_parts
from storyreel.engine.equations.ellipsis import elided

if TYPE_CHECKING:
    from storyreel.engine.network import Network

MOST = 8  # columns, and neurons in a column, the ellipsis included
COLUMN, ROW = 160, 54  # from centre to centre
RADIUS = 14
SIDE, HEADER, FOOTER = 80, 50, 34
THINNEST, THICKEST = 0.75, 4.0
LABEL_POSITIONS = (0.5, 0.35, 0.65, 0.25, 0.75)
"""Where on its edges a layer's weights may be written, as shares of the way, the best places first."""
LABEL_ROOM, PLENTY = 13, 20
"""From one weight to the next: with less room a layer's weights are not written; more is not better."""
STYLE = {
    "rect": "fill: #fff",
    "line": "stroke: #1d6fd1",
    "line.negative": "stroke: #c2410c",
    "circle": "fill: #eaf2fd; stroke: #1d6fd1; stroke-width: 1.5",
    "text": "font: 12px system-ui, sans-serif; text-anchor: middle; fill: #1f2933;"
    " stroke: #fff; stroke-width: 4; paint-order: stroke",
    "text.note": "fill: #52606d",
    "text.variable": "font-style: italic",
    "tspan": "font-size: 9px; font-style: normal",
}


SvgPoint = tuple[float, float]


@dataclass(frozen=True)
class Column:
    """A layer that is drawn (0: the inputs; None: layers left out), with its neurons and their heights."""

    layer: int | None
    x: float
    neurons: tuple[tuple[int | None, float], ...]

    @property
    def drawn(self) -> list[tuple[int, float]]:
        """The neurons without the place of those left out."""
        return [(neuron, y) for neuron, y in self.neurons if neuron is not None]


def network_svg(network: "Network") -> str:
    """The diagram. Edges are as wide as their weights are large within their layer, negative ones orange.

    Of many layers, and of many neurons in a layer, the first and the last are drawn.
    """
    sizes = [len(network.input_names), *(layer.size for layer in network.layers)]
    rows = max(len(elided(size, MOST)) for size in sizes)
    columns = _columns(sizes, HEADER + ROW * rows / 2)
    width, height = round(columns[-1].x + SIDE), HEADER + ROW * rows + FOOTER
    summary = f"{network.loss.name.replace('_', ' ')}, {_counted(network.parameters.size, 'parameter')}"
    body = [
        f'<rect width="{width}" height="{height}" rx="6"/>',
        *(part for before, after in pairwise(columns) for part in _edges(network, before, after)),
        *(part for column in columns for part in _neurons(network, column)),
        _text(width / 2, height - 14, escape(summary), "note"),
    ]
    style = "".join(f".storyreel-network {what}{{{how}}}" for what, how in STYLE.items())
    label = f"Network {' → '.join(map(str, sizes))}: {summary}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="storyreel-network" role="img"'
        f' aria-label="{escape(label)}" viewBox="0 0 {width} {height}" width="{width}"'
        f' style="max-width: 100%"><style>{style}</style>{"".join(body)}</svg>'
    )


def _columns(sizes: list[int], middle: float) -> list[Column]:
    columns = []
    for slot, layer in enumerate(elided(len(sizes), MOST)):
        neurons = [None] if layer is None else elided(sizes[layer], MOST)
        top = middle - ROW * (len(neurons) - 1) / 2
        heights = [top + ROW * row for row in range(len(neurons))]
        columns.append(Column(layer, SIDE + COLUMN * slot, tuple(zip(neurons, heights, strict=True))))
    return columns


def _neurons(network: "Network", column: Column) -> Iterator[str]:
    """The neurons of a column with their symbols, and over them the layer's name, size and activation."""
    for neuron, y in column.neurons:
        if column.layer is None or neuron is None:
            yield _text(column.x, y, "⋯" if column.layer is None else "⋮")
        else:
            yield f'<circle cx="{column.x:g}" cy="{y:g}" r="{RADIUS}"/>'
            yield _symbol(column.x, y + RADIUS + 10, network.names.activations[column.layer][neuron])
    if column.layer == 0:
        yield _text(column.x, 14, "inputs")
    elif column.layer:
        layer = network.layers[column.layer - 1]
        yield _text(column.x, 14, escape(layer.name or f"layer {column.layer}"))
        yield _text(
            column.x, 30, escape(f"{_counted(layer.size, 'neuron')}, {layer.activation.name}"), "note"
        )


def _edges(network: "Network", before: Column, after: Column) -> Iterator[str]:
    """The edges between two columns, then their weights where there is room; none over layers left out."""
    if before.layer is None or after.layer is None:
        return
    weights, names = network.layers[after.layer - 1].weights, network.names.weights[after.layer]
    largest = np.abs(weights[np.isfinite(weights)]).max(initial=0.0) or 1.0
    pairs = [(j, k, (before.x, start), (after.x, end)) for j, start in before.drawn for k, end in after.drawn]
    for j, k, start, end in pairs:
        yield _edge(start, end, float(weights[k, j]), largest, names[k][j])
    position = _label_position([(start[1], end[1]) for _, _, start, end in pairs])
    if position is None:
        return
    for j, k, start, end in pairs:
        yield _text(*_between(start, end, position), shown(float(weights[k, j])))


def _edge(start: SvgPoint, end: SvgPoint, weight: float, largest: float, name: str) -> str:
    """The edge from rim to rim of the neurons at two centres."""
    share = RADIUS / dist(start, end)
    (x1, y1), (x2, y2) = _between(start, end, share), _between(start, end, 1 - share)
    strength = abs(weight) / largest if isfinite(weight) else 1.0
    width = THINNEST + (THICKEST - THINNEST) * strength
    sign = ' class="negative"' if weight < 0 else ""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    title = f"<title>{escape(name)} = {shown(weight)}</title>"
    return f'<line {ends} stroke-width="{width:.2f}"{sign}>{title}</line>'


def _label_position(heights: list[tuple[float, float]]) -> float | None:
    """Where on edges with these heights at their ends labels are furthest apart; None where too near."""

    def closest(position: float) -> float:
        labels = sorted(start + position * (end - start) for start, end in heights)
        return min((after - before for before, after in pairwise(labels)), default=inf)

    best = max(LABEL_POSITIONS, key=lambda position: min(closest(position), PLENTY))
    return best if closest(best) >= LABEL_ROOM else None


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _between(start: SvgPoint, end: SvgPoint, share: float) -> SvgPoint:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def _symbol(x: float, y: float, name: str) -> str:
    """The symbol of a quantity, with its indices below and above."""
    symbol = symbol_parts(name)
    letter = escape(symbol.letter)
    below = f'<tspan dy="3">{",".join(symbol.below)}</tspan>' if symbol.below else ""
    above = f'<tspan dy="{-8 if below else -5}">{symbol.above}</tspan>' if symbol.above else ""
    return _text(x, y, f"{letter}{below}{above}", "" if symbol.is_text else "variable")


def _text(x: float, y: float, content: str, kind: str = "") -> str:
    """Centred text; `content` is SVG."""
    name = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y + 4:.1f}"{name}>{content}</text>'
