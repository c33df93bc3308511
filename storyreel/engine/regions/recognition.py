"""How many examples a network puts into the right class: the one whose output is the largest."""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.network import Network

ACCURACY, CORRECT, ANSWERS = "accuracy", "correct", "answers"
_ANSWERS_OF = re.compile(rf"{ANSWERS}\[(\d{{1,9}})\]")


@dataclass(frozen=True, eq=False)
class Recognition:
    """The classes of examples, of the shapes (examples, inputs) and (examples, outputs), and those that
    `network` finds."""

    network: Network
    inputs: Array
    targets: Array

    @cached_property
    def answers(self) -> Array:
        """The class that the network finds in each example, of the shape (examples,)."""
        return np.asarray(self.network.forward(self.inputs).prediction.argmax(axis=1))

    @property
    def classes(self) -> Array:
        """The class of each example, of the shape (examples,): the one with the largest target."""
        return np.asarray(self.targets.argmax(axis=1))

    @property
    def are_right(self) -> Array:
        """True for each example in which the network finds its class."""
        return np.asarray(self.answers == self.classes)

    def number(self, name: str) -> float:
        """The number called `correct`, of how many examples the network finds the class, `accuracy`, the
        same as a share of all, or `answers[3]`, in how many it finds class 3. KeyError for any other name,
        and for a network with one output."""
        outputs = self.targets.shape[1]
        if outputs > 1 and name in (ACCURACY, CORRECT):
            return float(self.are_right.mean() if name == ACCURACY else self.are_right.sum())
        found = _ANSWERS_OF.fullmatch(name)
        if found is None or not int(found[1]) < outputs or outputs == 1:
            raise KeyError(name)
        return float((self.answers == int(found[1])).sum())


def is_recognition(name: str) -> bool:
    """True for the names of numbers of a `Recognition`."""
    return name in (ACCURACY, CORRECT) or _ANSWERS_OF.fullmatch(name) is not None
