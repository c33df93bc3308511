"""Rows that other installed packages add to storyreel's tables, through entry points."""

from importlib.metadata import entry_points
from typing import TypeVar

Row = TypeVar("Row")


def with_plugins(table: dict[str, Row], group: str) -> dict[str, Row]:
    """`table` and the rows that installed packages offer in the entry-point group `group`.

    An entry point is named as its row is, and points at the row itself. A name that storyreel has already
    keeps storyreel's row, so that installing a package never changes an existing lesson's numbers.
    """
    offered = {entry.name: entry for entry in entry_points(group=group) if entry.name not in table}
    return table | {name: entry.load() for name, entry in offered.items()}
