"""Pieces of video and sound kept on disk by what they are made of, so that nothing is ever made twice.

Two renders may use the folder at once, and either may be killed at any moment: a piece appears whole or not
at all, and what a killed one has left half-written is removed by the next.
"""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from storyreel.core.atomic_file import remove_leftovers

LIMIT = 4 * 10**9
"""Bytes that a cache may hold after a render."""
IN_USE = 3600
"""Seconds for which what a render has asked for is not removed, as it may be about to join it."""


@dataclass(frozen=True)
class Usage:
    """What a cache holds: how many pieces, and how many bytes they have together."""

    segments: int
    size: int

    def __str__(self) -> str:
        return f"{self.segments} segments, {in_units(self.size)}"


def in_units(size: int) -> str:
    """A number of bytes in MB, or in GB from a thousand of these on."""
    return f"{size / 1e6:.1f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"


@dataclass
class _Segment:
    """The files that share a name: when one was last used, in seconds of the clock, and all their bytes."""

    used: float = 0.0
    size: int = 0
    files: list[Path] = field(default_factory=list)

    def add(self, file: Path) -> None:
        state = file.stat()
        self.used, self.size = max(self.used, state.st_mtime), self.size + state.st_size
        self.files.append(file)

    def remove(self) -> None:
        for file in self.files:
            file.unlink(missing_ok=True)


class SegmentCache:
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
        segments = self._segments()
        return Usage(len(segments), sum(segment.size for segment in segments))

    def tidy(self) -> None:
        """Remove what killed renders left half-written, and the pieces unused for longest above the limit."""
        remove_leftovers(self.folder)
        segments = sorted(self._segments(), key=lambda segment: segment.used)
        size = sum(segment.size for segment in segments)
        for segment in segments:
            if size <= self.limit or segment.used > time.time() - IN_USE:
                break
            segment.remove()
            size -= segment.size

    def clear(self) -> Usage:
        """Remove all pieces; returns what was removed."""
        remove_leftovers(self.folder)
        before = self.usage()
        for segment in self._segments():
            segment.remove()
        after = self.usage()
        return Usage(before.segments - after.segments, before.size - after.size)

    def _segments(self) -> list["_Segment"]:
        found: dict[str, _Segment] = {}
        for path in self.folder.glob("[!.]*.*"):
            with suppress(FileNotFoundError):  # another render is tidying
                found.setdefault(path.stem, _Segment()).add(path)
        return list(found.values())

    def _use(self, path: Path) -> bool:
        try:
            os.utime(path)
        except FileNotFoundError:
            return False
        return True
