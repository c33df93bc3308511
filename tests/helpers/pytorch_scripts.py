"""Runs scripts in a Python that has PyTorch: that of the tests, or the one in $PYTHON_WITH_TORCH."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

RUNNER = """
import json, runpy, sys
outcome = {}
for path in sys.argv[1:]:
    try:
        runpy.run_path(path)
        outcome[path] = ""
    except BaseException as error:
        outcome[path] = f"{type(error).__name__}: {error}"
print(json.dumps(outcome))
"""


def outcomes(folder: Path, scripts: Mapping[str, str]) -> dict[str, str]:
    """What each script ends with, by its name: "" if it runs through, or its error.

    They run in one process, as PyTorch is slow to import.
    """
    python = os.environ.get("PYTHON_WITH_TORCH") or (sys.executable if find_spec("torch") else None)
    if python is None:
        pytest.skip("needs PyTorch, here or in the Python that $PYTHON_WITH_TORCH names")
    paths = {}
    for number, (name, text) in enumerate(scripts.items()):
        paths[name] = folder / f"script{number}.py"
        paths[name].write_text(text, "utf-8")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [python, "-c", RUNNER, *map(str, paths.values())],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return {name: found[str(path)] for name, path in paths.items()}
