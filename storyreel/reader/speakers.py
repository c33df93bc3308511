"""Who speaks in a storyboard: its `voice`, or the `speakers` of a dialogue with the voice of each.

A voice is its name, or name, pace and variant (`voice: {name: hibari, pace: 0.9}`).
"""

from storyreel.core.did_you_mean import did_you_mean
from storyreel.core.plugins import offered
from storyreel.reader.document import Document, Location
from storyreel.reader.mapping_check import name_fault, read_part
from storyreel.reader.schema_classes import LessonPart, VoicePart
from storyreel.reader.types import report_type
from storyreel.storyboard.model import Speaker


def read_speakers(document: Document, part: LessonPart) -> tuple[Speaker, ...]:
    """The lesson's speakers, at least one; problems are reported."""
    if not part.speakers:
        return (_speaker(document, None, ("voice",)) if part.voice is not None else Speaker(),)
    if part.voice is not None:
        message = "each of the `speakers` has a voice; one of the whole lesson would never be heard"
        document.report(document.key_place(("voice",)), message)
    speakers = tuple(_speaker(document, name, ("speakers", name)) for name in part.speakers)
    taken: dict[str | None, str] = {}
    for name, speaker in zip(part.speakers, speakers, strict=True):
        place = document.key_place(("speakers", name))
        if fault := name_fault(name, ()):
            document.report(place, fault)
        elif speaker.label in taken:
            message = f"`{name}` and `{taken[speaker.label]}` would both be called {speaker.label}"
            document.report(place, message)
        taken.setdefault(speaker.label, name)
    return speakers


def _speaker(document: Document, name: str | None, location: Location) -> Speaker:
    """The speaker whose voice is at the location; what is wrong with it is reported."""
    given = document.at(location)
    voice = None
    if isinstance(given, dict):
        location = (*location, "name")
        voice = read_part(document, VoicePart, location[:-1])
    elif isinstance(given, str):
        voice = VoicePart(given)
    else:
        report_type(document, location, "str", f"`{location[-1]}`")
    if voice is None:
        return Speaker(name)
    if isinstance(document.at(location), str):
        _check_voice(document, voice.name, location)
    return Speaker(name, voice.name, voice.pace, voice.variant, document.place(location))


def _check_voice(document: Document, name: str, location: Location) -> None:
    from storyreel.speech.voices import VOICES  # here, as few storyboards name a voice

    known = {*VOICES, *(point.name for point in offered("storyreel.voices"))}
    if name not in known:
        document.report(document.place(location), f"no voice named `{name}`{did_you_mean(name, known)}")
