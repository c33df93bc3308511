"""Packages: zip files that have the same bytes whenever they are made of the same files."""

from collections.abc import Mapping
from pathlib import Path
from shutil import copyfileobj
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from storyreel.core.atomic_file import atomic_file

_BEGINNING = (1980, 1, 1, 0, 0, 0)  # of a zip file's time: a package tells nothing of when it was made
_COMPRESSED = (".mp4", ".jpg", ".png", ".webp", ".gif")


def write_package(path: Path, entries: Mapping[str, bytes | Path]) -> None:
    """Write a zip file with `entries`, bytes or files by their names in it, in their order.

    Raises OutsideError if the disk refuses.
    """
    with atomic_file(path) as temporary, ZipFile(temporary, "w") as package:
        for name, content in entries.items():
            entry = ZipInfo(name, _BEGINNING)
            entry.compress_type = ZIP_STORED if name.endswith(_COMPRESSED) else ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            if isinstance(content, bytes):
                package.writestr(entry, content)
            else:
                entry.file_size = content.stat().st_size
                with content.open("rb") as source, package.open(entry, "w") as target:
                    copyfileobj(source, target)
