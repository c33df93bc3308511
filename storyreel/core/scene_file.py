"""Where the class of a scene is defined."""

import importlib.util
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from storyreel.core.paths import SCENES


@dataclass(frozen=True)
class SceneFile:
    """The class `class_name`, a subclass of `Stage`, in the Python file `path`.

    Where other modules of its package are imported from is `root`; None for what is installed.
    """

    path: Path
    class_name: str
    root: Path | None = None

    def load(self) -> type[Any]:
        """The class, from its file, which is run once in a process."""
        return _load(self)


def built_in_scene(name: str, folder: Path = SCENES) -> SceneFile:
    """The file of the scene `name` that comes with storyreel: `forward_pass.py` has `ForwardPass`."""
    return SceneFile(folder / f"{name}.py", "".join(word.capitalize() for word in name.split("_")))


@cache
def _load(scene: SceneFile) -> type[Any]:
    spec = importlib.util.spec_from_file_location(f"storyreel_scene_{scene.path.stem}", scene.path)
    assert spec is not None and spec.loader is not None
    if scene.root:
        sys.path.insert(0, str(scene.root))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: type[Any] = getattr(module, scene.class_name)
    return found
