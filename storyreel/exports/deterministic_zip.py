"""Zip files whose bytes depend on the content of their files only."""

from collections.abc import Mapping
from pathlib import Path
from shutil import copyfileobj
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from storyreel.core.atomic_file import atomic_file

_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can have
_COMPRESSED = (".mp4", ".jpg", ".png", ".webp", ".gif")


def write_package(path: Path, entries: Mapping[str, bytes | Path]) -> None:
    """Write a zip file with `entries` in their order: by name, the content of a file or its path.

    Raises OutsideError if it cannot be written.
    """
    with atomic_file(path) as temporary, ZipFile(temporary, "w") as package:
        for name, content in entries.items():
            entry = ZipInfo(name, _DATE)
            entry.compress_type = ZIP_STORED if name.endswith(_COMPRESSED) else ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            if isinstance(content, bytes):
                package.writestr(entry, content)
            else:
                entry.file_size = content.stat().st_size
                with content.open("rb") as source, package.open(entry, "w") as target:
                    copyfileobj(source, target)
