"""Speech kept on disk by what decides how it sounds, so that no sentence is ever synthesised twice."""

import hashlib
import json
import zipfile
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storyreel.core.atomic_file import atomic_file, remove_leftovers
from storyreel.core.code_digest import code_digest
from storyreel.speech import clip
from storyreel.speech.audio import Samples
from storyreel.speech.clip import SpeechClip, prepared
from storyreel.speech.voices.base import SpokenWord, Utterance, Voice

FORMAT = 3  # of the files; a new one makes all older files unused


class SpeechCache:
    """A folder of clips. Two processes may use it at once: files appear whole or not at all.

    What killed ones left half-written is removed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        remove_leftovers(folder)

    def name(self, voice: Voice, utterance: Utterance) -> str:
        """The name of the clip of `utterance` by `voice`; equal for all that sounds equal."""
        says = [voice.fingerprint(utterance), utterance.text, utterance.language, utterance.speaker]
        return hashlib.sha256(json.dumps([FORMAT, _code(), *says]).encode()).hexdigest()[:32]

    def clip(self, voice: Voice, utterance: Utterance) -> SpeechClip:
        """What `voice` says for `utterance`: from the folder, or spoken now and kept.

        Raises `OutsideError` when the voice fails or the folder cannot be written; so does the clip, if its
        file is lost or damaged by the time that its sound is asked for.
        """
        length, words = self._members(voice, utterance, "length", "words")
        spoken = (
            SpokenWord(int(offset), int(length), start, end) for offset, length, start, end in words.tolist()
        )
        read = partial(self._samples, voice, utterance)
        return SpeechClip(self.name(voice, utterance), int(length), tuple(spoken), read)

    def _samples(self, voice: Voice, utterance: Utterance) -> Samples:
        return self._members(voice, utterance, "samples")[0]

    def _members(self, voice: Voice, utterance: Utterance, *names: str) -> list[NDArray[Any]]:
        """Parts of a clip's file; where there is none, or it is damaged, of the one made now."""
        path = self.folder / f"{self.name(voice, utterance)}.npz"
        try:
            with np.load(path, allow_pickle=False) as file:
                return [file[name] for name in names]
        except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile):
            members = _spoken(voice, utterance)
            with atomic_file(path) as temporary, temporary.open("wb") as new:
                np.savez(new, allow_pickle=False, **members)
            return [members[name] for name in names]


@cache
def _code() -> str:
    """A hash of what makes clips of a voice's speech."""
    return code_digest([Path(clip.__file__)])


def _spoken(voice: Voice, utterance: Utterance) -> dict[str, NDArray[Any]]:
    """All that is kept of an utterance, by the names under which it is kept."""
    speech = prepared(voice.speak(utterance))
    words = [(word.offset, word.length, word.start, word.end) for word in speech.words]
    return {
        "length": np.array(len(speech.samples)),
        "words": np.array(words, np.float64).reshape(-1, 4),
        "samples": speech.samples,
    }
