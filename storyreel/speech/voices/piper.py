"""The piper voice: voice files of the user's in Piper's format, an ONNX model and a JSON file beside it.

The files are named in the user's configuration, never in a storyboard; each is a variant of the voice:

    [piper]
    alba = "~/voices/en_GB-alba-medium.onnx"

The phonemes are espeak-ng's, as those with which such voices are trained. Words are timed by alignment.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from storyreel.core.errors import OutsideError, one_line
from storyreel.speech.audio import Samples
from storyreel.speech.pauses import PAUSES
from storyreel.speech.voices.base import Speech, Utterance, VoiceCard, VoiceVariant, require_available
from storyreel.speech.voices.espeak import EspeakVoice
from storyreel.speech.voices.espeak_phonemes import sentences
from storyreel.speech.voices.user_config import config_file, user_config

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

TABLE = "piper"
EXAMPLE = '[piper] NAME = "/path/to/en_GB-alba-medium.onnx"'
BEGIN, END, BETWEEN = "^", "$", "_"  # phonemes of the format that are not heard


@dataclass(frozen=True, eq=False)
class PiperFile:
    """A voice file: its name in the configuration, its path, and what the JSON file beside it says."""

    name: str
    path: Path
    facts: Mapping[str, Any]

    @property
    def language(self) -> str:
        """The language as a tag, such as `en-gb`."""
        return str(self.facts["espeak"]["voice"]).lower().replace("_", "-")

    @property
    def rate(self) -> int:
        """The rate of its samples in Hz."""
        return int(self.facts["audio"]["sample_rate"])


class PiperVoice:
    """The user's own voice files."""

    workers = 1  # the seed of a model's noise is one of the whole process

    def card(self) -> VoiceCard:
        """Its description; each file is a variant."""
        files: tuple[PiperFile, ...] = ()
        remedy = EspeakVoice().card().remedy or (
            None if find_spec("onnxruntime") else "pip install onnxruntime"
        )
        try:
            files = _files()
            if not files:
                remedy = f"name a voice file in {config_file()}: {EXAMPLE}"
        except OutsideError as error:
            remedy = f"correct the configuration: {error}"
        return VoiceCard(
            name=TABLE,
            languages=tuple(dict.fromkeys(each.language for each in files)) or ("those of its files",),
            licence="that of the voice file",
            note="voice files of your own in Piper's format",
            remedy=remedy,
            needs=f"a voice file that {config_file()} names; the packages onnxruntime and espeakng-loader",
            variants=tuple(VoiceVariant(each.name, each.language) for each in files),
        )

    def fingerprint(self, utterance: Utterance) -> str:
        """The content of the file, and the versions of what speaks with it."""
        file = _file(utterance)
        state = file.path.stat()
        facts = [_digest(file.path, state.st_size, state.st_mtime_ns), file.facts, utterance.pace]
        digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        return f"{TABLE} {digest} {EspeakVoice().fingerprint(Utterance(''))}"

    def refusal(self, utterance: Utterance) -> str | None:
        """Why the file cannot say this: it is of another language."""
        file = _file(utterance)
        if VoiceVariant(file.name, file.language).speaks(utterance.language):
            return None
        return f"the voice file {file.name} of piper speaks `{file.language}` and not `{utterance.language}`"

    def speak(self, utterance: Utterance) -> Speech:
        """Speak with a model that is loaded anew, so that its noise is the same each time.

        Raises OutsideError if a file or a package is missing, or if it is no voice file.
        """
        require_available(self)
        file = _file(utterance)
        session = _session(file)
        pause = np.zeros(round(PAUSES["."] * file.rate), np.float32)
        parts: list[Samples] = []
        for sentence in sentences(utterance.text, file.language):
            parts += [_said(session, file, sentence, utterance.pace), pause]
        return Speech(np.concatenate([*parts, pause]), file.rate, ())


def _said(session: "InferenceSession", file: PiperFile, sentence: str, pace: float) -> Samples:
    numbers = file.facts["phoneme_id_map"]
    ids = [*numbers[BEGIN], *numbers[BETWEEN]]
    for letter in unicodedata.normalize("NFD", sentence):
        if letter in numbers:
            ids += [*numbers[letter], *numbers[BETWEEN]]
    ids += numbers[END]
    settings = file.facts.get("inference", {})
    scales = (
        settings.get("noise_scale", 0.667),
        settings.get("length_scale", 1.0) / pace,
        settings.get("noise_w", 0.8),
    )
    given = {
        "input": np.array([ids], np.int64),
        "input_lengths": np.array([len(ids)], np.int64),
        "scales": np.array(scales, np.float32),
        "sid": np.array([0], np.int64),
    }
    wanted = {each.name for each in session.get_inputs()}
    (sound, *_) = session.run(None, {name: value for name, value in given.items() if name in wanted})
    return np.asarray(sound, np.float32).ravel()


def _session(file: PiperFile) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # loads faster
    options.log_severity_level = 3  # errors only
    onnxruntime.set_seed(0)
    try:
        return onnxruntime.InferenceSession(str(file.path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own errors have no common type
        raise OutsideError(f"{file.path} is no voice file of Piper: {one_line(str(error))}") from error


@lru_cache
def _digest(path: Path, size: int, time: int) -> str:
    """Hash of the content of a file that has this size and was changed at this time."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _file(utterance: Utterance) -> PiperFile:
    """The file of the utterance's variant; raises OutsideError if there is none."""
    files = _files()
    if utterance.variant >= len(files):
        raise OutsideError(f"the voice {TABLE} is not there: name a voice file in {config_file()}: {EXAMPLE}")
    return files[utterance.variant]


def _files() -> tuple[PiperFile, ...]:
    """The files of the user's configuration; raises OutsideError if one is not as it should be."""
    return tuple(_read(name, path) for name, path in user_config(TABLE).items())


def _read(name: str, given: object) -> PiperFile:
    if not isinstance(given, str):
        raise OutsideError(f"{config_file()}: `{name}` must be the path of a voice file: {EXAMPLE}")
    path = config_file().parent / Path(given).expanduser()
    beside = path.with_name(f"{path.name}.json")
    try:
        if not path.is_file():
            raise OutsideError(f"{config_file()}: there is no voice file {path}")
        file = PiperFile(name, path, json.loads(beside.read_text("utf-8")))
        if file.language and file.rate > 0 and {BEGIN, END, BETWEEN} <= set(file.facts["phoneme_id_map"]):
            return file
    except OSError as error:
        raise OutsideError(f"cannot read {beside}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise OutsideError(f"{beside} does not describe a voice of Piper with espeak's phonemes")
