"""The model of the package `hibari-tts`: text to phonemes, phonemes to sound and how long each of them takes.

It is loaded once a process, which takes a second. Everything runs in the caller's thread, so that equal text
gives equal bytes however many threads speak.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from storyreel.speech.audio import Samples

if TYPE_CHECKING:
    from hibari.g2p import G2P
    from onnxruntime import InferenceSession

RATE = 24000  # Hz
DURATIONS = "/Clip_output_0"  # the tensor in the graph that counts the frames of each phoneme
BEFORE_NO_NOUN = re.compile(
    "and|cubed|divided|equals|in|is|minus|of|or|over|plus|squared|times|to|transposed", re.IGNORECASE
)
"""Words before which `a` is not the article but the name of a variable."""

_loading = Lock()


@dataclass(frozen=True, slots=True)
class ReadToken:
    """A word or a punctuation mark: where it stands in the text, in characters, and its phonemes."""

    offset: int
    text: str
    phonemes: str
    is_before_space: bool

    @property
    def is_word(self) -> bool:
        """True for what is heard; the phonemes of punctuation, its pauses, are no letters."""
        return any(letter.isalpha() and letter not in "ˈˌ" for letter in self.phonemes)


@dataclass(frozen=True, eq=False)
class Reader:
    """From text to phonemes; `ids` are the numbers that models have for these."""

    g2p: "G2P"
    ids: Mapping[str, int]

    def read(self, text: str, pronunciations: Mapping[str, str]) -> list[ReadToken]:
        """The tokens of `text`; words that `pronunciations` has are given its phonemes."""
        text = re.sub(r"[][()]", " ", text)  # brackets have a meaning in the package's notation
        marked = _any_of(tuple(pronunciations)).sub(
            lambda match: f"[{match[0]}](/{pronunciations[match[0]]}/)", text
        )
        tokens, end = [], 0
        for token in self.g2p.phonemize_tokens(self.g2p.tokenize(marked)):
            found = text.find(token.text, end)
            offset = end if found < 0 else found
            end = offset + len(token.text)
            said = "".join(letter for letter in token.phonemes or "" if letter in self.ids)
            tokens.append(ReadToken(offset, token.text, said, bool(token.whitespace)))
        return list(_with_variables(tokens))


@dataclass(frozen=True, eq=False)
class Model:
    """A loaded model."""

    session: "InferenceSession"
    ids: Mapping[str, int]

    def sound(self, phonemes: str, speed: float) -> tuple[Samples, NDArray[np.float64]]:
        """The samples of `phonemes`, and when each of them begins and the last one ends, in seconds."""
        from hibari import dsp

        ids = np.array([[0, *(self.ids[letter] for letter in phonemes), 0]], np.int64)
        given = {"ids": ids, "speed": np.array([speed], np.float32)}
        *spectrum, frames = self.session.run(None, given)
        samples = dsp.synth(*(part[0] for part in spectrum), np.random.default_rng(0))
        times = np.cumsum(frames.ravel(), dtype=np.float64) * (len(samples) / RATE / frames.sum())
        return samples, times[:-1]  # the first and the last entry of `frames` are of silence


def load_model() -> Model:
    """The model, which all threads share."""
    with _loading:
        return _model()


def load_reader() -> Reader:
    """The reader, which all threads share."""
    with _loading:
        return _reader()


def session_of(graph: bytes) -> "InferenceSession":
    """A session of an ONNX model in which the caller's thread does everything."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


@lru_cache(1)
def _model() -> Model:
    graph = (package_folder() / "assets" / "hibari.onnx").read_bytes()
    return Model(session_of(with_output(graph, DURATIONS)), _reader().ids)


@lru_cache(1)
def _reader() -> Reader:
    from hibari.g2p import G2P

    ids = json.loads((package_folder() / "assets" / "vocab.json").read_text("utf-8"))
    return Reader(G2P(), ids)


def package_folder() -> Path:
    """The folder of the installed package, found without importing it; raises `ModuleNotFoundError`."""
    spec = find_spec("hibari")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("hibari")
    return Path(spec.origin).parent


def with_output(graph: bytes, tensor: str) -> bytes:
    """An ONNX model with `tensor` (float) as one more output.

    Protocol Buffers merge a message that is given twice: what is added is ModelProto.graph (field 7) with one
    GraphProto.output (12), a ValueInfoProto of name (1) and type (2): tensor_type (1).elem_type (1) = FLOAT.
    """
    of_type = _field(2, _field(1, b"\x08\x01"))
    return graph + _field(7, _field(12, _field(1, tensor.encode()) + of_type))


def _field(number: int, body: bytes) -> bytes:
    """A Protocol Buffers field of bytes, shorter than 128."""
    return bytes([number << 3 | 2, len(body)]) + body


@lru_cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first) or '(?!)'})(?!\w)")


def _with_variables(tokens: list[ReadToken]) -> Iterator[ReadToken]:
    """The tokens, in which an `a` that cannot be the article is the letter."""
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        is_variable = after is None or not after.text[:1].isalnum() or BEFORE_NO_NOUN.fullmatch(after.text)
        if token.text in ("a", "A") and is_variable:
            yield ReadToken(token.offset, token.text, "ˈA", token.is_before_space)
        else:
            yield token
