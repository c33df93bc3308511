"""Digests of Python files together with all modules of storyreel that they import.

Cached files have the digest of the code that made them in their names, so that results of old code are not
used.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from threading import Lock

from storyreel.core.paths import PACKAGE

_parsing = Lock()
"""Held while a file is parsed. CPython 3.11 counts the depth of the trees that threads make at the same time
as if they were one, and raises SystemError (see https://github.com/python/cpython/issues/106905)."""


def syntax_tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file. Raises SyntaxError if it is not Python."""
    content = path.read_bytes()
    with _parsing:
        return ast.parse(content, str(path))


def code_digest(files: Iterable[Path]) -> str:
    """The SHA-256, in hexadecimal digits, of Python files and all modules of storyreel that they import."""
    return hashlib.sha256("".join(map(file_digest, imported(files))).encode()).hexdigest()


def imported(files: Iterable[Path], without: Iterable[Path] = ()) -> list[Path]:
    """`files`, and the files of all modules of storyreel that they import, directly or through others.

    Those of `without` are left out, and so is what only they import.
    """
    found = set(without)
    waiting = list(files)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imports(path)
    return sorted(found.difference(without))


@cache
def file_digest(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal digits; each file is read once in a process."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def forget_digests() -> None:
    """Read all files anew when they are next asked for: they may have changed since."""
    file_digest.cache_clear()
    _imports.cache_clear()


@cache
def _imports(path: Path) -> tuple[Path, ...]:
    tree = syntax_tree(path)
    return tuple(dict.fromkeys(file for module in _modules(tree) for file in _files(module)))


def _modules(node: ast.AST) -> Iterator[str]:
    """The modules of storyreel that the code under `node` may import, those inside functions included.

    What is only for type checkers, or for showing a value in a notebook (`_repr_html_`, …), does not count.
    """
    match node:
        case ast.Import(names=names):
            yield from (name.name for name in names if name.name.startswith("storyreel."))
        case ast.ImportFrom(module=str(module), names=names, level=0) if module.split(".")[0] == "storyreel":
            yield module
            yield from (f"{module}.{name.name}" for name in names)  # a module, or something in `module`
        case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=otherwise):
            for statement in otherwise:
                yield from _modules(statement)
        case ast.FunctionDef(name=name) if name.startswith("_repr_"):
            pass  # how a notebook shows a value draws no frame
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _modules(child)


@cache
def _files(module: str) -> tuple[Path, ...]:
    """The file of a module, and those of the packages that it is in, if there is such a module."""
    parts = module.split(".")[1:]
    path = PACKAGE.joinpath(*parts)
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if parts and file.is_file():
            return (file, *(PACKAGE.joinpath(*parts[:n], "__init__.py") for n in range(len(parts))))
    return ()
