"""When each word of a text is heard in its sound, by comparison with the same text in another voice.

The two sounds are compared frame by frame, by mel-frequency cepstra, and the cheapest way to go through both
is found (dynamic time warping), for a low and a high voice. To stay in one sound while the other
goes on costs something, but silence may be left out of either, as people pause where they like. After a pause
a word begins where the sound sets in.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from storyreel.speech.audio import Samples
from storyreel.speech.features import HOP, Track, track
from storyreel.speech.voices import default_voice
from storyreel.speech.voices.base import Speech, SpokenWord, Utterance, Voice
from storyreel.speech.voices.espeak import EspeakVoice
from storyreel.speech.voices.hibari import HibariVoice

# Costs of a frame, in mean distances of two frames: to stay in one sound while the other goes on, to compare
# sound with silence, and to leave out silence.
STAY, MISMATCH, SKIP = 0.2, 1.25, 0.4
BAND = (2.0, 0.15)  # how far apart two moments are compared: seconds, and a fraction of the duration
SNAP = 0.06  # seconds within which an onset after a pause is a word's
WITHIN = 0.04  # seconds after a word's start in which a pause in our sound may be taken for a part of it
INSIDE = 0.03  # seconds from a pause's begin from which on a word without punctuation before it is after it
PAUSE = 0.06  # seconds of quiet that count as a pause


def aligned(samples: Samples, rate: int, utterance: Utterance) -> tuple[SpokenWord, ...]:
    """The words of `utterance` as they are heard in its sound at `rate` Hz, in order and not overlapping.

    Raises OutsideError if espeak-ng is not there or does not speak the language.
    """
    if not samples.any():
        return ()
    return aligned_with(samples, rate, utterance, [reference(utterance, variant) for variant in range(2)])


def aligned_with(
    samples: Samples, rate: int, utterance: Utterance, spoken: Sequence[Speech]
) -> tuple[SpokenWord, ...]:
    """As `aligned`, by the reference that is most alike of several that are `spoken`."""
    ours = track(samples, rate)
    found: list[tuple[float, tuple[SpokenWord, ...]]] = []
    for reference in spoken:
        if not reference.words:
            return ()
        cost, frames = _warped(ours, track(reference.samples, reference.rate, ours))
        words = _words(utterance.text, reference.words, frames, _pauses(ours.quiet), len(samples) / rate)
        found.append((cost, words))
    return min(found)[1]


def reference(utterance: Utterance, variant: int) -> Speech:
    """The utterance spoken by a voice that times its words; it has a variant 0 and a variant 1.

    In English it is hibari, which is much more alike to people, else espeak-ng. Raises OutsideError if
    espeak-ng does not speak the language.
    """
    voice: Voice = HibariVoice() if default_voice(utterance.language) == "hibari" else EspeakVoice()
    said = replace(utterance, pace=1.0)
    if not voice.card().is_available or voice.refusal(said):
        voice = EspeakVoice()
    return voice.speak(replace(said, variant=variant))


def _words(
    text: str,
    spoken: Sequence[SpokenWord],
    frames: NDArray[np.float64],
    pauses: Sequence[tuple[float, float]],
    seconds: float,
) -> tuple[SpokenWord, ...]:
    """The words at the times that belong to their times in the reference."""
    moments = HOP * np.arange(len(frames))
    starts: list[float] = []
    after = 0  # the word before
    for word in spoken:
        # The frame of the reference that our pause is compared with may be one within the word.
        start, inside = np.interp([word.start, word.start + WITHIN], moments, frames).tolist()
        stops = not starts or bool(re.search(r"[^\w\s]", text[after : word.offset]))
        starts.append(_after_pause(start * HOP, inside * HOP, pauses, SNAP if stops else -INSIDE))
        after = word.offset + word.length
    ends = [float(np.interp(word.end, moments, frames)) * HOP for word in spoken]
    words: list[SpokenWord] = []
    limit = seconds
    for word, start, end in reversed(list(zip(spoken, starts, ends, strict=True))):
        start = min(start, limit)
        words.append(SpokenWord(word.offset, word.length, start, max(start, min(end, limit))))
        limit = start
    return tuple(reversed(words))


def _after_pause(start: float, inside: float, pauses: Sequence[tuple[float, float]], before: float) -> float:
    """The end of the pause that a word's start is in or near to; the start itself if there is none.

    `inside` is a moment shortly after the start; the pause begins at most `before` seconds after it.
    """
    near = [end for begin, end in pauses if begin - before <= inside and start <= end + SNAP]
    return min(near, key=lambda end: abs(end - start), default=start)


def _pauses(quiet: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """From when to when it is quiet for long enough, in seconds; also before the first sound."""
    edges = np.flatnonzero(np.diff(quiet, prepend=False, append=False)).reshape(-1, 2) * HOP
    return [(start, end) for start, end in edges.tolist() if start == 0 or end - start >= PAUSE]


def _warped(ours: Track, theirs: Track) -> tuple[float, NDArray[np.float64]]:
    """The mean cost of a frame; for each frame of `theirs` that of `ours` which belongs to it.

    If several belong to it, it is the one in their middle.

    Costs are computed along diagonals, on each of which the frames' numbers have the same sum.
    """
    n, m = len(ours), len(theirs)
    band = max(BAND[0] / HOP + BAND[1] * max(n, m), (n + m) / min(n, m))  # so that no diagonal is left out
    some = ours.features[:: max(n // 50, 1), None] - theirs.features[:: max(m // 50, 1)]
    mean = float(np.mean(np.linalg.norm(some, axis=2))) + 1e-6
    costs = [np.full(n + 1, np.inf), np.full(n + 1, np.inf)]  # of the last two diagonals; index is i + 1
    steps: list[tuple[int, NDArray[np.uint8]]] = []
    for total in range(n + m - 1):
        first = max(0, total - m + 1, int(np.ceil((total - band) / (1 + m / n))))
        after = min(n, total + 1, int(np.floor((total + band) / (1 + m / n))) + 1)
        i = np.arange(first, after)
        j = total - i
        local = np.linalg.norm(ours.features[i] - theirs.features[j], axis=1)
        local[ours.quiet[i] != theirs.quiet[j]] = MISMATCH * mean
        # Both go on; only ours goes on; only theirs goes on. In silence that is to leave out a frame.
        wait, hurry = (
            np.where(quiet, SKIP * mean, local + STAY * mean) for quiet in (ours.quiet[i], theirs.quiet[j])
        )
        choices = np.stack([costs[-2][i] + local, costs[-1][i] + wait, costs[-1][i + 1] + hurry])
        step = choices.argmin(axis=0).astype(np.uint8)
        best = np.take_along_axis(choices, step[None].astype(np.intp), axis=0)[0]
        if total == 0:
            best = local
        new = np.full(n + 1, np.inf)
        new[i + 1] = best
        costs = [costs[-1], new]
        steps.append((first, step))
    return float(costs[-1][n]) / mean / (n + m), _path(steps, n, m)


def _path(steps: Sequence[tuple[int, NDArray[np.uint8]]], n: int, m: int) -> NDArray[np.float64]:
    """The way back from the last frames to the first, as the frame of ours for each of theirs."""
    low, high = np.full(m, n - 1), np.zeros(m, np.int64)
    i, j = n - 1, m - 1
    while True:
        low[j], high[j] = min(low[j], i), max(high[j], i)
        if i == 0 and j == 0:
            break
        first, step = steps[i + j]
        taken = int(step[i - first])
        i, j = i - (taken != 2), j - (taken != 1)
    return (low + high) / 2
