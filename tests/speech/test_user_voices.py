"""The voices of the user's own programs and voice files, which the configuration names."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers.tiny_onnx import echo_model

from storyreel.core.errors import OutsideError
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.speech.voices import Utterance, voice
from storyreel.speech.voices.espeak_phonemes import sentences
from storyreel.speech.voices.user_config import config_file

SENTENCE = "Six times five sixths is five, but the target was three."
SPEAK = """\
import sys, wave
from storyreel.speech.voices import Utterance, voice
speech = voice("espeak").speak(Utterance(sys.stdin.read()))
with wave.open(sys.argv[1], "wb") as file:
    file.setnchannels(2), file.setsampwidth(2), file.setframerate(speech.rate)
    file.writeframes((speech.samples * 32767).astype("<i2").repeat(2).tobytes())
"""
LESSON = """\
title: A lesson
voice: command
networks:
  chain: {input: {x: 2}, layers: [{name: h, weights: 3}], target: 3, loss: half_squared_error}
chapters:
  - id: forward
    title: Forward
    scene: forward_pass
    beats:
      - say: Six times five sixths is five, [but] but the target was three.
        do:
          - draw_network: {at: but}
"""

Configure = Callable[[str], None]


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configure:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def write(text: str) -> None:
        config_file().parent.mkdir(exist_ok=True)
        config_file().write_text(text, "utf-8")

    return write


def program(code: str, *arguments: str, more: str = "") -> str:
    """The configuration of a Python program."""
    return f"[command.own]\nrun = {json.dumps([sys.executable, '-c', code, *arguments])}\n{more}\n"


def test_a_program_speaks_and_its_words_are_found(configure: Configure) -> None:
    configure(program(SPEAK, "{wav}", more='language = "en"'))
    speech = voice("command").speak(Utterance(SENTENCE))
    spoken = voice("espeak").speak(Utterance(SENTENCE))
    assert speech.rate == spoken.rate
    assert speech.samples == pytest.approx(spoken.samples, abs=0.001)
    told = plan(load("lesson.yaml", text=LESSON)).narration.beats[0]
    own = plan(load("lesson.yaml", text=LESSON.replace("command", "espeak"))).narration.beats[0]
    assert told.marks["but"] == pytest.approx(own.marks["but"], abs=0.05)


def test_a_program_may_read_a_file_and_write_to_standard_output(configure: Configure) -> None:
    code = "import io, sys; from scipy.io import wavfile; import numpy as np; out = io.BytesIO(); "
    code += (
        "wavfile.write(out, 8000, np.full(len(open(sys.argv[1]).read()), float(sys.argv[2]), np.float32)); "
    )
    code += "sys.stdout.buffer.write(out.getvalue())"
    configure(program(code, "{text}", "{pace}"))
    speech = voice("command").speak(Utterance(SENTENCE, pace=0.5))
    assert (len(speech.samples), speech.rate, set(speech.samples.tolist())) == (len(SENTENCE), 8000, {0.5})


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("raise SystemExit('no such voice')", "own stopped with exit status 1: no such voice"),
        ("pass", "own wrote no WAV file: nothing was written"),
        ("print('la la la')", "own wrote no WAV file: File format b'la l' not understood"),
    ],
)
def test_a_program_that_fails_is_one_clear_line(configure: Configure, code: str, message: str) -> None:
    configure(program(code))
    with pytest.raises(OutsideError, match=f"^the program {message}"):
        voice("command").speak(Utterance(SENTENCE))


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("", "name a program in .*config.toml: "),
        ("[command.own]\nrun = ['no-such-program']", "install no-such-program, which .*config.toml names"),
        ("[command.own]\nrun = 'say'", r"\[command.own\] needs `run`, a list of texts"),
        ("[command.own]\nrun = ['say']\nspeed = 2", r"\[command.own\]: .*; not `speed = 2`"),
        ("command = 1", "`command` must be a table"),
        ("[command", "correct the configuration: cannot read .*config.toml: Expected"),
    ],
)
def test_without_a_program_the_voice_says_what_to_write(configure: Configure, text: str, remedy: str) -> None:
    configure(text)
    with pytest.raises(OutsideError, match=f"^the voice command is not there; to have it: .*{remedy}"):
        voice("command").speak(Utterance(SENTENCE))


def test_a_program_of_one_language_is_given_no_other(configure: Configure) -> None:
    configure(program("pass", more='language = "en-gb"'))
    assert voice("command").refusal(Utterance("x", "en")) is None
    assert voice("command").refusal(Utterance("x", "de")) == (
        "the program own of the voice command speaks `en-gb` and not `de`"
    )


def test_the_fingerprint_changes_with_the_program_and_its_arguments(
    configure: Configure, tmp_path: Path
) -> None:
    def fingerprint() -> str:
        return voice("command").fingerprint(Utterance(SENTENCE))

    own = tmp_path / "own"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    seen = set()
    for run in ([str(own)], [str(own), "-v"]):
        configure(f"[command.own]\nrun = {json.dumps(run)}")
        seen.add(fingerprint())
    assert fingerprint() in seen
    own.write_text("#!/bin/sh\nexit\n")
    assert len(seen | {fingerprint()}) == 3


LETTERS = {letter: [number] for number, letter in enumerate("_^$ .,ˈiptuːk")}
FACTS = {
    "audio": {"sample_rate": 22050},
    "espeak": {"voice": "en-us"},
    "phoneme_id_map": LETTERS,
    "inference": {"noise_scale": 0.5, "length_scale": 2, "noise_w": 0.25},
}


@pytest.fixture
def echo(configure: Configure, tmp_path: Path) -> Path:
    """A voice file whose sound is the numbers of its phonemes, with noise of a thousandth."""
    path = tmp_path / "echo.onnx"
    path.write_bytes(echo_model())
    path.with_name("echo.onnx.json").write_text(json.dumps(FACTS))
    configure(f'[piper]\necho = "{path}"')
    return path


def test_piper_gives_a_voice_file_the_numbers_of_espeaks_phonemes(echo: Path) -> None:
    assert list(sentences("Pete took two", "en-us")) == ["pˈiːt tˈʊk tˈuː"]
    speech = voice("piper").speak(Utterance("Pete, two. Two"))
    expected = [[LETTERS[letter][0] for letter in sentence] for sentence in ("pˈiːt, tˈuː.", "tˈuː")]
    sounds = [[1, 0, *(n for number in numbers for n in (number, 0)), 2] for numbers in expected]
    pause = [0] * round(0.5 * 22050)
    assert speech.rate == 22050
    assert speech.samples == pytest.approx([*sounds[0], *pause, *sounds[1], *pause, *pause], abs=0.02)
    assert not np.array_equal(speech.samples, np.round(speech.samples))


def test_piper_sounds_the_same_each_time_and_in_each_process(echo: Path) -> None:
    first, again = (voice("piper").speak(Utterance("Pete, two.")).samples for _ in range(2))
    assert np.array_equal(first, again)
    code = "import sys; from storyreel.speech.voices import Utterance, voice; "
    code += "sys.stdout.buffer.write(voice('piper').speak(Utterance('Pete, two.')).samples.tobytes())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == first.tobytes()


def test_a_voice_file_of_another_language_is_refused(echo: Path) -> None:
    assert voice("piper").refusal(Utterance("x", "en")) is None
    assert "echo of piper speaks `en-us` and not `de`" in (voice("piper").refusal(Utterance("x", "de")) or "")


def test_the_fingerprint_changes_with_the_voice_file(echo: Path) -> None:
    before = voice("piper").fingerprint(Utterance(SENTENCE))
    echo.write_bytes(echo_model() + b"\x12\x01a")  # the producer's name
    assert voice("piper").fingerprint(Utterance(SENTENCE)) != before


@pytest.mark.parametrize(
    ("damage", "remedy"),
    [
        (lambda path: path.unlink(), "there is no voice file .*echo.onnx"),
        (
            lambda path: path.with_name("echo.onnx.json").unlink(),
            "cannot read .*echo.onnx.json: No such file",
        ),
        (
            lambda path: path.with_name("echo.onnx.json").write_text("{}"),
            "does not describe a voice of Piper",
        ),
    ],
)
def test_a_voice_file_that_is_not_there_or_none_is_one_clear_line(
    echo: Path, damage: Callable[[Path], object], remedy: str
) -> None:
    damage(echo)
    with pytest.raises(OutsideError, match=f"^the voice piper is not there; to have it: .*{remedy}"):
        voice("piper").speak(Utterance(SENTENCE))


def test_a_damaged_model_is_one_clear_line(echo: Path) -> None:
    echo.write_bytes(b"no model")
    with pytest.raises(OutsideError, match=r"echo.onnx is no voice file of Piper: "):
        voice("piper").speak(Utterance(SENTENCE))
