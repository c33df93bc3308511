"""Speech kept on disk by what decides how it sounds, so that no sentence is ever synthesised twice."""

import hashlib
import json
import zipfile
from pathlib import Path

import numpy as np

from storyreel.voices.voice import Speech, SpokenWord, Utterance, Voice
from storyreel.whole_file import whole_file

FORMAT = 1  # of the files; a new one makes all older files unused


class SpeechCache:
    """A folder of speech files. Two processes may use it at once: files appear whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, voice: Voice, utterance: Utterance) -> Path:
        """Where the speech of `utterance` by `voice` is kept; equal for all that sounds equal."""
        facts = [FORMAT, voice.fingerprint(utterance), utterance.text, utterance.language, utterance.speaker]
        return self.folder / f"{hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]}.npz"

    def speech(self, voice: Voice, utterance: Utterance) -> Speech:
        """What `voice` says for `utterance`: from the folder, or spoken now and kept.

        Raises `OutsideError` when the voice fails or the folder cannot be written.
        """
        path = self.path(voice, utterance)
        kept = _read(path)
        if kept is None:
            kept = voice.speak(utterance)
            _write(path, kept)
        return kept


def _read(path: Path) -> Speech | None:
    """The speech in a file; None when there is none or it is damaged."""
    try:
        with np.load(path, allow_pickle=False) as file:
            samples = file["samples"].astype(np.float32)
            words = tuple(
                SpokenWord(int(offset), int(length), float(start), float(end))
                for offset, length, start, end in file["words"]
            )
            return Speech(samples, int(file["rate"]), words)
    except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile):
        return None


def _write(path: Path, speech: Speech) -> None:
    words = np.array([(word.offset, word.length, word.start, word.end) for word in speech.words], np.float64)
    with whole_file(path) as temporary, temporary.open("wb") as file:
        np.savez(file, samples=speech.samples, rate=speech.rate, words=words.reshape(-1, 4))
