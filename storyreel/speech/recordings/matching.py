"""The utterances in a recording: each cut out, with the times of its words, or what is wrong with it.

Where a text does not match is told in seconds of the recording, for whoever listens to it again.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from storyreel.core.time_format import clock
from storyreel.speech.alignment import aligned_with, reference
from storyreel.speech.audio import Samples
from storyreel.speech.features import HOP, LEAST, Track, track
from storyreel.speech.recordings.sentence_search import FoundSentence, find_sentences
from storyreel.speech.voices import default_voice
from storyreel.speech.voices.base import Speech, Utterance
from storyreel.speech.voices.espeak import EspeakVoice

OTHER = {"hibari": 0.41, "espeak": 0.45}
"""What a frame of sound costs that is left out, by the voice for comparison; see `find_sentences`."""
ALIKE = {"hibari": 0.353, "espeak": 0.42}
SHORT_TEXT = 0.05
"""An utterance is another text if its mean cost is above `ALIKE` and, as short ones vary more, this divided
by the square root of its seconds."""
HIGHER, DEEPER = 1.1, 0.88  # what the rates of a high and of a low voice are multiplied by to have two more
ENOUGH = 300  # characters, about 20 seconds, by which it is known which voice is most alike
CHARACTERS_A_SECOND = 14.0
GAP = 0.5  # seconds of silence between utterances as the reference voice speaks them
STOP, SHORT = 0.3, 0.25  # seconds: of silence that ends a sound, and of a sound that is a click or a breath
ADDED = 0.8  # seconds of sound that is not in the text from which on it is a fault
AROUND = 0.15  # seconds around an utterance in which its first and last sounds may lie
FADE = 0.02  # seconds in which the noise of a recording begins and ends
SHOWN = 40  # characters of a sentence that a message quotes


@dataclass(frozen=True, eq=False)
class Heard:
    """An utterance as it was heard: its speech, or why there is none.

    `start` is where its speech begins, in seconds of the recording.
    """

    speech: Speech | None
    problem: str | None = None
    start: float = 0.0


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of the utterance with this number, and from when to when the reference voice speaks it."""

    utterance: int
    text: str
    span: tuple[float, float]


@dataclass(frozen=True, eq=False, slots=True)
class _Reader:
    """A voice for comparison: its name, and what has it speak."""

    voice: str
    speak: Callable[[Utterance], Speech]


def heard(
    samples: Samples, rate: int, utterances: Sequence[Utterance], elsewhere: Collection[int] = ()
) -> list[Heard]:
    """What is heard of each of the utterances, at least one, in their order in a recording at `rate` Hz.

    Those with the numbers `elsewhere` have recordings of their own: another text here is no fault.

    Raises OutsideError if no voice for comparison speaks the language.
    """
    ours = track(samples, rate)
    if not samples.any() or ours.quiet.all():
        return [Heard(None, "nothing is heard")] * len(utterances)
    reader = _most_alike(ours, utterances)
    spoken = list(map(reader.speak, utterances))
    _, places, sentences = _found(ours, utterances, spoken, OTHER[reader.voice])
    problems = _problems(ours, places, sentences, ALIKE[reader.voice], elsewhere)
    cuts = _cuts(ours, places, sentences, len(utterances))
    results = []
    for number, utterance in enumerate(utterances):
        if number in problems:
            results.append(Heard(None, problems[number]))
            continue
        start, end = _sounding(ours, *cuts[number])
        clip = _faded(samples[round(start * rate) : round(end * rate)], rate)
        words = aligned_with(clip, rate, utterance, [spoken[number]])
        results.append(Heard(Speech(clip, rate, words, has_own_pauses=True), start=start))
    return results


def _readers(language: str) -> list[_Reader]:
    """High and low voices in which the utterances can be compared with a recording."""
    of = default_voice(language)
    factors = ((0, 1.0), (0, HIGHER), (1, 1.0), (1, DEEPER))
    readers = [_Reader(of, partial(_at_rate, variant, factor)) for variant, factor in factors]
    return readers if of == "espeak" else [*readers, _Reader("espeak", _by_espeak)]


