"""The fingerprint of what draws: it changes with whatever may change a picture but is in no storyboard.

That is the code that a scene is made of, the fonts, and the versions of the libraries that draw and encode.
A storyboard's own part in a picture is in `job`.
"""

import hashlib
import json
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from storyreel.core.code_digest import file_digest, imported
from storyreel.core.paths import FONTS, SCENES
from storyreel.storyboard.vocabulary import scene_types

LIBRARIES = ("manim", "numpy", "scipy", "pycairo", "typst", "svgelements", "pillow", "av", "mapbox-earcut")
DRAWS = Path(__file__).with_name("segment_writer.py")
"""The module of storyreel through which every scene becomes video."""


@cache
def picture_digest(scene: str) -> str:
    """The fingerprint, in hexadecimal digits, of what draws the scene called `scene`."""
    digests = [f"{path.name} {file_digest(path)}" for path in dependencies(scene)]
    return hashlib.sha256(json.dumps([*digests, *_libraries()]).encode()).hexdigest()


@cache
def dependencies(scene: str) -> tuple[Path, ...]:
    """The files of storyreel whose content a picture of the scene depends on: Python files and fonts.

    For a scene of another package that includes all Python files of its folder.
    """
    path = scene_types()[scene].path
    own = [path] if path.parent == SCENES else sorted(path.parent.rglob("*.py"))
    return (*imported([*own, DRAWS]), *sorted(FONTS.glob("*.?tf")))


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
