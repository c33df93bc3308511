import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from storyreel.core.errors import OutsideError, Place, Problem
from storyreel.speech.clip import HEAD, TAIL, prepared
from storyreel.speech.pauses import with_even_pauses
from storyreel.speech.refusals import refusals
from storyreel.speech.script import Script, ScriptBeat, ScriptChapter, Token
from storyreel.speech.spoken_form import spoken
from storyreel.speech.voices import Speech, Utterance
from storyreel.speech.voices.hibari import HibariVoice
from storyreel.speech.voices.hibari_model import load_reader, with_output
from storyreel.speech.voices.pronunciations import PRONUNCIATIONS

VOICE = HibariVoice()
SENTENCES = (
    "Six times five sixths is five, but the target was three.",
    "Take the smallest network there is: one input, one hidden neuron, one output.",
    "So we step against it.",
    "How wrong is that?",
)
ALIGNED = (
    (
        0,
        "Each connection has a weight, and these are the knobs to turn.",
        (-0.01, 0.25, 0.84, 1.04, 1.08, 1.77, 1.90, 2.13, 2.20, 2.29, 2.72, 2.82),
    ),
    (
        0,
        "Take the smallest network there is: one input, one hidden neuron, one output.",
        (-0.03, 0.23, 0.30, 0.95, 1.34, 1.53, 2.30, 2.55, 3.32, 3.50, 3.78, 4.59, 4.78),
    ),
    (
        1,
        "With a smaller nudge, the ratios settle. In the limit they are derivatives.",
        (-0.02, 0.15, 0.18, 0.75, 1.48, 1.57, 2.14, 3.10, 3.20, 3.28, 3.65, 3.84, 3.95),
    ),
)
"""A variant, a sentence, and when its words start by PocketSphinx's forced alignment of it, in seconds.

Words after a pause are earlier by what the pause is shorter than when it was aligned."""


def speak(text: str, **others: object) -> Speech:
    return VOICE.speak(Utterance(text, **others))  # type: ignore[arg-type]


def digest(speech: Speech) -> str:
    return hashlib.sha256(speech.samples.tobytes() + repr(speech.words).encode()).hexdigest()


def said(word: str) -> str:
    """The phonemes for a word as captions write it."""
    tokens = load_reader().read(spoken(word, "en", {}), PRONUNCIATIONS)
    return " ".join(token.phonemes for token in tokens if token.is_word)


def seconds(text: str, pace: float = 1.0) -> float:
    return len(speak(text, pace=pace).samples) / 24000


def test_the_same_bytes_in_any_order_and_from_any_number_of_threads() -> None:
    expected = {text: digest(speak(text)) for text in SENTENCES}
    for workers in (1, 2, 8):
        texts = SENTENCES[::-1] * 2
        with ThreadPoolExecutor(workers) as pool:
            assert [expected[text] for text in texts] == list(map(digest, pool.map(speak, texts)))