def _most_alike(ours: Track, utterances: Sequence[Utterance]) -> _Reader:
    """The voice that is most alike to the one in the recording, by the first utterances."""
    readers = _readers(utterances[0].language)
    characters = list(accumulate(len(utterance.text) for utterance in utterances))
    first = utterances[: bisect_left(characters, ENOUGH) + 1]
    part = ours.until(2 * characters[len(first) - 1] / CHARACTERS_A_SECOND + 10)
    costs = [
        _found(part, first, list(map(reader.speak, first)), OTHER[reader.voice])[0] for reader in readers
    ]
    return readers[int(np.argmin(costs))]


def _found(
    ours: Track, utterances: Sequence[Utterance], spoken: Sequence[Speech], other: float
) -> tuple[float, list[FoundSentence], list[_Sentence]]:
    """The sentences of the utterances and where they are in the recording; before, what that costs."""
    sentences, sound, rate = _reference(utterances, spoken)
    spans = [sentence.span for sentence in sentences]
    return (*find_sentences(ours, track(sound, rate, ours), spans, other), sentences)


def _by_espeak(utterance: Utterance) -> Speech:
    return EspeakVoice().speak(replace(utterance, variant=0, pace=1.0))


def _at_rate(variant: int, factor: float, utterance: Utterance) -> Speech:
    """The utterance in a voice for comparison at another rate: faster and higher, or slower and deeper."""
    speech = reference(utterance, variant)
    words = (replace(word, start=word.start / factor, end=word.end / factor) for word in speech.words)
    return Speech(speech.samples, round(speech.rate * factor), tuple(words))


def _reference(
    utterances: Sequence[Utterance], spoken: Sequence[Speech]
) -> tuple[list[_Sentence], Samples, int]:
    """The sentences of all utterances, and the sound in which a voice speaks them one after the other."""
    sentences: list[_Sentence] = []
    sounds: list[Samples] = []
    rate, since = spoken[0].rate, 0.0
    for number, (utterance, speech) in enumerate(zip(utterances, spoken, strict=True)):
        ends = [match.end() for match in re.finditer(r"[.!?。！？]+\s*", utterance.text)]
        bounds = [0, *(end for end in ends if end < len(utterance.text)), len(utterance.text)]
        for first, after in pairwise(bounds):
            words = [word for word in speech.words if first <= word.offset < after]
            if words:
                span = (since + words[0].start, since + words[-1].end)
                sentences.append(_Sentence(number, utterance.text[first:after].strip(), span))
        sounds += [speech.samples, np.zeros(round(GAP * rate), np.float32)]
        since += (len(sounds[-2]) + len(sounds[-1])) / rate
    return sentences, np.concatenate(sounds), rate


def _problems(
    ours: Track,
    places: Sequence[FoundSentence],
    sentences: Sequence[_Sentence],
    alike: float,
    elsewhere: Collection[int],
) -> dict[int, str]:
    """Why utterances do not match, by their numbers: they cost more than `alike`, or something is missing."""
    found: dict[int, str] = {}
    pairs = zip(sentences, places, strict=False)
    for number, its in groupby(pairs, key=lambda pair: pair[0].utterance):
        said = list(its)
        missing = [sentence for sentence, place in said if place.is_missing]
        around = _time(next((place.start for _, place in said if place.is_missing), said[0][1].start))
        costs = [place.cost for _, place in said if not place.is_missing]
        seconds = sum(place.end - place.start for _, place in said)
        if not costs or np.mean(costs) > alike + SHORT_TEXT / max(seconds, 1.0) ** 0.5:
            found[number] = f"the text is not heard around {around}"
        elif missing:
            found[number] = f"{_quoted(missing[0].text)} is not heard around {around}"
    for after, place in enumerate(places):
        beside = {each.utterance for each in sentences[max(0, after - 1) : after + 1]}
        since, seconds = _sounds(ours, *place.before)
        if seconds > ADDED and not beside & set(elsewhere):
            found.setdefault(max(beside), f"what is said at {_time(since)} is not in the text")
    if ours.floor >= LEAST:
        noisy = "it cannot be compared with the text, as the noise is almost as loud as the voice"
        found = dict.fromkeys(found, noisy)
    return found


