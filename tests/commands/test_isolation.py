"""Nothing in the folder of a storyboard is run or read but the storyboard and what it names."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

MODULES = ("json", "numpy", "manim", "click", "yaml", "av", "scipy", "typst", "sitecustomize")
LESSON = Path(__file__).parents[1] / "small_lesson.yaml"
SPY = "open({marker!r}, 'a').write(__name__ + '\\n')\nraise SystemExit(99)\n"
CONFIGURATION = "[CLI]\nbackground_color = WHITE\nplugins = hostile\nmedia_dir = hostile\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds a lesson and what a stranger may put beside it."""
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "lesson.yaml").write_bytes(LESSON.read_bytes())
    spy = SPY.format(marker=str(tmp_path / "ran"))
    for module in (*MODULES, "hostile"):
        (folder / f"{module}.py").write_text(spy)
    info = folder / "hostile-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hostile\nVersion: 1\n")
    groups = ("scenes", "voices", "exports", "activations", "losses", "performances")
    points = [f"[storyreel.{group}]\nhostile = hostile:X\n" for group in groups]
    (info / "entry_points.txt").write_text("".join([*points, "[manim.plugins]\nhostile = hostile\n"]))
    (folder / "manim.cfg").write_text(CONFIGURATION)
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "storyreel", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_python_looks_for_modules_in_no_folder_of_the_working_directory(tmp_path: Path) -> None:
    """An editable package with parts that are no regular packages adds such a folder to the path."""
    command = [sys.executable, "-P", "-c", "import sys; print(*sys.path, sep='\\n')"]
    path = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert [entry for entry in path.splitlines() if not Path(entry).is_absolute()] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "lesson.yaml"),
        ("check", "--frames", "lesson.yaml"),
        ("render", "lesson.yaml", "-q", "draft", "--voice", "silent", "--chapter", "loss"),
        ("render", "lesson.yaml", "-q", "draft", "--chapter", "loss", "--beat", "1"),
        ("still", "lesson.yaml", "--chapter", "loss", "--beat", "1"),
        ("export", "lesson.yaml", "-q", "draft", "--voice", "silent", "--to", "scorm"),
        ("export", "lesson.yaml", "-q", "draft", "--voice", "silent", "--to", "clips"),
        ("scenes",),
        ("voices",),
    ],
    ids=" ".join,
)
def test_no_code_beside_a_storyboard_runs(folder: Path, arguments: tuple[str, ...]) -> None:
    before = set(os.listdir(folder))
    done = run(folder, *arguments)
    assert done.returncode == 0, done.stderr
    assert not (folder.parent / "ran").exists()
    assert set(os.listdir(folder)) - before <= {"out", "loss-1.png"}


@pytest.mark.parametrize("command", [("still", "--chapter", "loss", "--beat", "1"), ("check", "--frames")])
def test_settings_of_manim_beside_a_storyboard_are_not_read(folder: Path, command: tuple[str, ...]) -> None:
    """Manim would say that it misses the plug-in that they name."""
    done = run(folder, command[0], "lesson.yaml", *command[1:])
    assert done.returncode == 0, done.stderr
    assert "hostile" not in done.stdout + done.stderr
