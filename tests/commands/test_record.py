"""What to read, and the page that records it: who may write, what is saved, and a recording in a browser."""

import http.client
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from click.testing import CliRunner
from helpers.page_browser import FLAGS
from helpers.recorded import LESSON, OTHERS, TEXTS, read_aloud, write_lesson, write_wav

from storyreel.commands import commands
from storyreel.commands.recording_server import _Desk, _Handler, _Server
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.speech.audio import RATE
from storyreel.speech.recordings.reading import reading
from storyreel.speech.recordings.sound_file import read_sound

TOKEN = "secret"
Ask = Callable[..., tuple[int, bytes]]


def test_what_to_read_has_numbers_in_words_and_the_names_of_files(tmp_path: Path) -> None:
    path = write_lesson(tmp_path, {})
    printed = CliRunner().invoke(commands, ["record-script", str(path)])
    assert printed.output.splitlines() == [
        "Save a file for each chapter, with a pause between its beats, or a file for each beat,",
        f"in {tmp_path / 'recordings' / 'lesson'}",
        "",
        "The forward pass: forward.wav",
        f"  forward.1.wav  {TEXTS['forward/1']}",
        f"  forward.2.wav  {TEXTS['forward/2']}",
        "",
        "The loss: loss.wav",
        f"  loss.1.wav  {TEXTS['loss/1']}",
    ]


def test_in_a_dialogue_only_what_recorded_speakers_say_is_read(tmp_path: Path) -> None:
    text = LESSON.replace("voice: recording", "speakers: {teacher: recording, student: silent}")
    text = text.replace(
        "- say: We multiply", "- say:\n          - student: Why?\n          - teacher: We multiply"
    )
    path = write_lesson(tmp_path, {}, text)
    texts = [beat.texts for beat in reading(load(path)).beats]
    assert texts == [(("Teacher", said),) for said in TEXTS.values()]


def test_a_lesson_in_another_voice_can_be_recorded_as_a_whole(tmp_path: Path) -> None:
    path = write_lesson(tmp_path, {}, LESSON.replace("voice: recording", "voice: hibari"))
    assert len(reading(load(path)).beats) == 3


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    return write_lesson(tmp_path, {})


@pytest.fixture
def ask(lesson: Path) -> Iterator[Ask]:
    """What sends a request to a server of the lesson; gives status and content."""
    from functools import partial

    with _Server(("127.0.0.1", 0), partial(_Handler, _Desk(reading(load(lesson))), TOKEN)) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        host = f"127.0.0.1:{server.server_port}"

        def asked(
            method: str, path: str, body: bytes | None = None, **headers: str | None
        ) -> tuple[int, bytes]:
            connection = http.client.HTTPConnection(host, timeout=60)
            sent = {"Host": host, "Content-Type": "audio/wav", "Origin": f"http://{host}"}
            sent |= {name.replace("_", "-"): value for name, value in headers.items()}  # type: ignore[misc]
            connection.putrequest(method, path, skip_host=True)
            if body is not None and "Content_Length" not in headers:
                sent["Content-Length"] = str(len(body))
            for name, value in sent.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.read()

        yield asked
        server.shutdown()
        thread.join()


def wav(folder: Path, *texts: str) -> bytes:
    return write_wav(folder / "sent.wav", read_aloud(*texts, pause=0.3)).read_bytes()


def test_a_recording_is_saved_and_compared_with_its_text(ask: Ask, lesson: Path, tmp_path: Path) -> None:
    file = tmp_path / "recordings" / "lesson" / "loss.1.wav"
    content = wav(tmp_path, TEXTS["loss/1"])
    status, answer = ask("POST", f"/{TOKEN}/sound/2", content)
    assert (status, json.loads(answer)) == (200, {"file": str(file), "problem": None})
    assert file.read_bytes() == content == ask("GET", f"/{TOKEN}/sound/2")[1]
    _, answer = ask("POST", f"/{TOKEN}/sound/2", wav(tmp_path, OTHERS[0]))
    assert json.loads(answer)["problem"].startswith("loss.1.wav: the text is not heard around 0:00")
    assert [path.name for path in file.parent.iterdir()] == ["loss.1.wav"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {}, 403),
        ("GET", "/wrong/", {}, 403),
        ("GET", f"/{TOKEN}/", {"Host": "example.org"}, 403),
        ("GET", f"/{TOKEN}/", {"Host": None}, 403),
        ("GET", f"/{TOKEN}/../lesson.yaml", {}, 404),
        ("GET", f"/{TOKEN}/sound/2", {}, 404),
        ("GET", f"/{TOKEN}/sound/99", {}, 404),
        ("POST", f"/{TOKEN}/sound/-1", {}, 404),
        ("POST", "/wrong/sound/2", {}, 403),
        ("POST", f"/{TOKEN}/sound/2", {"Origin": "http://example.org"}, 403),
        ("POST", f"/{TOKEN}/sound/2", {"Origin": "null"}, 403),
        ("POST", f"/{TOKEN}/sound/2", {"Host": "example.org:80"}, 403),
        ("POST", f"/{TOKEN}/sound/2", {"Content_Type": "text/plain"}, 415),
        ("POST", f"/{TOKEN}/sound/2", {"Content_Length": None}, 411),
        ("POST", f"/{TOKEN}/sound/2", {"Content_Length": "-5"}, 411),
        ("POST", f"/{TOKEN}/sound/2", {"Content_Length": "999999999999"}, 413),
        ("PUT", f"/{TOKEN}/sound/2", {}, 501),
    ],
)
def test_what_is_not_from_the_page_is_refused_and_writes_nothing(
    ask: Ask, tmp_path: Path, method: str, path: str, headers: dict[str, str | None], status: int
) -> None:
    assert ask(method, path, b"RIFF" if method == "POST" else None, **headers)[0] == status
    assert not (tmp_path / "recordings").exists()


