"""The cues in the `do:` of a beat, checked against the vocabulary of the chapter's scene."""

from collections.abc import Collection, Iterator

from storyreel.core.did_you_mean import did_you_mean, nearest
from storyreel.reader.document import Document, Location
from storyreel.reader.number_names import NumberNames
from storyreel.reader.parameters import read_digits, read_parameter
from storyreel.reader.types import report_type
from storyreel.reader.yaml.scalars import Unreadable
from storyreel.speech.sounds.effects import EFFECTS
from storyreel.speech.sounds.tones import HIGHEST, LOWEST, pitch_of
from storyreel.storyboard.cue import NetworkName, example_in
from storyreel.storyboard.model import Cue
from storyreel.storyboard.vocabulary import DIGITS, EVERY_CUE, RESERVED, SOUND, CueType, SceneType


def read_cue(
    document: Document,
    location: Location,
    scene: SceneType,
    names: NumberNames,
    marks: Collection[str] | None,
) -> Cue | None:
    """The cue at the location, None if it cannot be read; problems are reported.

    `marks` are those of the beat's narration, None if it has none. Its `digits` are only checked here, as
    they are a matter of the whole lesson (`storyboard.digits`).
    """
    data = document.at(location)
    if isinstance(data, str):
        name, inside = data, location
    elif isinstance(data, dict) and len(data) == 1:
        name = next(iter(data))
        inside = (*location, name)
    else:
        _report_form(document, location, scene)
        return None
    place = document.key_place(inside)
    cue = scene.cues.get(name)
    if cue is None:
        document.report(place, f"no cue named `{name}` in {scene.name}{did_you_mean(name, scene.cues)}")
        return None
    given = {} if inside == location else _given(document, inside, cue)
    if given is None:
        return None
    at = _mark(document, given.pop(RESERVED), marks) if RESERVED in given else None
    if DIGITS in given:
        read_digits(document, given.pop(DIGITS))
    sound = _sound(document, given.pop(SOUND), names) if SOUND in given else None
    parameters: dict[str, object] = {}
    meant = {nearest(key, [parameter.name for parameter in cue.parameters]) for key in given}
    for parameter in cue.parameters:
        if parameter.name in given:
            parameters[parameter.name] = read_parameter(document, given[parameter.name], parameter, names)
        elif parameter.required and parameter.name not in meant:
            document.report(place, f"`{name}` needs `{parameter.name}`")
    if (cue.of_own or example_in(parameters) is not None) and at is None and location[-1] != 0:
        message = f"`{name}` begins at a mark of the narration, or is the first cue of its beat"
        document.report(place, message)
    other = next((value for value in parameters.values() if isinstance(value, NetworkName)), None)
    for parameter in cue.parameters:
        steps = parameters.get(parameter.name)
        if parameter.kind == "Steps" and isinstance(steps, int):
            place_of_steps = document.place(given[parameter.name])
            # A cue that names a network shows a run of that from its start.
            is_within = names.train(other or names.network, steps, place_of_steps, anew=other is not None)
            parameters[parameter.name] = steps if is_within else None
    return Cue(name, parameters, at, place, sound, cue.of_own)


def marks_used(cues: object) -> Iterator[str]:
    """The marks that the `do:` of a beat uses, also in cues with faults."""
    for cue in cues if isinstance(cues, list) else ():
        for part in (cue, *cue.values()) if isinstance(cue, dict) else ():
            if isinstance(part, dict) and isinstance(part.get(RESERVED), str):
                yield part[RESERVED]


def _report_form(document: Document, location: Location, scene: SceneType) -> None:
    """Report a value that is no cue. Most often parameters are beside the cue's name, not inside it."""
    data = document.at(location)
    if data is None or isinstance(data, Unreadable):
        report_type(document, location, "str", "a cue")
        return
    if not isinstance(data, dict):
        message = "a cue is written as its name, or as its name: {parameter: value}"
        document.report(document.place(location), message)
        return
    first, *others = data or [""]
    if first in scene.cues and not set(others) & set(scene.cues):
        named = [(parameter.name, first) for parameter in scene.cues[first].parameters[:1] if data[first]]
        named += [(key, key) for key in others]
        inside = ", ".join(f"{name}: {document.written((*location, key))}" for name, key in named)
        message = f"`{others[0]}` belongs inside the cue: {first}: {{{inside}}}"
        document.report(document.key_place((*location, others[0])), message)
    else:
        document.report(document.place(location), "each cue has an item of its own, with its own -")


def _given(document: Document, location: Location, cue: CueType) -> dict[str, Location] | None:
    """The location of each given parameter, by name; None if there are faults in their form."""
    data = document.at(location)
    known = [parameter.name for parameter in cue.parameters]
    if data is None:
        return {}
    if isinstance(data, Unreadable):
        return None
    if not isinstance(data, dict):
        if known:
            return {known[0]: location}
        document.report(document.place(location), f"`{cue.name}` takes no parameters")
        return None
    if known and list(data.values()) == [None] and not data.keys() & {*known, *EVERY_CUE}:
        return {known[0]: location}  # `{h}`, meant as a text: quotes are missing
    keys = (*known, *EVERY_CUE)
    for key in [key for key in data if key not in keys]:
        message = f"`{cue.name}` has no parameter `{key}`{did_you_mean(key, keys)}"
        document.report(document.key_place((*location, key)), message)
    return {key: (*location, key) for key in data}


def _mark(document: Document, location: Location, marks: Collection[str] | None) -> str | None:
    mark = document.at(location)
    if not isinstance(mark, str):
        report_type(document, location, "str", f"`{RESERVED}`")
    elif marks is None:
        message = f"no mark `{mark}`: this beat says nothing, so it has no marks"
        document.report(document.place(location), message)
    elif mark not in marks:
        message = f"no mark `[{mark}]` in what this beat says{did_you_mean(mark, marks)}"
        document.report(document.place(location), message)
    else:
        return mark
    return None


def _sound(document: Document, location: Location, names: NumberNames) -> str | None:
    sound, place = document.at(location), document.place(location)
    if not isinstance(sound, str):
        report_type(document, location, "str", f"`{SOUND}`")
    elif (pitch := pitch_of(sound)) is not None:
        if not names.has_inputs:
            document.report(place, "tones are as strong as the inputs of a network with layers; name it")
        elif LOWEST <= pitch <= HIGHEST:
            return sound
        else:
            document.report(place, f"the lowest tone has {LOWEST:g} to {HIGHEST:g} hertz, not {pitch:g}")
    elif sound not in EFFECTS:
        examples = (*EFFECTS, "tones 200")
        document.report(place, f"no sound named `{sound}`{did_you_mean(sound, examples)}")
    else:
        return sound
    return None
