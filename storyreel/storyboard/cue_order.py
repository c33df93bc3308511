"""Whether the cues of a chapter work in their order: each needs what those before it leave on stage."""

import re
from collections.abc import Iterator, Mapping, Sequence

from storyreel.core.errors import Place, StoryreelError
from storyreel.storyboard.conditions.numbers import has_equation
from storyreel.storyboard.conditions.table import CONDITIONS, FOR_GRAPHS, WITHOUT_LAYERS
from storyreel.storyboard.conditions.texts import text_place
from storyreel.storyboard.cue import NUMBER_KINDS
from storyreel.storyboard.cue_remedies import hidden_by, shown_by
from storyreel.storyboard.model import Beat, Cue
from storyreel.storyboard.things import StageContents, Thing, entry_of, parameters_in
from storyreel.storyboard.vocabulary import CueType

LAYERED, OF_GRAPH = {"network", "graph", "chain"}, {"computation graph", "ways"}
"""Pictures of networks with layers, and of graphs of formulas."""
_GIVEN = re.compile(r"`(\w+)`")


def order_faults(stage: StageContents, beats: Sequence[Beat]) -> Iterator[tuple[Place, str]]:
    """What is wrong with the order of the cues in a chapter's beats: the cue's place and a message.

    `stage` is empty at first. What is missing is reported once, and then taken to be there.
    """
    is_known = stage.experiment is not None or stage.network in (None, *stage.graphs)  # else it has faults
    for cue in (cue for beat in beats for cue in _as_played(beat)):
        kind = stage.scene.cues[cue.name]
        given = {parameter.name: parameter.default for parameter in kind.parameters} | cue.parameters
        is_clear = _is_clear(cue, kind)
        if not is_clear:
            given |= {
                name: "*" for name in parameters_in(" ".join(kind.shows)) if not _is_read(given.get(name))
            }
        elif is_known:
            for fault in _faults(stage, kind, given):
                yield cue.place, fault
        for text in kind.hides:
            stage.hide(text, given)
        for text in kind.shows:
            stage.show(text, given, is_clear)


def _is_clear(cue: Cue, kind: CueType) -> bool:
    """False for a cue with parameters that could not be read, or are missing."""
    are_there = all(parameter.name in cue.parameters for parameter in kind.parameters if parameter.required)
    return are_there and all(map(_is_read, cue.parameters.values()))


def _is_read(value: object) -> bool:
    return None not in value if isinstance(value, tuple) else value is not None


def _as_played(beat: Beat) -> list[Cue]:
    """The beat's cues in the order in which they begin: one at a mark begins with its word.

    A cue without a mark comes after the one before it, and is taken to begin before the words of later ones.
    """
    marks = (mark for turn in beat.say for mark in turn.text.marks)
    order = {mark.name: number for number, mark in enumerate(marks, start=1)}
    begins: list[int] = []
    last = 0
    for cue in beat.cues:
        if cue.at is None:
            last = max([last, *begins[-1:]])
        begins.append(last if cue.at is None else order[cue.at])
    return [cue for _, cue in sorted(zip(begins, beat.cues, strict=True), key=lambda pair: pair[0])]


def _faults(stage: StageContents, cue: CueType, given: Mapping[str, object]) -> Iterator[str]:
    if stage.network in stage.graphs and _names_numbers_of_layers(cue, given):
        yield f"`{cue.name}` is about a network with layers, and `{stage.network}` is a graph"
        return
    for name in stage.filled(cue.equation, given) if cue.equation and stage.experiment else ():
        if fault := has_equation(stage, name):
            yield f"the cue `{cue.name}`: {fault}"
    for text in cue.requires:
        entry = entry_of(text)
        if not stage.applies(entry, given):
            continue
        head = entry.thing.partition(" {")[0]
        if place := text_place(entry.thing):
            if fault := place.fault(stage, given):
                yield f"the cue `{cue.name}`: {fault}"
        elif head not in CONDITIONS:
            yield from _missing(stage, cue, entry.thing.split(" or "), given)
        elif stage.experiment is not None or head in WITHOUT_LAYERS:
            names = parameters_in(entry.thing)
            values = [given[name] if name in given else stage.argument(name) for name in names]
            if "*" not in values and (fault := _unmet(stage, head, values)):
                yield f"the cue `{cue.name}`: {fault}"


