"""Imports Manim without SciPy and without Manim's configuration files.

SciPy takes a third of the time of the import. Manim needs it for one function, `rotation_matrix`, which
`manim_patches.rotation` replaces. Anything else of SciPy is imported when it is used. A `manim.cfg` in the
working directory or the home would change pictures whose names do not depend on it, and the one in the
working directory may be a stranger's.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from unittest.mock import patch

from storyreel.core.paths import PACKAGE
from storyreel.rendering.address_space import require_address_space

NAME = "scipy.spatial.transform"


class _LazyRotation:
    """Stands for SciPy's `Rotation` and imports it when an attribute is read."""

    def __getattr__(self, name: str) -> Any:
        from scipy.spatial.transform import Rotation  # type: ignore[import-untyped]

        return getattr(Rotation, name)


def import_manim() -> None:
    """Import Manim; does nothing if it is imported already. Raises OutsideError if memory is too limited."""
    if "manim" in sys.modules:
        return
    require_address_space()
    with _without_scipy(), _without_configuration():
        import manim  # noqa: F401


@contextmanager
def _without_scipy() -> Iterator[None]:
    if NAME in sys.modules:
        yield
        return
    stand_in = ModuleType(NAME)
    stand_in.Rotation = _LazyRotation()  # type: ignore[attr-defined]
    sys.modules[NAME] = stand_in
    try:
        yield
    finally:
        del sys.modules[NAME]


@contextmanager
def _without_configuration() -> Iterator[None]:
    """Work in a folder, with the same one as home, where no `manim.cfg` is: Manim reads them on import."""
    here = os.open(".", os.O_RDONLY)  # which can be returned to even if it has been deleted
    try:
        with patch.dict(os.environ, HOME=str(PACKAGE)):
            os.chdir(PACKAGE)
            yield
    finally:
        os.fchdir(here)
        os.close(here)
