"""Arrays of real numbers: float64 everywhere, read-only wherever they are part of a frozen value."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def frozen(values: ArrayLike, dimensions: int) -> Array:
    """A read-only float64 copy of `values` with at least `dimensions` (1 or 2) dimensions.

    Raises ValueError if the rows differ in length or a value is not a number.
    """
    array = np.array(values, dtype=np.float64, ndmin=dimensions)
    array.setflags(write=False)
    return array
