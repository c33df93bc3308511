"""How the numbers of a storyboard's networks are written, decided once for the whole lesson.

A number is written the same wherever the lesson shows or speaks it: as the author wrote it; else with as many
digits as its network, and the chapters and cues that name it, ask for; and with more where an equation that a
cue writes would not hold (`storyreel.engine.equations.rounding`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.calculation import NEXT, Calculation, calculation_of
from storyreel.engine.equations.notation import Notation
from storyreel.engine.equations.rounding import digits_for_step, with_digits
from storyreel.engine.experiment import Experiment
from storyreel.storyboard.lookup import Lookup, UnknownName, without_alias
from storyreel.storyboard.vocabulary import DIGITS, SceneType

Location = tuple[str | int, ...]
_Equation = tuple[Calculation, Location | None]
MOST_READ = 60
"""Weights and biases of a network that is small enough for its weights to have labels."""
_NUMBER = re.compile(r"\{([^{}|=:]+)(?::[^{}]*)?\}")


@dataclass(frozen=True)
class CueInFile:
    """A cue as it is in the file: the network of its chapter, its type, its parameters, its location.

    `digits` are what the cue or its chapter asks for.
    """

    network: str | None
    scene: SceneType
    name: str
    given: dict[str, Any]
    digits: int | None
    location: Location

    @property
    def updates_all(self) -> bool:
        """True for an update of all weights and biases, which writes no equation."""
        cue = self.scene.cues.get(self.name)
        return cue is not None and cue.equation.startswith(NEXT) and self.equation is None

    @property
    def equation(self) -> str | None:
        """The name of the number whose equation the cue writes."""
        cue = self.scene.cues.get(self.name)
        try:
            return cue.equation.format_map(self.given) if cue and cue.equation else None
        except KeyError:
            return None


def cues_in(
    chapters: object, scenes: Mapping[str, SceneType], only_network: str | None
) -> Iterator[CueInFile]:
    """The cues in the data of `chapters`, as read from the file, with or without faults.

    A chapter without a network is about `only_network`.
    """
    for i, chapter in enumerate(items(chapters)):
        scene = scenes.get(str(chapter.get("scene"))) if isinstance(chapter, dict) else None
        if scene is None:
            continue
        network = chapter.get("network", only_network)
        for j, beat in enumerate(items(chapter.get("beats"))):
            for k, data in enumerate(items(beat.get("do")) if isinstance(beat, dict) else []):
                location = ("chapters", i, "beats", j, "do", k)
                yield _cue(network, scene, data, _digits(chapter), location)


def _cue(
    network: str | None, scene: SceneType, data: object, digits: int | None, location: Location
) -> CueInFile:
    name, given = next(iter(data.items()), ("", {})) if isinstance(data, dict) else (str(data), {})
    cue = scene.cues.get(name)
    if not isinstance(given, dict):
        given = {cue.parameters[0].name: given} if cue and cue.parameters else {}
    return CueInFile(network, scene, name, given, _digits(given) or digits, location)


def items(data: object) -> list[Any]:
    """The items of what may be a list."""
    return data if isinstance(data, list) else []


def _digits(data: Mapping[str, Any]) -> int | None:
    digits = data.get(DIGITS)
    return digits if isinstance(digits, int) and not isinstance(digits, bool) else None


def sayings_in(chapters: object, only_network: str | None) -> Iterator[tuple[str | None, str, int]]:
    """The narration of chapters that ask for digits: the network, the text, the digits."""
    for chapter in items(chapters):
        digits = _digits(chapter) if isinstance(chapter, dict) else None
        for beat in items(chapter.get("beats")) if digits else []:
            if isinstance(beat, dict) and digits:
                yield chapter.get("network", only_network), str(beat.get("say", "")), digits


class LessonDigits:
    """The equations of a lesson, and the digits that its numbers are to have at least, by network."""

    def __init__(self, experiments: Mapping[str, Experiment]) -> None:
        self._experiments = experiments
        self._lookup = Lookup(experiments)
        self._equations: dict[str, list[_Equation]] = {name: [] for name in experiments}
        self._least: dict[str, list[tuple[str, float, int]]] = {name: [] for name in experiments}

    def add_cue(self, cue: CueInFile) -> None:
        """Take the equation that a cue writes, and the digits that it asks for, if any."""
        if cue.digits:
            for given in cue.given.values():
                for text in given if isinstance(given, list) else [given]:
                    self._give(cue.network, str(text), cue.digits)
        if cue.equation:
            self.add_equation(cue.network, cue.equation, cue.location)
        elif cue.updates_all and (experiment := self._experiments.get(cue.network or "")):
            self._give_visible_steps(experiment)

    def _give_visible_steps(self, experiment: Experiment) -> None:
        """Give new weights and biases the digits that tell them from the old ones, where there are few."""
        parameters = experiment.network.names.parameters
        for name in parameters if len(parameters) <= MOST_READ else ():
            before, after = experiment.trace.number(name), experiment.next.number(name)
            if digits := digits_for_step(before, after):
                self._least[experiment.name].append((name, after, digits))

    def add_question(self, network: str | None, name: str) -> None:
        """Take the equation of a number that a question asks for, as its explanation may tell of it."""
        owner, own_name = self._lookup.resolve(network, name)
        self.add_equation(owner, own_name, None)

    def add_equation(self, network: str | None, name: str, location: Location | None) -> None:
        """Take the equation of the number called `name`, written by the cue at the location, if any."""
        experiment = self._experiments.get(network or "")
        if experiment is None:
            return
        try:
            calculation = calculation_of(experiment, name)
        except (KeyError, StoryreelError):  # reported where it is read or played
            return
        if calculation.operands:
            self._equations[experiment.name].append((calculation, location))

    def add_text(self, network: str | None, text: str, digits: int) -> None:
        """Give the numbers in braces in a text at least so many digits."""
        for found in _NUMBER.finditer(text):
            self._give(network, found[1].strip(), digits)

    def _give(self, network: str | None, name: str, digits: int) -> None:
        if "{" in name:
            self.add_text(network, name, digits)
            return
        owner, own_name = self._lookup.resolve(network, name)
        experiment = self._experiments.get(owner or "")
        if experiment is None or own_name.startswith("run."):
            return
        try:
            value = self._lookup.value(network, name)
        except UnknownName:
            return
        self._least[experiment.name].append((without_alias(experiment, own_name), value, digits))

    def notation(self, network: str) -> tuple[Notation, list[tuple[Calculation, Location]]]:
        """The notation of a network's numbers, and the equations that hold with no number of digits."""
        equations = self._equations[network]
        notation, failing = with_digits(
            self._experiments[network].notation, [each for each, _ in equations], self._least[network]
        )
        on_stage = [(calculation, place) for calculation, place in equations if place is not None]
        return notation, [each for each in on_stage if each[0] in failing]
