"""Manim without SciPy, of which it imports a third of all there is for one function: that of rotations.

`manim_speed.rotation` computes these by itself. Whoever needs more of SciPy still gets it, when asked for.
"""

import sys
from types import ModuleType
from typing import Any

NAME = "scipy.spatial.transform"


class _LateRotation:
    """Stands for SciPy's `Rotation`, and imports it when anything of it is wanted."""

    def __getattr__(self, name: str) -> Any:
        from scipy.spatial.transform import Rotation  # type: ignore[import-untyped]

        return getattr(Rotation, name)


def import_manim() -> None:
    """Import manim, which takes a second, or two thirds of it like this."""
    late = ModuleType(NAME)
    late.Rotation = _LateRotation()  # type: ignore[attr-defined]
    if NAME in sys.modules or "manim" in sys.modules:
        return
    sys.modules[NAME] = late
    try:
        import manim  # noqa: F401
    finally:
        del sys.modules[NAME]
