"""The fingerprint of what draws: it changes with whatever may change a picture but is in no storyboard.

That is the code that a scene is made of, the fonts, and the versions of the libraries that draw and encode.
A storyboard's own part in a picture is in `task`.
"""

import hashlib
import json
import platform
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from storyreel.paths import FONTS, PACKAGE, SCENES
from storyreel.vocabulary import scene_types

LIBRARIES = ("manim", "numpy", "scipy", "pycairo", "typst", "svgelements", "pillow", "av", "mapbox-earcut")
DRAWS = PACKAGE / "drawing.py"
"""The module of storyreel through which every scene becomes video."""

# Only imports that start a line: one inside of a function is not needed by who imports the module.
_IMPORT = re.compile(
    r"^(?:from +(storyreel[\w.]*) +import +(\([^)]*\)|[^\n]*)|import +(storyreel[\w.]*))", re.M
)


@cache
def fingerprint(scene: str) -> str:
    """The fingerprint, in hexadecimal digits, of what draws the scene called `scene`."""
    digests = [f"{path.name} {_digest(path)}" for path in dependencies(scene)]
    return hashlib.sha256(json.dumps([*digests, *_libraries()]).encode()).hexdigest()


def code_digest(files: Iterable[Path]) -> str:
    """A hash of Python files of storyreel and of all modules of it that they import."""
    return hashlib.sha256("".join(map(_digest, imported(files))).encode()).hexdigest()


@cache
def dependencies(scene: str) -> tuple[Path, ...]:
    """The files of storyreel whose content a picture of the scene depends on: Python files and fonts.

    For a scene of another package that includes all Python files of its folder.
    """
    path = scene_types()[scene].path
    own = [path] if path.parent == SCENES else sorted(path.parent.rglob("*.py"))
    return (*imported([*own, DRAWS]), *sorted(FONTS.glob("*.?tf")))


def imported(files: Iterable[Path]) -> list[Path]:
    """`files`, and the files of all modules of storyreel that they import, directly or through others."""
    found: set[Path] = set()
    waiting = list(files)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imports(path)
    return sorted(found)


@cache
def _imports(path: Path) -> tuple[Path, ...]:
    return tuple(
        file
        for match in _IMPORT.finditer(path.read_text(encoding="utf-8"))
        for name in _modules(match[1] or match[3], match[2] or "")
        for file in _files(name)
    )


def _modules(module: str, names: str) -> Iterator[str]:
    """The modules that an import may mean: `module`, and those in it that have one of `names`."""
    yield module
    for name in re.findall(r"\w+", names.split("#")[0] if "(" not in names else names):
        yield f"{module}.{name}"


@cache
def _files(module: str) -> tuple[Path, ...]:
    """The file of a module, and those of the packages that it is in, if there is such a module."""
    parts = module.split(".")[1:]
    path = PACKAGE.joinpath(*parts)
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if parts and file.is_file():
            return (file, *(PACKAGE.joinpath(*parts[:n], "__init__.py") for n in range(len(parts))))
    return ()


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _libraries() -> tuple[str, ...]:
    """The versions of Python, of cairo, and of the libraries that draw and encode."""
    import cairo

    found = [platform.python_version(), cairo.cairo_version_string()]
    for library in LIBRARIES:
        try:
            found.append(f"{library} {version(library)}")
        except PackageNotFoundError:
            found.append(f"{library} -")
    return tuple(found)
