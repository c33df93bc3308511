"""The rooms: imports in one direction, and no room that is crowded."""

import ast
from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "storyreel"
FOR_SCENES = {"core", "engine", "storyboard", "timing", "graphics", "stage"}
MOST_FILES = 25


def test_imports_go_in_one_direction() -> None:
    """The contracts are in pyproject.toml."""
    assert lint_imports(str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_scenes_are_made_of_what_is_for_them() -> None:
    wrong = [
        f"{path.name}:{node.lineno}: {node.module}"
        for path in sorted((ROOT / "scenes").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("storyreel.")
        if (node.module or "").split(".")[1] not in FOR_SCENES
    ]
    assert wrong == []


def test_no_room_is_crowded() -> None:
    folders = [PACKAGE, *(path for path in PACKAGE.rglob("*") if path.is_dir())]
    crowded = {path.name: len(list(path.glob("*.py"))) for path in folders}
    assert {name: files for name, files in crowded.items() if files > MOST_FILES} == {}


def test_every_room_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("__init__.py")
        if len(ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "") < 40
    ]
    assert silent == []
