"""The names of numbers in texts and cues, checked against the networks."""

import math
from collections.abc import Callable, Mapping

from storyreel.core.errors import Place
from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.reader.did_you_mean import did_you_mean
from storyreel.reader.document import Document, Location
from storyreel.storyboard.lookup import Lookup, UnknownName
from storyreel.storyboard.template import Template


class NumberNames:
    """Looks numbers up for one storyboard, and reports the names that stand for none.

    Of a network with faults (None in `experiments`) nothing is known, so nothing is said about its names;
    nor about those of a network that there is not.
    """

    def __init__(self, document: Document, experiments: Mapping[str, Experiment | None]) -> None:
        self.document = document
        self.networks = tuple(experiments)
        self.only_network = self.networks[0] if len(self.networks) == 1 else None
        self._faulty = {name for name, experiment in experiments.items() if experiment is None}
        self.experiments = {name: one for name, one in experiments.items() if one is not None}
        self.lookup = Lookup(self.experiments)

    def check(self, network: str | None, name: str, place: Place) -> float | None:
        """The number; None if there is no such number, or none that is finite, which is reported."""
        if network not in (None, *self.experiments) or name.partition(".")[0] in self._faulty:
            return None
        try:
            value = self.lookup.value(network, name)
        except UnknownName as fault:
            self.document.report(place, str(fault))
            return None
        if math.isfinite(value):
            return value
        self.document.report(place, f"`{name}` is {value}, which no lesson can show")
        return None

    def template(self, network: str | None, location: Location, *, marks: bool = False) -> Template:
        """The text at the location as a template; all that is wrong with it is reported."""
        text = str(self.document.at(location))
        template = Template.parse(
            text, self.document.place_in(location), self.document.report, self._named(network)
        )
        for number in template.numbers:
            self.check(network, number.name, number.place)
        for mark in () if marks else template.marks:
            message = f"a mark is a moment of the narration, in `say`; for brackets write [[{mark.name}]]"
            self.document.report(mark.place, message)
        return template

    def text(self, network: str | None, location: Location) -> str:
        """The text at the location with its numbers filled in; "" if there is none, or a problem with one."""
        if not isinstance(self.document.at(location), str):
            return ""
        template = self.template(network, location)
        try:
            return self.lookup.filled(network, template).strip()
        except UnknownName:
            return ""

    def network(self, given: str | None, location: Location) -> str | None:
        """The network that the part at the location is about: the one `given` in it, or else the only one.

        Reported if there is none of that name.
        """
        if given is not None and given not in self.networks:
            place = self.document.place((*location, "network"))
            self.document.report(place, f"no network named `{given}`{did_you_mean(given, self.networks)}")
        return given or self.only_network

    def _named(self, network: str | None) -> Callable[[str], str]:
        """A function from digits to the name of the number that they may stand for, or of another."""

        def name(digits: str) -> str:
            known = [name for name in self.lookup.names(network) if "." not in name]
            equal = (one for one in known if shown(self.lookup.value(network, one)) == digits)
            return next(equal, known[0] if known else "h")

        return name
