"""`import storyreel`: what it offers, that it is documented, and that it costs nothing until it is used."""

import ast
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

import storyreel

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
HEAVY = {"numpy", "manim", "yaml", "pydantic", "av", "scipy", "PIL", "click", "IPython", "importlib.metadata"}


def test_the_readme_has_every_name_and_no_other() -> None:
    section = README.split("## From Python and notebooks")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    assert sorted(name for row in rows for name in re.findall(r"`(\w+)`", row)) == sorted(storyreel.__all__)


@pytest.mark.parametrize("name", storyreel.__all__)
def test_every_name_is_there_and_documented(name: str) -> None:
    value = getattr(storyreel, name)
    if name == "__version__":
        assert value == tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    else:
        assert value.__name__ == name
        assert len(value.__doc__) > 40
        assert name in dir(storyreel)


def test_type_checkers_see_what_is_loaded() -> None:
    (block,) = (
        node for node in ast.parse(Path(storyreel.__file__).read_text()).body if isinstance(node, ast.If)
    )
    imports = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imports == storyreel._MODULES
    assert {*imports, "__version__"} == {*storyreel.__all__}


def test_what_there_is_not_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'storyreel' has no attribute 'redner'"):
        storyreel.redner  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'redner'"):
        exec("from storyreel import redner")


def test_importing_it_loads_nothing_heavy() -> None:
    script = "import sys; import storyreel; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "storyreel" in loaded
    assert loaded & HEAVY == set()
    assert [name for name in loaded if name.startswith("storyreel.")] == []


def test_importing_it_takes_no_tenth_of_a_second() -> None:
    def seconds(script: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", script], check=True)
        return time.perf_counter() - start

    # In turns, as the machine may be busy with other things for a while.
    runs = [(seconds("pass"), seconds("import storyreel")) for _ in range(7)]
    bare, imported = (min(times) for times in zip(*runs, strict=True))
    assert imported - bare < 0.1
