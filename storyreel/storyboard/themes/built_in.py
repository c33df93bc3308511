"""The themes that come with storyreel: a file for each in `assets/themes`."""

from functools import cache

from storyreel.core.paths import THEMES
from storyreel.storyboard.themes.theme import Theme, extended

DEFAULT = "dark"


def built_in_names() -> list[str]:
    """The names of the themes that come with storyreel."""
    return sorted(path.stem for path in THEMES.glob("*.yaml"))


@cache
def built_in_theme(name: str = DEFAULT) -> Theme:
    """The theme that comes with storyreel and has this name."""
    import yaml

    data = yaml.safe_load((THEMES / f"{name}.yaml").read_text("utf-8"))
    return Theme(name, extended({}, data["colours"]), tuple(data["classes"]))
