"""The set-up script, run in a small checkout with a Python that only records its arguments."""

import os
import re
import shutil
import subprocess
import time
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PYTHON = """#!/bin/sh
case "$*" in
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    "-m pip "*) echo "$*" >>"$NOTES"; [ ! -e "$NOTES.fail" ] && sleep 0.05 ;;
esac
"""


class Checkout:
    """A folder with the real set-up script, and fakes of the programs that it calls."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "checkout"
        self.bin = folder / "bin"
        self.notes = folder / "notes"
        (self.root / "scripts").mkdir(parents=True)
        self.bin.mkdir()
        shutil.copy(ROOT / "scripts/setup", self.root / "scripts/setup")
        (self.root / "pyproject.toml").write_text("[project]\n")
        (self.root / "requirements.lock").write_text("click==8.5.1\n")
        (self.root / "scripts" / "build-requirements.lock").write_text("wheel==0.48.0\n")
        self.program("python3", PYTHON)
        for name in ("cc", "pkg-config"):
            self.program(name, "#!/bin/sh\n")

    def program(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["bash", "-eu", "-c", f'. "{self.root}/scripts/setup"; echo "$python"'],
            env={"PATH": f"{self.bin}:{os.environ['PATH']}", "NOTES": str(self.notes)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def set_up(self) -> tuple[int, str, str]:
        process = self.start()
        out, err = process.communicate(timeout=30)
        return process.returncode, out, err

    @property
    def installs(self) -> int:
        return self.notes.read_text().count("/requirements.lock") if self.notes.exists() else 0


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_set_up_installs_the_lock_and_then_the_project_itself(checkout: Checkout) -> None:
    status, out, _ = checkout.set_up()
    assert (status, out) == (0, f"{checkout.root}/.venv/bin/python\n")
    tools, lock, project = checkout.notes.read_text().splitlines()
    assert tools.endswith(
        f"--only-binary :all: --requirement {checkout.root}/scripts/build-requirements.lock"
    )
    assert "--no-build-isolation" in lock
    assert lock.endswith(f"--requirement {checkout.root}/requirements.lock")
    assert project.endswith(f"--no-deps --no-build-isolation --editable {checkout.root}")


def test_set_up_does_nothing_in_no_time_when_all_is_there(checkout: Checkout) -> None:
    checkout.set_up()
    began = time.perf_counter()
    status, _, err = checkout.set_up()
    assert (status, err, checkout.installs) == (0, "", 1)
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.lock", "scripts/build-requirements.lock"])
def test_set_up_runs_again_when_what_it_was_made_from_changes(checkout: Checkout, name: str) -> None:
    checkout.set_up()
    (checkout.root / name).write_text("changed\n")
    checkout.set_up()
    assert checkout.installs == 2


def test_a_failed_set_up_says_so_and_the_next_one_begins_anew(checkout: Checkout) -> None:
    fail = Path(f"{checkout.notes}.fail")
    fail.touch()
    status, _, err = checkout.set_up()
    assert status == 3
    assert err.splitlines()[-1] == "storyreel: could not install the packages of requirements.lock"
    (checkout.root / ".venv/half-written").touch()
    fail.unlink()
    assert checkout.set_up()[0] == 0
    assert not (checkout.root / ".venv/half-written").exists()


def test_an_environment_that_was_copied_from_another_folder_is_made_anew(checkout: Checkout) -> None:
    checkout.set_up()
    (checkout.root / ".venv/old").touch()
    checkout.root = checkout.root.rename(checkout.root.parent / "moved")
    assert checkout.set_up()[0] == 0
    assert not (checkout.root / ".venv/old").exists()


def test_of_two_at_once_one_sets_up_and_the_other_waits(checkout: Checkout) -> None:
    both = [checkout.start(), checkout.start()]
    for process in both:
        process.communicate(timeout=30)
    assert [process.returncode for process in both] == [0, 0]
    assert checkout.installs == 1


def test_without_root_or_sudo_the_command_to_run_is_told(checkout: Checkout) -> None:
    checkout.program("pkg-config", "#!/bin/sh\nexit 1\n")
    checkout.program("id", "#!/bin/sh\necho 1000\n")
    checkout.program("sudo", "#!/bin/sh\nexit 1\n")
    checkout.program("apt-get", "#!/bin/sh\n")
    status, _, err = checkout.set_up()
    assert status == 3
    assert err.splitlines()[-1] == (
        "storyreel: some system packages are missing; please run: sudo sh -c 'apt-get update && "
        "apt-get install -y --no-install-recommends libcairo2-dev libpango1.0-dev'"
    )


@pytest.mark.parametrize(
    ("name", "least"), [("requirements.lock", 20), ("scripts/build-requirements.lock", 4)]
)
def test_a_lock_has_exact_versions_with_hashes_and_names_no_host(name: str, least: int) -> None:
    lock = (ROOT / name).read_text()
    entries = re.split(r"\n(?=\S)", lock.replace("\\\n", ""))
    requirements = [entry for entry in entries if not entry.startswith("#")]
    assert len(requirements) > least
    for entry in requirements:
        assert re.match(r"[a-z0-9-]+==[\w.]+ ", entry), entry
        assert "--hash=sha256:" in entry, entry
    assert "://" not in lock and "index" not in lock and "find-links" not in lock


def test_the_packages_are_all_the_folders_that_have_python_files() -> None:
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = {path.parent.relative_to(ROOT) for path in (ROOT / "storyreel").rglob("*.py")}
    expected = {".".join(folder.parts) for folder in folders} | {"storyreel.scenes", "storyreel.assets"}
    assert set(configured) == expected
