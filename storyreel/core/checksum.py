"""Checksums of files, by which damage on the disk is found."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from storyreel.core.atomic_file import atomic_file


def checksum(path: Path) -> str:
    """A BLAKE2b checksum of a file's content, in hexadecimal digits. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()[:64]


def write_checksums(record: Path, files: Iterable[Path]) -> None:
    """Record the checksums of `files`, which are in the folder of `record`. Raises OutsideError."""
    sums = {path.name: checksum(path) for path in files}
    with atomic_file(record, is_durable=False) as temporary:
        temporary.write_text(json.dumps(sums))


def are_intact(record: Path, files: Iterable[Path]) -> bool:
    """True if `record` has a checksum of each of `files`, and all are as they were then."""
    try:
        sums = json.loads(record.read_bytes())
        return all(sums[path.name] == checksum(path) for path in files)
    except (OSError, ValueError, KeyError, TypeError):
        return False
