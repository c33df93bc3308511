"""The voice recording: what the author has recorded, cut at the beats, with the times of its words.

Where the files are is said in `storyreel.speech.recordings.files`. The words are found by alignment. What a
recording does not have, or has besides, is told when it is heard, as it takes too long to be known before.
"""

import hashlib
import os
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from storyreel.core.code_digest import code_digest
from storyreel.core.errors import StoryreelError
from storyreel.speech.recordings.files import FOLDER, Recordings
from storyreel.speech.recordings.sound_file import check_sound_file, read_sound
from storyreel.speech.voices.base import Speech, Unusable, Utterance, VoiceCard

if TYPE_CHECKING:
    from storyreel.speech.recordings.matching import Heard

NAME = "recording"


class RecordingVoice:
    """The author's own recordings; without a lesson's there is none."""

    workers = max(1, os.cpu_count() or 1)

    def __init__(self, recordings: Recordings | None = None) -> None:
        self._recordings = recordings or Recordings(Path(), ())
        self._digests: dict[Path, str] = {}
        self._heard: dict[Path, dict[str, Heard]] = {}
        self._locks: dict[Path, Lock] = {}
        self._lock = Lock()

    def card(self) -> VoiceCard:
        """Its description."""
        return VoiceCard(
            NAME,
            ("any",),
            "yours",
            "your own recordings; `storyreel record` makes them in a browser",
            needs=f"files in {FOLDER}/LESSON beside the storyboard; see `storyreel record-script`",
        )

    def fingerprint(self, utterance: Utterance) -> str:
        """The content of its file, which of the utterances in it this is, and what the others are."""
        try:
            file = self._recordings.file(utterance)
            content = self._digest(file) if file else "none"
        except (OSError, StoryreelError) as error:
            return f"{NAME} {error}"
        said = self._recordings.said_in(file) if file else []
        return f"{NAME} {content} {_code()} {utterance.key} {hashlib.sha256(repr(said).encode()).hexdigest()}"

    def refusal(self, utterance: Utterance) -> str | None:
        """Why there is no recording of this; of empty text, why there cannot be any."""
        if utterance.pace != 1.0:
            return "a recording has a pace of its own; leave out `pace`"
        folder = self._recordings.folder
        if not folder.is_dir():
            return f"there is no folder {folder} with recordings; {self._remedy()}"
        if not utterance.text:
            return None
        try:
            file = self._recordings.file(utterance)
            if file is None:
                return f"there is no recording {self._recordings.expected(utterance)}; {self._remedy()}"
            check_sound_file(file)
        except StoryreelError as error:
            return str(error)
        return None

    def speak(self, utterance: Utterance) -> Speech:
        """The recording of the utterance. Raises Unusable if it cannot be heard in its file."""
        if problem := self.refusal(utterance):
            raise Unusable(problem)
        file = self._recordings.file(utterance)
        assert file is not None  # else it would have been refused
        with self._lock:
            lock = self._locks.setdefault(file, Lock())
        with lock:
            if utterance.key not in self._heard.get(file, {}):
                self._heard[file] = self._listen(file)
            its = self._heard[file].pop(utterance.key)  # its sound is not needed again
        if its.speech is None:
            raise Unusable(f"{file.name}: {its.problem}")
        return its.speech

    def _listen(self, file: Path) -> "dict[str, Heard]":
        """What is heard in a file, by the keys of the utterances."""
        from storyreel.speech.audio import RATE
        from storyreel.speech.recordings.matching import heard

        said = self._recordings.said_in(file)
        elsewhere = [number for number, one in enumerate(said) if self._recordings.file(one) != file]
        try:
            samples = read_sound(file)
        except StoryreelError as error:
            raise Unusable(str(error)) from None
        found = heard(samples, RATE, said, elsewhere)
        return {one.key: its for one, its in zip(said, found, strict=True)}

    def _digest(self, file: Path) -> str:
        if file not in self._digests:
            with file.open("rb") as content:
                self._digests[file] = hashlib.file_digest(content, "sha256").hexdigest()[:32]
        return self._digests[file]

    def _remedy(self) -> str:
        name = self._recordings.storyboard
        return f"`storyreel record {name}` makes it, `storyreel record-script {name}` prints what to read"


@cache
def _code() -> str:
    """Hash of the code that finds the words in recordings."""
    folder = Path(__file__).parent.with_name("recordings")
    return code_digest([folder / "matching.py", folder / "sound_file.py"])