def _cuts(
    ours: Track, places: Sequence[FoundSentence], sentences: Sequence[_Sentence], count: int
) -> list[tuple[float, float]]:
    """From when to when each utterance is heard, with the pauses around it up to the next ones."""
    heard_at: dict[int, tuple[float, float]] = {}
    for place, sentence in zip(places, sentences, strict=False):
        if not place.is_missing:
            first = heard_at.get(sentence.utterance, (place.start, 0.0))[0]
            heard_at[sentence.utterance] = (first, place.end)
    spans = [heard_at.get(number, (0.0, 0.0)) for number in range(count)]
    end = len(ours) * HOP
    starts = [max(0.0, spans[0][0] - AROUND)]
    for (_, before), (after, _) in pairwise(spans):
        starts.append(_middle_of_pause(ours, max(0.0, before - AROUND), min(end, after + AROUND)))
    stops = [*starts[1:], min(end, spans[-1][1] + AROUND)]
    return list(zip(starts, stops, strict=True))


def _middle_of_pause(ours: Track, start: float, end: float) -> float:
    """The middle of the longest pause in a part of the recording, or of the part if there is none."""
    first, after = round(start / HOP), max(round(end / HOP), round(start / HOP) + 1)
    edges = np.flatnonzero(np.diff(ours.quiet[first:after], prepend=False, append=False)).reshape(-1, 2)
    if not len(edges):
        return (start + end) / 2
    begin, stop = edges[np.argmax(edges[:, 1] - edges[:, 0])].tolist()
    return float(first + (begin + stop) / 2) * HOP


def _sounding(ours: Track, start: float, end: float) -> tuple[float, float]:
    """From a bit before the first sound in a part of the recording to a bit after the last."""
    loud = np.flatnonzero(~_part(ours, start, end))
    if not len(loud):
        return start, end
    first, last = start + HOP * float(loud[0]), start + HOP * float(loud[-1] + 1)
    return max(0.0, first - FADE - HOP), min(len(ours) * HOP, last + FADE + HOP)


def _faded(samples: Samples, rate: int) -> Samples:
    """The sound, faded in and out, so that its noise does not begin with a click."""
    ramp = np.linspace(0, 1, min(round(FADE * rate), len(samples) // 2), dtype=np.float32)
    envelope = np.ones(len(samples), np.float32)
    envelope[: len(ramp)], envelope[len(samples) - len(ramp) :] = ramp, ramp[::-1]
    return samples * envelope


def _sounds(ours: Track, start: float, end: float) -> tuple[float, float]:
    """When the first sound in a part of the recording begins, and the seconds of all but short ones."""
    loud = np.flatnonzero(~_part(ours, start, end))
    sounds = np.split(loud, np.flatnonzero(np.diff(loud) > STOP / HOP) + 1)
    long = [sound for sound in sounds if len(sound) * HOP > SHORT]
    return (start + HOP * int(long[0][0]), HOP * sum(map(len, long))) if long else (start, 0.0)


def _part(ours: Track, start: float, end: float) -> NDArray[np.bool_]:
    return ours.quiet[round(start / HOP) : round(end / HOP)]


def _time(seconds: float) -> str:
    return clock(int(seconds))


def _quoted(text: str) -> str:
    return f"`{text}`" if len(text) <= SHOWN else f"`{text[:SHOWN].rsplit(' ', 1)[0]} …`"
