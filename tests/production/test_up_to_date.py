"""A lesson is out of date when anything that it was made of has changed."""

import dataclasses
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from storyreel.commands import cli
from storyreel.core.quality import QUALITIES, Quality
from storyreel.lesson.manifest import content_checksum
from storyreel.lesson.program_digest import program_digest
from storyreel.production import production
from storyreel.production.output import make_film
from storyreel.production.production import plan
from storyreel.production.up_to_date import up_to_date_lesson
from storyreel.reader import load
from storyreel.speech.voices import VOICES
from storyreel.speech.voices.silent import SilentVoice

SMALL = Quality(160, 90, 15, "ultrafast", 30)
LESSON = """\
title: A picture
voice: {name: silent, pace: 1.1}
lexicon: {square: /skwˈɛɹ/}
networks:
  one:
    input: {x: 2}
    layers: [{weights: {file: numbers.npz, array: W1}}]
    target: 3
    loss: half_squared_error
chapters:
  - id: only
    title: Only one
    scene: picture
    beats:
      - say: This is [here] a square [there].
        do:
          - show_image: {file: square.svg, at: here}
"""
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a storyboard, an image that it shows, and their lesson in `out`."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "lesson.yaml").write_text(LESSON)
    (folder / "square.svg").write_text(SQUARE)
    np.savez(folder / "numbers.npz", W1=2.5)
    make_film(plan(load(folder / "lesson.yaml"), quality=SMALL), folder / "out")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of that folder, which a test may change."""
    return Path(shutil.copytree(made, tmp_path / "lesson"))


def is_finished(folder: Path, quality: Quality = SMALL, voice: str | None = None) -> bool:
    return up_to_date_lesson(folder / "lesson.yaml", quality, voice, folder / "out") is not None


def test_a_lesson_is_finished_wherever_it_lies(folder: Path) -> None:
    lesson = up_to_date_lesson(folder / "lesson.yaml", SMALL, None, folder / "out")
    assert lesson is not None
    assert lesson.film.path == folder / "out/lesson/lesson.mp4"
    assert is_finished(folder, voice="silent")


def test_a_lesson_in_another_theme_is_not_finished(folder: Path) -> None:
    lesson, out = folder / "lesson.yaml", folder / "out"
    assert up_to_date_lesson(lesson, SMALL, None, out, theme="dark") is not None
    assert up_to_date_lesson(lesson, SMALL, None, out, theme="light") is None
    (folder / "course.yaml").write_text("corner_mark: ML 101")
    make_film(plan(load(lesson, theme=folder / "course.yaml"), quality=SMALL), out)
    assert up_to_date_lesson(lesson, SMALL, None, out, theme=folder / "course.yaml") is not None
    assert up_to_date_lesson(lesson, SMALL, None, out) is None
    (folder / "course.yaml").write_text("corner_mark: ML 102")
    assert up_to_date_lesson(lesson, SMALL, None, out, theme=folder / "course.yaml") is None


def test_a_film_in_another_aspect_ratio_is_another_one(folder: Path) -> None:
    assert up_to_date_lesson(folder / "lesson.yaml", SMALL, None, folder / "out", "9:16") is None
    assert up_to_date_lesson(folder / "lesson.yaml", SMALL, None, folder / "out", "16:9") is not None


def test_the_aspect_ratio_of_the_storyboard_is_that_of_the_film(tmp_path: Path) -> None:
    path, out = tmp_path / "lesson.yaml", tmp_path / "out"
    path.write_text(LESSON.replace("voice:", "aspect: 1:1\nvoice:"))
    (tmp_path / "square.svg").write_text(SQUARE)
    np.savez(tmp_path / "numbers.npz", W1=2.5)
    made = plan(load(path), quality=SMALL)
    assert (made.quality.width, made.quality.height) == (90, 90)
    assert made.performance(made.timeline.chapters[0]).aspect == "1:1"
    make_film(made, out)
    video = json.loads((out / "lesson/lesson.json").read_text())["video"]
    assert (video["width"], video["height"]) == (90, 90)
    assert up_to_date_lesson(path, SMALL, None, out) is not None
    assert up_to_date_lesson(path, SMALL, None, out, "16:9") is None
    assert plan(load(path), quality=SMALL, aspect="16:9").quality == SMALL


def test_its_author_is_warned_again(folder: Path) -> None:
    (warning,) = load(folder / "lesson.yaml").warnings
    lesson = up_to_date_lesson(folder / "lesson.yaml", SMALL, None, folder / "out")
    assert lesson is not None
    assert lesson.warnings == (warning,)
    assert warning.place.file == str(folder / "lesson.yaml")


def rewrite(name: str, old: str, new: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))

    return change


def flip(name: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 2] ^= 4
        (folder / name).write_bytes(content)

    return change


def cut_off(folder: Path) -> None:
    film = folder / "out/lesson/lesson.mp4"
    film.write_bytes(film.read_bytes()[:1000])


CHANGES: dict[str, Callable[[Path], object]] = {
    "a sentence": rewrite("lesson.yaml", "a square", "the square"),
    "a comment": rewrite("lesson.yaml", "title:", "# changed\ntitle:"),
    "no storyboard": lambda folder: (folder / "lesson.yaml").unlink(),
    "a picture": rewrite("square.svg", 'width="9"', 'width="8"'),
    "a weight": lambda folder: np.savez(folder / "numbers.npz", W1=1.5),
    "no weight": lambda folder: (folder / "numbers.npz").unlink(),
    "no picture": lambda folder: (folder / "square.svg").unlink(),
    "no film": lambda folder: (folder / "out/lesson/lesson.mp4").unlink(),
    "a film cut off": cut_off,
    "a bit of a film": flip("out/lesson/chapters/only.mp4"),
    "a bit of a transcript": flip("out/lesson/transcript.en.txt"),
    "a bit of a poster": flip("out/lesson/poster.jpg"),
    "another title in the manifest": rewrite("out/lesson/lesson.json", '"title": "', '"title": "x'),
    "another film": lambda folder: shutil.copy(
        folder / "out/lesson/lesson.mp4", folder / "out/lesson/chapters/only.mp4"
    ),
    "no captions": lambda folder: (folder / "out/lesson/chapters/only.en.srt").unlink(),
    "no manifest": lambda folder: (folder / "out/lesson/lesson.json").unlink(),
    "a manifest that is none": lambda folder: (folder / "out/lesson/lesson.json").write_text("[1"),
    "a manifest of another kind": lambda folder: (folder / "out/lesson/lesson.json").write_text("[]"),
    "an old manifest": rewrite("out/lesson/lesson.json", '"inputs"', '"made_of"'),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_whatever_is_changed_or_missing_is_seen(folder: Path, change: Callable[[Path], object]) -> None:
    assert is_finished(folder)
    change(folder)
    assert not is_finished(folder)


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Quality)])
def test_another_quality_is_another_lesson(folder: Path, field: str) -> None:
    value = getattr(SMALL, field)
    other = "veryfast" if field == "preset" else not value if isinstance(value, bool) else value + 2
    assert not is_finished(folder, dataclasses.replace(SMALL, **{field: other}))


def test_another_voice_is_another_lesson(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_finished(folder, voice="espeak")
    monkeypatch.setattr(SilentVoice, "fingerprint", lambda voice, utterance: "silent, but longer")
    assert not is_finished(folder)


def test_a_voice_that_is_gone_is_no_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(VOICES, "silent")
    assert not is_finished(folder)


def test_the_storyboards_own_voice_comes_back(folder: Path) -> None:
    """After the lesson was rendered with another one."""
    manifest = folder / "out/lesson/lesson.json"
    data = json.loads(manifest.read_text())
    data["inputs"]["own_voice"] = "espeak"
    manifest.write_text(json.dumps({**data, "checksum": content_checksum(data)}))
    assert is_finished(folder, voice="silent")
    assert not is_finished(folder)


@pytest.fixture
def digest() -> Callable[[], str]:
    """The program's digest, computed at each call."""
    return program_digest.__wrapped__


