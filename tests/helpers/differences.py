"""Derivatives of any function of an array, by central differences of the fourth order."""

from collections.abc import Callable

import numpy as np

from storyreel.core.arrays import Array

STEP = 1e-3


def gradient(function: Callable[[Array], float], at: Array, step: float = STEP) -> Array:
    """The derivative of a function with respect to each element of the array; the error is that of step⁴."""
    slopes = np.zeros(at.shape)
    for index in np.ndindex(at.shape):

        def moved(by: float, index: tuple[int, ...] = index) -> float:
            shifted = np.array(at, np.float64)
            shifted[index] += by * step
            return function(shifted)

        near, far = moved(1) - moved(-1), moved(2) - moved(-2)
        slopes[index] = (8 * near - far) / (12 * step)
    return slopes