def test_the_same_bytes_in_another_process() -> None:
    program = "import sys; from test_hibari import digest, speak; print(digest(speak(sys.argv[1])))"
    command = [sys.executable, "-c", program, SENTENCES[1]]
    path = {"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "7"}
    output = subprocess.run(command, check=True, capture_output=True, text=True, env=path, cwd=__file__[:-15])
    assert output.stdout.strip() == digest(speak(SENTENCES[1]))


@pytest.mark.parametrize("text", [*SENTENCES, "a", "ReLU-like: “input/output”, e.g. don't", "Go — now …"])
def test_words_are_in_order_inside_the_sound_and_do_not_overlap(text: str) -> None:
    speech = speak(text)
    times = [time for word in speech.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert times[0] >= 0 and times[-1] <= len(speech.samples) / speech.rate
    assert all(word.start < word.end for word in speech.words)
    assert [word.offset for word in speech.words] == sorted({word.offset for word in speech.words})


@pytest.mark.parametrize(("variant", "text", "starts"), ALIGNED)
def test_words_start_where_a_forced_aligner_hears_them(
    variant: int, text: str, starts: tuple[float, ...]
) -> None:
    words = with_even_pauses(speak(text, variant=variant), text).words
    off = [abs(word.start - start) for word, start in zip(words, starts, strict=True)]
    assert sum(error <= 0.035 for error in off) >= 0.9 * len(off)  # 30 ms, and the aligner's rounding
    assert max(off) < 0.06


def test_a_word_after_a_pause_starts_with_its_sound() -> None:
    text = "Now, then, even, six, all, weights, learn."
    speech = with_even_pauses(speak(text), text)
    for word in speech.words[1:]:
        before = round((word.start - 0.08) * speech.rate)
        heard = before + int(np.argmax(np.abs(speech.samples[before:]) > 0.01))
        assert heard / speech.rate == pytest.approx(word.start, abs=0.03)


def test_it_speaks_at_the_pace_of_a_lecture_and_the_pace_can_be_chosen() -> None:
    text = " ".join(SENTENCES)
    assert 140 <= 60 * len(text.split()) / seconds(text) <= 180
    for pace in (0.75, 1.25):
        assert seconds(text) / seconds(text, pace) == pytest.approx(pace, abs=0.1)


@pytest.mark.parametrize(
    ("word", "phonemes"),
    [
        ("ReLU", "ɹˈAlu"),
        ("ReLU(z)", "ɹˈAlu ʌv zˈi"),
        ("tanh", "tˈæn ˈAʧ"),
        ("softmax", "sˈɔftmæks"),
        ("logits", "lˈOʤɪts"),
        ("η", "ˈATə"),
        ("σ(z)", "sˈɪɡmə ʌv zˈi"),
        ("∂L/∂w", "dˈi ˈɛl bI dˈi dˈʌbᵊlju"),
        ("ξ", "ksˈi"),
        ("x₁", "ˈɛks wˈʌn"),
        ("wᵢⱼ", "dˈʌbᵊlju ˌI ʤˈA"),
        ("a₂", "ˈAtˈu"),
        ("a²", "ˈA skwˈɛɹd"),
        ("a=σ(z)", "ˈA ˈikwᵊlz sˈɪɡmə ʌv zˈi"),
        ("a", "ˈA"),
    ],
)
def test_terms_of_the_field_are_said_right(word: str, phonemes: str) -> None:
    assert said(word).replace("ˌ", "ˈ") == phonemes.replace("ˌ", "ˈ")


def test_a_pronunciation_holds_for_whole_words_and_changes_only_what_has_one() -> None:
    given = (("gadget", "ɡˈiʤɪt"),)
    tokens = load_reader().read("a gadget, gadgets", dict(given))
    assert [token.phonemes for token in tokens if token.text == "gadget"] == ["ɡˈiʤɪt"]
    assert tokens[-1].phonemes == "ɡˈæʤəts"
    assert digest(speak("a gadget", pronunciations=given)) != digest(speak("a gadget"))
    plain, other = (Utterance("a gadget", pronunciations=said) for said in ((), given))
    assert VOICE.fingerprint(plain) != VOICE.fingerprint(other)


def test_a_text_that_is_too_long_for_the_model_is_said_in_parts() -> None:
    text = " ".join(SENTENCES * 5)
    speech = speak(text)
    assert len(speech.words) == len(text.split())
    assert all(before.end <= after.start for before, after in pairwise(speech.words))
    alone = sum(map(seconds, SENTENCES)) * 5
    assert len(speech.samples) / speech.rate == pytest.approx(alone + 0.55 * 19, rel=0.1)


def test_nothing_but_punctuation_is_a_short_silence() -> None:
    speech = speak("…")
    assert speech.words == () and 0 < len(speech.samples) < speech.rate


def test_the_second_variant_has_the_lower_voice() -> None:
    def pitch(variant: int) -> float:
        """The frequency in Hz at which the sound repeats itself most."""
        samples = speak("One long, even line of words.", variant=variant).samples
        spectrum = np.abs(np.fft.rfft(samples, 2 * len(samples))) ** 2
        periods = np.fft.irfft(spectrum)[24000 // 300 : 24000 // 100]
        return 24000 / (24000 // 300 + int(np.argmax(periods)))

    assert 170 < pitch(0) < 230
    assert pitch(1) / pitch(0) == pytest.approx(0.8, abs=0.08)


@pytest.mark.parametrize("variant", [0, 1])
def test_it_does_not_clip_and_has_no_silence_around_it(variant: int) -> None:
    speech = speak(SENTENCES[0], variant=variant)
    assert 0.1 < np.abs(speech.samples).max() < 0.98
    clip = prepared(speech)
    loud = np.flatnonzero(np.abs(clip.samples) > 0.01) / clip.rate
    assert loud[0] == pytest.approx(HEAD, abs=0.04)
    assert len(clip.samples) / clip.rate - loud[-1] == pytest.approx(TAIL, abs=0.06)


@pytest.mark.parametrize(
    ("utterance", "why"),
    [
        (Utterance("Hallo", "de"), "only speaks English; for `de` write `voice: espeak`"),
        (Utterance("学习 is to learn"), r"cannot say `学习`; .* `voice: espeak` and the `language`"),
        (Utterance("a ⊙ b"), r"cannot say `⊙`; write what is to be said for it, as in {⊙\|…}$"),
    ],
)
def test_what_it_cannot_say_is_refused_with_the_remedy(utterance: Utterance, why: str) -> None:
    with pytest.raises(OutsideError, match=why):
        VOICE.speak(utterance)


def test_names_with_accents_and_signs_with_a_pronunciation_can_be_said() -> None:
    for text in ("Schrödinger, naïve Łojasiewicz", "“Well”, 100% — ok!"):
        assert VOICE.refusal(Utterance(text)) is None
    assert VOICE.refusal(Utterance("a ⊙ b", pronunciations=(("⊙", "tˈImz"),))) is None
    (sign,) = (token for token in load_reader().read("a ⊙ b", {"⊙": "tˈImz"}) if token.text == "⊙")
    assert sign.is_word


def script(language: str, *texts: str) -> Script:
    beats = tuple(
        ScriptBeat("c", number, (Token(text, text),), {}, (), Place("lesson.yaml", 9 + number, 1))
        for number, text in enumerate(texts, 1)
    )
    chapter = ScriptChapter("c", "C", "plain", None, beats, Place("lesson.yaml", 9, 1))
    return Script("A lesson", language, (chapter,), language_place=Place("lesson.yaml", 2, 11))


def test_a_beat_that_cannot_be_said_is_a_problem_at_its_line() -> None:
    (problem,) = refusals(script("en", "hello", "学习"), VOICE)
    assert problem.place == Place("lesson.yaml", 11, 1)


def test_a_language_that_is_not_spoken_is_one_problem_where_it_is_chosen() -> None:
    problem = Problem(
        Place("lesson.yaml", 2, 11), "the voice hibari only speaks English; for `de` write `voice: espeak`"
    )
    assert refusals(script("de", "hallo", "du"), VOICE) == [problem]


def test_what_the_lexicon_makes_too_long_is_not_spoken() -> None:
    long = replace(script("en", "x x", "x x"), pronunciations=(("x", "ɪ" * 99_990),))
    (problem,) = refusals(long, VOICE)
    assert problem.place.line == 11 and "at most 200,000 characters together" in problem.message


def test_an_output_is_added_as_protocol_buffers_write_it() -> None:
    """By hand: graph = field 7, output = field 12, name = field 1, type = field 2 of tensor_type 1: FLOAT."""
    added = bytes([0x3A, 11, 0x62, 9, 0x0A, 1, ord("t"), 0x12, 4, 0x0A, 2, 0x08, 1])
    assert with_output(b"model", "t") == b"model" + added
