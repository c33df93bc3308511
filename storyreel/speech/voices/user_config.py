"""The user's configuration: what programs and files of this machine storyreel may use.

A storyboard may come from a stranger and names none of them. The file is `config.toml` in the user's folder
for configurations.
"""

from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from storyreel.core.errors import OutsideError


def config_file() -> Path:
    """The path of the user's configuration, whether there is one or not."""
    return user_config_path("storyreel", appauthor=False) / "config.toml"


def user_config(table: str) -> dict[str, Any]:
    """A table of the user's configuration; it is empty if there is none.

    Raises OutsideError if the file cannot be read.
    """
    path = config_file()
    if not path.exists():
        return {}
    import tomllib

    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise OutsideError(f"cannot read {path}: {error}") from error
    found = content.get(table, {})
    if not isinstance(found, dict):
        raise OutsideError(f"{path}: `{table}` must be a table: [{table}]")
    return found
