"""The format of a theme's file, as `storyreel.reader.schema_classes` is that of storyboards."""

from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import MinLen

from storyreel.reader.schema_classes import SchemaPart, Within


@dataclass(frozen=True)
class ThemePart(SchemaPart):
    """A theme: what differs from the theme that it `extends`.

    `colours` are by the names of `storyreel.storyboard.themes.theme.COLOURS`. `typeface` is a font file, or
    several of one family; `corner_mark` a short text or `logo`.
    """

    noun = "a theme"
    extends: str = "dark"
    colours: dict[str, str] = field(default_factory=dict)
    classes: Annotated[list[str], MinLen(1), Within("list_items")] | None = None
    typeface: str | Annotated[list[str], MinLen(1), Within("list_items")] | None = None
    logo: str | None = None
    corner_mark: str | None = None
    corner: str | None = None
