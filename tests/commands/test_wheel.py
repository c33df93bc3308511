"""The wheel: built once, unpacked, and used from there, away from the checkout."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "storyreel", "scenes", "assets")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel puts into site-packages."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(folder / "site")]
    subprocess.run([*pip, "install", *options, str(source)], check=True, capture_output=True)
    return folder / "site"


def python(site: Path, *arguments: str) -> str:
    """The output of a Python that imports storyreel from `site`."""
    command = [sys.executable, "-P", *arguments]
    environment = {"PYTHONPATH": str(site), "PYTHONUTF8": "1"}
    done = subprocess.run(command, cwd=site.parent, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_one_package_reaches_site_packages(site: Path) -> None:
    assert {path.name for path in site.iterdir() if path.suffix != ".dist-info"} == {"storyreel", "bin"}


def test_scenes_fonts_and_storyboards_ride_inside_the_package(site: Path) -> None:
    for folder in ("scenes", "assets"):
        files = {path.relative_to(ROOT) for path in (ROOT / folder).rglob("*.*") if path.suffix != ".pyc"}
        assert files
        assert {file for file in files if not (site / "storyreel" / file).is_file()} == set()


def test_the_installed_package_checks_its_own_lesson_and_knows_its_scenes(site: Path) -> None:
    where = "import storyreel.core.paths as p; print(p.STORYBOARDS / 'new.yaml', p.SCENES)"
    storyboard, scenes = python(site, "-c", where).split()
    assert Path(storyboard).is_relative_to(site) and Path(scenes).is_relative_to(site)
    assert python(site, "-m", "storyreel", "check", storyboard) == ""
    assert "\n  draw_network" in python(site, "-m", "storyreel", "scenes")


def test_the_installed_package_is_typed_and_has_its_front_door(site: Path) -> None:
    assert (site / "storyreel" / "py.typed").is_file()
    script = (
        "import storyreel; network = storyreel.Network('x', [storyreel.Layer('y', 3)], 'huber');"
        "print(storyreel.__version__, storyreel.Trace(network, 2, 5)['y'].value)"
    )
    assert python(site, "-c", script).split()[1] == "6.0"
