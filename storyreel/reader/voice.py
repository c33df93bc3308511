"""The voice of a storyboard: its name, or name and pace (`voice: {name: hibari, pace: 0.9}`)."""

from storyreel.core.did_you_mean import did_you_mean
from storyreel.core.plugins import offered
from storyreel.reader.document import Document, Location
from storyreel.reader.mapping_check import read_part
from storyreel.reader.schema_classes import VoicePart
from storyreel.reader.types import report_type


def read_voice(document: Document) -> VoicePart | None:
    """The storyboard's voice, None if its value is no such thing; what is wrong with it is reported."""
    given = document.at(("voice",))
    location: Location = ("voice",)
    if isinstance(given, dict):
        location = ("voice", "name")
        voice = read_part(document, VoicePart, ("voice",))
    elif isinstance(given, str):
        voice = VoicePart(given)
    else:
        report_type(document, location, "str", "`voice`")
        return None
    if voice and isinstance(document.at(location), str):
        _check_name(document, voice.name, location)
    return voice


def _check_name(document: Document, name: str, location: Location) -> None:
    from storyreel.speech.voices import VOICES  # here, as few storyboards name a voice

    known = {*VOICES, *(point.name for point in offered("storyreel.voices"))}
    if name not in known:
        document.report(document.place(location), f"no voice named `{name}`{did_you_mean(name, known)}")
