"""The files of a typeface in a folder of their own: Typst takes all fonts of the folders that it is given."""

import hashlib
from functools import cache
from pathlib import Path

from storyreel.core.atomic_file import atomic_file
from storyreel.core.cache_folder import font_cache
from storyreel.storyboard.themes.theme import ThemeFile, Typeface


@cache
def folder_of(typeface: Typeface) -> Path:
    """A folder with copies of the typeface's files and no others."""
    return font_folder(typeface.files)


def font_folder(files: tuple[ThemeFile, ...]) -> Path:
    """A folder with copies of these font files and no others. Raises OutsideError if it cannot be made."""
    name = hashlib.sha256(" ".join(file.digest for file in files).encode()).hexdigest()[:40]
    folder = font_cache() / name
    for number, file in enumerate(files):
        copy = folder / f"{number}{file.path.suffix.lower()}"
        if not copy.is_file():
            with atomic_file(copy) as temporary:
                temporary.write_bytes(file.path.read_bytes())
    return folder
