"""How the numbers of a storyboard's networks are written, decided once for the whole lesson.

A number is written the same wherever the lesson shows or speaks it: as the author wrote it; else with as many
digits as its network, and the chapters and cues that name it, ask for; and with more where an equation that a
cue writes would not hold (`storyreel.engine.equations.rounding`).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.calculation import CHAIN, CHAIN_BY_SUMS, Calculation, calculation_of
from storyreel.engine.equations.formula import parsed
from storyreel.engine.equations.notation import Notation
from storyreel.engine.equations.rounding import digits_for_step, is_true, with_digits
from storyreel.engine.equations.written import WrittenCalculation
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.experiment import AnyExperiment, GraphExperiment
from storyreel.engine.operation import COST, COST_GRADIENT
from storyreel.engine.weight_path import SeveralWays
from storyreel.storyboard.cues_in_file import CueInFile, Location
from storyreel.storyboard.lookup import Lookup, UnknownName, without_alias
from storyreel.storyboard.text_equations import TextEquation, equations_in, equations_in_formula

_Equation = tuple[Calculation, Location | None]
_InFormats = tuple[Calculation, tuple[str, ...], Location]
MOST_READ = 60
"""Weights and biases of a network that is small enough for its weights to have labels."""
GATHERED = "gathered "
"""Before the name of a node of a graph: the mean or the sum over a batch that is gathered there."""
_NUMBER = re.compile(r"\{([^{}|=:]+)(?::[^{}]*)?\}")


class LessonDigits:
    """The equations of a lesson, and the digits that its numbers are to have at least, by network."""

    def __init__(self, experiments: Mapping[str, AnyExperiment]) -> None:
        self._experiments = experiments
        self._lookup = Lookup(experiments)
        self._equations: dict[str, list[_Equation]] = {name: [] for name in experiments}
        self._in_formats: dict[str, list[_InFormats]] = {name: [] for name in experiments}
        self._least: dict[str, list[tuple[str, float, int]]] = {name: [] for name in experiments}

    def add_cue(self, cue: CueInFile) -> None:
        """Take the equation that a cue writes, and the digits that it asks for, if any."""
        for name, given in cue.given.items():
            for text in given if isinstance(given, list) else [given]:
                if isinstance(text, str):
                    equations = equations_in_formula if name in cue.formulas else equations_in
                    self.add_text(cue.network, text, cue.digits, cue.location, equations)
        if cue.equation:
            self.add_equation(cue.equation_network, cue.equation, cue.location, cue.example)
        experiment = self._experiments.get(cue.network or "")
        if cue.updates and experiment is not None and experiment.model.parameter_names:
            if not cue.equation:
                self._give_visible_steps(experiment)
            self._add_run_forward(experiment)

    def _give_visible_steps(self, experiment: AnyExperiment) -> None:
        """Give new weights and biases the digits that tell them from the old ones, where there are few."""
        parameters = experiment.model.parameter_names
        for name in parameters if len(parameters) <= MOST_READ else ():
            before, after = experiment.trace.number(name), experiment.next.number(name)
            if digits := digits_for_step(before, after):
                self._least[experiment.name].append((name, after, digits))

    def _add_run_forward(self, experiment: AnyExperiment) -> None:
        """Take the equations of the neurons in the run with new weights, where a viewer may check them, and
        of a graph that of its cost then."""
        if isinstance(experiment, GraphExperiment):
            if experiment.has_cost:
                self._add_graph_equation(experiment.stepped(1), COST, None)
            return
        names = experiment.network.names
        if all(len(column) == 1 for column in names.activations):
            after = replace(experiment, network=experiment.run(1).network_at(1))
            try:
                calculations = [calculation_of(after, name) for (name,) in names.activations[1:]]
            except (KeyError, StoryreelError):  # reported where the run is read or played
                return
            self._equations[experiment.name] += [(each, None) for each in calculations]

    def add_question(self, network: str | None, name: str) -> None:
        """Take the equation of a number that a question asks for, as its explanation may tell of it."""
        owner, own_name = self._lookup.resolve(network, name)
        self.add_equation(owner, own_name, None)

    def add_equation(
        self, network: str | None, name: str, location: Location | None, example: int | None = None
    ) -> None:
        """Take the equation of the number called `name`, which the cue at the location writes, if any.

        `example` is the example of the data that is in focus there.
        """
        experiment = self._experiments.get(network or "")
        if experiment is None:
            return
        if example is not None and 0 <= example < experiment.data_rows:
            experiment = experiment.focused(example)
        if isinstance(experiment, GraphExperiment):
            self._add_graph_equation(experiment, name, location)
            return
        try:
            calculations = _calculations(experiment, name)
        except (KeyError, StoryreelError):  # reported where it is read or played
            return
        self._equations[experiment.name] += [(each, location) for each in calculations if each.operands]

    def _add_graph_equation(self, graph: GraphExperiment, name: str, location: Location | None) -> None:
        """Take an equation of a graph; of a gathering that of the cost or of its derivative."""
        from storyreel.engine.graph.calculation import graph_calculation  # only where there is a graph

        if name.startswith(GATHERED):
            of = name.removeprefix(GATHERED)
            name = COST if of == graph.graph.output else COST_GRADIENT + of
        if name.startswith((CHAIN, CHAIN_BY_SUMS)):
            try:
                calculations = _along_ways(graph, name)
            except (KeyError, StoryreelError):  # reported where it is read or played
                return
            self._equations[graph.name] += [(each, location) for each in calculations]
            return
        try:
            calculation = graph_calculation(graph, name)
        except (KeyError, StoryreelError):  # reported where it is read or played
            return
        if calculation is not None:
            self._equations[graph.name].append((calculation, location))

    def add_text(
        self,
        network: str | None,
        text: str,
        digits: int | None,
        location: Location,
        equations_of: Callable[[str], Iterable[TextEquation]] = equations_in,
    ) -> None:
        """Take the equations in a text, and give its numbers, or the one that it names, so many digits."""
        if digits and "{" not in text:
            self._give(network, text, digits)
        elif digits:
            for found in _NUMBER.finditer(text):
                self._give(network, found[1].strip(), digits)
        for equation in equations_of(text):
            self._add_text_equation(network, equation, location)

    def _give(self, network: str | None, name: str, digits: int) -> None:
        if found := self._number(network, name):
            experiment, own_name, value = found
            self._least[experiment.name].append((own_name, value, digits))

    def _number(self, network: str | None, name: str) -> tuple[AnyExperiment, str, float] | None:
        """The experiment that has a number, its name there, and its value; None if it has none to write.

        Runs are too long to be looked into here.
        """
        owner, own_name = self._lookup.resolve(network, name)
        experiment = self._experiments.get(owner or "")
        if experiment is None or own_name.startswith("run."):
            return None
        try:
            return experiment, without_alias(experiment, own_name), self._lookup.value(network, name)
        except UnknownName:
            return None

    def _add_text_equation(self, network: str | None, equation: TextEquation, location: Location) -> None:
        slots = (equation.result, *equation.operands)
        numbers = [found for slot in slots if (found := self._number(network, slot.name))]
        if len(numbers) < len(slots) or len({experiment.name for experiment, _, _ in numbers}) > 1:
            return
        (experiment, name, value), *operands = numbers
        names, values = tuple(each for _, each, _ in operands), tuple(each for _, _, each in operands)
        calculation = Calculation(name, value, equation.formula, names, values)
        if any(slot.spec for slot in slots):
            specs = tuple(slot.spec for slot in slots)
            self._in_formats[experiment.name].append((calculation, specs, location))
        else:
            self._equations[experiment.name].append((calculation, location))

    def notation(self, network: str) -> tuple[Notation, list[tuple[str, Location]]]:
        """The notation of a network's numbers, and what is to be said of equations that are false in it."""
        equations = self._equations[network]
        notation, failing = with_digits(
            self._experiments[network].notation, [each for each, _ in equations], self._least[network]
        )
        faults = [
            (f"this equation is false however many digits its numbers have: {_plain(each, notation)}", place)
            for each, place in equations
            if place is not None and each in failing
        ]
        for calculation, specs, location in self._in_formats[network]:
            numbers = zip(
                (calculation.name, *calculation.operands),
                (calculation.value, *calculation.numbers),
                specs,
                strict=True,
            )
            result, *operands = (notation.text(*number) for number in numbers)
            if not is_true(calculation.formula, operands, result):
                rule = parsed(calculation.formula).plain(operands)
                faults.append(
                    (f"this equation is false in the formats given: {rule} is not {result}", location)
                )
        return notation, faults


def _calculations(experiment: Experiment, name: str) -> tuple[Calculation, ...]:
    """The equations that a cue writes for a name: of the chain rule along several ways there are several."""
    try:
        return (calculation_of(experiment, name),)
    except SeveralWays:
        return _along_ways(experiment, name)


def _along_ways(experiment: AnyExperiment, name: str) -> tuple[Calculation, ...]:
    from storyreel.engine.graph.ways import chain_calculations  # only where there are several ways

    return chain_calculations(experiment, name)


def _plain(calculation: Calculation, notation: Notation) -> str:
    return WrittenCalculation(calculation, notation).plain
