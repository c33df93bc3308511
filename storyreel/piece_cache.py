"""Pieces of video and sound kept on disk by what they are made of, so that nothing is ever made twice.

Two renders may use the folder at once, and either may be killed at any moment: a piece appears whole or not
at all, and what a killed one has left half-written is removed by the next.
"""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from storyreel.whole_file import remove_leftovers

LIMIT = 4 * 10**9
"""Bytes that a cache may hold after a render."""
IN_USE = 3600
"""Seconds for which what a render has asked for is not removed, as it may be about to join it."""


@dataclass(frozen=True)
class Usage:
    """What a cache holds: how many pieces, and how many bytes they have together."""

    pieces: int
    size: int

    def __str__(self) -> str:
        return f"{self.pieces} pieces, {in_units(self.size)}"


def in_units(size: int) -> str:
    """A number of bytes in MB, or in GB from a thousand of these on."""
    return f"{size / 1e6:.1f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"


class PieceCache:
    """A folder of pieces: `NAME.mp4` with its last picture `NAME.jpg` for a task, `NAME.npz` for a sound."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder = folder
        self.limit = limit

    def video(self, name: str) -> Path:
        """Where the video of a piece is kept."""
        return self.folder / f"{name}.mp4"

    def poster(self, name: str) -> Path:
        """Where the last picture of a piece is kept."""
        return self.folder / f"{name}.jpg"

    def sound(self, name: str) -> Path:
        """Where a sound is kept."""
        return self.folder / f"{name}.npz"

    def missing(self, names: Iterable[str]) -> set[str]:
        """The names of those tasks that have to be drawn; the pieces of all others are marked as in use."""
        return {name for name in names if not (self._use(self.video(name)) and self._use(self.poster(name)))}

    def has_sound(self, name: str) -> bool:
        """Whether a sound need not be made; if so, it is marked as in use."""
        return self._use(self.sound(name))

    def usage(self) -> Usage:
        """What there is now."""
        sizes = [size for _, size, _ in self._pieces()]
        return Usage(len(sizes), sum(sizes))

    def tidy(self) -> None:
        """Remove what killed renders left half-written, and the pieces unused for longest above the limit."""
        remove_leftovers(self.folder)
        pieces = sorted(self._pieces())
        size = sum(size for _, size, _ in pieces)
        for used, its_size, name in pieces:
            if size <= self.limit or used > time.time() - IN_USE:
                break
            self._remove(name)
            size -= its_size

    def clear(self) -> Usage:
        """Remove all pieces; returns what was removed."""
        remove_leftovers(self.folder)
        before = self.usage()
        for _, _, name in self._pieces():
            self._remove(name)
        after = self.usage()
        return Usage(before.pieces - after.pieces, before.size - after.size)

    def _pieces(self) -> list[tuple[float, int, str]]:
        """When each piece was last used, in seconds of the clock, its size in bytes, and its name."""
        found: dict[str, tuple[float, int]] = {}
        for path in self.folder.glob("[!.]*.*"):
            with suppress(FileNotFoundError):  # another render is tidying
                state, (used, size) = path.stat(), found.get(path.stem, (0.0, 0))
                found[path.stem] = max(used, state.st_mtime), size + state.st_size
        return [(used, size, name) for name, (used, size) in found.items()]

    def _use(self, path: Path) -> bool:
        try:
            os.utime(path)
        except FileNotFoundError:
            return False
        return True

    def _remove(self, name: str) -> None:
        for path in (self.video(name), self.poster(name), self.sound(name)):
            path.unlink(missing_ok=True)
