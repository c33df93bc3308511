"""Imports Manim without SciPy, which takes a third of the time of the import.

Manim needs SciPy for one function, `rotation_matrix`, which `manim_patches.rotation` replaces. Anything else
of SciPy is imported when it is used.
"""

import sys
from types import ModuleType
from typing import Any

NAME = "scipy.spatial.transform"


class _LazyRotation:
    """Stands for SciPy's `Rotation` and imports it when an attribute is read."""

    def __getattr__(self, name: str) -> Any:
        from scipy.spatial.transform import Rotation  # type: ignore[import-untyped]

        return getattr(Rotation, name)


def import_manim() -> None:
    """Import Manim; does nothing if Manim or the SciPy module is imported already."""
    if NAME in sys.modules or "manim" in sys.modules:
        return
    stand_in = ModuleType(NAME)
    stand_in.Rotation = _LazyRotation()  # type: ignore[attr-defined]
    sys.modules[NAME] = stand_in
    try:
        import manim  # noqa: F401
    finally:
        del sys.modules[NAME]
