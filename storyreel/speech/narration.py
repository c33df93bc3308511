"""The narration: for each beat its sound, and the times of its words and marks."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from storyreel.core.errors import Problem, StoryboardError
from storyreel.core.limits import limits
from storyreel.core.word import Word
from storyreel.speech.audio import RATE, Samples
from storyreel.speech.cache import SpeechCache
from storyreel.speech.clip import HEAD, TAIL, SoundClip, SpeechClip, joined
from storyreel.speech.script import Script, ScriptBeat, Token
from storyreel.speech.voices.base import Unusable, Utterance, Voice
from storyreel.speech.word_times import word_times


@dataclass(frozen=True, slots=True)
class Said:
    """What a voice was given, and its answer to it: its fingerprint."""

    utterance: Utterance
    fingerprint: str


@dataclass(frozen=True, eq=False, slots=True)
class BeatNarration:
    """The sound of one beat; all times are in seconds from the beat's first sample.

    `words` has one entry for each token of the script. `marks` has the start of each mark's word; for a mark
    after the last word, the end of the speech. `length` is the number of samples of `sound`. `said` has one
    entry for each turn that is heard. A beat without narration has length 0 and no sound.
    """

    length: int
    words: tuple[Word, ...]
    marks: dict[str, float]
    sound: SoundClip | None = None
    said: tuple[Said, ...] = ()

    @property
    def samples(self) -> Samples:
        """The sound, mono at 48 kHz."""
        return self.sound.samples if self.sound else np.zeros(0, np.float32)

    @property
    def seconds(self) -> float:
        """The duration of the sound, with the silence at both ends."""
        return self.length / RATE

    @property
    def heard(self) -> tuple[int, int]:
        """The sample at which the speech begins, and the one after its last."""
        return round(HEAD * RATE), self.length - round(TAIL * RATE)


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
    fails or the folder cannot be written, StoryboardError with all that the voice cannot say.
    """
    beats = utterances_of(script)
    cache = SpeechCache(cache_dir)
    # One request for each clip, so that no two threads make the same one.
    requests = {
        cache.name(voice, utterance): utterance
        for utterances in beats
        for utterance in utterances
        if utterance.text
    }
    places = {one.key: beat.place for beat, its in zip(script.beats, beats, strict=True) for one in its}
    clips: dict[str, SpeechClip] = {}
    problems: list[Problem] = []

    def clip_or_problem(utterance: Utterance) -> SpeechClip | Problem:
        try:
            return cache.clip(voice, utterance)
        except Unusable as fault:
            return Problem(places[utterance.key], str(fault))

    with ThreadPoolExecutor(voice.workers) as pool:
        for name, clip in zip(requests, pool.map(clip_or_problem, requests.values()), strict=True):
            if isinstance(clip, Problem):
                problems.append(clip)
                continue
            clips[name] = clip
            if progress:
                progress(len(clips), len(requests))
    if problems:
        raise StoryboardError(problems)
    cache.tidy(limits().speech_cache_bytes)

    def turn(tokens: Sequence[Token], utterance: Utterance) -> _Turn:
        if not utterance.text:
            return _Turn(tokens)
        said = Said(utterance, voice.fingerprint(utterance))
        return _Turn(tokens, clips[cache.name(voice, utterance)], said)

    return Narration(
        tuple(
            _beat(beat, [turn(one.tokens, its) for one, its in zip(beat.turns, utterances, strict=True)])
            for beat, utterances in zip(script.beats, beats, strict=True)
        )
    )


def utterances_of(script: Script) -> list[list[Utterance]]:
    """For each beat the voice's input for each of its turns, with empty text where nothing is said."""
    return [
        [
            Utterance(
                turn.spoken,
                script.language,
                script.speakers.index(turn.speaker),
                f"{beat.chapter}/{beat.number}" + (f".{number}" if number else ""),
                pronunciations=tuple(
                    (word, phonemes) for word, phonemes in script.pronunciations if word in turn.spoken
                ),
            )
            for number, turn in enumerate(beat.turns)
        ]
        for beat in script.beats
    ]


@dataclass(frozen=True, eq=False, slots=True)
class _Turn:
    """A turn with its sound, if it has any."""

    tokens: Sequence[Token]
    clip: SpeechClip | None = None
    said: Said | None = None


def _beat(beat: ScriptBeat, turns: Sequence[_Turn]) -> BeatNarration:
    words: list[Word] = []
    length, end = 0, 0.0  # samples so far, and where speech ends among them
    for turn in turns:
        since = length / RATE
        if turn.clip:
            length += turn.clip.length
            end = length / RATE - TAIL
        timed = word_times(turn.tokens, turn.clip.words if turn.clip else (), end - since)
        words += (replace(word, start=since + word.start, end=since + word.end) for word in timed)
    marks = {name: words[index].start if index < len(words) else end for name, index in beat.marks.items()}
    clips = [turn.clip for turn in turns if turn.clip]
    said = tuple(turn.said for turn in turns if turn.said)
    return BeatNarration(length, tuple(words), marks, joined(clips) if clips else None, said)
