"""Atomic writes."""

import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storyreel.core.atomic_file import atomic_file, remove_leftovers
from storyreel.core.errors import OutsideError


def test_the_file_appears_when_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "file.txt"
    with atomic_file(path) as temporary:
        temporary.write_text("whole")
        assert not path.exists()
    assert path.read_text() == "whole"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_fails_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), atomic_file(path) as temporary:
        temporary.write_text("ne")
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_two_threads_may_write_the_same_file_at_once(tmp_path: Path) -> None:
    path, both_have_begun = tmp_path / "file.txt", threading.Barrier(2)

    def write(text: str) -> None:
        with atomic_file(path) as temporary:
            both_have_begun.wait(timeout=10)
            temporary.write_text(text)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, ("one", "two")))
    assert path.read_text() in ("one", "two")
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_may_be_read_by_whoever_may_read_others_there(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    with atomic_file(tmp_path / "file") as temporary:
        temporary.write_text("")
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_the_disk_refuses_is_told_of_the_file_and_not_of_its_temporary_name(tmp_path: Path) -> None:
    (tmp_path / "in_the_way").write_text("no folder")
    refused = pytest.raises(OutsideError, match=r"^cannot write \S+/in_the_way/file: File exists$")
    with refused, atomic_file(tmp_path / "in_the_way" / "file"):
        pass
    (tmp_path / "folder").mkdir()
    refused = pytest.raises(OutsideError, match=r"^cannot write \S+/folder: Is a directory$")
    with refused, atomic_file(tmp_path / "folder") as temporary:
        temporary.write_text("")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "in_the_way"]


def test_an_error_about_another_file_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_file(tmp_path / "file"):
        (tmp_path / "missing").read_text()


def test_only_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path; import os, signal
from storyreel.core.atomic_file import remove_leftovers, atomic_file
with atomic_file(Path({str(tmp_path / "killed")!r})) as temporary:
    temporary.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 1
    with atomic_file(tmp_path / "alive") as temporary:
        temporary.write_text("half")
        remove_leftovers(tmp_path)
        assert list(tmp_path.iterdir()) == [temporary]
    assert list(tmp_path.iterdir()) == [tmp_path / "alive"]
