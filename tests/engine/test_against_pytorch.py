"""The engine beside PyTorch, an independent implementation; skipped where PyTorch is not installed."""

from itertools import product

import numpy as np
import pytest

from storyreel.core.arrays import Array
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Layer, Network
from storyreel.engine.optimizers import Adam, Momentum, Optimizer

torch = pytest.importorskip("torch")
F = torch.nn.functional

TORCH_ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "gelu": F.gelu,
    "softplus": F.softplus,
    "softmax": lambda z: torch.softmax(z, dim=-1),
}
TORCH_LOSSES = {
    "half_squared_error": lambda y, t: 0.5 * F.mse_loss(y, t, reduction="sum") / len(y),
    "mean_squared_error": F.mse_loss,
    "mean_absolute_error": F.l1_loss,
    "huber": F.huber_loss,
    "binary_cross_entropy": F.binary_cross_entropy,
    "categorical_cross_entropy": lambda y, t: -(t * y.log()).sum(dim=-1).mean(),
}


def weights_and_biases(seed: int) -> list[Array]:
    random = np.random.default_rng(seed)
    hidden, outputs = random.normal(0.0, 1.0, (4, 2)), random.uniform(-0.04, 0.04, (3, 4))
    return [hidden, random.normal(0.0, 0.5, 4), outputs, np.full(3, 0.25)]


@pytest.mark.parametrize("batch", [1, 2, 5])
@pytest.mark.parametrize(("activation", "loss"), list(product(ACTIVATIONS, LOSSES)))
def test_loss_and_gradients_are_those_of_pytorch(activation: str, loss: str, batch: int) -> None:
    random = np.random.default_rng(batch)
    inputs, targets = random.normal(size=(batch, 2)), random.uniform(0.1, 0.9, (batch, 3))
    arrays, row = weights_and_biases(1), ACTIVATIONS[activation]
    layers = Layer("h", arrays[0], arrays[1], row), Layer("y", arrays[2], arrays[3], row)
    network = Network(("p", "q"), layers, LOSSES[loss])
    forward = network.forward(inputs)

    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    hidden = TORCH_ACTIVATIONS[activation](F.linear(torch.tensor(inputs), tensors[0], tensors[1]))
    prediction = TORCH_ACTIVATIONS[activation](F.linear(hidden, tensors[2], tensors[3]))
    torch_loss = TORCH_LOSSES[loss](prediction, torch.tensor(targets))
    torch_loss.backward()
    expected = np.concatenate([tensor.grad.numpy().ravel() for tensor in tensors])

    np.testing.assert_allclose(forward.prediction, prediction.detach().numpy(), rtol=1e-10)
    assert network.loss_of(forward, targets) == pytest.approx(torch_loss.item(), rel=1e-10)
    gradient = network.backward(forward, targets).parameters
    np.testing.assert_allclose(gradient, expected, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Momentum(0.01, momentum=0.8), lambda w: torch.optim.SGD([w], lr=0.01, momentum=0.8)),
        (Adam(0.1), lambda w: torch.optim.Adam([w], lr=0.1)),
    ],
)
def test_an_optimizer_takes_pytorchs_path(ours: Optimizer, theirs) -> None:
    parameters = np.array([1.0, -2.0, 0.5])
    w, memory = torch.tensor(parameters, requires_grad=True), ours.start(parameters)
    optimizer = theirs(w)
    for step in range(1, 30):
        optimizer.zero_grad()
        (w**4).sum().backward()
        optimizer.step()
        parameters, memory = ours.update(parameters, 4 * parameters**3, memory, step)
        np.testing.assert_allclose(parameters, w.detach().numpy(), rtol=1e-10)
