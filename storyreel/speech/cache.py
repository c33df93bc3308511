"""A cache of speech on disk, so that no sentence is synthesised twice."""

import hashlib
import json
import os
import struct
import zipfile
import zlib
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storyreel.core.atomic_file import atomic_file, remove_leftovers
from storyreel.core.code_digest import code_digest
from storyreel.core.disk_cache import DiskCache
from storyreel.speech import alignment, clip, pauses
from storyreel.speech.alignment import aligned
from storyreel.speech.audio import Samples
from storyreel.speech.clip import SpeechClip, prepared
from storyreel.speech.pauses import with_even_pauses
from storyreel.speech.voices.base import SpokenWord, Utterance, Voice

# What NumPy and zipfile raise for files of which bits are wrong; the data itself has checksums.
_DAMAGE = (
    *(OSError, ValueError, KeyError, EOFError, TypeError, RuntimeError, IndexError, OverflowError),
    *(struct.error, zipfile.BadZipFile, zlib.error),
)
FORMAT = 3  # of the files; raise it when the content of a file changes


class SpeechCache(DiskCache):
    """A folder of clips, named by a digest of what determines their sound.

    Processes may share it: files are written atomically. Partial files of killed processes are removed.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        remove_leftovers(folder)

    def name(self, voice: Voice, utterance: Utterance) -> str:
        """The name of the clip of `utterance` by `voice`; equal names mean equal sound."""
        says = [voice.fingerprint(utterance), utterance.text, utterance.language, utterance.variant]
        return hashlib.sha256(json.dumps([FORMAT, _code(), *says]).encode()).hexdigest()[:32]

    def clip(self, voice: Voice, utterance: Utterance) -> SpeechClip:
        """The clip of `utterance` by `voice`: from the folder, or spoken now and stored there.

        Raises OutsideError if the voice fails or the folder cannot be written. Reading the clip's samples
        raises it too, if the file has been lost meanwhile and cannot be made again.
        """
        length, words = self._members(voice, utterance, "length", "words")
        spoken = (
            SpokenWord(int(offset), int(length), start, end) for offset, length, start, end in words.tolist()
        )
        read = partial(self._samples, voice, utterance)
        return SpeechClip(self.name(voice, utterance), int(length), read, tuple(spoken))

    def has(self, name: str) -> bool:
        """True if there is a file for the clip called `name`; it may be damaged, and is then made again."""
        return self._path(name).is_file()

    def content(self, voice: Voice, utterance: Utterance) -> bytes:
        """The file of a clip as bytes; raises the same errors as `clip`."""
        self.clip(voice, utterance)
        return self._path(self.name(voice, utterance)).read_bytes()

    def write(self, name: str, content: bytes) -> None:
        """Add the file of a clip that was spoken elsewhere. Raises OutsideError if it cannot be written."""
        with atomic_file(self._path(name), is_durable=False) as temporary:
            temporary.write_bytes(content)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.npz"

    def _samples(self, voice: Voice, utterance: Utterance) -> Samples:
        return self._members(voice, utterance, "samples")[0]

    def _members(self, voice: Voice, utterance: Utterance, *names: str) -> list[NDArray[Any]]:
        """Arrays of a clip's file; the file is made first if it is missing or damaged."""
        path = self._path(self.name(voice, utterance))
        try:
            os.utime(path)  # so that it is not removed before long
            with np.load(path, allow_pickle=False) as file:
                return [file[name] for name in names]
        except _DAMAGE:
            members = _spoken(voice, utterance)
            with atomic_file(path, is_durable=False) as temporary, temporary.open("wb") as new:
                np.savez(new, allow_pickle=False, **members)
            return [members[name] for name in names]


@cache
def _code() -> str:
    """Hash of the code that turns a voice's speech into clips."""
    return code_digest([Path(clip.__file__), Path(alignment.__file__), Path(pauses.__file__)])


def _spoken(voice: Voice, utterance: Utterance) -> dict[str, NDArray[Any]]:
    """The arrays of an utterance's file, by name. Each word is a row: offset, length, start, end."""
    speech = voice.speak(utterance)
    if not speech.words and speech.samples.any():
        speech = replace(speech, words=aligned(speech.samples, speech.rate, utterance))
    speech = prepared(with_even_pauses(speech, utterance.text))
    words = [(word.offset, word.length, word.start, word.end) for word in speech.words]
    return {
        "length": np.array(len(speech.samples)),
        "words": np.array(words, np.float64).reshape(-1, 4),
        "samples": speech.samples,
    }
