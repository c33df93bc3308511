"""A film on the disk, which a notebook shows as a player with captions."""

import os
from base64 import b64encode
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

LARGEST_EMBEDDED = 5_000_000
"""Bytes of the largest film that becomes a part of a notebook; the player of a larger one reads the file."""
WIDTH = 854  # pixels of a player, at most


@dataclass(frozen=True)
class RenderedFilm(os.PathLike[str]):
    """A film of a lesson, of a chapter or of a beat: where it is, and what belongs to it.

    `path` is that of the MP4 file, `captions` that of the WebVTT file in `language`, `poster` that of a JPEG.
    A film can be given to whatever takes a path.
    """

    path: Path
    title: str
    language: str
    captions: Path
    poster: Path

    @property
    def folder(self) -> Path:
        """The folder with the film; that of a whole lesson has captions, transcript and chapters, too."""
        return self.path.parent

    def __fspath__(self) -> str:
        return str(self.path)

    def __str__(self) -> str:
        return str(self.path)

    def _repr_html_(self) -> str | None:
        """A player. A small film is inside it; a large one must stay where it is. None if it is gone."""
        if not all(path.is_file() for path in (self.path, self.captions, self.poster)):
            return None
        is_small = self.path.stat().st_size <= LARGEST_EMBEDDED
        film = _data_url(self.path, "video/mp4") if is_small else quote(os.path.relpath(self.path))
        language, title, path = escape(self.language), escape(self.title), escape(str(self.path))
        return (
            f'<figure style="margin: 0"><video controls playsinline preload="metadata" width="{WIDTH}"'
            f' style="max-width: 100%; height: auto" title="{title}"'
            f' poster="{_data_url(self.poster, "image/jpeg")}"><source src="{film}" type="video/mp4">'
            f'<track kind="captions" src="{_data_url(self.captions, "text/vtt")}" srclang="{language}"'
            f' label="{language}" default></video><figcaption><code>{path}</code></figcaption></figure>'
        )


def _data_url(path: Path, kind: str) -> str:
    return f"data:{kind};base64,{b64encode(path.read_bytes()).decode()}"
