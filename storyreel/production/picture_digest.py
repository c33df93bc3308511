"""A digest of the code, fonts and libraries that affect how a scene is drawn.

What a storyboard says is in the name of a render job too (`render_job`).
"""

import ast
import hashlib
import json
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from storyreel.core.code_digest import file_digest, forget_digests, imported, syntax_tree
from storyreel.core.paths import FONTS, PACKAGE, SCENES
from storyreel.core.plugins import offered
from storyreel.storyboard.vocabulary import scene_types

LIBRARIES = (
    *("manim", "numpy", "scipy", "pycairo", "typst", "svgelements", "pillow", "av"),
    *("mapbox-earcut", "contourpy"),
)
WRITES = PACKAGE / "production" / "segment_writer.py"
"""The module that draws and encodes render jobs."""
COMPUTES = (PACKAGE / "engine" / "serialization.py", PACKAGE / "engine" / "graph" / "serialization.py")
"""The module that makes experiments from a job's data, and so imports the engine."""
STAGE = PACKAGE / "stage" / "stage.py"
TABLES = {PACKAGE / "engine" / "activations.py", PACKAGE / "engine" / "losses.py"}
ENGINE_GROUPS = ("storyreel.activations", "storyreel.losses")
"""The entry points of other packages' rows in `TABLES`."""


@cache
def picture_digest(scene: str) -> str:
    """A SHA-256, in hexadecimal digits, of the files and libraries that affect how `scene` is drawn."""
    digests = [f"{path.name} {file_digest(path)}" for path in dependencies(scene)]
    versions = [platform.python_version(), *(f"{name} {its}" for name, its in libraries().items())]
    return hashlib.sha256(json.dumps([*digests, *versions]).encode()).hexdigest()


def forget_code() -> None:
    """Digest the code anew: in a process that lives long, as that of a notebook, it may have changed.

    The pictures are drawn by new processes, which load it as it is now.
    """
    forget_digests()
    for remembered in (
        picture_digest,
        dependencies,
        reads_experiment,
        _mentions_experiment,
        _names_of_numbers,
    ):
        remembered.cache_clear()


@cache
def dependencies(scene: str) -> tuple[Path, ...]:
    """The Python files and fonts that affect how the scene is drawn.

    For a scene of another package these include all Python files of its folder.
    """
    unused = () if reads_experiment(scene) else COMPUTES
    files = imported([*_own(scene), WRITES], without=unused)
    outside = _engine_plugins() if TABLES.intersection(files) else ()
    return (*files, *outside, *sorted(FONTS.glob("*.?tf")))


@cache
def reads_experiment(scene: str) -> bool:
    """True if the scene can show a network's numbers, so that its frames depend on the engine.

    A scene reads them from its performance, or from a property of the stage that does, such as `experiment`,
    so that its code has one of these names.
    """
    files = set(imported(_own(scene))) - {STAGE}
    return any(_mentions_experiment(path) for path in files)


def _own(scene: str) -> list[Path]:
    path = scene_types()[scene].path
    return [path] if path.parent == SCENES else scene_code(path)


def scene_code(path: Path) -> list[Path]:
    """The Python files that a scene of another package may be made of: all in the folder of its file.

    Beside a module that is in no package are other packages, of which it has no part.
    """
    is_in_package = (path.parent / "__init__.py").is_file()
    return sorted(path.parent.rglob("*.py") if is_in_package else path.parent.glob("*.py"))


def package_code(path: Path) -> tuple[Path, list[Path]]:
    """The folder that a module of another package is imported from, and all files that it may be made of."""
    files, root = [path, *scene_code(path)], path.parent
    while (root / "__init__.py").is_file():
        files, root = [*files, root / "__init__.py"], root.parent
    return root, list(dict.fromkeys(files))


def plugin_file(point: EntryPoint) -> Path | None:
    """The Python file of the module that an entry point is in, if it is one."""
    spec = find_spec(point.module)
    return Path(spec.origin) if spec and spec.origin and spec.origin.endswith(".py") else None


def _engine_plugins() -> list[Path]:
    """The Python files of other packages' activation functions and losses."""
    files = (plugin_file(point) for group in ENGINE_GROUPS for point in offered(group))
    return sorted({path for file in files if file for path in package_code(file)[1]})


@cache
def _mentions_experiment(path: Path) -> bool:
    return _has_attribute(syntax_tree(path), _names_of_numbers())


@cache
def _names_of_numbers() -> frozenset[str]:
    """The attributes of a stage through which its scene can read a network's numbers."""
    names, known = {"experiment", "experiments", "performance"}, 0
    functions = [node for node in ast.walk(syntax_tree(STAGE)) if isinstance(node, ast.FunctionDef)]
    properties = [
        function
        for function in functions
        if any(ast.unparse(d) == "property" for d in function.decorator_list)
    ]
    while len(names) > known:  # one property may read another
        known = len(names)
        names |= {its.name for its in properties if _has_attribute(its, frozenset(names))}
    return frozenset(names)


def _has_attribute(tree: ast.AST, names: frozenset[str]) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr in names for node in ast.walk(tree))


@cache
def libraries() -> Mapping[str, str]:
    """The versions of cairo, and of the libraries that draw and encode; "-" where there is none."""
    import cairo

    found = {"cairo": cairo.cairo_version_string()}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = "-"
    return found
