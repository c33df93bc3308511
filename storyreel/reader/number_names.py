"""The names of numbers in texts and cues, checked against the storyboard's networks."""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import islice

from storyreel.core.did_you_mean import did_you_mean, listed
from storyreel.core.errors import Place, StoryreelError
from storyreel.core.quality import DEFAULT_ASPECT
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.experiment import AnyExperiment, GraphExperiment
from storyreel.engine.names import RESERVED
from storyreel.engine.operation import GRADIENT
from storyreel.reader.comments import warn_of_comment
from storyreel.reader.document import Document, Location
from storyreel.reader.schema_classes import SchemaPart
from storyreel.reader.types import is_a, report_type
from storyreel.storyboard.budget import Budget
from storyreel.storyboard.cue import Example
from storyreel.storyboard.formulas.formula_template import formula_template
from storyreel.storyboard.lookup import MOST_COMPARED, Lookup, UnknownName, step_of
from storyreel.storyboard.number_kinds import canonical, is_of_kind, names_of_kind
from storyreel.storyboard.scene_help import KIND_WORDS
from storyreel.storyboard.template import Template


class LessonNumbers:
    """The numbers of a storyboard: `experiments` are its networks with layers, `graphs` the others, `known`
    are both.

    A network with faults is given as None. Its numbers are unknown, so no name of theirs is reported.
    `aspect` is the aspect ratio of the film.
    """

    def __init__(
        self,
        document: Document,
        experiments: Mapping[str, AnyExperiment | None],
        language: str,
        aspect: str | None = None,
    ) -> None:
        self.document = document
        self.networks = tuple(experiments)
        self.faulty = {name for name, experiment in experiments.items() if experiment is None}
        self.known = known = {name: one for name, one in experiments.items() if one is not None}
        self.experiments = {name: one for name, one in known.items() if isinstance(one, Experiment)}
        self.graphs = {name: one for name, one in known.items() if isinstance(one, GraphExperiment)}
        self.language = language
        self.aspect = aspect or DEFAULT_ASPECT
        self.lookup = Lookup(known, language)
        self.budget = Budget(known)

    @property
    def layered(self) -> tuple[str, ...]:
        """The names of the networks that are no graphs, those with faults included."""
        return tuple(name for name in self.networks if name not in self.graphs)

    @property
    def of_lesson(self) -> "NumberNames":
        """Names in texts about the whole lesson: those of the only network need no prefix."""
        return NumberNames(self, self.networks[0] if len(self.networks) == 1 else None)

    def resolve(self, network: str | None, name: str) -> tuple[str | None, str]:
        """As `Lookup.resolve`, but it knows the networks with faults, too."""
        head, dot, rest = name.partition(".")
        return (head, rest) if dot and head in self.faulty else self.lookup.resolve(network, name)

    def of_part(self, part: type[SchemaPart], network: str | None, location: Location) -> "NumberNames":
        """Names in the `part` at the location, which may have the key `network`.

        Reports a `network` that does not exist. Without one, the part is about the only network.
        """
        if network is None:
            return NumberNames(self, self.of_lesson.network, (part, location))
        if network not in self.networks:
            place = self.document.place((*location, "network"))
            self.document.report(place, f"no network named `{network}`{did_you_mean(network, self.networks)}")
        return NumberNames(self, network)


