"""What is on stage, in the words in which cues declare it.

    "network"                   a thing
    "knob {weight}"             with what the storyboard gives for a parameter; of a list, one for each item
    "{value}"                   a number: a quantity in its place, `grad.w1` on a badge, `next.w1` updated
    "grad.weight", "knob *"     the gradients of all weights, all knobs
    "point #"                   numbered: `point 1`, `point 2`, …
    "number lines on chain"     vanishes together with what it is on
    "loss node if `loss`"       only if the parameter `loss` is given, and neither false nor 0; also `if no …`
    "network if layers"         only if the chapter's network is no graph; `if formulas` if it is one
    "chain {weight} if one way" only if one way leads from the weight or bias `weight` to the loss

In `requires` there are also alternatives (`network or graph`), things that must not be there (`no slope`),
parameters (`left` in backquotes, if the storyboard gives it), and the conditions of `conditions`. `hides`
takes away every thing that begins with the words, and with `one` before them, the last of these. A thing with
a parameter that is not given is left out everywhere. `{chain}`, if there is no such parameter, is what stands
after the word `chain` in the name of a thing on stage.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from storyreel.core.errors import StoryreelError
from storyreel.core.quality import DEFAULT_ASPECT
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.operation import GRADIENT, NEXT
from storyreel.engine.weight_path import WeightPath
from storyreel.storyboard.template import Template
from storyreel.storyboard.vocabulary import SceneType

OF_NETWORK = ("input", "activation", "weight", "bias", "target")
"""The kinds of quantities that have a place in the diagram of a network."""

ABOUT = "about"
"""The first word of the thing that says about which other network the picture is."""
LOSS_NODE = "loss node"
"""The thing in which the diagram of a network shows the loss."""
LAYERS, FORMULAS = "layers", "formulas"
"""What an entry depends on that holds if the chapter's network has layers, or is a graph of formulas."""
ONE_WAY = "one way"
"""What an entry depends on that holds if there is a single way from the parameter `weight` to the loss."""
_BRACES = re.compile(r"\{([a-z_ ,]+)\}")
_ENTRY = re.compile(r"(?P<thing>.+?)(?: on (?P<on>[a-z ]+))?(?: if (?P<no>no )?(?P<needed>[a-z ]+|`\w+`))?")


