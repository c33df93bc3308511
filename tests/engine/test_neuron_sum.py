"""A hidden neuron's sum: its numbers are the chain rule's, and whoever recomputes them finds them true."""

from collections.abc import Callable

import numpy as np
import pytest
from helpers import by_hand, lessons

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.neuron_sum import neuron_sum
from storyreel.engine.equations.rounding import is_true
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.network import Network

Make = Callable[[], Experiment]
MAKERS: list[Make] = [lessons.dense, lessons.relu, lessons.salary]


def hidden(experiment: Experiment) -> tuple[str, ...]:
    return experiment.network.names.activations[1]


@pytest.mark.parametrize("make", MAKERS)
def test_the_numbers_are_those_of_central_differences(make: Make) -> None:
    experiment = make()
    names, weights = experiment.network.names, experiment.network.layers[1].weights
    for index, name in enumerate(hidden(experiment)):
        found = neuron_sum(experiment.trace, name)
        slopes = [by_hand.slope(experiment, z) for z in names.pre_activations[2]]
        shares = [slope * weight for slope, weight in zip(slopes, weights[:, index], strict=True)]
        assert [each.value for each in found.products] == pytest.approx(shares, abs=1e-6)
        assert found.total.value == pytest.approx(sum(shares), abs=1e-6)
        assert found.through is not None
        wanted = by_hand.slope(experiment, names.pre_activations[1][index])
        assert found.through.value == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("make", MAKERS)
def test_every_line_is_true_at_the_digits_that_it_shows(make: Make) -> None:
    experiment = make()
    for name in hidden(experiment):
        found = neuron_sum(experiment.trace, name)
        calculations = [*found.products, found.total, *([found.through] if found.through else [])]
        results = [found.texts(each)[-1] for each in found.products]
        assert len({len(text.partition(".")[2]) for text in results}) == 1
        assert list(found.texts(found.total)[:-2]) == results
        for each in calculations:
            *operands, _, result = found.texts(each)
            assert is_true(each.formula, operands, result), (name, operands, result)


def test_an_equals_sign_is_only_where_all_is_exact() -> None:
    built = [Layer("h", [[0.5], [1]]), Layer("y", [[2, -0.25]])]
    exact = Experiment("e", Network("x", built, "half_squared_error"), [1], [0])
    found = neuron_sum(exact.trace, "h[0]")
    assert found.texts(found.products[0]) == ("0.75", "2", "=", "1.50")
    rounded = neuron_sum(lessons.dense().trace, "h[0]")
    assert {rounded.texts(each)[-2] for each in rounded.products} == {"≈"}


def test_a_neuron_of_softmax_has_no_slope_of_its_own() -> None:
    weights = np.array([[0.4, -0.2], [0.1, 0.3]])
    built = [Layer("h", weights, None, "softmax"), Layer("y", weights)]
    experiment = Experiment("e", Network("x", built, "half_squared_error"), [1, 2], [0, 1])
    assert neuron_sum(experiment.trace, "h[0]").through is None


@pytest.mark.parametrize("name", ["x[0]", "a2[1]", "W1[0,0]"])
def test_only_a_hidden_neuron_has_a_sum(dense: Experiment, name: str) -> None:
    with pytest.raises(StoryreelError, match="is not a hidden neuron"):
        neuron_sum(dense.trace, name)
