import os
from pathlib import Path

import numpy as np
import pytest

from storyreel.core.errors import OutsideError, UsageError
from storyreel.speech.voices import VOICES, Utterance, voice, voices
from storyreel.speech.voices.espeak import VARIANTS, EspeakVoice, _folder
from storyreel.speech.voices.silent import WORDS_A_MINUTE, SilentVoice

SENTENCE = "Six times five sixths is five, but the target was three."


def first_sound_after(samples: np.ndarray, rate: int, time: float) -> float:
    return time + float(np.argmax(np.abs(samples[round(time * rate) :]) > 0.01)) / rate


@pytest.mark.parametrize("name", ["espeak", "hibari", "silent"])
def test_every_voice_times_words_within_its_sound_and_its_text(name: str) -> None:
    speech = voice(name).speak(Utterance(SENTENCE))
    assert speech.samples.dtype == np.float32
    assert speech.samples.ndim == 1
    previous = 0.0
    for word in speech.words:
        assert previous <= word.start < word.end <= len(speech.samples) / speech.rate + 1e-9
        assert SENTENCE[word.offset : word.offset + word.length].strip()
        previous = word.start


@pytest.mark.parametrize("name", VOICES)
def test_every_voice_has_a_card_and_a_fingerprint_that_knows_its_name(name: str) -> None:
    cards = {card.name: card for card in voices()}
    assert cards[name].is_available or name in ("command", "kokoro", "piper")
    assert cards[name].licence
    assert cards[name].note
    if cards[name].is_available:
        assert name in voice(name).fingerprint(Utterance(SENTENCE))
    else:
        with pytest.raises(OutsideError, match=f"the voice {name} is not there"):
            voice(name).speak(Utterance(SENTENCE))


def test_an_unknown_voice_is_refused_by_name() -> None:
    there = "command, espeak, hibari, kokoro, piper, recording, silent"
    with pytest.raises(UsageError, match=f"no voice named 'parrot'; there are {there}"):
        voice("parrot")


@pytest.mark.parametrize("variant", range(len(VARIANTS)))
def test_espeak_sounds_the_same_twice(variant: int) -> None:
    first, second = (EspeakVoice().speak(Utterance(SENTENCE, variant=variant)) for _ in range(2))
    assert np.array_equal(first.samples, second.samples)
    assert first.words == second.words


@pytest.mark.parametrize("variant", [variant for variant, _ in VARIANTS])
def test_no_espeak_variant_has_breath_whose_noise_differs_from_second_to_second(variant: str) -> None:
    definition = _folder() / "espeak-ng-data" / "voices" / "!v" / variant
    assert "breath" not in definition.read_text()


def test_an_espeak_word_starts_where_its_sound_does_after_a_pause() -> None:
    text = "Now, then, even, six, all, weights, learn."
    speech = EspeakVoice().speak(Utterance(text))
    for word in speech.words:
        heard = first_sound_after(speech.samples, speech.rate, max(0.0, word.start - 0.08))
        assert heard == pytest.approx(word.start, abs=0.025)


def test_espeak_speaks_at_130_to_160_words_a_minute() -> None:
    text = (
        "Before we ask how a network learns, let us watch it make a prediction. The input is multiplied by "
        "the weight, and the product is carried on to the next neuron. Then we walk back through the network."
    )
    speech = EspeakVoice().speak(Utterance(text))
    pace = len(text.split()) / (len(speech.samples) / speech.rate) * 60
    assert 130 <= pace <= 160


def test_espeak_keeps_the_pace_that_is_asked_for() -> None:
    text = "The input is multiplied by the weight, and the product is carried on to the next neuron."
    plain, slow = (EspeakVoice().speak(Utterance(text, pace=pace)) for pace in (1.0, 0.8))
    assert len(plain.samples) / len(slow.samples) == pytest.approx(0.8, abs=0.05)
    fingerprints = {EspeakVoice().fingerprint(Utterance(text, pace=pace)) for pace in (1.0, 0.8)}
    assert len(fingerprints) == 2


def test_espeak_does_not_clip_and_its_variants_differ() -> None:
    for variant in range(2):
        loudest = np.abs(EspeakVoice().speak(Utterance(SENTENCE, variant=variant)).samples).max()
        assert 0.2 < loudest < 0.98
    utterances = [Utterance(SENTENCE, variant=variant) for variant in range(2)]
    assert len({EspeakVoice().fingerprint(utterance) for utterance in utterances}) == 2


@pytest.mark.parametrize(
    "language", ["en", "en-US", "en-GB", "es", "fr", "fr-FR", "de", "hi", "zh", "pt", "pt-BR", "ru"]
)
def test_espeak_knows_languages_by_their_usual_tags(language: str) -> None:
    assert len(EspeakVoice().speak(Utterance("a", language)).samples)


def test_a_language_that_espeak_has_not_is_an_error_that_says_so() -> None:
    with pytest.raises(OutsideError, match="does not speak the language 'xx'"):
        EspeakVoice().speak(Utterance("hello", "xx"))


def test_a_very_long_path_to_the_data_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("d" * 100) / ("e" * 100)
    long.mkdir(parents=True)
    os.symlink(_folder(), long / "package")
    monkeypatch.setattr("storyreel.speech.voices.espeak._folder", lambda: long / "package")
    assert len(EspeakVoice().speak(Utterance("hello")).words) == 1


def test_double_brackets_are_not_read_as_phonemes() -> None:
    plain, bracketed = (EspeakVoice().speak(Utterance(text)) for text in ("two  neurons", "[[neurons"))
    assert [word.offset for word in bracketed.words] == [2]
    assert len(bracketed.samples) < len(plain.samples)


def test_espeak_may_find_nothing_to_say() -> None:
    assert EspeakVoice().speak(Utterance("...")).words == ()


def test_the_silent_voice_is_silent_for_as_long_as_its_pace_says() -> None:
    text = "seven " * 29 + "seven"
    speech = SilentVoice().speak(Utterance(text))
    assert not speech.samples.any()
    assert len(speech.samples) / speech.rate == pytest.approx(30 * 60 / WORDS_A_MINUTE, abs=0.01)