@dataclass(frozen=True)
class Thing:
    """Something on stage; it vanishes together with what it is `on`. `given` are its cue's parameters."""

    name: str
    on: str = ""
    given: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One of the texts that a cue declares: a thing, what it is on, and on what it depends.

    `needed` is a thing on stage or, in backquotes, a parameter. If it `is_unwanted`, the entry holds without.
    """

    thing: str
    on: str = ""
    needed: str = ""
    is_unwanted: bool = False


def entry_of(text: str) -> Entry:
    """The entry that `text` says."""
    match = _ENTRY.fullmatch(text)
    assert match is not None
    return Entry(match["thing"], match["on"] or "", match["needed"] or "", bool(match["no"]))


def parameters_in(text: str) -> list[str]:
    """The names in braces: `x` and `y` of `place {x, y}`."""
    return [name for names in _BRACES.findall(text) for name in names.split(", ")]


@dataclass
class StageContents:
    """The things on stage in a chapter with this scene, about `network`, or about none if that is None.

    `experiments` are those of all networks with layers; one with faults is missing. `graphs` are the
    others. `filled_in` gives the text that a template shows. `aspect` is the aspect ratio of the film.
    """

    scene: SceneType
    network: str | None
    experiments: Mapping[str, Experiment]
    filled_in: Callable[[Template], str]
    things: list[Thing] = field(default_factory=list)
    graphs: Mapping[str, GraphExperiment] = field(default_factory=dict)
    aspect: str = DEFAULT_ASPECT

    def __post_init__(self) -> None:
        self.things += map(Thing, self.scene.from_start)

    @property
    def is_updating(self) -> bool:
        """True in a scene in which weights take their next values."""
        return any(text.startswith(NEXT) for cue in self.scene.cues.values() for text in cue.shows)

    @property
    def experiment(self) -> Experiment | None:
        """That of the chapter's network, or of another one that the picture is about."""
        return self.experiments.get(self.argument(ABOUT) or self.network or "")

    def applies(self, entry: Entry, given: Mapping[str, object]) -> bool:
        """True if an entry holds for a cue with these parameters."""
        if not entry.needed:
            return True
        if entry.needed in (LAYERS, FORMULAS):
            return (self.network in self.graphs) == (entry.needed == FORMULAS)
        if entry.needed == ONE_WAY:
            return self._leads_one_way(given) != entry.is_unwanted
        is_parameter = entry.needed.startswith("`")
        is_there = bool(given[entry.needed.strip("`")]) if is_parameter else self.has(entry.needed)
        return is_there != entry.is_unwanted

    def _leads_one_way(self, given: Mapping[str, object]) -> bool:
        """True if a `WeightPath` leads from the cue's `weight` to the loss of its network."""
        experiment = self.experiments.get(str(given.get("network") or self.network))
        try:
            return experiment is not None and bool(WeightPath(experiment.trace, str(given["weight"])))
        except StoryreelError:
            return False

    def has(self, name: str) -> bool:
        """True if the thing, or the number, called `name` is on stage."""
        return any(self._matches(thing.name, name) for thing in self.things) or self.shows_quantity(name)

    def find(self, name: str) -> Thing | None:
        """The last thing that begins with these words; None if there is none."""
        return next((thing for thing in reversed(self.things) if _is(thing.name, name)), None)

    def argument(self, head: str) -> str | None:
        """`w1` for the head `chain` if the thing `chain w1` is on stage; None if there is no such thing."""
        found = self.find(head)
        return found.name.removeprefix(f"{head} ") if found and found.name != head else None

    def shows_quantity(self, name: str) -> bool:
        """True if a quantity has a place in a picture on stage."""
        kind = self.kind(name)
        names = [thing.name for thing in self.things]
        if ("network" in names and kind in OF_NETWORK) or (kind == "loss" and LOSS_NODE in names):
            return True
        if "graph" in names and self.is_in_graph(name):
            return True
        return any(
            name in self._chain(one.removeprefix("chain ")) for one in names if one.startswith("chain ")
        )

    def kind(self, name: str) -> str:
        """The kind of the quantity called `name`; "" if there is none."""
        names = self.experiment.network.names if self.experiment else {}
        return names[name].kind if name in names else ""

    def is_in_graph(self, name: str) -> bool:
        """True if the computation graph shows the quantity: a z that equals its activation has no node."""
        if self.experiment is None or not self.kind(name):
            return False
        network = self.experiment.network
        address = network.names[name]
        activation = network.layers[(address.layer or 1) - 1].activation.name
        return address.kind != "pre_activation" or activation != "identity"

    def _chain(self, parameter: str) -> tuple[str, ...]:
        """The names of the quantities that the chain from a weight or a bias to the loss shows."""
        try:
            chain = self.find("chain")
            is_split = bool(chain and chain.given.get("pre_activations"))
            path = WeightPath(self.experiment.trace, parameter, is_split) if self.experiment else None
        except StoryreelError:
            return ()
        return (*path.names, *(name for names in path.operands for name in names)) if path else ()

    def show(self, text: str, given: Mapping[str, object], is_clear: bool = True) -> None:
        """Add the things of an entry of `shows`, for a cue with these parameters.

        Unless they all could be read (`is_clear`), the things do not have them: nothing follows from them.
        """
        entry = entry_of(text)
        if entry.thing.startswith("{") and self.network in self.graphs:
            return  # a node may have any name, such as that of a thing
        for name in self.filled(entry.thing, given) if self.applies(entry, given) else ():
            if name.startswith(NEXT):
                self.remove(GRADIENT + name.removeprefix(NEXT))  # the new number takes the place of the badge
            if self._has_place(name):
                head, is_numbered, _ = name.partition("#")
                if is_numbered:
                    name = f"{head}{sum(thing.name.startswith(head) for thing in self.things) + 1}"
                elif name == entry.thing or name.startswith((GRADIENT, NEXT)):  # there is one at most
                    self.things = [thing for thing in self.things if thing.name != name]
                self.things.append(Thing(name, entry.on, given if is_clear else {}))

    def _has_place(self, name: str) -> bool:
        """False for a result that stays in its equation: its picture has no place for it, or shows it."""
        if name.startswith(GRADIENT):
            quantity = name.removeprefix(GRADIENT)
            return self.kind(quantity) != "pre_activation" or self.shows_quantity(quantity)
        return not self.kind(name)

    def hide(self, text: str, given: Mapping[str, object]) -> None:
        """Remove the things of an entry of `hides`, for a cue with these parameters."""
        entry = entry_of(text)
        for name in self.filled(entry.thing, given) if self.applies(entry, given) else ():
            self.remove(name)

    def remove(self, name: str) -> None:
        """Remove the things that begin with these words, and what is on them; `one …` is the last of them."""
        if name.startswith("one "):
            last = self.find(name.removeprefix("one "))
            gone = [last] if last else []
        else:
            gone = [thing for thing in self.things if self._matches(thing.name, name)]
        while gone:
            self.things = [thing for thing in self.things if not any(thing is one for one in gone)]
            names = [thing.name for thing in gone]
            gone = [thing for thing in self.things if thing.on and any(_is(name, thing.on) for name in names)]

    def _matches(self, thing: str, name: str) -> bool:
        """True if `name` means the thing, or one of them the gradients of all quantities of a kind."""
        kinds = [
            self.kind(one.removeprefix(GRADIENT)) if one.startswith(GRADIENT) else "" for one in (thing, name)
        ]
        by_kind = any(
            kind and GRADIENT + kind == other for kind, other in zip(kinds, (name, thing), strict=True)
        )
        return by_kind or _is(thing, name)

    def filled(self, text: str, given: Mapping[str, object]) -> Iterator[str]:
        """The text with what is given for its parameter: for each item of a list, and never for None."""
        names = parameters_in(text)
        if not names:
            yield text
            return
        value = given[names[0]] if names[0] in given else self.argument(names[0])
        for item in value if isinstance(value, tuple) else () if value is None else (value,):
            written = self.filled_in(item) if isinstance(item, Template) else str(item)
            yield text.replace(f"{{{names[0]}}}", written)


def _is(thing: str, name: str) -> bool:
    """True if a thing is called so, or begins with these words; a star means all that begin so."""
    for one, other in ((thing, name), (name, thing)):
        if one.endswith("*") and other.startswith(one[:-1]):
            return True
    return thing == name or thing.startswith(f"{name} ")
