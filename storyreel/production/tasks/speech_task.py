"""Utterances as tasks, and how a worker does them; what it cannot speak is left to whoever asked."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from storyreel.core.cache_folder import speech_cache
from storyreel.core.errors import OutsideError, UsageError
from storyreel.production.tasks.environment import environment, require_same, this_worker
from storyreel.production.tasks.executor import Content, Refused, Task
from storyreel.speech.cache import SpeechCache
from storyreel.speech.cast import Cast
from storyreel.speech.narration import utterances_of
from storyreel.speech.role import Role
from storyreel.speech.script import Script
from storyreel.speech.voices.base import Unusable, Utterance
from storyreel.speech.voices.command import TABLE as COMMAND
from storyreel.speech.voices.recording import NAME as RECORDING

OWN = (COMMAND, RECORDING)
"""Voices that are programs and files of whoever renders, and on no other machine."""


@dataclass(frozen=True, eq=False)
class SpeechTask(Task):
    """One utterance, whose clip has a `name` in the speech cache."""

    name: str = ""


def speech_tasks(script: Script, cast: Cast, cache: SpeechCache) -> Iterator[SpeechTask]:
    """A task for each clip that is missing and that a worker might speak."""
    found: set[str] = set()
    for utterance in (one for beat in utterances_of(script) for one in beat if one.text):
        name = cache.name(cast, utterance)
        if name in found or cast.roles[utterance.variant].voice in OWN or cache.has(name):
            continue
        found.add(name)
        data = {
            "environment": environment(),
            "roles": [asdict(role) for role in cast.roles],
            "utterance": asdict(utterance),
            "fingerprint": cast.fingerprint(utterance),
        }
        yield SpeechTask(json.dumps(data).encode(), name=name)


def spoken(data: bytes, files: Mapping[str, bytes]) -> Content | Refused | None:
    """The file of the clip that `data` asks for, spoken by this worker; None if its voice is not here, or
    Refused if it is here in another version.

    Raises OutsideError if this worker has another version of storyreel.
    """
    task = json.loads(data)
    require_same(task["environment"])
    utterance = _utterance(task["utterance"])
    try:
        cast = Cast([Role(**role) for role in task["roles"]])
    except UsageError:  # a voice of a package that is not here
        return None
    if not cast.is_available(utterance):
        return None
    fingerprint = cast.fingerprint(utterance)
    if fingerprint != task["fingerprint"]:
        wanted = task["fingerprint"]
        return Refused(f"{this_worker()} has another voice: {fingerprint!r} and not {wanted!r}")
    try:
        return Content.of(SpeechCache(speech_cache()).content(cast, utterance))
    except (OutsideError, Unusable):  # which is told where it is tried again
        return None


def _utterance(data: Mapping[str, Any]) -> Utterance:
    return Utterance(**{**data, "pronunciations": tuple(map(tuple, data["pronunciations"]))})
