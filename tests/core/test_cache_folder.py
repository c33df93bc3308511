"""The cache of a user whose own cache folder cannot be written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(code: str, home: Path, temporary: Path) -> tuple[list[str], list[str]]:
    """The lines on standard output and standard error of Python code in a process of its own."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(home), "TMPDIR": str(temporary)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 0
    return done.stdout.splitlines(), done.stderr.splitlines()


CODE = """
from storyreel.core.cache_folder import segment_cache, speech_cache
for folder in (speech_cache(), segment_cache(), speech_cache()):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "file").touch()
    print(folder)
"""


def test_the_cache_is_in_the_users_folder(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "storyreel"
    folders = [str(folder / name) for name in ("speech", "pieces", "speech")]
    assert run(CODE, tmp_path / "cache", tmp_path) == (folders, [])
    assert sorted(path.name for path in folder.rglob("*")) == ["file", "file", "pieces", "speech"]


@pytest.mark.parametrize("kind", ["a file in the place of the folder", "a folder that is read only"])
def test_where_it_cannot_be_written_a_temporary_one_serves_all_and_is_removed(
    tmp_path: Path, kind: str
) -> None:
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    temporary.mkdir()
    if kind.startswith("a file"):
        home.touch()
    else:
        home.mkdir(mode=0o555)
        if os.access(home, os.W_OK):
            pytest.skip("root may write everywhere")
    (speech, segments, again), (line,) = run(CODE, home, temporary)
    assert speech == again
    assert Path(speech).parent == Path(segments).parent
    assert Path(speech).parent.parent == temporary
    assert line.startswith(f"storyreel: cannot write {home}/storyreel: ")
    assert list(temporary.iterdir()) == []
