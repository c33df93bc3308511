"""The theme of a lesson: its colours, typeface, logo and corner mark, as a value."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

QUANTITIES = ("input", "activation", "pre_activation", "weight", "bias", "target", "loss", "gradient")
"""The kinds of quantities in a trace, and gradients: each has a colour."""
AROUND = ("background", "surface", "text", "muted", "line")
"""The colours of everything around them."""
SIGNS = ("positive", "negative")
"""The colours of connections, by the signs of their weights."""
FALLING = "falling"
"""The colour of connections that show gradients, where a step makes the weight smaller; where it makes it
larger, they have that of gradients."""
COLOURS = (*AROUND, *QUANTITIES, *SIGNS, FALLING)
FOLLOWS = {
    "input": "activation",
    "pre_activation": "activation",
    "bias": "weight",
    "positive": "weight",
    "negative": "muted",
}
"""Colours that are those of another kind unless they are given, too."""
CORNERS = ("bottom left", "bottom right")
"""Where a mark is beside the captions, and so below the picture."""
LOGO = "logo"
"""The corner mark that is the logo, and not a text."""


@dataclass(frozen=True)
class ThemeFile:
    """A file of a theme: its path, and a hash of its content in hexadecimal digits."""

    path: Path
    digest: str

    @classmethod
    def at(cls, path: Path) -> "ThemeFile":
        """The file at `path`. Raises OSError if it cannot be read."""
        return cls(path, hashlib.sha256(path.read_bytes()).hexdigest())


@dataclass(frozen=True)
class Typeface:
    """The font `family` of texts, in one file or several, such as one for each weight."""

    family: str
    files: tuple[ThemeFile, ...]


@dataclass(frozen=True)
class Theme:
    """How a lesson looks.

    `colours` has a colour `#RRGGBB` for each of `COLOURS`, `classes` those of the classes in a decision map.
    Texts are set in `typeface` (None: that of storyreel). `corner_mark` is a short text in a corner of the
    frame, or "logo" for the picture `logo` (PNG, JPEG, GIF, WebP or SVG). `name` is that of a theme that
    comes with storyreel, or leads from the storyboard's folder to the theme's file. `sources` are the files
    that all this was read from, if it does not come with storyreel.
    """

    name: str
    colours: Mapping[str, str] = field(hash=False)
    classes: tuple[str, ...]
    sources: tuple[ThemeFile, ...] = ()
    typeface: Typeface | None = None
    logo: ThemeFile | None = None
    corner_mark: str = ""
    corner: str = "bottom right"

    @property
    def files(self) -> tuple[ThemeFile, ...]:
        """The files that its pictures and pages show, without those that only say so (`sources`)."""
        return (*(self.typeface.files if self.typeface else ()), *((self.logo,) if self.logo else ()))

    @property
    def look(self) -> dict[str, Any]:
        """All that can be seen of it in a picture, as data for JSON: equal looks give equal pictures."""
        is_logo = self.corner_mark == LOGO and self.logo
        return {
            "colours": dict(self.colours),
            "classes": list(self.classes),
            "typeface": [file.digest for file in self.typeface.files] if self.typeface else [],
            "corner_mark": self.logo.digest if is_logo and self.logo else self.corner_mark,
            "corner": self.corner if self.corner_mark else "",
        }

    @property
    def as_data(self) -> dict[str, Any]:
        """The theme as data for JSON, from which `theme_from` makes it again on this machine."""
        return {
            "name": self.name,
            "colours": dict(self.colours),
            "classes": list(self.classes),
            "typeface": [self.typeface.family, *map(_file_data, self.typeface.files)]
            if self.typeface
            else None,
            "logo": _file_data(self.logo) if self.logo else None,
            "corner_mark": self.corner_mark,
            "corner": self.corner,
        }


def theme_from(data: Mapping[str, Any]) -> Theme:
    """The theme whose `as_data` was written as JSON."""
    typeface = None
    if data["typeface"]:
        family, *files = data["typeface"]
        typeface = Typeface(family, tuple(map(_file_from, files)))
    logo = _file_from(data["logo"]) if data["logo"] else None
    return Theme(
        data["name"],
        data["colours"],
        tuple(data["classes"]),
        typeface=typeface,
        logo=logo,
        corner_mark=data["corner_mark"],
        corner=data["corner"],
    )


def theme_name(choice: Path | str, folder: Path) -> str:
    """What the theme is called that somebody chose for a storyboard in `folder`.

    It is the name itself, or leads from the folder to the theme's file.
    """
    if not is_path(str(choice)):
        return str(choice)
    return Path(os.path.relpath(Path(choice).absolute(), folder.absolute())).as_posix()


def chosen_before(name: str, folder: Path) -> str:
    """What somebody chose whose choice for a storyboard in `folder` has this name (see `theme_name`)."""
    return str(folder / name) if is_path(name) else name


def is_path(name: str) -> bool:
    """True for the path of a theme's file, False for the name of a theme."""
    return "/" in name or "." in name


def extended(colours: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """`colours` with `changes`, which also change those that follow one of them (`FOLLOWS`)."""
    following = {kind: changes[other] for kind, other in FOLLOWS.items() if other in changes}
    return {**colours, **following, **changes}


def _file_data(file: ThemeFile) -> list[str]:
    return [str(file.path.absolute()), file.digest]


def _file_from(data: Sequence[str]) -> ThemeFile:
    return ThemeFile(Path(data[0]), data[1])
