"""The command line, run in this process to see results and in a process of its own to see how it exits."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storyreel.commands import cli
from storyreel.core.errors import OutsideError
from storyreel.core.paths import DEFAULT_STORYBOARD
from storyreel.speech.voices import VOICES

LESSON = """\
title: A small lesson
networks:
  chain:
    input: {x: 2}
    layers:
      - {name: h, weights: 3}
      - {name: y, weights: 5/6}
    target: 3
    loss: half_squared_error
    learning_rate: 0.01
chapters:
  - id: forward
    title: The forward pass
    scene: forward_pass
    beats:
      - say: Three times {x} is [result] {h}.
        do:
          - draw_network
          - reveal: {value: h, at: result}
"""


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    path = tmp_path / "lesson.yaml"
    path.write_text(LESSON)
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Run a command line; gives exit status, standard output and standard error."""

    def run(*arguments: object) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["storyreel", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit:
            cli.main()
        return (exit.value.code, *capsys.readouterr())

    before = signal.getsignal(signal.SIGTERM)
    yield run
    signal.signal(signal.SIGTERM, before)


def test_check_says_nothing_of_a_good_storyboard(run, lesson):
    assert run("check", lesson) == (0, "", "")


def test_an_unknown_aspect_ratio_is_one_line(run, lesson):
    for command in (("render",), ("check", "--frames"), ("sheet",), ("export", "--to", "page")):
        status, out, err = run(*command, lesson, "--aspect", "9:15")
        assert (status, out) == (2, "")
        assert err == "storyreel: no aspect ratio `9:15`; there are `16:9`, `9:16` and `1:1`\n"


def test_check_reports_the_problems_of_all_files(run, lesson, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(LESSON.replace("draw_network", "draw_netwrk"))
    status, out, err = run("check", lesson, bad)
    assert (status, err) == (1, "")
    assert out.startswith(f"{bad}:18:13: ")
    assert out.splitlines()[1:] == ["              - draw_netwrk", "                ^"]


def test_check_reports_missing_files_and_the_problems_of_all_others(run, lesson, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(LESSON.replace("draw_network", "draw_netwrk"))
    missing = [tmp_path / "first.yaml", tmp_path / "last.yaml"]
    lines = "".join(f"storyreel: there is no file {path}\n" for path in missing)
    status, out, err = run("check", missing[0], lesson, bad, missing[1])
    assert (status, err) == (2, lines)
    assert out.startswith(f"{bad}:18:13: ")
    status, out, err = run("check", missing[0], lesson, bad, missing[1], "--json")
    assert (status, err) == (2, lines)
    assert [problem["file"] for problem in json.loads(out)] == [str(bad)]


def test_check_as_json_has_place_and_message_of_each_problem(run, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(LESSON.replace("{h}", "{hh}"))
    status, out, _ = run("check", bad, "--json")
    (problem,) = json.loads(out)
    assert status == 1
    assert (problem["file"], problem["line"], problem["warning"]) == (str(bad), 16, False)
    assert "hh" in problem["message"]


def test_a_warning_is_reported_but_is_no_failure(run, lesson):
    lesson.write_text(LESSON.replace(", at: result", ""))
    status, out, _ = run("check", lesson)
    assert status == 0
    assert ": warning: " in out


def test_values_as_json_are_the_numbers_of_the_lesson(run, lesson):
    status, out, _ = run("values", lesson, "--json")
    chain = json.loads(out)["chain"]
    assert status == 0
    assert {name: chain["values"][name] for name in ("x", "h", "y", "target", "loss")} == pytest.approx(
        {"x": 2, "h": 6, "y": 5, "target": 3, "loss": 2}, rel=1e-12
    )
    assert {name: chain["gradients"][name] for name in ("y", "w2", "h", "w1")} == pytest.approx(
        {"y": 2, "w2": 12, "h": 5 / 3, "w1": 10 / 3}, rel=1e-12
    )
    assert {name: chain["next"][name] for name in ("w2", "w1")} == pytest.approx(
        {"w2": 5 / 6 - 0.12, "w1": 3 - 1 / 30}, rel=1e-12
    )
    assert "target" not in chain["gradients"]


def test_values_as_a_table_are_aligned_to_the_right(run, lesson):
    _, out, _ = run("values", lesson, "--network", "chain")
    network, *table = out.splitlines()
    assert network == "chain"
    assert table[0].split() == ["name", "value", "gradient", "next"]
    assert [line.split() for line in table if line.startswith("h ")] == [
        ["h", "6", "1.666666667", "5.933333333"]
    ]
    assert len({len(line) for line in table}) == 1


def test_the_timed_script_has_times_words_cues_and_numbers(run, lesson):
    status, out, _ = run("script", lesson, "--voice", "silent")
    assert status == 0
    title, _, chapter, words, first, second, _, end = out.splitlines()
    assert title == "A small lesson"
    assert chapter == "00:00.000  forward: The forward pass"
    assert words == "00:00.000    1  Three times 2 is 6."
    assert first == "00:00.000         draw_network"
    assert second.endswith("reveal value=h    (h = 6)")
    assert "00:00.000" < second[:9] < end[:9]


def test_the_timed_script_as_json_agrees_with_its_text(run, lesson):
    _, text, _ = run("script", lesson, "--voice", "silent")
    _, out, _ = run("script", lesson, "--voice", "silent", "--json")
    data = json.loads(out)
    (beat,) = data["chapters"][0]["beats"]
    draw, reveal = beat["cues"]
    assert beat["text"] == " ".join(word["text"] for word in beat["words"]) == "Three times 2 is 6."
    assert reveal["numbers"] == {"h": 6.0}
    assert draw["numbers"] == {}
    assert f"00:{data['seconds']:06.3f}  end" == text.splitlines()[-1]
    # A cue begins with the frame nearest to its word, and there are 30 a second.
    assert reveal["start"] == pytest.approx(beat["words"][-1]["start"], abs=0.5 / 30 + 1e-9)


def test_new_writes_a_storyboard_that_passes_check_and_never_overwrites_one(run, tmp_path):
    path = tmp_path / "mine.yaml"
    assert run("new", tmp_path / "mine") == (0, f"{path}\n", "")
    assert run("check", path) == (0, "", "")
    path.write_text("my own words")
    status, out, err = run("new", path)
    assert (status, out) == (2, "")
    assert err == f"storyreel: {path} is there already, and is left as it is\n"
    assert path.read_text() == "my own words"


def test_the_schema_is_json_that_knows_the_scenes(run):
    status, out, _ = run("schema")
    assert status == 0
    assert "forward_pass" in json.dumps(json.loads(out))


def test_scenes_lists_every_cue(run):
    assert "\n  reveal: {value: name of a quantity}" in run("scenes")[1]


def test_voices_tells_what_each_voice_needs_and_is(run):
    described = run("voices")[1].split("\n\n")
    names = [text.partition(":")[0] for text in described]
    assert names == sorted(names) and set(VOICES) <= set(names)
    assert described[names.index("hibari")].splitlines() == [
        "hibari: neural, clear and friendly",
        "  languages: en",
        "  variants:  heart, low",
        "  licence:   Apache-2.0",
        "  needs:     the packages hibari-tts 0.2.1 and onnxruntime",
        "  is there:  yes",
    ]
    assert [card["name"] for card in json.loads(run("voices", "--json")[1])] == names


@pytest.mark.parametrize("command", ["check", "script"])
def test_a_voice_that_is_not_there_is_an_error_with_the_line_that_installs_it(
    run, lesson, monkeypatch, command
):
    monkeypatch.setattr("storyreel.speech.voices.hibari.VERSION", "9.9")
    lesson.write_text(f"voice: hibari\n{LESSON}")
    remedy = "pip install hibari-tts==9.9 onnxruntime"
    message = f"storyreel: the voice hibari is not there; to have it: {remedy}\n"
    assert run(command, lesson) == (3, "", message)
    assert f"  is there:  no; to have it: {remedy}\n" in run("voices")[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rendr"], "No such command 'rendr'. Did you mean 'render'?"),
        (["values"], "Missing argument 'FILE'."),
        (["values", "no-such.yaml"], "there is no file no-such.yaml"),
        (["render", "--beat", "2"], "a beat is counted within a chapter: give the chapter, too"),
        (["render", "-q", "huge"], "Invalid value for '-q' / '--quality': 'huge' is not one of"),
        (["check"], "Missing argument 'FILE...'."),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(run, arguments, message):
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith(f"storyreel: {message}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://example.org/lessons/?course=1", "has a `?`; give the address of a folder, such as"),
        ("https://example.org/lessons/#first", "has a `#`; give the address of a folder, such as"),
        ("https://example.org/lessons/?", "has a `?`; give the address of a folder, such as"),
        ("example.org/lessons/", "is not an address such as"),
        ("ftp://example.org/lessons/", "is not an address such as"),
        ("https://[example.org/lessons/", "is not an address such as"),
    ],
)
def test_a_base_url_that_no_file_name_can_follow_is_wrong_usage(run, lesson, url, problem):
    status, out, err = run("export", lesson, "--to", "page", "--base-url", url)
    assert (status, out) == (2, "")
    assert err == f"storyreel: --base-url {url!r} {problem} https://example.org/lessons/first/\n"


def test_a_network_that_there_is_not_is_wrong_usage(run, lesson):
    status, _, err = run("values", lesson, "--network", "chian")
    assert (status, err) == (2, f"storyreel: no network named 'chian' in {lesson}; there are chain\n")


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (OutsideError("no voice"), 3, "no voice"),
        (PermissionError(13, "Permission denied", "/x"), 3, "/x: Permission denied"),
        (OSError(28, "No space left on device"), 3, "No space left on device"),
        (
            KeyError("h"),
            3,
            "a fault in storyreel, shown in full by python -X dev -m storyreel: KeyError: 'h'",
        ),
    ],
)
def test_whatever_fails_is_told_in_one_line(run, monkeypatch, error, status, line):
    def fail() -> None:
        raise error

    monkeypatch.setattr("storyreel.speech.voices.voices", fail)
    assert run("voices") == (status, "", f"storyreel: {line}\n")


def storyreel(*arguments: str, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "storyreel", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize(
    ("command", "escaped"),
    [
        ("check {bad}", r"na\xefve"),
        ("script {lesson} --voice silent", r"na\xefve \U0001f600"),
        ("scenes", r"\xd7"),
        ("values {lesson} --network naïve", r"na\xefve"),
    ],
)
def test_a_terminal_of_ascii_only_gets_escapes(lesson, tmp_path, command, escaped):
    lesson.write_text(LESSON.replace("is [result] {h}", "is naïve 😀 [result] {h}"))
    bad = tmp_path / "bad.yaml"
    bad.write_text(lesson.read_text().replace("{x}", "{naïve}"))
    arguments = command.format(lesson=lesson, bad=bad).split()
    process = storyreel(*arguments, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    printed = "".join(process.communicate(timeout=30))
    assert "UnicodeEncodeError" not in printed
    assert printed.isascii()
    assert escaped in printed


def test_json_is_json_on_a_terminal_of_ascii_only(lesson):
    lesson.write_text(LESSON.replace("is [result] {h}", "is naïve 😀 [result] {h}"))
    process = storyreel(
        *("script", str(lesson), "--voice", "silent", "--json"),
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    out, _ = process.communicate(timeout=30)
    assert json.loads(out)["chapters"][0]["beats"][0]["text"] == "Three times 2 is naïve 😀 6."


def test_a_reader_that_has_read_enough_is_no_error():
    process = storyreel("schema", bufsize=0)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=30) == 0


LONG_WORK = """
import sys, time
import storyreel.reader
from storyreel.commands import cli
def load(*_, **__):
    print("begun", flush=True)
    time.sleep(60)
storyreel.reader.load = load
sys.argv = ["storyreel", "check", sys.argv[1]]
cli.main()
"""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopping_it_is_quiet_and_has_the_usual_status(number, status):
    command = [sys.executable, "-c", LONG_WORK, str(DEFAULT_STORYBOARD)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "begun\n"
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err.strip()) == (status, "")


def test_nothing_heavy_is_loaded_for_check(lesson):
    script = (
        "import sys; from storyreel.reader import load; import storyreel.commands.cli;"
        " load(sys.argv[1]);"
        "heavy = {'manim', 'scipy', 'av', 'rich', 'PIL', 'num2words', 'pydantic', 'jinja2', 'webvtt'};"
        "print(*heavy & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script, lesson], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_a_still_is_one_picture_in_the_lessons_folder(run, lesson, tmp_path):
    out = tmp_path / "out"
    status, printed, _ = run(
        "still", lesson, "--chapter", "forward", "--beat", 1, "-q", "draft", "--out", out
    )
    path = out / "lesson" / "stills" / "forward-1.png"
    assert (status, printed) == (0, f"{path}\n")
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [file for file in out.rglob("*") if file.is_file()] == [path]


@pytest.mark.parametrize("command", ["render", "still"])
@pytest.mark.parametrize(
    ("chapter", "beat", "message"),
    [
        ("forwrd", 1, "no chapter called 'forwrd'; did you mean `forward`?"),
        ("loss", 1, "no chapter called 'loss'; there is `forward`"),
        ("forward", 2, "chapter 'forward' has no beat 2; it has beats 1 to 1"),
    ],
)
def test_a_chapter_or_beat_that_there_is_not_is_wrong_usage_before_anything_is_spoken(
    run, lesson, monkeypatch, command, chapter, beat, message
):
    monkeypatch.setattr("storyreel.production.production.plan", lambda *_, **__: pytest.fail("spoken"))
    status, out, err = run(command, lesson, "--chapter", chapter, "--beat", beat)
    assert (status, out, err) == (2, "", f"storyreel: {message}\n")


def test_a_user_whose_cache_cannot_be_written_gets_a_film_all_the_same(lesson, tmp_path):
    (home := tmp_path / "home").touch()
    (temporary := tmp_path / "temporary").mkdir()
    out = tmp_path / "out"
    process = storyreel(
        *("render", str(lesson), "-q", "draft", "--voice", "silent", "--out", str(out)),
        env={**os.environ, "XDG_CACHE_HOME": str(home), "TMPDIR": str(temporary)},
    )
    printed, err = process.communicate(timeout=100)
    assert (process.returncode, printed) == (0, f"{out / 'lesson' / 'lesson.mp4'}\n")
    said = [line for line in err.splitlines() if "cannot write" in line]
    assert [line.partition(";")[0] for line in said] == [
        f"storyreel: cannot write {home}/storyreel: Not a directory"
    ]
    assert list(temporary.iterdir()) == []


def test_two_storyboards_of_one_name_do_not_overwrite_each_others_lesson(run, tmp_path, monkeypatch):
    mine, theirs, out = (
        tmp_path / "mine" / "lesson.yaml",
        tmp_path / "theirs" / "lesson.yaml",
        tmp_path / "out",
    )
    for path in (mine, theirs):
        path.parent.mkdir()
        path.write_text(LESSON.replace("small", path.parent.name))
    options = ("-q", "draft", "--out", out)
    assert run("render", mine, "--voice", "silent", *options)[0] == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    monkeypatch.setattr("storyreel.production.production.plan", lambda *_, **__: pytest.fail("spoken"))
    for command in (
        ("render",),
        ("render", "--chapter", "forward"),
        ("export", "--to", "page"),
        ("still", "--chapter", "forward", "--beat", 1),
        ("sheet",),
    ):
        line = f"storyreel: {out / 'lesson'} has the lesson of {mine}; choose another folder with --out\n"
        assert run(*command, theirs, *options) == (2, "", line)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    monkeypatch.chdir(mine.parent)
    assert run("export", "--to", "page", "lesson.yaml", "--out", "../out")[0] == 0


def test_a_render_that_is_stopped_leaves_no_file(lesson, tmp_path):
    out, cache = tmp_path / "out", tmp_path / "cache"
    process = storyreel(
        *("render", str(lesson), "-q", "draft", "--voice", "silent", "--out", str(out)),
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},  # in which nothing is drawn yet
    )
    assert process.stderr is not None
    while not process.stderr.readline().startswith("drawing: "):
        assert process.poll() is None, "the render ended before its first picture"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert [file for file in out.rglob("*") if file.is_file()] == []
    assert [path for path in cache.rglob(".*") if path.is_file()] == []
