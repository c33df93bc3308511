"""What storyreel itself says to the viewers of a lesson: a file for each language in `assets/languages`."""

from collections.abc import Mapping
from functools import cache

from storyreel.core.paths import ASSETS

LANGUAGES = ASSETS / "languages"
DEFAULT = "en"


def messages(language: str) -> Mapping[str, Mapping[str, str]]:
    """The messages for a language (`pt-br`), by section and key; those of English if it has none."""
    return _messages(language.partition("-")[0].lower())


@cache
def _messages(code: str) -> Mapping[str, Mapping[str, str]]:
    import yaml

    path = LANGUAGES / f"{code}.yaml"
    if not path.is_file():
        return _messages(DEFAULT)
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(path.read_text("utf-8"))
    return found
