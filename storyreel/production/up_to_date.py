"""Tells whether a lesson is up to date: all of its files exist, and their inputs have not changed.

Only digests are compared; the storyboard is neither read nor spoken, so that it takes a fraction of a second.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyreel.core.checksum import checksum
from storyreel.core.errors import Place, Problem, StoryreelError
from storyreel.core.quality import Quality
from storyreel.lesson.manifest import content_checksum
from storyreel.lesson.program_digest import program_digest
from storyreel.lesson.storyboard_path import storyboard_path
from storyreel.production.rendered_film import RenderedFilm
from storyreel.reader.source_file import path_and_text, source_of
from storyreel.storyboard.themes.theme import theme_name

if TYPE_CHECKING:
    from storyreel.storyboard.model import Storyboard


@dataclass(frozen=True)
class UpToDateLesson:
    """A lesson that need not be made: its film, and the warnings about its storyboard."""

    film: RenderedFilm
    warnings: tuple[Problem, ...]


def up_to_date_lesson(
    storyboard: "Storyboard | Path | str",
    quality: Quality,
    voice: str | None,
    out: Path,
    aspect: str | None = None,
    theme: Path | str | None = None,
) -> UpToDateLesson | None:
    """The lesson of a storyboard in the folder `out`, or None if it is missing or out of date.

    `storyboard` is a path, a text with line breaks, or what `load` returns. `voice`, `aspect` and
    `theme` override its own.
    """
    try:
        if isinstance(storyboard, Path | str):
            path, text = path_and_text(storyboard)
            digest = source_of(path, text).digest
        else:
            path, digest = storyboard.path, storyboard.digest
        folder = out / path.stem
        # Not with read_manifest, which takes long to check every field.
        lesson = json.loads((folder / "lesson.json").read_bytes())
        inputs = lesson["inputs"]
        if not (
            inputs["quality"] == asdict(quality.in_aspect(aspect or inputs["own_aspect"]))
            and (voice or inputs["own_voice"]) == lesson["voice"]
            and (theme_name(theme, path.parent) if theme else inputs["own_theme"]) == lesson["theme"]["name"]
            and inputs["storyboard"] == digest
            and inputs["storyboard_path"] == storyboard_path(path, folder)
            and inputs["program"] == program_digest()
            and all(_digest(path.parent / name) == its for name, its in inputs["files"].items())
            and lesson["checksum"] == content_checksum(lesson)
            and set(inputs["checksums"]) == set(_files(lesson))
            and all(checksum(folder / name) == its for name, its in inputs["checksums"].items())
            and _cast_is_unchanged(path, inputs["cast"], inputs["sayings"])
        ):
            return None
        return UpToDateLesson(_film(folder, lesson), tuple(_problem(path, it) for it in inputs["warnings"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StoryreelError):
        return None


def undamaged_films(folder: Path) -> dict[Path, str]:
    """The content digests of the films in a lesson's folder that are as its manifest says, by path."""
    films: dict[Path, str] = {}
    try:
        inputs = json.loads((folder / "lesson.json").read_bytes())["inputs"]
        for name, content_digest in inputs["films"].items():
            with suppress(OSError):
                if checksum(folder / name) == inputs["checksums"][name]:
                    films[folder / name] = content_digest
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return films


def _film(folder: Path, lesson: Mapping[str, Any]) -> RenderedFilm:
    files, language = lesson["files"], lesson["language"]
    captions = files["captions"][language]["vtt"]
    return RenderedFilm(
        folder / files["film"], lesson["title"], language, folder / captions, folder / files["poster"]
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _files(lesson: Mapping[str, Any]) -> Iterator[str]:
    """The paths of all files of the lesson and of its chapters."""
    for part in (lesson, *lesson["chapters"]):
        yield from _names(part["files"])


def _names(files: Any) -> Iterator[str]:
    """The paths in the manifest's `files`, which are nested mappings."""
    if isinstance(files, dict):
        for nested in files.values():
            yield from _names(nested)
    else:
        yield files


def _cast_is_unchanged(
    storyboard: Path, roles: Sequence[Mapping[str, Any]], sayings: Sequence[Mapping[str, Any]]
) -> bool:
    """True if the speakers would speak all sentences of the lesson as they did."""
    from storyreel.speech.cast import Cast
    from storyreel.speech.role import Role
    from storyreel.speech.voices import Utterance

    utterances = [
        Utterance(
            saying["text"],
            saying["language"],
            saying["speaker"],
            saying["key"],
            pronunciations=tuple(map(tuple, saying["pronunciations"])),
        )
        for saying in sayings
    ]
    speakers = Cast([Role(**role) for role in roles], storyboard, utterances)
    return all(
        speakers.fingerprint(utterance) == saying["fingerprint"]
        for utterance, saying in zip(utterances, sayings, strict=True)
    )


def _problem(storyboard: Path, stored: Mapping[str, Any]) -> Problem:
    place = Place(str(storyboard), stored["place"]["line"], stored["place"]["column"])
    return Problem(place, stored["message"], stored["source"], stored["is_warning"])
