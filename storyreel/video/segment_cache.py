"""Keeps video and sound segments on disk, named by a digest of all that they depend on.

Several renders may use the folder at once, and any may be killed at any time: a segment's file is complete or
absent, and temporary files that a killed render left are removed by the next.
"""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from storyreel.core.atomic_file import remove_leftovers
from storyreel.core.checksum import are_intact, write_checksums

LIMIT = 4 * 10**9
"""Bytes above which segments are removed after a render."""
SUMS = ".sum"
"""The suffix of the file with the checksums of a segment's files; it is so small that it does not count."""
IN_USE = 3600
"""Seconds for which a segment that a render asked for is not removed, as the render may still need it."""


@dataclass(frozen=True)
class Usage:
    """The number of segments in a cache, and their size in bytes."""

    segments: int
    size: int

    def __str__(self) -> str:
        return f"{self.segments} segments, {in_units(self.size)}"


def in_units(size: int) -> str:
    """A number of bytes in MB, or in GB from 1000 MB on."""
    return f"{size / 1e6:.1f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"


@dataclass
class _Segment:
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


class SegmentCache:
    """A folder with `NAME.mp4` and its last frame `NAME.jpg` for video, and `NAME.npz` for sound.

    `NAME.sum` has their checksums. It is written last: a segment without it, or with files that it does not
    match, is not in the cache.
    """

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder = folder
        self.limit = limit

    def video(self, name: str) -> Path:
        """The path of a video segment."""
        return self.folder / f"{name}.mp4"

    def poster(self, name: str) -> Path:
        """The path of the last frame of a video segment."""
        return self.folder / f"{name}.jpg"

    def sound(self, name: str) -> Path:
        """The path of a sound segment."""
        return self.folder / f"{name}.npz"

    def add_video(self, name: str) -> None:
        """Add a video segment whose files have been written. Raises OutsideError if that is impossible."""
        write_checksums(self._sums(name), (self.video(name), self.poster(name)))

    def add_sound(self, name: str) -> None:
        """Add a sound segment whose file has been written. Raises OutsideError if that is impossible."""
        write_checksums(self._sums(name), (self.sound(name),))

    def missing(self, names: Iterable[str]) -> set[str]:
        """The names of video segments that are not in the cache; all others are marked as in use."""
        return {name for name in names if not self._has(name, (self.video(name), self.poster(name)))}

    def has_sound(self, name: str) -> bool:
        """True if a sound segment is in the cache; it is then marked as in use."""
        return self._has(name, (self.sound(name),))

    def usage(self) -> Usage:
        """The present number and size of segments."""
        segments = self._segments()
        return Usage(len(segments), sum(segment.size for segment in segments))

    def tidy(self) -> None:
        """Remove temporary files of killed renders and, above the limit, the segments unused for longest."""
        remove_leftovers(self.folder)
        segments = sorted(self._segments(), key=lambda segment: segment.used)
        size = sum(segment.size for segment in segments)
        for segment in segments:
            if size <= self.limit or segment.used > time.time() - IN_USE:
                break
            segment.remove()
            size -= segment.size

    def clear(self) -> Usage:
        """Remove all segments; returns the number and size of those removed."""
        remove_leftovers(self.folder)
        before = self.usage()
        for segment in self._segments():
            segment.remove()
        after = self.usage()
        return Usage(before.segments - after.segments, before.size - after.size)

    def _segments(self) -> list["_Segment"]:
        found: dict[str, _Segment] = {}
        for path in self.folder.glob("[!.]*.*"):
            with suppress(FileNotFoundError):  # removed by another render
                found.setdefault(path.stem, _Segment()).add(path)
        return list(found.values())

    def _sums(self, name: str) -> Path:
        return self.folder / f"{name}{SUMS}"

    def _has(self, name: str, files: Iterable[Path]) -> bool:
        sums = self._sums(name)
        with suppress(OSError):
            os.utime(sums)  # before they are read, so that no other render removes them
            return are_intact(sums, files)
        return False
