"""Clips: each chapter, and each beat if asked for, as a film to put into a course page.

    clips/snippets.html  snippets.md           what to paste, for each clip and kind of page
    clips/<name>.mp4  .<language>.vtt .srt     the film with its sound, and its captions
    clips/<name>.transparent.mov               if asked for: the film without a background, for editors
    clips/<name>.jpg  .png                     its poster; its last picture, in full size
    clips/<name>.gif  .webp                    the film without its sound, as an animation
    clips/<name>.player.html                   a page that plays the film, to be put in a frame

A chapter's files are named after it, a beat's `<chapter>.beat-<number>`.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from storyreel.core.atomic_file import atomic_file
from storyreel.core.errors import UsageError
from storyreel.exports.base import Export, Order
from storyreel.exports.clip_pages import player_page, snippets_page, snippets_text
from storyreel.exports.excerpt import Excerpt, excerpts
from storyreel.exports.snippets import FOLDER


def write_clips(order: Order) -> list[Path]:
    """Write the clips below the lesson's folder; return the paths, that of the page of snippets first.

    Raises UsageError if a film or a file beside it is missing, and OutsideError if one cannot be read or the
    disk refuses.
    """
    chosen = list(excerpts(order))
    _require(order, chosen)
    folder = order.folder / FOLDER
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # films are read and encoded without the interpreter
        clips = list(pool.map(lambda excerpt: list(_clip(order, excerpt, folder)), chosen))
    return [
        _written(folder / "snippets.html", snippets_page(order, chosen)),
        _written(folder / "snippets.md", snippets_text(order, chosen)),
        *(path for paths in clips for path in paths),
    ]


def _clip(order: Order, excerpt: Excerpt, folder: Path) -> Iterator[Path]:
    """Write the files of one clip."""
    # Late, as all that reads pictures takes long to import.
    from storyreel.exports.gif_webp import write_animations, write_still

    for source, name in excerpt.copies().items():
        yield _copied(order.folder / source, folder / name)
    film = order.folder / excerpt.files.film
    still, gif, webp = (folder / name for name in (excerpt.still, excerpt.gif, excerpt.webp))
    write_still(film, still)
    write_animations(film, gif, webp)
    yield from (still, gif, webp)
    yield _written(folder / excerpt.player, player_page(order, excerpt))


def _require(order: Order, chosen: Sequence[Excerpt]) -> None:
    """Raise UsageError if a file of one of the `chosen` excerpts is missing."""
    for excerpt in chosen:
        for source in excerpt.copies():
            if not (order.folder / source).is_file():
                raise UsageError(
                    f"{order.folder / source} is not there; with the storyboard instead of lesson.json, "
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
