"""How well words are found in recordings: a table of the errors of their starts.

A voice that times its words stands for the author. Each chapter of a lesson is one recording, stretched, with
noise and with pauses before some of its words, so that it is known when each word begins.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from scipy.signal import resample_poly  # type: ignore[import-untyped]

from storyreel.core.paths import STORYBOARDS
from storyreel.reader import load
from storyreel.speech.audio import Samples
from storyreel.speech.narration import utterances_of
from storyreel.speech.recordings.matching import heard
from storyreel.speech.script_writer import write_script
from storyreel.speech.voices import Speech, SpokenWord, Utterance, voice

BEFORE = 0.005  # seconds before a word's start at which a pause is put in
PAUSES = (0.2, 1.2)  # seconds; within an utterance
BETWEEN = (0.4, 2.0)  # seconds; between two
OFTEN = 0.08  # the share of words that have a pause before them


@dataclass(frozen=True)
class Damage:
    """What is done to a recording: its length in percent, its noise in dB below the loudest sound, pauses."""

    name: str
    longer: int
    noise: float
    pauses: bool


DAMAGES = (
    Damage("as it is", 100, -90, False),
    Damage("pauses", 100, -90, True),
    Damage("stretched, pauses, noise", 118, -45, True),
    Damage("hurried, pauses, noise", 88, -40, True),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("voices", nargs="*", default=["espeak:f1"], help="VOICE:VARIANT (%(default)s)")
    parser.add_argument("--lesson", default="salary", help="of those that come with storyreel (%(default)s)")
    parser.add_argument("--chapters", type=int, default=99, help="how many of its chapters")
    asked = parser.parse_args()
    script = write_script(load(STORYBOARDS / f"{asked.lesson}.yaml"))
    said = [one for beat in utterances_of(script) for one in beat if one.text]
    chapters = [list(its) for _, its in groupby(said, key=lambda one: one.key.split("/")[0])]
    print(f"{'voice':20}{'recording':28}{'words':>6}{'median':>8}{'p90':>7}{'worst':>8}  real time  problems")
    for name in asked.voices:
        spoken = [spoken_by(name, utterances) for utterances in chapters[: asked.chapters]]
        for damage in DAMAGES:
            print(f"{name:20}{damage.name:28}{row(spoken, damage)}", flush=True)


def spoken_by(name: str, utterances: Sequence[Utterance]) -> list[tuple[Utterance, Speech]]:
    """The utterances of a chapter as the voice speaks them."""
    of, _, variant = name.partition(":")
    speaker = voice(of)
    number = [each.name for each in speaker.card().variants].index(variant) if variant else 0
    return [(each, speaker.speak(replace(each, variant=number))) for each in utterances]


def row(chapters: Sequence[Sequence[tuple[Utterance, Speech]]], damage: Damage) -> str:
    """The errors in all chapters."""
    chance = np.random.default_rng(1)
    off: list[float] = []
    seconds, started, problems = 0.0, time.perf_counter(), 0
    for spoken in chapters:
        damaged = [damaged_speech(speech, damage, chance) for _, speech in spoken]
        rate = damaged[0].rate
        pauses = [np.zeros(round(rate * chance.uniform(*BETWEEN)), np.float32) for _ in damaged]
        pairs = zip(pauses, damaged, strict=True)
        whole = np.concatenate([part for pause, speech in pairs for part in (pause, speech.samples)])
        loudest = float(np.abs(whole).max())
        whole = whole + chance.normal(0, loudest * 10 ** (damage.noise / 20), len(whole)).astype(np.float32)
        seconds += len(whole) / rate
        since = 0
        found = heard(whole, rate, [each for each, _ in spoken])
        for pause, true, its in zip(pauses, damaged, found, strict=True):
            since += len(pause)
            starts = {word.offset: since / rate + word.start for word in true.words}
            since += len(true.samples)
            problems += its.speech is None
            if its.speech:
                words = [word for word in its.speech.words if word.offset in starts]
                off += [its.start + word.start - starts[word.offset] for word in words]
    took = (time.perf_counter() - started) / seconds
    sizes = 1000 * np.abs(off)
    median, p90 = np.median(sizes), np.percentile(sizes, 90)
    return f"{len(off):6}{median:5.0f} ms{p90:4.0f} ms{sizes.max():5.0f} ms{took:10.2f}{problems:10}"


def damaged_speech(speech: Speech, damage: Damage, chance: np.random.Generator) -> Speech:
    """The speech, longer or shorter, with pauses before some of its words."""
    samples = resample_poly(speech.samples, damage.longer, 100).astype(np.float32)
    factor = damage.longer / 100
    parts: list[Samples] = []
    words: list[SpokenWord] = []
    since, shift = 0, 0.0
    for number, word in enumerate(speech.words):
        if damage.pauses and number and chance.random() < OFTEN:
            at = max(since, round((word.start * factor - BEFORE) * speech.rate))
            pause = np.zeros(round(speech.rate * chance.uniform(*PAUSES)), np.float32)
            parts += [samples[since:at], pause]
            since, shift = at, shift + len(pause) / speech.rate
        words.append(replace(word, start=word.start * factor + shift, end=word.end * factor + shift))
    return Speech(np.concatenate([*parts, samples[since:]]), speech.rate, tuple(words))


if __name__ == "__main__":
    main()
