"""Training: the networks after each step of an optimizer."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from storyreel.core.arrays import Array
from storyreel.engine.network import Network
from storyreel.engine.optimizers import Optimizer


def batches(examples: int, batch_size: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Endlessly, the row numbers of each mini-batch. Every epoch is shuffled again; `seed` makes it
    repeatable.

    The last batch of an epoch is smaller if `batch_size` does not divide the number of examples. A batch of
    all examples keeps their order.
    """
    random = np.random.default_rng(seed)
    while True:
        order = random.permutation(examples) if batch_size < examples else np.arange(examples)
        for start in range(0, examples, batch_size):
            yield order[start : start + batch_size]


def train(
    network: Network, optimizer: Optimizer, inputs: Array, targets: Array, batch_size: int, seed: int
) -> Iterator[Network]:
    """Endlessly, the network after one step, after two, …; inputs and targets have a row for each example."""
    memory = optimizer.start(network.parameters)
    for step, rows in enumerate(batches(len(inputs), batch_size, seed), start=1):
        forward = network.forward(inputs[rows])
        gradient = network.backward(forward, targets[rows]).parameters
        with np.errstate(all="ignore"):  # a run that diverges ends in infinite numbers
            parameters, memory = optimizer.update(network.parameters, gradient, memory, step)
        network = network.with_parameters(parameters)
        yield network
