"""Classes in Python files, with their methods and bases, read without running or importing the files."""

import ast
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from pathlib import Path

from storyreel.core.code_digest import syntax_tree
from storyreel.core.errors import UsageError


@dataclass(frozen=True)
class PythonClass:
    """A class statement, and the file that it is in."""

    path: Path
    node: ast.ClassDef

    @property
    def name(self) -> str:
        """The class's name."""
        return self.node.name

    @property
    def doc(self) -> str:
        """The docstring, or an empty string."""
        return ast.get_docstring(self.node) or ""

    @property
    def methods(self) -> list[ast.FunctionDef]:
        """The methods defined in the class itself."""
        return [node for node in self.node.body if isinstance(node, ast.FunctionDef)]

    def lineage(self) -> list["PythonClass"]:
        """The class and its bases, nearest first, as far as their imports can be followed."""
        bases = [class_in_file(self.path, ast.unparse(base)) for base in self.node.bases]
        return [self, *(ancestor for base in bases if base for ancestor in base.lineage())]


@lru_cache
def class_in_file(path: Path, name: str) -> PythonClass | None:
    """The class called `name` in the file, which defines it or imports it by name; None if it does neither.

    Raises `UsageError` if the file is not Python.
    """
    for statement in _statements(path):
        if isinstance(statement, ast.ClassDef) and statement.name == name:
            return PythonClass(path, statement)
        if isinstance(statement, ast.ImportFrom):
            for imported in statement.names:
                if name == (imported.asname or imported.name):
                    file = _module_file(statement.module or "", path if statement.level else None)
                    return class_in_file(file, imported.name) if file else None
    return None


def forget_files() -> None:
    """Free the syntax trees of all files read so far, which take many times the memory of their text."""
    class_in_file.cache_clear()
    _statements.cache_clear()


def class_of_entry_point(point: EntryPoint) -> PythonClass | None:
    """The class that an entry point refers to; None if it cannot be found."""
    file = _module_file(point.module, None)
    return class_in_file(file, point.attr) if file else None


def _module_file(module: str, neighbour: Path | None) -> Path | None:
    """The file of a module, relative to the file `neighbour` if given; its package is not imported."""
    package, *rest = module.split(".")
    if neighbour:
        folder, rest = neighbour.parent, module.split(".") if module else []
    else:
        spec = find_spec(package)
        if not spec or not spec.origin:
            return None
        if not rest:
            return Path(spec.origin)
        folder = Path(spec.origin).parent
    file = folder.joinpath(*rest).with_suffix(".py")
    return next((found for found in (file, folder.joinpath(*rest, "__init__.py")) if found.is_file()), None)


@lru_cache
def _statements(path: Path) -> list[ast.stmt]:
    try:
        return syntax_tree(path).body
    except SyntaxError as fault:
        raise UsageError(f"{path}:{fault.lineno}: this is not Python: {fault.msg}") from None
