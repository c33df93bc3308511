"""The voice kokoro. Its weights are an extra: most tests have a model in their place that hums."""

import hashlib
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from storyreel.core.errors import OutsideError
from storyreel.speech.alignment import aligned
from storyreel.speech.cast import cast
from storyreel.speech.voices import Utterance, voice
from storyreel.speech.voices.hibari_model import load_reader
from storyreel.speech.voices.kokoro import VARIANTS
from storyreel.speech.voices.kokoro_model import (
    FRAME,
    LONGEST,
    MODEL_SHA256,
    PACKAGES,
    VECTORS_SHA256,
    KokoroModel,
    vectors_file,
)
from storyreel.storyboard.model import Speaker

TEXT = "The input is two. It travels on, is multiplied by the weight, three, and makes six."
NUMBERS = {variant.name: number for number, variant in enumerate(VARIANTS)}
needs_weights = pytest.mark.skipif(not voice("kokoro").card().is_available, reason="an extra")


class Humming:
    """A session whose phonemes take four frames each, and pauses are silent."""

    def __init__(self) -> None:
        self.given: list[dict[str, NDArray[np.generic]]] = []

    def run(self, _: None, given: dict[str, NDArray[np.generic]]) -> tuple[NDArray[np.float32], ...]:
        self.given.append(given)
        ids = given["tokens"].ravel()
        silent = [0, *(load_reader().ids[mark] for mark in ",. ")]
        levels = np.where(np.isin(ids, silent), 0.0, 0.3).repeat(4 * FRAME)
        tone = np.sin(np.arange(len(levels)) * 0.05)
        return (levels * tone).astype(np.float32), np.full((1, len(ids)), 4, np.float32)


@pytest.fixture
def humming(monkeypatch: pytest.MonkeyPatch) -> Humming:
    session = Humming()
    vectors = {variant.name: np.full((LONGEST, 256), n, np.float32) for n, variant in enumerate(VARIANTS)}
    model = KokoroModel(session, load_reader().ids, vectors)  # type: ignore[arg-type]
    monkeypatch.setattr("storyreel.speech.voices.kokoro.load_kokoro", lambda: model)
    monkeypatch.setattr("storyreel.speech.voices.kokoro.require_available", lambda voice: None)
    return session


def test_each_phoneme_begins_when_those_before_it_and_the_silence_have_ended(humming: Humming) -> None:
    vectors = {"a": np.zeros((LONGEST, 256), np.float32)}
    model = KokoroModel(humming, load_reader().ids, vectors)  # type: ignore[arg-type]
    samples, times = model.sound("a", "ab½c", 0.8)
    assert times.tolist() == pytest.approx([0.1, 0.2, 0.3, 0.3, 0.4])
    assert len(samples) == 5 * 4 * FRAME
    assert humming.given[0]["speed"].tolist() == pytest.approx([0.8])


def test_english_is_read_as_by_hibari_and_its_words_are_where_their_sound_is(humming: Humming) -> None:
    speech = voice("kokoro").speak(Utterance("Two, then two.", variant=NUMBERS["am_michael"]))
    (given,) = humming.given
    letters = {number: letter for letter, number in load_reader().ids.items()}
    assert "".join(letters[number] for number in given["tokens"].ravel()[1:-1].tolist()) == "tˈu, ðˈɛn tˈu."
    assert set(given["style"].ravel().tolist()) == {NUMBERS["am_michael"]}
    then = next(word for word in speech.words if word.offset == 5)
    onsets = np.flatnonzero(np.diff(np.abs(speech.samples) > 0.01, prepend=False)) / speech.rate
    assert np.abs(onsets - then.start).min() < 0.02


def test_other_languages_are_given_espeaks_phonemes_sentence_by_sentence(humming: Humming) -> None:
    speech = voice("kokoro").speak(Utterance("Mucho. ¡Hay ocho!", "es", NUMBERS["ef_dora"]))
    letters = {number: letter for letter, number in load_reader().ids.items()}
    said = ["".join(letters[n] for n in given["tokens"].ravel()[1:-1].tolist()) for given in humming.given]
    assert said == ["mˈuʧo.", "ˈI ˈoʧo!"]
    assert speech.words == ()


def test_a_sentence_that_is_too_long_for_the_model_is_said_in_parts(humming: Humming) -> None:
    voice("kokoro").speak(Utterance("muchas cosas, " * 80, "es", NUMBERS["ef_dora"]))
    counts = [given["tokens"].size - 2 for given in humming.given]
    assert len(counts) > 2 and max(counts) <= LONGEST
    assert min(counts[:-1]) > LONGEST - 30


def test_speakers_get_a_woman_and_a_man_of_the_language() -> None:
    speakers = [Speaker("teacher", "kokoro"), Speaker("student", "kokoro")]
    for language, names in {
        "en": ["af_heart", "am_michael"],
        "en-GB": ["bf_emma", "bm_george"],
        "es-419": ["ef_dora", "em_alex"],
        "pt": ["pf_dora", "pm_alex"],
    }.items():
        assert [VARIANTS[role.variant].name for role in cast(speakers, language).roles] == names


