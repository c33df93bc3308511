"""The narration: for each beat its sound, and the times of its words and marks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from storyreel.core.limits import limits
from storyreel.core.word import Word
from storyreel.speech.audio import RATE, Samples
from storyreel.speech.cache import SpeechCache
from storyreel.speech.clip import TAIL, SpeechClip
from storyreel.speech.script import Script, ScriptBeat
from storyreel.speech.voices.base import Utterance, Voice
from storyreel.speech.word_times import word_times


@dataclass(frozen=True, eq=False, slots=True)
class BeatNarration:
    """The sound of one beat; all times are in seconds from the beat's first sample.

    `words` has one entry for each token of the script. `marks` has the start of each mark's word; for a mark
    after the last word, the end of the speech. `length` is the number of samples of `sound`. `utterance` is
    the voice's input and `fingerprint` the voice's answer for it. A beat without narration has length 0 and
    no sound.
    """

    length: int
    words: tuple[Word, ...]
    marks: dict[str, float]
    sound: SpeechClip | None = None
    utterance: Utterance | None = None
    fingerprint: str = ""

    @property
    def samples(self) -> Samples:
        """The sound, mono at 48 kHz."""
        return self.sound.samples if self.sound else np.zeros(0, np.float32)

    @property
    def seconds(self) -> float:
        """The duration of the sound, with the silence at both ends."""
        return self.length / RATE


@dataclass(frozen=True, eq=False)
class Narration:
    """The sound of a whole lesson: one entry for each beat of the script, in order."""

    beats: tuple[BeatNarration, ...]


def narrate(
    script: Script,
    voice: Voice,
    cache_dir: Path,
    progress: Callable[[int, int], None] | None = None,
) -> Narration:
    """Have `voice` speak `script`; clips are cached in the folder `cache_dir`.

    `progress` is called with the number of clips that are done and of all. Raises OutsideError if the voice
    fails or the folder cannot be written.
    """
    utterances = utterances_of(script)
    cache = SpeechCache(cache_dir)
    names = [cache.name(voice, utterance) if utterance.text else "" for utterance in utterances]
    # One request for each clip, so that no two threads make the same one.
    requests = {name: utterance for name, utterance in zip(names, utterances, strict=True) if name}
    clips: dict[str, SpeechClip] = {}
    with ThreadPoolExecutor(voice.workers) as pool:
        for name, clip in zip(requests, pool.map(partial(cache.clip, voice), requests.values()), strict=True):
            clips[name] = clip
            if progress:
                progress(len(clips), len(requests))
    cache.tidy(limits().speech_cache_bytes)
    return Narration(
        tuple(
            _beat(beat, clips[name], utterance, voice.fingerprint(utterance)) if name else _silent_beat(beat)
            for beat, name, utterance in zip(script.beats, names, utterances, strict=True)
        )
    )


def utterances_of(script: Script) -> list[Utterance]:
    """The voice's input for each beat, with empty text where nothing is said."""
    order: dict[str | None, int] = {}
    for beat in script.beats:
        if beat.spoken:
            order.setdefault(beat.speaker, len(order))
    return [
        Utterance(
            beat.spoken,
            script.language,
            order.get(beat.speaker, 0),
            f"{beat.chapter}/{beat.number}",
            script.pace,
            tuple((word, phonemes) for word, phonemes in script.pronunciations if word in beat.spoken),
        )
        for beat in script.beats
    ]


def _beat(beat: ScriptBeat, clip: SpeechClip, utterance: Utterance, fingerprint: str) -> BeatNarration:
    end = clip.length / RATE - TAIL
    words = word_times(beat.tokens, clip.words, end)
    marks = {name: words[index].start if index < len(words) else end for name, index in beat.marks.items()}
    return BeatNarration(clip.length, words, marks, clip, utterance, fingerprint)


def _silent_beat(beat: ScriptBeat) -> BeatNarration:
    words = word_times(beat.tokens, (), 0.0)
    return BeatNarration(0, words, dict.fromkeys(beat.marks, 0.0))
