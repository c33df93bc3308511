"""When the numbers of a chain move, one after the other, and when sparks run between them."""

from collections.abc import Sequence

import numpy as np

NUMBER, LINK = 4, 3
"""The time in which a number moves, relative to that in which a spark runs to the next one."""


class Schedule:
    """The shares of an animation's time (0 to 1) in which each of `names` moves, in this order."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._unit = 1 / (NUMBER * len(names) + LINK * (len(names) - 1))

    def share_of_number(self, name: str, time: float) -> float:
        """How far a number has moved at a time, 0 to 1."""
        start = self.names.index(name) * (NUMBER + LINK) * self._unit
        return self._share(start, NUMBER, time)

    def share_of_link(self, name: str, time: float) -> float:
        """How far the spark to a number, which is not the first, has come at a time, 0 to 1."""
        start = (self.names.index(name) * (NUMBER + LINK) - LINK) * self._unit
        return self._share(start, LINK, time)

    def _share(self, start: float, length: int, time: float) -> float:
        return float(np.clip((time - start) / (length * self._unit), 0.0, 1.0))