@pytest.mark.parametrize(
    ("utterance", "why"),
    [
        (Utterance("Hallo", "de"), "does not speak `de`; for this language write `voice: espeak`"),
        (Utterance("Hola", "es"), "af_heart of the voice kokoro does not speak `es`; `ef_dora` does"),
        (Utterance("a ⊙ b"), "cannot say `⊙`; write what is to be said for it"),
    ],
)
def test_what_it_cannot_say_is_refused_with_the_remedy(utterance: Utterance, why: str) -> None:
    assert why in (voice("kokoro").refusal(utterance) or "")
    with pytest.raises(OutsideError, match="kokoro"):
        voice("kokoro").speak(utterance)


def test_what_is_missing_is_told_with_the_commands_that_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("storyreel.speech.voices.kokoro.PACKAGES", ("no-such-package",))
    npm = f"mkdir -p {tmp_path}/storyreel && npm pack kokoro-js@1.2.1 --pack-destination {tmp_path}/storyreel"
    assert voice("kokoro").card().remedy == f"pip install 'storyreel[kokoro]' && {npm}"
    monkeypatch.setattr("storyreel.speech.voices.kokoro.PACKAGES", ())
    monkeypatch.setattr("storyreel.speech.voices.kokoro.READING_CHINESE", ())
    assert voice("kokoro").card().remedy == npm
    vectors_file().parent.mkdir()
    vectors_file().touch()
    assert voice("kokoro").card().remedy is None


def packed(vectors: Mapping[str, bytes]) -> bytes:
    """A package of npm with these vectors."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, data in vectors.items():
            member = tarfile.TarInfo(f"package/voices/{name}.bin")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return content.getvalue()


@pytest.mark.parametrize("damaged", ["nothing", "model", "vectors"])
def test_the_files_are_joined_in_memory_and_known_by_their_hashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged: str
) -> None:
    from storyreel.speech.voices import kokoro_model

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.syspath_prepend(tmp_path)
    graphs: list[bytes] = []
    monkeypatch.setattr(kokoro_model, "session_of", graphs.append)
    names = tuple(f"{damaged}-part-{number}" for number in (1, 2))
    for name, content in zip(names, (b"half ", b"model"), strict=True):
        folder = tmp_path / name.replace("-", "_")
        folder.mkdir()
        (folder / "__init__.py").touch()
        (folder / "part.bin").write_bytes(content)
    vectors = packed({"af_heart": np.arange(LONGEST * 256, dtype="<f4").tobytes()})
    vectors_file().parent.mkdir(parents=True)
    vectors_file().write_bytes(vectors)
    monkeypatch.setattr(kokoro_model, "PACKAGES", names)
    model = b"half model" if damaged != "model" else b"another"
    monkeypatch.setattr(kokoro_model, "MODEL_SHA256", hashlib.sha256(model).hexdigest())
    known = vectors if damaged != "vectors" else b"others"
    monkeypatch.setattr(kokoro_model, "VECTORS_SHA256", hashlib.sha256(known).hexdigest())
    if damaged == "nothing":
        loaded = kokoro_model._model.__wrapped__()
        assert graphs[0].startswith(b"half model")
        assert loaded.vectors["af_heart"][1, 0] == 256
    else:
        with pytest.raises(OutsideError, match="a file of the voice kokoro is damaged; to have it anew: "):
            kokoro_model._model.__wrapped__()


def test_its_fingerprint_has_its_files_pace_and_pronunciations() -> None:
    plain, slow, other = (
        voice("kokoro").fingerprint(Utterance("a", pace=pace, pronunciations=said))
        for pace, said in ((1.0, ()), (0.5, ()), (1.0, (("a", "ˈA"),)))
    )
    assert len({plain, slow, other}) == 3
    assert MODEL_SHA256[:16] in plain and VECTORS_SHA256[:16] in plain
    assert len(PACKAGES) == 4


@needs_weights
@pytest.mark.parametrize("name", ["af_heart", "am_michael"])
def test_its_own_word_times_are_those_of_alignment(name: str) -> None:
    utterance = Utterance(TEXT, variant=NUMBERS[name])
    speech = voice("kokoro").speak(utterance)
    starts = {word.offset: word.start for word in aligned(speech.samples, speech.rate, utterance)}
    off = [abs(word.start - starts[word.offset]) for word in speech.words if word.offset in starts]
    assert len(off) >= 12 and np.median(off) < 0.04


@needs_weights
def test_chinese_is_spoken_and_its_words_are_found() -> None:
    utterance = Utterance("输入是二。乘以权重三，得到六！", "zh", NUMBERS["zm_yunxi"])
    speech = voice("kokoro").speak(utterance)
    found = aligned(speech.samples, speech.rate, utterance)
    seconds = len(speech.samples) / speech.rate
    assert 3 < seconds < 8
    after = next(word for word in found if word.offset >= 5)
    silent = np.abs(
        speech.samples[round((after.start - 0.2) * speech.rate) : round((after.start - 0.05) * speech.rate)]
    )
    assert silent.max() < 0.02 and 0.8 < after.start < 2.5


@needs_weights
def test_it_sounds_the_same_twice_and_keeps_the_pace() -> None:
    first, again = (voice("kokoro").speak(Utterance("It is six.")).samples for _ in range(2))
    assert np.array_equal(first, again)
    slow = voice("kokoro").speak(Utterance("It is six.", pace=0.6)).samples
    assert len(slow) > 1.2 * len(first)
