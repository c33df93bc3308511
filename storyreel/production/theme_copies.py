"""Copies of the files of a lesson's theme in its folder, for exports, which read nothing else."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from storyreel.core.atomic_file import atomic_file
from storyreel.storyboard.themes.theme import Theme, ThemeFile


def theme_copies(theme: Theme) -> Mapping[str, tuple[str, ThemeFile]]:
    """By name (`logo`, `font1`, …) the path of each copy in the lesson's folder, and what it is a copy of."""
    fonts = theme.typeface.files if theme.typeface else ()
    named = {f"font{number}": file for number, file in enumerate(fonts, 1)}
    if theme.logo:
        named["logo"] = theme.logo
    return {name: (f"theme/{name}{file.path.suffix.lower()}", file) for name, file in named.items()}


def write_theme_copies(theme: Theme, folder: Path) -> None:
    """Write the copies into the lesson's folder. Raises OutsideError if one cannot be written."""
    for path, file in theme_copies(theme).values():
        with atomic_file(folder / path) as temporary:
            shutil.copyfile(file.path, temporary)
