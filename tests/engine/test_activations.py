import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from storyreel.engine.activations import ACTIVATIONS, elementwise

# Reference values from tables of the normal distribution and from the definitions, worked out by hand.
KNOWN = {
    "identity": (-1.5, -1.5),
    "sigmoid": (np.log(3.0), 0.75),
    "tanh": (np.log(2.0), 0.6),
    "relu": (-2.0, 0.0),
    "leaky_relu": (-2.0, -0.02),
    "gelu": (1.0, 0.8413447460685429),
    "softplus": (np.log(2.0), np.log(3.0)),
}


@pytest.mark.parametrize(("name", "z", "a"), [(name, *pair) for name, pair in KNOWN.items()])
def test_an_activation_has_its_textbook_value(name: str, z: float, a: float) -> None:
    assert ACTIVATIONS[name].value(np.array([[z]]))[0, 0] == pytest.approx(a, rel=1e-15)


def test_every_activation_of_the_table_has_a_known_value() -> None:
    assert set(ACTIVATIONS) == {*KNOWN, "softmax"}


def test_softmax_shares_out_one_in_proportion_to_the_exponentials() -> None:
    z = np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 2.0]])
    expected = [[1 / 8, 2 / 8, 5 / 8], [3 / 8, 3 / 8, 2 / 8]]
    np.testing.assert_allclose(ACTIVATIONS["softmax"].value(z), expected, rtol=1e-14)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_and_its_derivative_stay_finite_for_large_numbers(name: str) -> None:
    z = np.array([[-1000.0, -40.0, 0.0, 40.0, 1000.0]])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        a = ACTIVATIONS[name].value(z)
        back = ACTIVATIONS[name].vjp(z, a, np.ones_like(z))
    assert np.isfinite(a).all() and np.isfinite(back).all()


@given(arrays(np.float64, (2, 4), elements=st.floats(-500, 500)))
def test_softmax_is_a_distribution_whatever_the_logits(z: np.ndarray) -> None:
    shares = ACTIVATIONS["softmax"].value(z)
    assert (shares >= 0.0).all()
    np.testing.assert_allclose(shares.sum(axis=-1), 1.0, rtol=1e-12)


def test_the_formulas_of_an_elementwise_activation_name_its_own_neuron() -> None:
    square = elementwise("square", lambda z: z**2, lambda z, a: 2 * z, "{z}^2", "2 times {z}")
    z = np.array([1.0, 2.0])
    assert square.formula(1, z) == "{z[1]}^2"
    assert square.gradient_formula(1, z) == "{upstream[1]} times 2 times {z[1]}"
