"""One hash of storyreel and all installed packages.

It changes with everything that may affect a lesson, and with much that does not. If it is unchanged, a lesson
is known to be up to date without further checks. The hash of what affects a picture is in
`storyreel.production.picture_digest`.
"""

import hashlib
import platform
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from storyreel.core.messages import LANGUAGES
from storyreel.core.paths import FONTS, PACKAGE, SCENES, THEMES
from storyreel.core.plugins import all_offered
from storyreel.storyboard.typst_fonts import more_font_files


@cache
def program_digest() -> str:
    """A hash of storyreel's code, fonts, themes and messages, plug-ins and all libraries, in hexadecimal."""
    import cairo

    digest = hashlib.sha256()
    for name in [platform.python_version(), cairo.cairo_version_string(), *_distributions()]:
        digest.update(f"{name}\n".encode())
    for path in [*_own_files(), *_plugin_files()]:
        _add(digest, path)
    return digest.hexdigest()[:40]


def program_files_digest() -> str:
    """A hash of storyreel's own code, fonts, themes and messages, in hexadecimal."""
    digest = hashlib.sha256()
    for path in _own_files():
        _add(digest, path)
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", path: Path) -> None:
    digest.update(f"{path.name} {path.stat().st_size}\n".encode())
    digest.update(path.read_bytes())


def _distributions() -> list[str]:
    """The names and versions of all installed packages: the names of their `*-info` folders."""
    folders = (Path(folder) for folder in sys.path)
    return sorted(path.name for folder in folders if folder.is_dir() for path in folder.glob("*-info"))


def _own_files() -> Iterator[Path]:
    yield from sorted(PACKAGE.rglob("*.py"))
    yield from sorted(SCENES.glob("*.py"))
    yield from [*sorted(FONTS.glob("*.?tf")), *more_font_files(), *sorted(LANGUAGES.glob("*.yaml"))]
    yield from sorted(THEMES.glob("*.yaml"))


def _plugin_files() -> Iterator[Path]:
    """The code of plug-ins: packages that are being developed change without a new version."""
    packages = {point.module.partition(".")[0] for point in all_offered()} - {"storyreel"}
    for package in sorted(packages):
        spec = find_spec(package)
        if spec and spec.submodule_search_locations:
            yield from sorted(
                path for folder in spec.submodule_search_locations for path in Path(folder).rglob("*.py")
            )
        elif spec and spec.origin:
            yield Path(spec.origin)
