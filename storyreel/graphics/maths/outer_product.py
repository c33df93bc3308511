"""A layer as matrices: weights, inputs, errors, and the outer product of errors and inputs, the gradients."""

from manim import DOWN, RIGHT, UP, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.parts.matrix_grid import MatrixGrid
from storyreel.graphics.text.typeset import Typeset, maths, slot

LARGEST_CELL, SMALLEST_CELL = 0.56, 0.14
ROOM_FOR_WORDS = (4.2, 1.6)
"""Units for labels and gaps beside the cells, horizontally and vertically."""


class OuterProduct(VGroup):
    """The matrices of layer number `layer` (from 1) of a trace, in an area.

    From left to right: `weights` W; `inputs` a, a column; `errors` δ = ∂L/∂z, a column; `gradients`, a cell
    for each product of an error and an input, with the inputs as the `row` above them. `labels` and `shapes`
    hold the texts of each by these names. `formula` is the rule in one line. Raises StoryreelError where the
    layer is too large to draw.
    """

    def __init__(self, trace: Trace, layer: int, area: Area) -> None:
        network, gradients = trace.network, trace.gradients
        if not 1 <= layer <= len(network.layers):
            raise StoryreelError(f"the network has layers 1 to {len(network.layers)}, and no layer {layer}")
        weights = network.layers[layer - 1].weights
        rows, columns = weights.shape
        side = min(
            LARGEST_CELL,
            (area.width - ROOM_FOR_WORDS[0]) / (2 * columns + 2),
            (area.height - ROOM_FOR_WORDS[1]) / (max(rows + 1, columns)),
        )
        if side < SMALLEST_CELL:
            raise StoryreelError(
                f"layer {layer} with {rows} × {columns} weights is too large for this picture"
            )
        inputs = trace.forward.activations[layer - 1]
        errors = gradients.pre_activations[layer - 1]
        self.weights = MatrixGrid(weights, "weight", side)
        self.inputs = MatrixGrid(inputs.T, "activation", side)
        self.errors = MatrixGrid(errors.T, "gradient", side)
        self.row = MatrixGrid(inputs, "activation", side)
        self.gradients = MatrixGrid(gradients.weights[layer - 1], "gradient", side)
        self.inputs.next_to(self.weights, RIGHT, buff=0.9)
        self.errors.next_to(self.inputs, RIGHT, buff=1.2)
        self.gradients.next_to(self.errors, RIGHT, buff=0.35)
        self.row.next_to(self.gradients, UP, buff=0.2)
        self.labels: dict[str, Typeset] = {}
        self.shapes: dict[str, Typeset] = {}
        names = {
            "weights": (f"W^(({layer}))", "weight", UP, DOWN),
            "inputs": (f"a^(({layer - 1}))", "activation", UP, DOWN),
            "errors": (f"delta^(({layer}))", "gradient", UP, DOWN),
            "row": (_transposed(layer - 1), "activation", UP, RIGHT),
            "gradients": (f"(partial L)/(partial W^(({layer})))", "gradient", RIGHT, DOWN),
        }
        for name, (source, kind, label_side, shape_side) in names.items():
            grid: MatrixGrid = getattr(self, name)
            label = maths(source, plain=name, colour=theme.colour(kind))
            self.labels[name] = label.next_to(grid, label_side, buff=0.15)
            size = f"{grid.rows} × {grid.columns}"
            shape = maths(
                f"{grid.rows} times {grid.columns}",
                plain=size,
                em=theme.SIZES.small,
                colour=theme.colour("muted"),
            )
            self.shapes[name] = shape.next_to(grid, shape_side, buff=0.15)
        self.formula = _formula(layer)
        grids: list[VMobject] = [self.weights, self.inputs, self.errors, self.gradients, self.row]
        super().__init__(*grids, *self.labels.values(), *self.shapes.values())
        self.move_to(area.centre)
        self.formula.next_to(self, DOWN, buff=0.2)


def _transposed(layer: int) -> str:
    return f"a^(({layer}) upright(T))"


def _formula(layer: int) -> Typeset:
    parts = [
        (f"(partial L)/(partial W^(({layer})))", "gradient"),
        (f"delta^(({layer}))", "gradient"),
        (_transposed(layer - 1), "activation"),
    ]
    left, error, row = (slot(number, source) for number, (source, _) in enumerate(parts))
    return Typeset(
        f"$ {left} = {error} dot {row} $",
        plain=f"grad.W{layer} = delta times a transposed",
        em=theme.SIZES.label,
        slots=("gradients", "errors", "row"),
        colours=[theme.colour(kind) for _, kind in parts],
    )
