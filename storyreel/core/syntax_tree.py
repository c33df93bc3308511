"""Python files as syntax trees."""

import ast
from pathlib import Path
from threading import Lock

_parsing = Lock()
"""Held while a file is parsed. CPython 3.11 counts the depth of the trees that threads make at the same time
as if they were one, and raises SystemError (see https://github.com/python/cpython/issues/106905)."""


def syntax_tree(path: Path) -> ast.Module:
    """The syntax tree of a file. Raises SyntaxError if it is not Python."""
    content = path.read_bytes()
    with _parsing:
        return ast.parse(content, str(path))
