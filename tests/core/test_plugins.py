from pathlib import Path

import pytest

from storyreel.core.errors import OutsideError
from storyreel.core.plugins import with_plugins


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package `course` that offers three rows, of which `root` does not exist."""
    (tmp_path / "powers.py").write_text("square, cube = 2, 3\n")
    (tmp_path / "course-1.dist-info").mkdir()
    (tmp_path / "course-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: course\nVersion: 1\n")
    (tmp_path / "course-1.dist-info/entry_points.txt").write_text(
        "[storyreel.powers]\nsquare = powers:square\ncube = powers:cube\n"
        "[storyreel.roots]\nroot = powers:root\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_an_installed_package_adds_rows_and_replaces_none(package: Path) -> None:
    table = {"cube": 27}
    assert with_plugins(table, "storyreel.powers") == {"cube": 27, "square": 2}
    assert table == {"cube": 27}


def test_a_row_that_cannot_be_loaded_names_its_package(package: Path) -> None:
    with pytest.raises(OutsideError, match=r"course: cannot load `root` \(storyreel.roots\)"):
        with_plugins({}, "storyreel.roots")
