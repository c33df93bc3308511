"""A folder of files that can be made again, kept below a number of bytes.

Several processes may use the folder at once, and any may be killed at any time: a file is complete or absent,
and temporary files that a killed process left are removed by the next.
"""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from storyreel.core.atomic_file import remove_leftovers

SUMS = ".sum"
"""The suffix of the file with the checksums of an item's files; it is so small that it does not count."""
IN_USE = 3600
"""Seconds for which what was asked for is not removed, as whoever asked may still need it."""


@dataclass(frozen=True)
class Usage:
    """The number of items in a cache, and their size in bytes."""

    items: int
    size: int

    def __str__(self) -> str:
        return f"{self.items} files, {in_units(self.size)}"


def in_units(size: int) -> str:
    """A number of bytes in MB, or in GB from 1000 MB on."""
    return f"{size / 1e6:.1f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"


@dataclass
class _Item:
    """The files of one name: when one was last used, in seconds since the epoch, and their size in bytes."""

    used: float = 0.0
    size: int = 0
    files: list[Path] = field(default_factory=list)

    def add(self, file: Path) -> None:
        state = file.stat()
        self.used = max(self.used, state.st_mtime)
        if file.suffix != SUMS:
            self.size += state.st_size
        self.files.append(file)

    def remove(self) -> None:
        for file in self.files:
            file.unlink(missing_ok=True)


class DiskCache:
    """The files in `folder`; those that differ in their suffixes only are one item."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def usage(self) -> Usage:
        """The present number and size of items."""
        items = self._items()
        return Usage(len(items), sum(item.size for item in items))

    def tidy(self, limit: int) -> None:
        """Remove temporary files of killed processes and, above `limit` bytes, the items longest unused."""
        remove_leftovers(self.folder)
        items = sorted(self._items(), key=lambda item: item.used)
        size = sum(item.size for item in items)
        for item in items:
            if size <= limit or item.used > time.time() - IN_USE:
                break
            item.remove()
            size -= item.size

    def clear(self) -> Usage:
        """Remove all items; returns the number and size of those removed."""
        remove_leftovers(self.folder)
        before = self.usage()
        for item in self._items():
            item.remove()
        after = self.usage()
        return Usage(before.items - after.items, before.size - after.size)

    def _items(self) -> list[_Item]:
        found: dict[str, _Item] = {}
        for path in self.folder.glob("[!.]*.*"):
            with suppress(FileNotFoundError):  # removed by another process
                found.setdefault(path.stem, _Item()).add(path)
        return list(found.values())
