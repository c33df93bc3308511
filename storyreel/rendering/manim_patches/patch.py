"""A patch: a function of Manim and the one that runs in its place."""

from types import ModuleType
from typing import Any, NamedTuple


class Patch(NamedTuple):
    """Replaces the attribute `name` of `owner`, a class or module of Manim, by `function`."""

    owner: type | ModuleType
    name: str
    function: Any
