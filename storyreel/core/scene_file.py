"""Where the class of a scene is defined."""

from dataclasses import dataclass
from pathlib import Path

from storyreel.core.paths import SCENES


@dataclass(frozen=True)
class SceneFile:
    """The class `class_name`, a subclass of `Stage`, in the Python file `path`."""

    path: Path
    class_name: str


def built_in_scene(name: str, folder: Path = SCENES) -> SceneFile:
    """The file of the scene `name` that comes with storyreel: `forward_pass.py` has `ForwardPass`."""
    return SceneFile(folder / f"{name}.py", "".join(word.capitalize() for word in name.split("_")))
