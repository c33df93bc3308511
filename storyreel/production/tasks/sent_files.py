"""Files that tasks read, in the cache of a worker: each is sent once, and named by its digest."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from storyreel.core.atomic_file import atomic_file
from storyreel.core.cache_folder import sent_file_cache
from storyreel.core.disk_cache import DiskCache
from storyreel.core.errors import OutsideError
from storyreel.core.limits import limits


class SentFiles(DiskCache):
    """The files that were sent to this worker, by the SHA-256 of their content in hexadecimal digits."""

    def __init__(self) -> None:
        super().__init__(sent_file_cache())

    def path(self, digest: str) -> Path:
        """Where the file with a digest is, if it is there."""
        return self.folder / f"{digest}.sent"

    def missing(self, digests: Iterable[str]) -> tuple[str, ...]:
        """Those of the digests of which no undamaged file is there; all others are marked as in use."""
        return tuple(digest for digest in digests if not self._has(digest))

    def add(self, files: Mapping[str, bytes]) -> None:
        """Keep these contents. Raises OutsideError if one has another digest, or cannot be written."""
        for digest, content in files.items():
            if hashlib.sha256(content).hexdigest() != digest:
                raise OutsideError(f"the file {digest[:8]}… has changed since the lesson was read")
            with atomic_file(self.path(digest), is_durable=False) as temporary:
                temporary.write_bytes(content)
        if files:
            self.tidy(limits().segment_cache_bytes)

    def _has(self, digest: str) -> bool:
        path = self.path(digest)
        with suppress(OSError):
            os.utime(path)
            return hashlib.sha256(path.read_bytes()).hexdigest() == digest
        return False
