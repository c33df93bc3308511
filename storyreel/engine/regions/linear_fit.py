"""The least cost that a linear function of the inputs can reach on some data: that of the least-squares fit.

    linear_fit_cost(network, inputs, targets)       0.2785

A network whose activation functions are all the identity is such a function, however many layers it has.
"""

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.losses import SQUARED
from storyreel.engine.network import Network

LINEAR_FIT_COST = "linear_fit.cost"
"""The name of this number in storyboards."""


def has_linear_fit(network: Network) -> bool:
    """True for a network with a squared loss."""
    return network.loss.name in SQUARED


def linear_fit_cost(network: Network, inputs: Array, targets: Array) -> float:
    """The mean loss, by the network's squared loss, of the weighted sums of the inputs, with biases, that are
    closest to the targets; `inputs` (examples, inputs), `targets` (examples, outputs)."""
    columns = np.hstack([inputs, np.ones((len(inputs), 1))])
    coefficients, *_ = np.linalg.lstsq(columns, targets, rcond=None)
    return float(network.loss.value(columns @ coefficients, targets).mean())
