import numpy as np
import pytest

from storyreel.engine import loss_landscape
from storyreel.engine.experiment import Experiment
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.engine.optimizers import Adam, GradientDescent, Momentum
from storyreel.engine.trace import Trace
from storyreel.engine.training import Batches


def test_a_landscape_is_the_networks_loss_and_gradient(dense: Experiment) -> None:
    landscape = LossLandscape.of(dense, ("W1[2,1]", "b1[0]"))
    assert landscape.loss(landscape.start) == dense.trace.loss
    expected = [dense.trace.number("grad.W1[2,1]"), dense.trace.number("grad.b1[0]")]
    np.testing.assert_allclose(landscape.gradient(landscape.start), expected)
    place, step = landscape.start + 0.3, np.array([1e-6, 0.0])
    slope = (landscape.loss(place + step) - landscape.loss(place - step)) / 2e-6
    assert landscape.gradient(place)[0] == pytest.approx(slope, rel=1e-6)


def test_many_places_have_the_losses_that_each_of_them_has(chain: Experiment, dense: Experiment) -> None:
    random = np.random.default_rng(3)
    for experiment, names in ((chain, ("w2", "w1")), (dense, ("b1[0]", "W1[2,1]")), (dense, ("W2[0,3]",))):
        landscape = LossLandscape.of(experiment, names)
        places = np.concatenate([landscape.start[np.newaxis], random.normal(size=(40, len(names))) * 3])
        each = [landscape.loss(place) for place in places]
        np.testing.assert_allclose(landscape.losses(places), each, rtol=1e-12)
    lost = np.array([[np.inf, 1.0], [np.nan, 1.0], [1e200, 1e200]])
    assert (LossLandscape.of(chain, ("w1", "w2")).losses(lost) == np.inf).all()


def test_with_data_a_landscape_is_that_of_the_cost(clusters: Experiment) -> None:
    landscape = LossLandscape.of(clusters, ("W1[2,1]", "b2[4]"))
    assert landscape.objective == "cost" and landscape.loss(landscape.start) == clusters.number("cost")
    expected = [clusters.number(f"cost.grad.{name}") for name in landscape.names]
    np.testing.assert_allclose(landscape.gradient(landscape.start), expected)
    places = landscape.start + np.random.default_rng(5).normal(size=(30, 2))
    each = [landscape.loss(place) for place in places]
    np.testing.assert_allclose(landscape.losses(places), each, rtol=1e-12)
    assert landscape.turned("b1[0]", 3.0).loss(landscape.start) != landscape.loss(landscape.start)


def test_many_places_in_parts_have_the_same_losses(
    clusters: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    landscape = LossLandscape.of(clusters, ("W1[2,1]", "b2[4]"))
    places = landscape.start + np.random.default_rng(5).normal(size=(30, 2))
    whole = landscape.losses(places)
    monkeypatch.setattr(loss_landscape, "MOST_AT_ONCE", 200)
    np.testing.assert_allclose(landscape.losses(places), whole, rtol=1e-14)


def test_a_path_over_all_parameters_is_the_run(chain: Experiment) -> None:
    path = LossLandscape.of(chain, ("w1", "w2")).path(chain.optimizer, 7)
    np.testing.assert_array_equal(path[:, 1], chain.run(7).numbers("w2"))


@pytest.mark.parametrize("optimizer", [Momentum(0.01), Adam(0.05)])
def test_a_path_goes_the_way_of_its_optimizer(chain: Experiment, optimizer: Adam | Momentum) -> None:
    experiment = Experiment("other", chain.network, chain.inputs, chain.targets, optimizer)
    path = LossLandscape.of(chain, ("w1", "w2")).path(optimizer, 4)
    np.testing.assert_array_equal(path[:, 0], experiment.run(4).numbers("w1"))


def test_each_step_of_a_path_with_mini_batches_uses_the_examples_of_its_own(clusters: Experiment) -> None:
    names, rate, rows = ("W1[2,1]", "b2[4]"), 0.5, clusters.data_rows
    landscape = LossLandscape.of(clusters, names)
    path = landscape.path(GradientDescent(rate), 4, batches=Batches(rows, 3, seed=2))
    place, inputs, targets = landscape.start, *clusters.examples
    for number, batch in zip(range(4), Batches(rows, 3, seed=2), strict=False):
        slopes = []
        for name in names:
            losses = []
            for by in (1e-6, -1e-6):
                network = landscape.network_at(place).nudged(name, by)
                each = [Trace(network, inputs[row], targets[row]).loss for row in batch]
                losses.append(np.mean(each))
            slopes.append((losses[0] - losses[1]) / 2e-6)
        place = place - rate * np.array(slopes)
        np.testing.assert_allclose(path[number + 1], place, rtol=1e-6)
    assert not np.allclose(path, landscape.path(GradientDescent(rate), 4))


def test_a_path_that_diverges_ends_in_infinite_numbers_and_an_infinite_loss(chain: Experiment) -> None:
    landscape = LossLandscape.of(chain, ("w1", "w2"))
    path = landscape.path(type(chain.optimizer)(10.0), 20)
    assert not np.isfinite(path[-1]).all()
    assert landscape.loss(path[-1]) == np.inf


def test_turning_another_weight_moves_the_ground(chain: Experiment) -> None:
    turned = LossLandscape.of(chain, ("w1",)).turned("w2", 0.5)
    assert turned.start == 3.0
    assert turned.loss([3.0]) == pytest.approx(0.0)


@pytest.mark.parametrize("names", [("w1",), ("w2",), ("w1", "w2")])
def test_downhill_finds_low_ground(chain: Experiment, names: tuple[str, ...]) -> None:
    landscape = LossLandscape.of(chain, names)
    assert landscape.loss(landscape.downhill()) < 0.01 * chain.trace.loss


def test_what_is_no_parameter_has_no_landscape(chain: Experiment) -> None:
    with pytest.raises(KeyError, match="h"):
        LossLandscape.of(chain, ("h",))
