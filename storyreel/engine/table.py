"""Rows of the engine's tables, asked for by name."""

from collections.abc import Mapping
from typing import TypeVar

Row = TypeVar("Row")


def row_called(name: Row | str, table: Mapping[str, Row], what: str) -> Row:
    """The row of `table` called `name`; a row itself is returned as it is.

    Raises ValueError, which lists the names that there are, when there is no such row; `what` says of what.
    """
    if not isinstance(name, str):
        return name
    if name not in table:
        raise ValueError(f"no {what} named {name!r}; there are {', '.join(table)}")
    return table[name]
