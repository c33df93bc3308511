"""Every operation of the table beside central differences, PyTorch, and its own formulas."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import differences
from helpers.operation_cases import CASES as OTHERS
from helpers.operation_cases import HINGE

from storyreel.core.arrays import Array
from storyreel.engine.activations import ACTIVATIONS, elementwise
from storyreel.engine.equations.formula import parsed
from storyreel.engine.graph.layers import of_activation, of_fusion, of_loss
from storyreel.engine.graph.primitive import Primitive, constant, element
from storyreel.engine.graph.primitives import PRIMITIVES
from storyreel.engine.losses import LOSSES

REFERENCE: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("torch_reference.json").read_text("utf-8")
)["operations"]
CASES = (*OTHERS, *HINGE)
IDS = [f"{name}-{'-'.join(str(np.shape(each)) for each in inputs)}" for name, inputs in CASES]
ELEMENTS = [((1,), (3,)), ((1, 0), (2, 3)), ((1,), (2, 3)), ((0, 1, 2), (2, 2, 3))]


def checked(primitive: Primitive, inputs: list[Array], position: int) -> None:
    """Assert that the derivative by an input is that of central differences of Σ wᵢ valueᵢ, w = 1, 2, …"""
    value = np.asarray(primitive.forward(*inputs))
    weights = np.arange(1.0, value.size + 1).reshape(value.shape)

    def total(moved: Array) -> float:
        others = [moved if place == position else each for place, each in enumerate(inputs)]
        return float(np.sum(weights * primitive.forward(*others)))

    with np.errstate(all="ignore"):
        found = primitive.vjp(weights, value, *inputs)[position]
    assert np.shape(found) == inputs[position].shape
    np.testing.assert_allclose(found, differences.gradient(total, inputs[position]), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize(("name", "inputs"), CASES, ids=IDS)
def test_the_derivatives_are_those_of_central_differences(name: str, inputs: tuple[Any, ...]) -> None:
    arrays = [np.array(each, np.float64) for each in inputs]
    for position in range(len(arrays)):
        if name == "power" and (arrays[0] <= 0).any() and position == 1:
            continue  # a power of what is not above 0 is defined for single exponents only
        checked(PRIMITIVES[name], arrays, position)


@pytest.mark.parametrize(("index", "shape"), ELEMENTS)
def test_the_derivative_of_an_element_is_that_of_central_differences(
    index: tuple[int, ...], shape: tuple[int, ...]
) -> None:
    checked(element(*index), [np.arange(np.prod(shape, dtype=float)).reshape(shape)], 0)


@pytest.mark.parametrize("name", [name for name, loss in LOSSES.items() if loss.fused])
@pytest.mark.parametrize("position", [0, 1])
def test_the_derivatives_of_a_loss_of_logits_are_those_of_central_differences(
    name: str, position: int
) -> None:
    fused = LOSSES[name].fused
    assert fused
    z, t = np.array([[0.3, -1.2, 2.8], [1.0, 0.1, -0.4]]), np.array([[0.1, 0.6, 0.3], [0.0, 1.0, 0.0]])
    checked(of_fusion(fused, name), [z, t], position)


@pytest.mark.parametrize(("case", "reference"), list(zip(CASES, REFERENCE, strict=True)), ids=IDS)
def test_value_and_derivatives_are_those_of_pytorch(
    case: tuple[str, tuple[Any, ...]], reference: dict[str, Any]
) -> None:
    name, arrays = case[0], [np.array(each, np.float64) for each in case[1]]
    assert reference["operation"] == name
    with np.errstate(all="ignore"):
        value = np.asarray(PRIMITIVES[name].forward(*arrays))
        weights = np.arange(1.0, value.size + 1).reshape(value.shape)
        gradients = PRIMITIVES[name].vjp(weights, value, *arrays)
    np.testing.assert_allclose(value, reference["value"], rtol=1e-12, atol=1e-15)
    flat = np.concatenate([np.ravel(each) for each in gradients])
    np.testing.assert_allclose(flat, reference["gradient"], rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize(("name", "inputs"), CASES, ids=IDS)
def test_the_shape_is_known_before_the_value(name: str, inputs: tuple[Any, ...]) -> None:
    arrays = [np.array(each, np.float64) for each in inputs]
    value = PRIMITIVES[name].forward(*arrays)
    assert PRIMITIVES[name].shape(*map(np.shape, arrays)) == np.shape(value)


def test_every_operation_has_cases_with_arrays_and_if_it_can_with_numbers() -> None:
    names = {name for name, inputs in CASES if any(np.ndim(each) for each in inputs)}
    assert names == set(PRIMITIVES)
    of_numbers = {name for name, inputs in CASES if not any(map(np.ndim, inputs))}
    assert set(PRIMITIVES) - of_numbers == {"dot", "matmul", "transpose", "conv2d"}


SCALARS = [case for case in CASES if not any(map(np.ndim, case[1]))]


@pytest.mark.parametrize(("name", "inputs"), SCALARS, ids=[f"{name}-{inputs}" for name, inputs in SCALARS])
def test_the_formulas_come_to_the_value_and_the_derivatives(name: str, inputs: tuple[float, ...]) -> None:
    if name in ("flatten", "concat"):
        pytest.skip("its value is no number")
    primitive, arrays = PRIMITIVES[name], [np.array(each) for each in inputs]
    value = float(primitive.forward(*arrays))
    numbers = [Decimal(str(each)) for each in (*inputs, value)]
    assert float(parsed(primitive.formula(*arrays)).value(numbers)) == pytest.approx(value, rel=1e-12)
    with np.errstate(all="ignore"):
        derivatives = [float(each) for each in primitive.vjp(np.ones(()), np.array(value), *arrays)]
    slopes = [float(parsed(each).value(numbers)) for each in primitive.slopes(*arrays)]
    expected = derivatives[: len(slopes)]
    assert slopes == pytest.approx(expected, rel=1e-12, nan_ok=True)
    assert len(slopes) == (1 if name in LOSSES else len(inputs))


@pytest.mark.parametrize(("name", "inputs"), CASES, ids=IDS)
def test_of_arrays_no_slopes_are_written(name: str, inputs: tuple[Any, ...]) -> None:
    arrays = [np.array(each, np.float64) for each in inputs]
    if any(each.ndim for each in arrays):
        assert not PRIMITIVES[name].slopes(*arrays)


def test_the_largest_share_a_gradient_as_in_pytorch() -> None:
    x, y = np.array([2.0, 1.0]), np.array([2.0, 5.0])
    both = PRIMITIVES["max"].vjp(np.array([6.0, 1.0]), np.array([2.0, 5.0]), x, y)
    np.testing.assert_array_equal(both, [[3.0, 0.0], [3.0, 1.0]])
    (one,) = PRIMITIVES["max"].vjp(np.array(6.0), np.array(4.0), np.array([4.0, 1.0, 4.0]))
    np.testing.assert_array_equal(one, [3.0, 0.0, 3.0])
    assert PRIMITIVES["max"].slopes(np.array(2.0), np.array(2.0)) == ["1/2", "1/2"]


@pytest.mark.parametrize(
    ("name", "shapes", "products"),
    [
        ("add", ((2, 3), (3,)), 6),
        ("matmul", ((2, 3), (3, 4)), 24),
        ("matmul", ((3,), (3,)), 3),
        ("conv2d", ((5, 5), (3, 3)), 81),
        ("conv2d", ((2, 5, 5), (4, 2, 3, 3)), 648),
    ],
)
def test_the_work_of_an_operation_is_known_before_it_is_done(
    name: str, shapes: tuple[tuple[int, ...], ...], products: int
) -> None:
    assert PRIMITIVES[name].work(*shapes) == products


def test_a_constant_is_the_number_that_the_author_wrote() -> None:
    half = constant(0.5, "0.50")
    assert half.forward() == 0.5 and half.formula() == "0.50" and half.settings == (0.5,)


def test_an_elements_symbol_counts_from_1() -> None:
    assert element(1, 0).formula(np.ones((2, 2))) == "{0}_(2,1)"


def test_activations_and_losses_of_other_packages_become_operations() -> None:
    square = elementwise("square", lambda z: z**2, lambda z, a: 2 * z, "{z}^2", "2 times {z}")
    primitive = of_activation(square)
    checked(primitive, [np.array([1.5, -2.0])], 0)
    assert primitive.formula(np.array(3.0)) == "{0}^2" and primitive.slopes(np.array(3.0)) == ("2 times {0}",)
    assert set(ACTIVATIONS) | set(LOSSES) <= set(PRIMITIVES)


def test_a_loss_without_a_known_derivative_by_its_targets_has_none() -> None:
    from dataclasses import replace

    loss = of_loss(replace(LOSSES["half_squared_error"], name="mine"))
    y, t = np.array([1.0, 2.0]), np.array([0.0, 0.0])
    by_y, by_t = loss.vjp(np.ones(()), np.array(2.5), y, t)
    np.testing.assert_array_equal(by_y, y)
    assert np.isnan(by_t).all()
