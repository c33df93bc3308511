"""The narration: for each beat its sound, how long it is, and when each word and each mark comes."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from storyreel.loudness import levelled
from storyreel.script import Script, ScriptBeat
from storyreel.sound import RATE, Samples, audible_level, audible_span, resampled
from storyreel.speech_cache import SpeechCache
from storyreel.voices.voice import Speech, Utterance, Voice
from storyreel.word_times import Word, word_times

HEAD = 0.1  # seconds of silence before the first word of a beat, whatever the voice
TAIL = 0.3  # and after its last


@dataclass(frozen=True, eq=False)
class BeatNarration:
    """One beat as it sounds; all times are in seconds from the beat's first sample.

    `samples` are mono at 48 kHz; `words` has one entry for each token of the script; `marks` has the time
    of each mark's word, or of the end of the speech for a mark after the last. A beat without narration has
    no samples and no words.
    """

    samples: Samples
    words: tuple[Word, ...]
    marks: dict[str, float]

    @property
    def seconds(self) -> float:
        """How long the sound is, silence at both ends included."""
        return len(self.samples) / RATE


@dataclass(frozen=True, eq=False)
class Narration:
    """The whole lesson as it sounds: one entry for each beat of the script, in order."""

    beats: tuple[BeatNarration, ...]


def narrate(
    script: Script,
    voice: Voice,
    cache_dir: Path,
    progress: Callable[[int, int], None] | None = None,
) -> Narration:
    """Let `voice` speak `script`, at one loudness, keeping each utterance's speech in `cache_dir`.

    `progress` is told how many of the utterances are done, and of how many. Narrate whole scripts: the
    loudness is set over all that a speaker says. Raises `OutsideError` when the voice fails.
    """
    utterances = _utterances(script)
    cache = SpeechCache(cache_dir)
    # One request for each file of the cache, so that two threads never speak the same sentence.
    requests = {cache.path(voice, utterance): utterance for utterance in utterances if utterance.text}
    spoken: dict[Path, Speech] = {}
    with ThreadPoolExecutor(voice.workers) as pool:
        for path, speech in zip(
            requests, pool.map(partial(cache.speech, voice), requests.values()), strict=True
        ):
            spoken[path] = _trimmed(speech)
            if progress:
                progress(len(spoken), len(requests))
    speeches = [spoken[cache.path(voice, utterance)] if utterance.text else None for utterance in utterances]
    clips = _level_by_speaker(utterances, speeches)
    return Narration(tuple(map(_beat, script.beats, speeches, clips)))


def _utterances(script: Script) -> list[Utterance]:
    """What each beat asks the voice for; empty text where nothing is said."""
    order: dict[str | None, int] = {}
    for beat in script.beats:
        if beat.spoken:
            order.setdefault(beat.speaker, len(order))
    return [
        Utterance(beat.spoken, script.language, order.get(beat.speaker, 0), f"{beat.chapter}/{beat.number}")
        for beat in script.beats
    ]


def _trimmed(speech: Speech) -> Speech:
    """The speech at 48 kHz, with exactly `HEAD` seconds before its first sound and `TAIL` after its last."""
    samples, rate = resampled(speech.samples, speech.rate), RATE
    first, after = audible_span(samples, audible_level(samples))
    if first == after:  # silence: keep it as long as it is
        after = len(samples)
    head, tail = round(HEAD * rate), round(TAIL * rate)
    padded = np.pad(samples, (head, tail))
    shift = HEAD - first / rate
    words = tuple(
        replace(word, start=max(0.0, word.start + shift), end=max(0.0, word.end + shift))
        for word in speech.words
    )
    return Speech(padded[first : after + head + tail], rate, words)


def _level_by_speaker(utterances: Sequence[Utterance], speeches: Sequence[Speech | None]) -> list[Samples]:
    """The sound of each beat, each speaker's beats brought to the same loudness."""
    clips = [np.zeros(0, np.float32) if speech is None else speech.samples for speech in speeches]
    for speaker in {utterance.speaker for utterance in utterances}:
        places = [i for i, utterance in enumerate(utterances) if utterance.speaker == speaker]
        for place, clip in zip(places, levelled([clips[i] for i in places]), strict=True):
            clips[place] = clip
    return clips


def _beat(beat: ScriptBeat, speech: Speech | None, samples: Samples) -> BeatNarration:
    end = len(samples) / RATE - TAIL if speech else 0.0
    words = word_times(beat.tokens, speech.words if speech else (), end)
    marks = {name: words[index].start if index < len(words) else end for name, index in beat.marks.items()}
    return BeatNarration(samples, words, marks)
