"""What most tests share: the networks that they are about, and a cache of speech that is no user's."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import settings

from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.initializers import Xavier
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Layer, Network
from storyreel.engine.optimizers import GradientDescent

pytest_plugins = ["helpers.page_browser", "helpers.page_fixtures"]

settings.register_profile("patient", deadline=None)  # a busy machine is no fault
settings.load_profile("patient")


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Speech is cached in a folder of these tests, by the processes that they start, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def chain() -> Experiment:
    """2 → 6 → 5, target 3."""
    layers = (Layer("h", 3.0), Layer("y", 5 / 6))
    network = Network(("x",), layers, LOSSES["half_squared_error"])
    return Experiment("chain", network, np.array([2.0]), np.array([3.0]), GradientDescent(0.01))


@pytest.fixture
def dense() -> Experiment:
    """2-6-5: tanh, softmax and cross-entropy, with biases."""
    layers = (
        Layer("h", Xavier(7).weights(6, 2), np.linspace(-0.2, 0.3, 6), ACTIVATIONS["tanh"]),
        Layer(None, Xavier(8).weights(5, 6), np.zeros(5), ACTIVATIONS["softmax"]),
    )
    network = Network(("x[0]", "x[1]"), layers, LOSSES["categorical_cross_entropy"])
    return Experiment("dense", network, np.array([0.5, -1.0]), np.eye(5)[2], GradientDescent(0.1))
