"""Checks of what a storyboard asks for against the limits, before any of it is done."""

import re
from collections.abc import Mapping

from storyreel.core.errors import Place
from storyreel.core.limits import beyond, limits
from storyreel.engine.experiment import Experiment
from storyreel.reader.document import Document, Location

LAYER = 1_000
"""Operations that a layer takes in a step, however small it is."""
AT_ONCE = 50
"""Parameters that are multiplied in the time of one operation when there are many examples at once."""
DRAWS = 50
"""Sets of numbers that are tried for a variant of a question; most take fewer, a few take more."""
PER_NEURON = 2
"""Operations that a neuron takes in a step for each example."""


def is_within(document: Document, location: Location, limit: str, got: int, what: str = "") -> bool:
    """True if `got` is at most the limit of this name; else it is reported at the location.

    `what` is the name of what there is too much of, for messages of limits that hold for several things.
    """
    if got <= getattr(limits(), limit):
        return True
    document.report(document.key_place(location), beyond(limit, got, what))
    return False


def is_short(document: Document, location: Location, text: str) -> bool:
    """True if the text and its words are not too long; else this is reported at the location."""
    if len(text) > limits().text_characters:
        document.report(document.place(location), beyond("text_characters", len(text)))
        return False
    longest = max(re.finditer(r"\S+", text), key=lambda word: len(word[0]), default=None)
    if longest and len(longest[0]) > limits().word_characters:
        place = document.place_in(location)(longest.start())
        document.report(place, beyond("word_characters", len(longest[0])))
        return False
    return True


class Budget:
    """The operations that a storyboard's training and questions take, by the longest run of each network."""

    def __init__(self, document: Document, experiments: Mapping[str, Experiment]) -> None:
        self._document, self._experiments = document, experiments
        self._steps: dict[str, int] = {}
        self._others = 0  # operations of all but the runs

    def allows_run(self, network: str, steps: int, place: Place) -> bool:
        """True if a run of a network may have so many steps; else this is reported at the place."""
        if not steps:
            return True
        if steps > limits().run_steps:
            self._document.report(place, beyond("run_steps", steps))
            return False
        self._steps[network] = max(steps, self._steps.get(network, 0))
        self._others += _of_step(self._experiments[network])  # to look a number up in it
        return self._is_within(place)

    def allows_variants(self, network: str, count: int, steps: int, place: Place) -> bool:
        """True if so many variants of a question may be drawn, about runs of so many steps; else reported."""
        if count > 1:
            self._others += count * DRAWS * (1 + steps) * _of_step(self._experiments[network])
        return self._is_within(place)

    def _is_within(self, place: Place) -> bool:
        runs = sum(steps * _of_step(self._experiments[name]) for name, steps in self._steps.items())
        if runs + self._others > limits().operations:
            self._document.report(place, beyond("operations", runs + self._others))
            return False
        return True


def _of_step(experiment: Experiment) -> int:
    """The operations, of about 20 ns each, that a step of training takes."""
    layers, examples = experiment.network.layers, len(experiment.examples[0])
    parameters = experiment.network.parameters.size
    neurons = sum(layer.size for layer in layers)
    return parameters + LAYER * len(layers) + examples * (parameters // AT_ONCE + PER_NEURON * neurons)
