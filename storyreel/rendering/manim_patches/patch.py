"""One function of Manim's with the one that runs in its place."""

from types import ModuleType
from typing import Any, NamedTuple


class Patch(NamedTuple):
    """`function` takes the place of what `owner`, a class or a module of Manim's, has under `name`."""

    owner: type | ModuleType
    name: str
    function: Any
