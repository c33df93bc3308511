"""What a page wears of the lesson's theme besides its colours: fonts, logo, and whether it is dark."""

import base64
import struct
from pathlib import Path

from storyreel.exports.base import ExportRequest
from storyreel.storyboard.themes.built_in import DEFAULT
from storyreel.storyboard.themes.contrast import is_dark

_KINDS = {
    ".otf": "font/otf",
    ".ttf": "font/ttf",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}
REGULAR = 400


def colour_scheme(request: ExportRequest) -> str:
    """The `color-scheme` in which the page begins, so that it looks like the film.

    It is empty for the default theme: the page then begins as its reader's system is set.
    """
    theme = request.lesson.theme
    if theme.name == DEFAULT:
        return ""
    return "dark" if is_dark(theme.colours["background"]) else "light"


def font_style(request: ExportRequest) -> str:
    """The lesson's own fonts as CSS; empty if it has none."""
    files = request.lesson.files.theme
    fonts = [request.folder / path for name, path in files.items() if name.startswith("font")]
    faces = (
        f'@font-face {{ font-family: "Lesson"; font-weight: {_weight(path)}; font-style: {_style(path)};'
        f" src: url({_data_url(path)}); }}\n"
        for path in fonts
    )
    return "".join([*faces, ':root { --typeface: "Lesson"; }\n']) if fonts else ""


def logo_url(request: ExportRequest) -> str:
    """The theme's logo as a data URL; empty if it has none."""
    path = request.lesson.files.theme.get("logo")
    return _data_url(request.folder / path) if path else ""


def _data_url(path: Path) -> str:
    kind = _KINDS.get(path.suffix, "application/octet-stream")
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _weight(font: Path) -> int:
    """The weight of a font, from 1 to 1000, as its table `OS/2` has it."""
    table = _table(font.read_bytes(), b"OS/2")
    return (
        int.from_bytes(table[4:6]) if len(table) >= 6 and 0 < int.from_bytes(table[4:6]) <= 1000 else REGULAR
    )


def _style(font: Path) -> str:
    table = _table(font.read_bytes(), b"OS/2")
    return "italic" if len(table) >= 64 and int.from_bytes(table[62:64]) & 1 else "normal"


def _table(font: bytes, tag: bytes) -> bytes:
    """A table of an OpenType font; empty if it has none."""
    for number in range(int.from_bytes(font[4:6])):
        entry = font[12 + 16 * number : 28 + 16 * number]
        if len(entry) == 16 and entry[:4] == tag:
            _, offset, length = struct.unpack(">III", entry[4:])
            return font[offset : offset + length]
    return b""
