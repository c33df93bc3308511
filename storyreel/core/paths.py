"""Where the scene files and the assets are: beside the package in a checkout, inside it when installed."""

from pathlib import Path

from platformdirs import user_cache_path

PACKAGE = Path(__file__).resolve().parent.parent


def _folder(name: str) -> Path:
    beside = PACKAGE.parent / name
    return beside if (PACKAGE.parent / "pyproject.toml").is_file() else PACKAGE / name


ASSETS = _folder("assets")
SCENES = _folder("scenes")
FONTS = ASSETS / "fonts"
STORYBOARDS = ASSETS / "storyboards"
DEFAULT_STORYBOARD = STORYBOARDS / "backpropagation.yaml"


def speech_cache() -> Path:
    """The folder of cached speech, for all lessons of this user."""
    return user_cache_path("storyreel", appauthor=False) / "speech"


def segment_cache() -> Path:
    """The folder of cached video segments, for all lessons of this user."""
    return user_cache_path("storyreel", appauthor=False) / "pieces"