@pytest.mark.parametrize("body", [b"", b"RIFF", b"<html>" * 100])
def test_what_is_no_sound_is_not_saved(ask: Ask, tmp_path: Path, body: bytes) -> None:
    status, answer = ask("POST", f"/{TOKEN}/sound/2", body)
    assert status == 200 and json.loads(answer)["file"] is None
    assert json.loads(answer)["problem"].startswith("the recording is ")
    assert not [*(tmp_path / "recordings").rglob("*.*")]


def test_the_page_has_its_texts_as_data_that_no_text_can_end(ask: Ask, tmp_path: Path) -> None:
    status, page = ask("GET", f"/{TOKEN}/")
    assert status == 200 and b"<script>" not in page
    assert TEXTS["forward/2"].encode() in page
    assert [ask("GET", f"/{TOKEN}/{name}")[0] for name in ("record.js", "recorder.js", "record.css")] == 3 * [
        200
    ]


def test_a_folder_that_leads_out_of_the_storyboards_is_refused(lesson: Path, tmp_path: Path) -> None:
    (tmp_path / "recordings").symlink_to(tmp_path.parent)
    result = CliRunner().invoke(commands, ["record", str(lesson)])
    assert "is a link that leads out of the storyboard's folder" in str(result.exception)


def test_the_last_beat_is_recorded_in_a_browser_and_the_lesson_speaks_with_it(tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no Chromium; scripts/setup_browser sets it up")
    from playwright.sync_api import sync_playwright

    lesson = write_lesson(tmp_path, {"forward": (TEXTS["forward/1"], TEXTS["forward/2"])})
    sound = read_aloud(TEXTS["loss/1"], pause=1.0)
    heard = write_wav(tmp_path / "heard.wav", sound)
    flags = f"{FLAGS} --use-fake-ui-for-media-stream --use-fake-device-for-media-stream".split()
    flags.append(f"--use-file-for-fake-audio-capture={heard}%noloop")
    command = [sys.executable, "-P", "-m", "storyreel", "record", str(lesson)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program, sync_playwright() as tool:
        assert program.stdout is not None
        address = program.stdout.readline().removeprefix("open ").strip()
        try:
            browser = tool.chromium.launch(executable_path=chromium, args=flags)
            page = browser.new_page()
            faults: list[str] = []
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
            page.goto(address)
            assert page.inner_text(".text") == TEXTS["loss/1"]  # the first one that is not recorded
            page.keyboard.press("r")
            page.wait_for_timeout(1000 * len(sound) / RATE)
            page.keyboard.press("r")
            assert "listen to it, or save it" in page.inner_text(".message")
            page.keyboard.press("Enter")
            page.wait_for_selector(".message:has-text('Saved')", timeout=60_000)
            assert page.inner_text(".message") == "Saved. All is recorded."
            assert faults == []
            browser.close()
        finally:
            program.send_signal(signal.SIGINT)
        assert program.wait(20) == 0
    saved = read_sound(tmp_path / "recordings" / "lesson" / "loss.1.wav")
    loud = np.flatnonzero(np.abs(saved) > 0.1 * np.abs(saved).max()) / RATE
    assert 0.15 < loud[0] < 0.5 and 0.15 < len(saved) / RATE - loud[-1] < 0.6  # the silence is cut off
    words = [len(beat.words) for beat in plan(lesson).narration.beats]
    assert words == [len(text.split()) for text in TEXTS.values()]
