"""The vocabulary of storyboards: all scenes, their cues and the cues' parameters.

It is read from the scene files as text, because importing them would import manim. A scene has the name of
its file (`forward_pass.py` has the class `ForwardPass`). Its cues are the methods of the class and of its
bases that are declared with `@cue(seconds=…)`. Other packages add scenes through the entry-point group
`storyreel.scenes`: an entry has the name of the scene and refers to its class.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from keyword import iskeyword
from pathlib import Path
from typing import Any

from storyreel.core.errors import UsageError
from storyreel.core.paths import SCENES
from storyreel.core.plugins import offered
from storyreel.core.scene_file import SceneFile, built_in_scene
from storyreel.storyboard.cue import NUMBER_KINDS
from storyreel.storyboard.python_source import (
    PythonClass,
    class_in_file,
    class_of_entry_point,
    forget_files,
)

RESERVED = "at"
DIGITS = "digits"
"""The key of a cue that gives the numbers which it names at least so many significant digits."""
SOUND = "sound"
"""The key of a cue that names the sound with which it starts."""
EVERY_CUE = (RESERVED, DIGITS, SOUND)
"""The keys that every cue has beside its parameters."""
KINDS = (
    *("str", "int", "float", "bool", "Count", "Steps", "Example"),
    *NUMBER_KINDS,
    *("Text", "Formula", "File", "ImageFile", "NodeName", "NetworkName", "ActivationName", "LossName"),
)


@dataclass(frozen=True)
class Parameter:
    """One parameter of a cue.

    `kind` is one of `KINDS`, or "Literal" with the allowed words in `choices`. With `many`, it is a list of
    these. A parameter that is not `required` has a `default`.
    """

    name: str
    kind: str
    choices: tuple[str, ...] = ()
    many: bool = False
    required: bool = True
    default: object = None


@dataclass(frozen=True)
class CueType:
    """A cue of a scene; `seconds` is the length of its animation if there is time for all of it.

    `equation` is as in `storyreel.storyboard.cue.cue`.
    `requires`, `hides` and `shows` are the things on stage that it needs, takes away and leaves there;
    `of_own`: it brings the network's own example into focus.
    """

    name: str
    seconds: float
    parameters: tuple[Parameter, ...]
    doc: str
    equation: str = ""
    requires: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    of_own: bool = False


@dataclass(frozen=True)
class SceneType:
    """A kind of chapter: the class `class_name` in the file `path`, and its cues by name.

    `from_start` is what its cues may require and is there before any of them.
    """

    name: str
    class_name: str
    path: Path
    cues: dict[str, CueType]
    doc: str
    from_start: tuple[str, ...] = ()


def scene_types(folder: Path = SCENES) -> Mapping[str, SceneType]:
    """All scenes by name: those of `folder` in alphabetical order, then those of other packages.

    Asking for a scene raises `UsageError` for a cue whose parameters could not be written in a storyboard.
    """
    return _scene_types(folder)  # always with an argument, so that the cache has one entry for a folder


def scene_file(name: str) -> SceneFile | None:
    """The file of a scene of another package; None for a built-in scene, which is found by its name."""
    scene = scene_types()[name]
    return None if scene.path.parent == SCENES else SceneFile(scene.path, scene.class_name)


class _SceneTypes(Mapping[str, SceneType]):
    """Scenes by name. Each is read when it is first asked for: a lesson has few, and reading takes long."""

    def __init__(self, folder: Path) -> None:
        files = [path for path in sorted(folder.glob("*.py")) if not path.stem.startswith("_")]
        self._built_in = {path.stem: built_in_scene(path.stem, folder) for path in files}
        self._outside = {point.name: point for point in offered("storyreel.scenes")}
        self._read: dict[str, SceneType | None] = {}
        self._own: dict[tuple[Path, str], dict[str, CueType | None]] = {}

    def __getitem__(self, name: str) -> SceneType:
        if name not in self._read:
            found = self._class_of(name)
            self._read[name] = None if found is None else self._scene_type(name, found)
        if (scene := self._read[name]) is None:
            raise KeyError(name)
        return scene

    def __iter__(self) -> Iterator[str]:
        names = [name for name in self._built_in | self._outside if name in self]
        forget_files()
        return iter(names)

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _scene_type(self, name: str, scene: PythonClass) -> SceneType:
        cues: dict[str, CueType | None] = {}
        for ancestor in reversed(scene.lineage()):
            key = ancestor.path, ancestor.name
            if key not in self._own:  # many scenes have the same bases
                self._own[key] = _own_cues(ancestor)
            cues |= self._own[key]
        known = {cue.name: cue for cue in cues.values() if cue}
        return SceneType(name, scene.name, scene.path, known, scene.doc, _from_start(scene))

    def _class_of(self, name: str) -> PythonClass | None:
        """The class of a scene; None if it is not in the file of that name."""
        if name in self._outside:
            return class_of_entry_point(self._outside[name])
        scene = self._built_in[name]
        return class_in_file(scene.path, scene.class_name)


_scene_types = lru_cache(_SceneTypes)


def _own_cues(scene: PythonClass) -> dict[str, CueType | None]:
    """The methods of the class itself as cues, by name; None for one that is no cue."""
    cues: dict[str, CueType | None] = {}
    for method in scene.methods:
        declared = _declared(method, scene.path)
        cues[method.name] = None if declared is None else _cue_type(method, declared, scene.path)
    return cues


def _from_start(scene: PythonClass) -> tuple[str, ...]:
    """The value of the class's or its nearest base's `from_start`."""
    for ancestor in scene.lineage():
        for statement in ancestor.node.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id="from_start")], value=value):
                    return _things(
                        ast.literal_eval(value), "from_start", f"{ancestor.path}:{statement.lineno}"
                    )
    return ()


def _declared(method: ast.FunctionDef, path: Path) -> dict[str, Any] | None:
    """What `@cue(…)` says of `method`, by keyword; None if it is not a cue."""
    for decorator in method.decorator_list:
        if isinstance(decorator, ast.Call) and _is_cue(decorator.func):
            try:
                given = {str(each.arg): ast.literal_eval(each.value) for each in decorator.keywords}
            except ValueError:
                given = {}
            if not isinstance(given.get("seconds"), int | float) or decorator.args:
                raise UsageError(f"{path}:{decorator.lineno}: write @cue(seconds=…) with a plain number")
            for key in ("requires", "hides", "shows"):
                given[key] = _things(given.get(key, ()), key, f"{path}:{decorator.lineno}")
            return given
    return None


def _is_cue(function: ast.expr) -> bool:
    """True for `cue` and `cue.cue`."""
    match function:
        case ast.Name(id="cue") | ast.Attribute(value=ast.Name(id="cue"), attr="cue"):
            return True
    return False


def _things(given: object, key: str, where: str) -> tuple[str, ...]:
    things = (given,) if isinstance(given, str) else given
    if isinstance(things, tuple) and all(isinstance(thing, str) for thing in things):
        return things
    raise UsageError(f'{where}: write {key}="…" or {key}=("…", "…")')


def _cue_type(method: ast.FunctionDef, declared: dict[str, Any], path: Path) -> CueType:
    arguments = method.args
    if arguments.vararg or arguments.kwarg or arguments.posonlyargs:
        raise UsageError(f"{path}:{method.lineno}: the cue `{method.name}` must name all its parameters")
    named = arguments.args[1:]
    missing = len(named) - len(arguments.defaults)
    defaults = [None] * missing + list(arguments.defaults)
    pairs = [
        *zip(named, defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    parameters = tuple(_parameter(argument, default, path) for argument, default in pairs)
    return CueType(
        name=method.name,
        seconds=float(declared["seconds"]),
        parameters=parameters,
        doc=ast.get_docstring(method) or "",
        equation=str(declared.get("equation", "")),
        requires=declared["requires"],
        hides=declared["hides"],
        shows=declared["shows"],
        of_own=bool(declared.get("of_own", False)),
    )


def _parameter(argument: ast.arg, default: ast.expr | None, path: Path) -> Parameter:
    try:
        if argument.arg == RESERVED:
            raise ValueError(f"`{RESERVED}` names the cue's mark")
        if argument.arg in (DIGITS, SOUND):
            raise ValueError(f"`{argument.arg}` is a key that every cue has")
        kind, choices, many = _kind(argument.annotation)
        value = ast.literal_eval(default) if default else None
    except ValueError as fault:
        raise UsageError(
            f"{path}:{argument.lineno}: a storyboard could not give the parameter `{argument.arg}`: {fault}"
        ) from None
    return Parameter(written_name(argument.arg), kind, choices, many, default is None, value)


def written_name(parameter: str) -> str:
    """A parameter's name in storyboards: `from_` is written `from`, which Python reserves."""
    return parameter[:-1] if parameter.endswith("_") and iskeyword(parameter[:-1]) else parameter


def python_name(parameter: str) -> str:
    """The name in Python of a parameter that storyboards write so."""
    return f"{parameter}_" if iskeyword(parameter) else parameter


def _kind(annotation: ast.expr | None) -> tuple[str, tuple[str, ...], bool]:
    """The `kind`, the `choices` and `many` of a parameter with this annotation."""
    match annotation:
        case ast.BinOp(left=given, op=ast.BitOr(), right=ast.Constant(value=None)):
            return _kind(given)
        case ast.Name(id=name) if name in KINDS:
            return name, (), False
        case ast.Subscript(value=ast.Name(id="Literal"), slice=choices):
            words = ast.literal_eval(choices)
            return "Literal", words if isinstance(words, tuple) else (words,), False
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            kind, words, many = _kind(item)
            if not many:
                return kind, words, True
    written = ast.unparse(annotation) if annotation else "nothing"
    raise ValueError(f"its annotation is {written}, not {', '.join(KINDS)}, Literal or a list of these")
