"""Keeps video and sound segments on disk, named by a digest of all that they depend on."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from storyreel.core.atomic_file import atomic_file
from storyreel.core.checksum import are_intact, write_checksums
from storyreel.core.disk_cache import SUMS, DiskCache


class SegmentCache(DiskCache):
    """A folder with `NAME.mp4` and its poster `NAME.jpg` for video, and `NAME.npz` for sound.

    `NAME.sum` has their checksums. It is written last: a segment without it, or with files that it does not
    match, is not in the cache.
    """

    def video(self, name: str) -> Path:
        """The path of a video segment."""
        return self.folder / f"{name}.mp4"

    def poster(self, name: str) -> Path:
        """The path of the poster of a video segment."""
        return self.folder / f"{name}.jpg"

    def sound(self, name: str) -> Path:
        """The path of a sound segment."""
        return self.folder / f"{name}.npz"

    def add_video(self, name: str) -> None:
        """Add a video segment whose files have been written. Raises OutsideError if that is impossible."""
        write_checksums(self._sums(name), (self.video(name), self.poster(name)))

    def write_video(self, name: str, video: bytes, poster: bytes) -> None:
        """Add a video segment that was made elsewhere. Raises OutsideError if it cannot be written."""
        for path, content in ((self.video(name), video), (self.poster(name), poster)):
            with atomic_file(path, is_durable=False) as temporary:
                temporary.write_bytes(content)
        self.add_video(name)

    def add_sound(self, name: str) -> None:
        """Add a sound segment whose file has been written. Raises OutsideError if that is impossible."""
        write_checksums(self._sums(name), (self.sound(name),))

    def missing(self, names: Iterable[str]) -> set[str]:
        """The names of video segments that are not in the cache; all others are marked as in use."""
        return {name for name in names if not self._has(name, (self.video(name), self.poster(name)))}

    def has_sound(self, name: str) -> bool:
        """True if a sound segment is in the cache; it is then marked as in use."""
        return self._has(name, (self.sound(name),))

    def _sums(self, name: str) -> Path:
        return self.folder / f"{name}{SUMS}"

    def _has(self, name: str, files: Iterable[Path]) -> bool:
        sums = self._sums(name)
        with suppress(OSError):
            os.utime(sums)  # before they are read, so that no other render removes them
            return are_intact(sums, files)
        return False
