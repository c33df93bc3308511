"""What may be a storyboard's file, and what is said of anything else; none of it is waited for."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from storyreel.core.errors import OutsideError, UsageError
from storyreel.reader import load

LESSON = "title: T\nchapters: [{id: a, title: A, scene: bullets, beats: [{say: Hello.}]}]\n"


def checked(path: Path) -> tuple[int, str]:
    """What `storyreel check` says of a path, within ten seconds."""
    command = [sys.executable, "-m", "storyreel", "check", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    said = f"storyreel: {path} is a pipe or a device; save the storyboard in a file\n"
    assert checked(path) == (2, said)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/stdin"])
def test_a_device_is_not_read(device: str) -> None:
    assert checked(Path(device)) == (
        2,
        f"storyreel: {device} is a pipe or a device; save the storyboard in a file\n",
    )


def test_a_socket_and_a_folder_are_no_storyboards(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s.yaml"))
        with pytest.raises(OutsideError, match=r"cannot read .*s\.yaml: No such device or address"):
            load(tmp_path / "s.yaml")
    with pytest.raises(UsageError, match="is a folder; name the storyboard in it"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["...yaml", "..yaml", "....yaml"])
def test_a_file_whose_name_names_no_folder_is_no_storyboard(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(LESSON, encoding="utf-8")
    with pytest.raises(
        UsageError, match=r"a lesson is named after its file; give it a name such as lesson\.yaml"
    ):
        load(tmp_path / name)


def test_a_path_with_a_nul_or_too_long_is_one_line(tmp_path: Path) -> None:
    for name in ("a\0b.yaml", "n" * 300 + ".yaml"):
        with pytest.raises(OutsideError, match="cannot read"):
            load(tmp_path / name)


def test_an_id_or_a_text_with_a_line_break_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "lesson.yaml"
    path.write_text(LESSON.replace("bullets", '"bul\\nlets\\x9b\\u2028 x"'), encoding="utf-8")
    code = f"import sys; from storyreel.reader import load; load({str(path)!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "no scene named `bul lets� x`" in done.stderr.replace("  ", " ")
