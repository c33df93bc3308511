"""The command voice: any program of the user's that reads text and writes WAV.

Programs are named in the user's configuration, never in a storyboard; each is a variant of the voice:

    [command.anna]
    run = ["my-speech", "--language", "{language}", "--output", "{wav}"]
    language = "en"
    licence = "CC0"

The program is run once for each utterance, without a shell, and is given the text on standard input, or in
the file `{text}`; it writes the file `{wav}`, or to standard output. `{language}` and `{pace}` are those of
the utterance. A program without `language` is given texts in all.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from storyreel.core.errors import OutsideError, one_line
from storyreel.speech.audio import Samples
from storyreel.speech.voices.base import Speech, Utterance, VoiceCard, VoiceVariant, require_available
from storyreel.speech.voices.user_config import config_file, user_config

TABLE = "command"
TIMEOUT = 120  # seconds; for one utterance
EXAMPLE = '[command.NAME] run = ["PROGRAM", "--output", "{wav}"]'


@dataclass(frozen=True, slots=True)
class Program:
    """A program that speaks: its arguments, the one language that it speaks ("" for all), its licence."""

    name: str
    run: tuple[str, ...]
    language: str
    licence: str


class CommandVoice:
    """The user's own programs. Their words are timed by alignment."""

    workers = max(1, (os.cpu_count() or 1) // 2)

    def card(self) -> VoiceCard:
        """Its description; each program is a variant."""
        remedy = None
        programs: tuple[Program, ...] = ()
        try:
            programs = _programs()
            if not programs:
                remedy = f"name a program in {config_file()}: {EXAMPLE}"
            missing = next((each.run[0] for each in programs if not shutil.which(each.run[0])), None)
            if missing:
                remedy = f"install {missing}, which {config_file()} names"
        except OutsideError as error:
            remedy = f"correct the configuration: {error}"
        return VoiceCard(
            name=TABLE,
            languages=tuple(dict.fromkeys(each.language or "any" for each in programs)) or ("any",),
            licence=", ".join(dict.fromkeys(each.licence for each in programs)) or "the program's",
            note="a program of your own that reads text and writes WAV",
            remedy=remedy,
            needs=f"a program that {config_file()} names",
            variants=tuple(VoiceVariant(each.name, each.language) for each in programs),
        )

    def fingerprint(self, utterance: Utterance) -> str:
        """The program's arguments, its file's size and time of change, and the pace."""
        program = _program(utterance)
        found = shutil.which(program.run[0])
        state = os.stat(found) if found else None
        facts = [program.run, state and [state.st_size, state.st_mtime_ns], utterance.pace]
        return f"{TABLE} {hashlib.sha256(json.dumps(facts).encode()).hexdigest()}"

    def refusal(self, utterance: Utterance) -> str | None:
        """Why the program cannot say this: another language than its own."""
        program = _program(utterance)
        if VoiceVariant(program.name, program.language).speaks(utterance.language):
            return None
        languages = f"speaks `{program.language}` and not `{utterance.language}`"
        return f"the program {program.name} of the voice {TABLE} {languages}"

    def speak(self, utterance: Utterance) -> Speech:
        """Run the program; raises OutsideError if it fails or writes no sound."""
        require_available(self)
        program = _program(utterance)
        with tempfile.TemporaryDirectory(prefix="storyreel-") as folder:
            text, wav = Path(folder) / "text.txt", Path(folder) / "speech.wav"
            text.write_text(utterance.text, "utf-8")
            fields = {
                "{text}": str(text),
                "{wav}": str(wav),
                "{language}": utterance.language,
                "{pace}": f"{utterance.pace:g}",
            }
            output = _output(program, [_filled(argument, fields) for argument in program.run], utterance.text)
            sound = wav.read_bytes() if wav.is_file() else output
        return Speech(*_samples(program, sound), ())


def _output(program: Program, command: list[str], text: str) -> bytes:
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        raise OutsideError(f"the program {program.name} did not end within {TIMEOUT} seconds") from None
    except OSError as error:
        raise OutsideError(f"the program {program.name} cannot be run: {error}") from error
    if done.returncode:
        reason = (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
        raise OutsideError(
            f"the program {program.name} stopped with exit status {done.returncode}: {one_line(reason)}"
        )
    return done.stdout


def _samples(program: Program, sound: bytes) -> tuple[Samples, int]:
    """The samples of a WAV file, of all its channels together, and their rate."""
    from scipy.io import wavfile  # type: ignore[import-untyped]

    try:
        rate, data = wavfile.read(io.BytesIO(sound))
    except (ValueError, EOFError, OSError, TypeError, IndexError, ZeroDivisionError) as error:
        reason = str(error) if sound else "nothing was written"
        raise OutsideError(f"the program {program.name} wrote no WAV file: {one_line(reason)}") from error
    scale = 1.0 if data.dtype.kind == "f" else float(np.iinfo(data.dtype).max) + 1
    middle = 128 if data.dtype == np.uint8 else 0
    samples = (data.reshape(len(data), -1).mean(axis=1) - middle) / (scale / 2 if middle else scale)
    if not len(samples) or not np.isfinite(samples).all():
        raise OutsideError(f"the program {program.name} wrote a WAV file without sound")
    return samples.astype(np.float32), int(rate)


def _filled(argument: str, fields: Mapping[str, str]) -> str:
    for field, value in fields.items():
        argument = argument.replace(field, value)
    return argument


def _program(utterance: Utterance) -> Program:
    """The program of the utterance's variant; raises OutsideError if there is none."""
    programs = _programs()
    if utterance.variant >= len(programs):
        raise OutsideError(f"the voice {TABLE} is not there: name a program in {config_file()}: {EXAMPLE}")
    return programs[utterance.variant]


def _programs() -> tuple[Program, ...]:
    """The programs of the user's configuration; raises OutsideError if it is not as it should be."""
    return tuple(_read(name, settings) for name, settings in user_config(TABLE).items())


def _read(name: str, settings: Any) -> Program:
    run = settings.get("run") if isinstance(settings, dict) else None
    if not (isinstance(run, list) and run and all(isinstance(argument, str) for argument in run) and run[0]):
        raise OutsideError(f"{config_file()}: [{TABLE}.{name}] needs `run`, a list of texts: {EXAMPLE}")
    others = {key: value for key, value in settings.items() if key != "run"}
    for key, value in others.items():
        if key not in ("language", "licence") or not isinstance(value, str):
            known = "besides `run` there may be `language` and `licence`, which are texts"
            raise OutsideError(f"{config_file()}: [{TABLE}.{name}]: {known}; not `{key} = {value!r}`")
    language, licence = others.get("language", ""), others.get("licence", "the program's")
    return Program(name, tuple(run), language, licence)