def _names_numbers_of_layers(cue: CueType, given: Mapping[str, object]) -> bool:
    """True for a cue that is not for graphs, and whose parameters name a number."""
    heads = {entry_of(text).thing.partition(" {")[0] for text in cue.requires}
    names_one = any(each.kind in NUMBER_KINDS and given.get(each.name) for each in cue.parameters)
    return names_one and heads.isdisjoint(FOR_GRAPHS)


def _unmet(stage: StageContents, condition: str, values: Sequence[object]) -> str | None:
    """Why a condition is not met; of a picture that cannot be drawn, why it cannot."""
    try:
        return CONDITIONS[condition](stage, *values)
    except StoryreelError as error:
        return str(error)


def _missing(
    stage: StageContents, cue: CueType, alternatives: Sequence[str], given: Mapping[str, object]
) -> Iterator[str]:
    """What is missing where none of the alternatives is there."""
    wanted: list[str] = []
    for alternative in alternatives:
        thing = alternative.removeprefix("no ")
        is_unwanted = thing != alternative
        if parameter := _GIVEN.fullmatch(thing):
            if (given.get(parameter[1]) is not None) != is_unwanted:
                return
            continue
        names = list(stage.filled(thing, given))
        found = [name for name in names if stage.has(name)]
        if (not found) if is_unwanted else found == names:
            return
        wanted += [name for name in names if is_unwanted or name not in found]
    if (
        wanted
        and stage.network in stage.graphs
        and OF_GRAPH.isdisjoint(alternatives)
        and LAYERED & {*alternatives}
    ):
        yield f"`{cue.name}` is about a network with layers, and `{stage.network}` is a graph"
        return
    unfit = LAYERED if stage.network in stage.graphs else OF_GRAPH
    wanted = [name for name in wanted if name not in unfit] or wanted
    parameters = [each for each in alternatives if "`" in each]
    if not wanted:
        yield _of_parameters(cue, parameters)
    elif alternatives[0].startswith("no "):
        remedy = hidden_by(stage, cue, wanted[0])
        stage.remove(wanted[0])
        are = "are" if _is_plural(wanted[0]) else "is"
        yield f"`{cue.name}` does not work while {_called(wanted[0])} {are} on stage{remedy}"
    elif len(alternatives) == 1:
        for name in dict.fromkeys(wanted):
            if name == "chain" and stage.has("ways"):
                yield f"`{cue.name}` needs a chain, and here several ways lead to the loss"
            else:
                yield f"{_need(stage, cue, [name])}{shown_by(stage, cue, [name])}"
            stage.things.append(Thing(name))
    else:
        possible = [name for name in wanted if shown_by(stage, cue, [name])] or wanted
        otherwise = "".join(f" or {parameter}" for parameter in parameters)
        yield f"{_need(stage, cue, possible)}{otherwise}{shown_by(stage, cue, possible)}"
        stage.things.append(Thing(possible[0]))


def _of_parameters(cue: CueType, alternatives: Sequence[str]) -> str:
    names = " or ".join(each.removeprefix("no ") for each in alternatives)
    if alternatives[0].startswith("no "):
        return f"`{cue.name}` takes {names}, not both"
    return f"`{cue.name}` needs {names}"


def _need(stage: StageContents, cue: CueType, names: Sequence[str]) -> str:
    if stage.kind(names[0]):
        return f"the cue `{cue.name}`: nothing on stage stands for `{names[0]}`"
    return f"`{cue.name}` needs {' or '.join(map(_called, names))} on stage"


def _called(name: str) -> str:
    """A thing in a sentence: a network, number lines, `knob w1`."""
    if "`" in name or _is_plural(name):
        return name
    if re.search(r"[\d.*]", name):
        return f"`{name}`"
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _is_plural(name: str) -> bool:
    return name.endswith("s")
