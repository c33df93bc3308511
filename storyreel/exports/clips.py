"""Clips: a film of each chapter, and optionally of each beat, to embed in course pages.

    clips/snippets.html  snippets.md           text to paste, for each clip and course system
    clips/<name>.mp4  .<language>.vtt .srt     the film with sound, and its captions
    clips/<name>.transparent.mov               optional: the film without a background, for video editors
    clips/<name>.jpg  .png                     its poster; its last picture in full size
    clips/<name>.gif  .webp                    the film without sound, as an animation
    clips/<name>.player.html                   a page that plays the film, for an <iframe>

The name is the id of the chapter; for a beat, `<chapter>.beat-<number>`.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from storyreel.core.atomic_file import atomic_file
from storyreel.core.errors import UsageError
from storyreel.exports.base import Export, ExportRequest
from storyreel.exports.clip_pages import player_page, snippets_page, snippets_text
from storyreel.exports.excerpt import Excerpt, excerpts
from storyreel.exports.snippets import FOLDER


def write_clips(request: ExportRequest) -> list[Path]:
    """Write the clips into the lesson's folder; returns the paths, first that of the page of snippets.

    Raises UsageError if a file of the lesson is missing, and OutsideError if one cannot be read or written.
    """
    chosen = list(excerpts(request))
    _require(request, chosen)
    folder = request.folder / FOLDER
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # decoding and encoding release the interpreter lock
        clips = list(pool.map(lambda excerpt: list(_clip(request, excerpt, folder)), chosen))
    return [
        _written(folder / "snippets.html", snippets_page(request, chosen)),
        _written(folder / "snippets.md", snippets_text(request, chosen)),
        *(path for paths in clips for path in paths),
    ]


def _clip(request: ExportRequest, excerpt: Excerpt, folder: Path) -> Iterator[Path]:
    """Write the files of one clip."""
    # Imported here, as it is slow to import.
    from storyreel.exports.gif_webp import write_animations, write_still

    for source, name in excerpt.copies().items():
        yield _copied(request.folder / source, folder / name)
    film = request.folder / excerpt.files.film
    still, gif, webp = (folder / name for name in (excerpt.still, excerpt.gif, excerpt.webp))
    write_still(film, still)
    write_animations(film, gif, webp)
    yield from (still, gif, webp)
    yield _written(folder / excerpt.player, player_page(request, excerpt))


def _require(request: ExportRequest, chosen: Sequence[Excerpt]) -> None:
    """Raise UsageError if a file of one of the `chosen` excerpts is missing."""
    for excerpt in chosen:
        for source in excerpt.copies():
            if not (request.folder / source).is_file():
                raise UsageError(
                    f"{request.folder / source} is not there; with the storyboard instead of lesson.json, "
                    "export renders what is missing"
                )


def _copied(source: Path, path: Path) -> Path:
    with atomic_file(path) as temporary:
        shutil.copyfile(source, temporary)
    return path


def _written(path: Path, text: str) -> Path:
    with atomic_file(path) as temporary:
        temporary.write_text(text, "utf-8", newline="\n")
    return path


CLIPS = Export("clips", "each chapter or beat as MP4, GIF, WebP and PNG, with snippets to paste", write_clips)
