"""The arrays of a file, by name, each as a function that reads it."""

from collections.abc import Callable, Mapping

import numpy as np

Arrays = Mapping[str, Callable[[], np.ndarray]]
"""Each function gives an array of integers or floats, and raises StoryreelError if it cannot be read."""
