"""The program as a whole: storyreel and all that is installed beside it, as one hash.

It changes with whatever might change a lesson, and with much that would not: it tells, in a moment, that
nothing needs to be looked at more closely. What a picture really depends on is in `fingerprint`.
"""

import hashlib
import platform
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from storyreel.core.paths import FONTS, PACKAGE, SCENES
from storyreel.core.plugins import all_offered


@cache
def program_digest() -> str:
    """A hash, in hexadecimal digits, of storyreel's code and fonts, its plug-ins and all libraries."""
    import cairo

    digest = hashlib.sha256()
    for name in [platform.python_version(), cairo.cairo_version_string(), *_distributions()]:
        digest.update(f"{name}\n".encode())
    for path in _files():
        digest.update(f"{path.name} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:40]


def _distributions() -> list[str]:
    """The names and versions of all that is installed, as the folders that say so are named."""
    folders = (Path(folder) for folder in sys.path)
    return sorted(path.name for folder in folders if folder.is_dir() for path in folder.glob("*-info"))


def _files() -> Iterator[Path]:
    yield from sorted(PACKAGE.rglob("*.py"))
    yield from sorted(SCENES.glob("*.py"))
    yield from sorted(FONTS.glob("*.?tf"))
    # What is being worked on has the same version before and after.
    packages = {point.module.partition(".")[0] for point in all_offered()} - {"storyreel"}
    for package in sorted(packages):
        spec = find_spec(package)
        if spec and spec.submodule_search_locations:
            yield from sorted(
                path for folder in spec.submodule_search_locations for path in Path(folder).rglob("*.py")
            )
        elif spec and spec.origin:
            yield Path(spec.origin)
