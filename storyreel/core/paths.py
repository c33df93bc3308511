"""Where the scene files and the assets are: beside the package in a checkout, inside it when installed."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def _folder(name: str) -> Path:
    beside = PACKAGE.parent / name
    return beside if (PACKAGE.parent / "pyproject.toml").is_file() else PACKAGE / name


ASSETS = _folder("assets")
SCENES = _folder("scenes")
FONTS = ASSETS / "fonts"
MORE_FONTS = ASSETS / "more_fonts"
"""Fonts for texts with letters that those in `FONTS` do not have."""
THEMES = ASSETS / "themes"
STORYBOARDS = ASSETS / "storyboards"
DEFAULT_STORYBOARD = STORYBOARDS / "backpropagation.yaml"
