"""Pieces of video kept on disk by the names of their tasks, so that no beat is ever drawn twice.

Two renders may use the folder at once, and either may be killed at any moment: a piece appears whole or not
at all, and what a killed one has left half-written is removed by the next.
"""

import os
import time
from collections.abc import Iterable
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
    """A folder of pieces: for each a video `NAME.mp4`, and its last picture `NAME.jpg`."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder = folder
        self.limit = limit

    def video(self, name: str) -> Path:
        """Where the video of a piece is kept."""
        return self.folder / f"{name}.mp4"

    def poster(self, name: str) -> Path:
        """Where the last picture of a piece is kept."""
        return self.folder / f"{name}.jpg"

    def missing(self, names: Iterable[str]) -> set[str]:
        """Those of `names` that have to be made; all others are marked as in use."""
        now = time.time()
        missing = set()
        for name in names:
            try:
                # The video is written last: where it is, all is.
                os.utime(self.video(name), (now, now))
                os.utime(self.poster(name), (now, now))
            except FileNotFoundError:
                missing.add(name)
        return missing

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
        found = []
        for video in self.folder.glob("*.mp4"):
            try:
                states = [path.stat() for path in (video, video.with_suffix(".jpg"))]
            except FileNotFoundError:  # another render is tidying
                continue
            found.append((states[0].st_mtime, sum(state.st_size for state in states), video.stem))
        return found

    def _remove(self, name: str) -> None:
        self.video(name).unlink(missing_ok=True)
        self.poster(name).unlink(missing_ok=True)
