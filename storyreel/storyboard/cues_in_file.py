"""The cues and the narration of a storyboard as they are in its file, with faults or without."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from storyreel.core.number_format import MOST_DIGITS
from storyreel.engine.equations.calculation import CHAIN, CHAIN_BY_SUMS
from storyreel.engine.operation import NEXT
from storyreel.storyboard.vocabulary import DIGITS, SceneType

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class CueInFile:
    """A cue as it is in the file: the network of its chapter, its type, its parameters, its location.

    `digits` are what the cue or its chapter asks for, `example` is the example of the data that is in focus
    once it begins (None: the network's own).
    """

    network: str | None
    scene: SceneType
    name: str
    given: dict[str, Any]
    digits: int | None
    example: int | None
    location: Location

    @property
    def updates(self) -> bool:
        """True for an update of a weight or a bias, or, where it writes no equation, of all that are left."""
        cue = self.scene.cues.get(self.name)
        return cue is not None and cue.equation.startswith(NEXT)

    @property
    def equation(self) -> str | None:
        """The name of the number whose equation the cue writes."""
        cue = self.scene.cues.get(self.name)
        try:
            name = cue.equation.format_map(self.given) if cue and cue.equation else None
        except KeyError:
            return None
        by_sums = self.given.get("pre_activations") is True
        return name.replace(CHAIN, CHAIN_BY_SUMS) if name and by_sums else name

    @property
    def formulas(self) -> set[str]:
        """The names of its parameters that are formulas in Typst's mathematics."""
        cue = self.scene.cues.get(self.name)
        return (
            {parameter.name for parameter in cue.parameters if parameter.kind == "Formula"} if cue else set()
        )

    @property
    def equation_network(self) -> str | None:
        """The network that its equation is about: its own, if it names one."""
        network = self.given.get("network", self.network)
        return network if isinstance(network, str) else None


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
        network, example = network_of(chapter, only_network), _whole(chapter.get("example"))
        for j, beat in enumerate(items(chapter.get("beats"))):
            for k, data in enumerate(items(beat.get("do")) if isinstance(beat, dict) else []):
                location = ("chapters", i, "beats", j, "do", k)
                cue = _cue(network, scene, data, _digits(chapter), example, location)
                example = cue.example
                yield cue


def _cue(
    network: str | None,
    scene: SceneType,
    data: object,
    digits: int | None,
    example: int | None,
    location: Location,
) -> CueInFile:
    name, given = next(iter(data.items()), ("", {})) if isinstance(data, dict) else (str(data), {})
    cue = scene.cues.get(name)
    if not isinstance(given, dict):
        given = {cue.parameters[0].name: given} if cue and cue.parameters else {}
    for parameter in cue.parameters if cue else ():
        if parameter.kind == "Example" and parameter.name in given:
            example = _whole(given[parameter.name])
    return CueInFile(network, scene, name, given, _digits(given) or digits, example, location)


def items(data: object) -> list[Any]:
    """The items of what may be a list."""
    return data if isinstance(data, list) else []


def _digits(data: Mapping[str, Any]) -> int | None:
    digits = _whole(data.get(DIGITS))
    return digits if digits is not None and 1 <= digits <= MOST_DIGITS else None


def network_of(data: Mapping[str, Any], only: str | None) -> str | None:
    """The network that a chapter or a question is about, which is `only` where it names none."""
    network = data.get("network", only)
    return network if isinstance(network, str) else None


def _whole(data: object) -> int | None:
    """A whole number, or None where there is none."""
    return data if isinstance(data, int) and not isinstance(data, bool) else None


def sayings_in(
    chapters: object, only_network: str | None
) -> Iterator[tuple[str | None, str, int | None, Location]]:
    """The narration of each beat, turn by turn: its chapter's network, the text, the chapter's digits, the
    location of the narration.
    """
    for i, chapter in enumerate(items(chapters)):
        for j, beat in enumerate(items(chapter.get("beats")) if isinstance(chapter, dict) else []):
            network, location = network_of(chapter, only_network), ("chapters", i, "beats", j, "say")
            for text in _turns(beat.get("say")) if isinstance(beat, dict) else []:
                yield network, text, _digits(chapter), location


def _turns(say: object) -> list[str]:
    """What is said in a beat, by one speaker or in turns."""
    turns = [text for turn in items(say) if isinstance(turn, dict) for text in turn.values()]
    return [text for text in (say, *turns) if isinstance(text, str)]
