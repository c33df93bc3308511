"""Plug-ins: what other installed packages add to storyreel, through entry points."""

import sys
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

from storyreel.core.errors import OutsideError

Row = TypeVar("Row")


def offered(group: str) -> tuple[EntryPoint, ...]:
    """The entry points of all installed packages in a group, such as `storyreel.voices`."""
    return _offered(tuple(sys.path)).get(group, ())


def all_offered() -> list[EntryPoint]:
    """The entry points of all installed packages in all groups of storyreel."""
    groups = _offered(tuple(sys.path))
    return [point for group in groups if group.startswith("storyreel.") for point in groups[group]]


@lru_cache
def _offered(path: tuple[str, ...]) -> dict[str, tuple[EntryPoint, ...]]:
    """All entry points by group, read once for a `sys.path`: one group takes as long as all of them."""
    found = entry_points()
    return {group: tuple(found.select(group=group)) for group in sorted(found.groups)}


def with_plugins(table: dict[str, Row], group: str) -> dict[str, Row]:
    """`table` and the rows that installed packages offer in the entry-point group `group`.

    An entry point has the name of its row and refers to the row itself. Rows of `table` are never replaced,
    so that installing a package does not change the numbers of existing lessons. Raises OutsideError, with
    the package's name, if a row cannot be loaded.
    """
    rows = dict(table)
    for entry in offered(group):
        if entry.name in table:
            continue
        try:
            rows[entry.name] = entry.load()
        except Exception as error:  # another package's code may raise anything
            package = entry.dist.name if entry.dist else entry.value
            raise OutsideError(f"{package}: cannot load `{entry.name}` ({group}): {error}") from error
    return rows
