"""Matrices: a cell is as bright as its number is large, in its row and column, with a minus below zero."""

from collections.abc import Callable

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.measure import line_through, share

from storyreel.core.arrays import Array
from storyreel.engine.experiment import Experiment
from storyreel.graphics import theme
from storyreel.graphics.layout import Frame
from storyreel.graphics.maths.outer_product import OuterProduct
from storyreel.graphics.parts.matrix_grid import MatrixGrid

Make = Callable[[], Experiment]


def check(grid: MatrixGrid, values: Array, kind: str) -> None:
    """The cells as they stand, from left to right in rows from the top, are these numbers."""
    rows, columns = values.shape
    assert len(grid) == values.size
    cells = sorted(grid, key=lambda cell: (-round(cell[0].get_y(), 6), round(cell[0].get_x(), 6)))
    ys = {round(cell[0].get_y(), 6) for cell in cells}
    xs = {round(cell[0].get_x(), 6) for cell in cells}
    assert (len(ys), len(xs)) == (rows, columns)
    seen = [share(cell[0].get_fill_color(), theme.colour("surface"), theme.colour(kind)) for cell in cells]
    line_through(np.abs(values).ravel().tolist(), seen)
    assert max(seen) == pytest.approx(1.0, abs=5e-3)
    assert [len(cell) == 2 for cell in cells] == (values < 0).ravel().tolist()


def test_a_matrix_is_brightest_where_it_is_largest_and_marks_what_is_negative() -> None:
    values = np.array([[1.0, -4.0, 0.5], [0.0, 2.0, -0.1]])
    grid = MatrixGrid(values, "weight", 0.4)
    check(grid, values, "weight")
    assert grid.cell(1, 2) is grid.row(1)[2] and grid.row(0).get_y() > grid.row(1).get_y()


@pytest.mark.parametrize("make", [lessons.dense, lessons.relu])
@pytest.mark.parametrize("layer", [1, 2])
def test_the_matrices_of_a_layer_are_its_numbers(make: Make, layer: int) -> None:
    experiment = make()
    names, now = experiment.network.names, by_hand.numbers(experiment)
    picture = OuterProduct(experiment.trace, layer, Frame().stage)
    inputs = np.array([[now[name]] for name in names.activations[layer - 1]])
    errors = np.array([[by_hand.slope(experiment, bias)] for bias in names.biases[layer]])
    gradients = [[by_hand.slope(experiment, name) for name in row] for row in names.weights[layer]]
    check(picture.weights, experiment.network.layers[layer - 1].weights, "weight")
    check(picture.inputs, inputs, "activation")
    check(picture.row, inputs.T, "activation")
    check(picture.errors, tidy(errors), "gradient")
    check(picture.gradients, tidy(np.array(gradients)), "gradient")
    sizes = {name: text.plain for name, text in picture.shapes.items()}
    rows, columns = len(errors), len(inputs)
    assert (sizes["weights"], sizes["row"]) == (f"{rows} × {columns}", f"1 × {columns}")
    assert sizes["gradients"] == sizes["weights"] and sizes["errors"] == f"{rows} × 1"


def tidy(slopes: Array) -> Array:
    """Slopes without what a difference is off by where there is none."""
    return np.where(np.abs(slopes) < 1e-8, 0.0, slopes)