class NumberNames:
    """The names of numbers in one part of a storyboard, which is about `network` (None: about none).

    `part` is the class and the location of a part that could have the key `network` and does not. If a name
    in it needs that key, this is reported once for the part.
    """

    def __init__(
        self,
        lesson: LessonNumbers,
        network: str | None,
        part: tuple[type[SchemaPart], Location] | None = None,
    ) -> None:
        self.lesson, self.network = lesson, network
        self._document = lesson.document
        self._lookup = lesson.lookup
        self._part = part
        self._is_reported = False
        self._steps: Counter[str] = Counter()
        self._values: dict[str, float | None] = {}

    def example(self, location: Location, what: str) -> Example | None:
        """The example of the data at the location, None if there is none, which is reported."""
        data, place = self._document.at(location), self._document.place(location)
        if not is_a(data, "int"):
            report_type(self._document, location, "int", what)
            return None
        experiment = self.lesson.known.get(self.network or "")
        if experiment is None:  # of no network, or of one with faults
            if self.network is None:
                self._document.report(place, f"{what} is an example of a network's data: name its `network`")
            return None
        if not experiment.data_rows:
            message = f"the network `{self.network}` has no `data`, only the one example of its `input`"
            self._document.report(place, message)
            return None
        last = experiment.data_rows - 1
        if not 0 <= data <= last:
            there = f"data[0] to data[{last}]" if last else "only data[0]"
            self._document.report(place, f"`{self.network}` has no example data[{data}]; it has {there}")
            return None
        return Example(data)

    @property
    def has_inputs(self) -> bool:
        """True if the part is about a network with layers, also about one with faults, which are reported
        elsewhere."""
        return self.network is not None and self.network not in self.lesson.graphs

    def focus(self, example: Example | None) -> None:
        """Bring an example of the data into focus: from then on, names are of this one."""
        self._lookup = self.lesson.lookup.in_focus(self.network, example)

    def train(self, network: str | None, steps: int, place: Place, anew: bool = False) -> bool:
        """True if the part may train a network for so many steps, after those before or, if `anew`, from the
        start; else this is reported."""
        if network in self.lesson.known:
            total = steps if anew else self._steps[network] + steps
            self._steps[network] = max(self._steps[network], total)
            if fault := self.lesson.budget.of_run(network, total):
                self._document.report(place, fault)
                return False
        return True

    def check(self, name: str, place: Place) -> float | None:
        """The number, or None if there is none or it is not finite, which is reported."""
        self._values[name] = value = self._checked(name, place)
        return value

    def _checked(self, name: str, place: Place) -> float | None:
        lesson = self.lesson
        is_known = self.network is None or self.network in lesson.experiments or self.network in lesson.graphs
        if not is_known or name.partition(".")[0] in lesson.faulty:
            return None
        owner, own_name = lesson.resolve(self.network, name)
        if owner in (*lesson.experiments, *lesson.graphs) and (
            fault := lesson.budget.of_run(owner, step_of(own_name))
        ):
            self._document.report(place, fault)
            return None
        try:
            value = self._lookup.value(self.network, name)
        except UnknownName as fault:
            if self._needs_network(name):
                self._report_network(name)
            else:
                self._document.report(place, str(fault))
            return None
        except StoryreelError as fault:  # a run that cannot go on
            self._document.report(place, str(fault))
            return None
        if math.isfinite(value):
            return value
        self._document.report(place, f"`{name}` is {value}, which no lesson can show")
        return None

    def in_cue(self, name: str, kind: str, place: Place) -> str | None:
        """The name, without aliases, of a number that a cue's parameter of this kind names.

        None if there is no such number in the network that the part is about, which is reported.
        """
        if self.network in self.lesson.graphs:
            head, dot, rest = name.partition(".")
            if not dot or head not in (set(self.lesson.networks) - {self.network}):
                return self._of_graph(rest if dot and head == self.network else name, kind, place)
        if self.check(name, place) is None:
            return None
        owner, own_name = self.lesson.resolve(self.network, name)
        if owner != self.network or owner is None:
            about = f"the chapter's network is `{self.network}`" if self.network else "the chapter has none"
            self._document.report(place, f"`{name}` is a number of the network `{owner}`, and {about}")
            return None
        names = self.lesson.experiments[owner].network.names
        own_name = canonical(names, own_name)
        if is_of_kind(names, own_name, kind):
            return own_name
        known = islice(names_of_kind(names, kind), MOST_COMPARED)
        message = f"`{name}` is not the {KIND_WORDS[kind]}{did_you_mean(own_name, known)}"
        self._document.report(place, message)
        return None

    @property
    def has_graph(self) -> bool:
        """True in a chapter about a graph of formulas."""
        return self.network in self.lesson.graphs

    def _of_graph(self, name: str, kind: str, place: Place) -> str | None:
        """The name of a node of the chapter's graph or, where the kind has them, of its gradient."""
        has_gradients = kind in ("Value", "ExampleName")
        is_gradient = has_gradients and name.startswith(GRADIENT)
        node = self.node_in_cue(name.removeprefix(GRADIENT) if is_gradient else name, place)
        return None if node is None else (GRADIENT + node if is_gradient else node)

    def node_in_cue(self, name: str, place: Place) -> str | None:
        """The name of a node of the chapter's graph that a cue names; None if there is none, which is
        reported unless the cue is in a chapter without a graph."""
        graph = self.lesson.graphs.get(self.network or "")
        if graph is None:
            return None if self.network in self.lesson.faulty else name
        nodes = [node for node in graph.trace if "/" not in node]
        if name in nodes:
            return name
        message = f"no formula or input of `{self.network}` is named `{name}`{did_you_mean(name, nodes)}"
        self._document.report(place, message)
        return None

    def template(self, location: Location, *, marks: bool = False) -> Template:
        """The text at the location as a template; all that is wrong with it is reported."""
        text = str(self._document.at(location))
        place_in = self._document.place_in(location)
        if not self._document.is_short(location, text):
            return Template(text, ())
        template = Template.parse(text, place_in, self._document.report, self._named())
        warn_of_comment(self._document, location)
        self._document.is_within(location, "text_marks", len(template.marks))
        for number in template.numbers:
            self.check(number.name, number.place)
        for mark in () if marks else template.marks:
            message = f"a mark is a moment of the narration, in `say`; for brackets write [[{mark.name}]]"
            self._document.report(mark.place, message)
        return template

    def formula(self, location: Location) -> Template | None:
        """The formula at the location as a template; all that is wrong with it is reported, and then it
        is None."""
        text, place_in = str(self._document.at(location)), self._document.place_in(location)
        formula = formula_template(text, place_in, self._document.report, self._named())
        warn_of_comment(self._document, location)
        for number in formula.numbers if formula else ():
            self.check(number.name, number.place)
        return formula

    def optional(self, location: Location, *, marks: bool = False) -> Template | None:
        """As `template`; None if there is no text at the location."""
        if isinstance(self._document.at(location), str):
            return self.template(location, marks=marks)
        warn_of_comment(self._document, location)
        return None

    def text(self, location: Location) -> str:
        """The text at the location with its numbers filled in; "" if there is none, or a problem with one."""
        template = self.optional(location)
        return "" if template is None else self.filled(template)

    def filled(self, template: Template) -> str:
        """A template that was read here with its numbers filled in; "" if there is a problem with one."""
        if any(self._values.get(number.name) is None for number in template.numbers):
            return ""
        return self._lookup.filled(self.network, template).strip()

    def _needs_network(self, name: str) -> bool:
        """True if `name` lacks only the key `network` of its part."""
        head, dot, _ = name.partition(".")
        if self.network is not None or self._part is None or (dot and head not in RESERVED):
            return False
        lesson = self.lesson
        return bool(lesson.faulty) or any(_has(lesson.lookup, network, name) for network in lesson.networks)

    def _report_network(self, name: str) -> None:
        if self._part and not self._is_reported:
            part, location = self._part
            there_are = f"there are {listed(self.lesson.networks)}"
            message = f"{part.noun} that uses `{name}` needs `network`; {there_are}"
            self._document.report(self._document.place(location), message)
            self._is_reported = True

    def _named(self) -> Callable[[str], str]:
        """A function from digits to the name of the number that they may stand for, or of another."""
        return lambda digits: self._written.get(digits, next(iter(self._written.values()), "h"))

    @cached_property
    def _written(self) -> dict[str, str]:
        """The first numbers of the network as they are shown, each with its name."""
        lookup, written = self._lookup, dict[str, str]()
        for name in islice(lookup.names(self.network), MOST_COMPARED):
            if "." not in name:
                written.setdefault(lookup.text(self.network, name), name)
        return written


def _has(lookup: Lookup, network: str, name: str) -> bool:
    if step_of(name):  # no run is needed to find out
        name = f"{name.rpartition('[')[0]}[0]"
    try:
        lookup.value(network, name)
    except UnknownName:
        return False
    return True
