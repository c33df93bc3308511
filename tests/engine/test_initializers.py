import numpy as np
import pytest

from storyreel.engine.initializers import INITIALIZERS, Constant, Given, He, Xavier


def test_constant_is_the_same_everywhere() -> None:
    np.testing.assert_array_equal(Constant(0.5).weights(2, 3), np.full((2, 3), 0.5))


def test_given_weights_are_taken_as_written_if_they_fit() -> None:
    given = Given(((1.0, 2.0), (3.0, 4.0), (5.0, 6.0)))
    np.testing.assert_array_equal(given.weights(3, 2), [[1, 2], [3, 4], [5, 6]])
    with pytest.raises(ValueError, match=r"shape \(2, 3\) are needed, and \(3, 2\) given"):
        given.weights(2, 3)


@pytest.mark.parametrize("rule", [Xavier, He])
def test_a_seed_decides_the_weights(rule: type[Xavier | He]) -> None:
    np.testing.assert_array_equal(rule(7).weights(4, 3), rule(7).weights(4, 3))
    assert (rule(7).weights(4, 3) != rule(8).weights(4, 3)).all()


def test_xavier_is_uniform_with_its_published_variance() -> None:
    weights = Xavier(1).weights(200, 100)
    assert abs(weights).max() <= np.sqrt(6 / 300)
    assert weights.var() == pytest.approx(2 / 300, rel=0.03)


def test_he_is_normal_with_its_published_variance() -> None:
    weights = He(1).weights(200, 100)
    assert weights.var() == pytest.approx(2 / 100, rel=0.03)
    assert (abs(weights) < np.sqrt(2 / 100)).mean() == pytest.approx(0.683, abs=0.01)


def test_the_table_names_them_all() -> None:
    assert {"constant": Constant, "list": Given, "xavier": Xavier, "he": He} == INITIALIZERS
