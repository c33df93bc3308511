"""What other installed packages add to storyreel, through entry points."""

import sys
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

from storyreel.core.errors import OutsideError

Row = TypeVar("Row")


def offered(group: str) -> tuple[EntryPoint, ...]:
    """The entry points of all installed packages in a group, as `storyreel.voices`."""
    return _offered(tuple(sys.path)).get(group, ())


def all_offered() -> list[EntryPoint]:
    """The entry points of all installed packages in all groups of storyreel."""
    groups = _offered(tuple(sys.path))
    return [point for group in groups if group.startswith("storyreel.") for point in groups[group]]


@lru_cache
def _offered(path: tuple[str, ...]) -> dict[str, tuple[EntryPoint, ...]]:
    """All entry points by their groups, read once: that takes as long for one group as for all of them."""
    found = entry_points()
    return {group: tuple(found.select(group=group)) for group in sorted(found.groups)}


def with_plugins(table: dict[str, Row], group: str) -> dict[str, Row]:
    """`table` and the rows that installed packages offer in the entry-point group `group`.

    An entry point is named as its row is, and points at the row itself. A name that storyreel has already
    keeps storyreel's row, so that installing a package never changes an existing lesson's numbers. Raises
    OutsideError, with the package's name, when an offered row cannot be loaded.
    """
    rows = dict(table)
    for entry in offered(group):
        if entry.name in table:
            continue
        try:
            rows[entry.name] = entry.load()
        except Exception as error:  # a package's own code may fail in any way
            package = entry.dist.name if entry.dist else entry.value
            raise OutsideError(f"{package}: cannot load `{entry.name}` ({group}): {error}") from error
    return rows
