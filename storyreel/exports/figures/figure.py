"""The interactive figure of a network on the page: the data for its script, and its table of numbers.

The script computes the numbers itself; layout, symbols and proportions are those of the film.
"""

from dataclasses import asdict, dataclass
from typing import Any

from markupsafe import Markup

from storyreel.core.number_format import localized
from storyreel.core.symbol_parts import symbol_parts
from storyreel.engine.equations.notation import Notation
from storyreel.engine.graph.layered import layered_graph
from storyreel.engine.graph.serialization import operations_of
from storyreel.engine.layer import Layer
from storyreel.engine.names import LayerShape, QuantityNames, names_of
from storyreel.engine.network import Network
from storyreel.engine.operation import COST_GRADIENT, GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.network_layout import (
    ROOM_FOR_COUNTS,
    TO_TARGET,
    network_layout_of,
    width_at,
    width_for_gradient,
)
from storyreel.lesson.network_entries import NetworkEntry, TrainedEntry

WIDE, NARROW = 12.9, 6.8
"""Widths of the figure, in Manim units: about as in the film, and for a narrow page."""
LOWEST, ROW, HIGHEST = 3.2, 1.2, 16.0
"""Heights of the figure, in Manim units: the least, for each neuron of the largest layer, the greatest."""
LEAST_SPACING = 0.95
"""The least distance of neurons, in Manim units; of larger layers the first and the last are drawn."""
OVERHANG = 0.3  # Manim units by which the layout may extend to the right: the film's targets are wider


@dataclass(frozen=True)
class FigureRow:
    """A row of the table: name and symbol of a quantity, and its numbers as text, empty if it has none.

    `gradient` is the derivative of the loss, `cost_gradient` that of the cost.
    """

    name: str
    symbol: Markup
    value: str
    gradient: str
    cost_gradient: str
    next: str


def figure_rows(entry: TrainedEntry, language: str) -> list[FigureRow]:
    """The numbers of the example as the language writes them, in the order of the forward pass, and the cost
    if there is one."""
    notation = Notation.of(asdict(entry))

    def written(numbers: dict[str, float], name: str, prefix: str = "") -> str:
        return localized(notation.text(prefix + name, numbers[name]), language) if name in numbers else ""

    return [
        FigureRow(
            name=name,
            symbol=html_symbol(name),
            value=written(entry.values, name),
            gradient=written(entry.gradients, name, GRADIENT),
            cost_gradient=written(entry.cost_gradients, name, COST_GRADIENT),
            next=written(entry.next, name),
        )
        for name in entry.values
    ]


def training_data(entry: TrainedEntry) -> dict[str, Any]:
    """How numbers are written and trained, as `number.js` and `training.js` take it."""
    names = ("l2", "reduction", "optimizer", "settings", "schedule", "learning_rate", "batch_size")
    return {name: getattr(entry, name) for name in (*names, "digits", "texts", "more_digits")}


def figure_data(network: NetworkEntry) -> dict[str, Any]:
    """The JSON data of a network for `network.js` and `figure.js`.

    `views` are the layouts for a wide and a narrow page: `width`, `height`, the neurons' `radius`, their
    distance (`spacing` vertically, `pitch` horizontally), their `places` by layer (None: left out), `gaps`,
    the place for the others of a layer (None: all are drawn), `counts_at`, the height of their counts, and
    `labels`, the position of the weights' labels along the edges to each layer (None: no labels). Lengths are
    in Manim units, and y grows downwards. `digits`, `texts` and `more_digits` are those of a `Notation`.
    `look` has stroke widths and brightness, for the weakest and the strongest. `data` has the examples that a
    step is on (none: the network's own), `batch_size` how many of them, if not all.
    """
    names = names_of_network(network)
    return {
        "inputs": network.inputs,
        "input": [network.values[name] for name in network.inputs],
        "target": [network.values[name] for name in names.targets],
        "data": [
            {"input": [row[name] for name in network.inputs], "target": [row[name] for name in names.targets]}
            for row in network.data
        ],
        "layers": [asdict(layer) for layer in network.layers],
        "loss": network.loss,
        "graph": _operations(network),
        **training_data(network),
        "views": {"wide": _view(names, WIDE), "narrow": _view(names, NARROW)},
        "look": {
            "weight": [width_at(0) / 100, width_at(1) / 100],
            "gradient": [width_for_gradient(0) / 100, width_for_gradient(1) / 100],
            "rim": theme.SPACING.stroke / 100,
            "brightness": [theme.DARKEST, 1.0],
            "em": theme.SIZES.label,
        },
    }


def _operations(network: NetworkEntry) -> dict[str, Any] | None:
    """The operations of the network, for a batch; None if it has a function of a package that is
    not installed here."""
    try:
        layers = [Layer(**asdict(layer)) for layer in network.layers]
        return operations_of(layered_graph(Network(network.inputs, layers, network.loss)))
    except ValueError:
        return None


def html_symbol(name: str) -> Markup:
    """The symbol of a quantity as in the film, in HTML; of `W1[2,0]` a w with indices below and above."""
    parts = symbol_parts(name)
    letter = Markup("<span>{}</span>" if parts.is_text else "<var>{}</var>").format(parts.letter)
    is_clear = all(len(position) == 1 for position in parts.below)
    positions = ("" if is_clear else ",").join(parts.below)
    below = Markup("<sub>{}</sub>").format(positions) if positions else ""
    above = Markup("<sup>{}</sup>").format(parts.above) if parts.above else ""
    return letter + below + above


def names_of_network(network: NetworkEntry) -> QuantityNames:
    """The lesson's names of the network's quantities."""
    shapes = (
        LayerShape(layer.name, len(layer.weights), len(layer.weights[0]), layer.bias is not None)
        for layer in network.layers
    )
    return names_of(network.inputs, tuple(shapes))


def _view(names: QuantityNames, width: float) -> dict[str, Any]:
    sizes = [len(column) for column in names.activations]
    height = min(max(LOWEST, ROW * max(sizes)), HIGHEST)
    layout = network_layout_of(sizes, 0.0, -height, width + OVERHANG, 0.0, least=LEAST_SPACING)

    def place(layer: int, neuron: int | None) -> list[float] | None:
        if neuron not in layout.rows[layer]:
            return None
        x, y = layout.place(layer, neuron)
        return [round(x, 4), round(-y, 4)]

    return {
        "width": width,
        "height": round(height, 4),
        "radius": round(layout.radius, 4),
        "spacing": round(layout.spacing, 4),
        "pitch": round(layout.pitch, 4),
        "to_target": TO_TARGET,
        "has_names": bool(layout.names_em),
        "places": [[place(layer, row) for row in range(size)] for layer, size in enumerate(sizes)],
        "gaps": [place(layer, None) for layer in range(len(sizes))],
        "counts_at": round(ROOM_FOR_COUNTS / 2 - layout.bottom, 4),
        "labels": [None, *(layout.label_position(layer) for layer in range(1, len(sizes)))],
    }