def test_the_program_changes_with_all_that_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digest: Callable[[], str]
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    seen = [digest()]
    info = tmp_path / "course-1.dist-info"
    info.mkdir()
    seen.append(digest())
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: course\nVersion: 1\n")
    info.rename(tmp_path / "course-2.dist-info")
    seen.append(digest())
    assert len(set(seen)) == 3
    assert digest() == seen[-1]


@pytest.mark.parametrize("file", ["course.py", "course/__init__.py", "course/deeper/rows.py"])
def test_the_program_changes_with_a_plug_in_at_work_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digest: Callable[[], str], file: str
) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text("row = 1\n")
    info = tmp_path / "course-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: course\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[storyreel.activations]\nrow = course:row\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = digest()
    (tmp_path / file).write_text("row = 2\n")
    assert digest() != before


@pytest.mark.parametrize("where", ["PACKAGE", "SCENES", "FONTS"])
def test_the_program_changes_with_each_of_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digest: Callable[[], str], where: str
) -> None:
    from storyreel.lesson import program_digest

    copy = Path(shutil.copytree(getattr(program_digest, where), tmp_path / "copy"))
    monkeypatch.setattr(program_digest, where, copy)
    before = digest()
    files = sorted(copy.rglob("*.?tf" if where == "FONTS" else "*.py"))
    assert files
    for path in files[::9]:
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        assert digest() != before, path
        path.write_bytes(content)
    assert digest() == before


def states(folder: Path) -> dict[Path, tuple[int, int]]:
    """For each file, two numbers that change when it is written again."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def test_of_a_finished_lesson_nothing_is_made_and_nothing_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a finished lesson is planned")

    before = states(folder / "out")
    monkeypatch.setattr(production, "plan", refuse)
    monkeypatch.setitem(QUALITIES, "draft", SMALL)
    for command in ("render -q draft", "export --to page -q draft", "export --to page"):
        words = [*command.split(), str(folder / "lesson.yaml"), "--out", str(folder / "out")]
        monkeypatch.setattr(sys, "argv", ["storyreel", *words])
        with pytest.raises(SystemExit) as exit:
            cli.main()
        out, err = capsys.readouterr()
        assert exit.value.code == 0, err
        assert "the mark `[there]`" in err
        if command.startswith("render"):
            assert out == f"{folder / 'out/lesson/lesson.mp4'}\n"
            assert states(folder / "out") == before


def test_what_nobody_asks_for_stays_as_the_lesson_was_rendered(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its quality, which is none of those that have a name."""
    rewrite("lesson.yaml", "A picture", "An image")(folder)
    words = ["export", "--to", "page", str(folder / "lesson.yaml"), "--out", str(folder / "out")]
    monkeypatch.setattr(sys, "argv", ["storyreel", *words])
    with pytest.raises(SystemExit):
        cli.main()
    manifest = json.loads((folder / "out/lesson/lesson.json").read_text())
    assert manifest["title"] == "An image"
    assert manifest["inputs"]["quality"] == dataclasses.asdict(SMALL)
    assert manifest["inputs"]["files"].keys() == {"square.svg", "numbers.npz"}
    assert is_finished(folder)
