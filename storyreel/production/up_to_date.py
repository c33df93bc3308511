"""Tells whether a lesson is up to date: all of its files exist, and their inputs have not changed.

Only digests are compared; the storyboard is neither read nor spoken, so that it takes a fraction of a second.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from storyreel.core.errors import Place, Problem, StoryreelError
from storyreel.core.quality import Quality
from storyreel.lesson.program_digest import program_digest
from storyreel.lesson.storyboard_path import storyboard_path
from storyreel.reader.source_file import read_source
from storyreel.video.film_stamp import has_content_digest


@dataclass(frozen=True)
class UpToDateLesson:
    """A lesson that need not be made: the path of its film, and the warnings about its storyboard."""

    film: Path
    warnings: tuple[Problem, ...]


def up_to_date_lesson(
    storyboard: Path, quality: Quality, voice: str | None, out: Path
) -> UpToDateLesson | None:
    """The lesson of a storyboard in the folder `out`, or None if it is missing or out of date.

    `voice` overrides the storyboard's own.
    """
    folder = out / storyboard.stem
    try:
        # Not with read_manifest, which takes long to check every field.
        lesson = json.loads((folder / "lesson.json").read_bytes())
        inputs = lesson["inputs"]
        if not (
            inputs["quality"] == asdict(quality)
            and (voice or inputs["own_voice"]) == lesson["voice"]
            and inputs["storyboard"] == read_source(storyboard).digest
            and inputs["storyboard_path"] == storyboard_path(storyboard, folder)
            and inputs["program"] == program_digest()
            and all(_digest(storyboard.parent / name) == its for name, its in inputs["files"].items())
            and all((folder / name).is_file() for name in _files(lesson))
            and all(has_content_digest(folder / film, its) for film, its in inputs["films"].items())
            and _voice_is_unchanged(lesson["voice"], inputs["sayings"])
        ):
            return None
        warnings = (_problem(storyboard, warning) for warning in inputs["warnings"])
        return UpToDateLesson(folder / "lesson.mp4", tuple(warnings))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StoryreelError):
        return None


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


def _voice_is_unchanged(voice_name: str, sayings: Sequence[Mapping[str, Any]]) -> bool:
    """True if the voice would speak all sentences of the lesson as it did."""
    from storyreel.speech.voices import Utterance, voice

    speaker = voice(voice_name)
    for saying in sayings:
        utterance = Utterance(
            saying["text"],
            saying["language"],
            saying["speaker"],
            saying["key"],
            saying["pace"],
            tuple(map(tuple, saying["pronunciations"])),
        )
        if speaker.fingerprint(utterance) != saying["fingerprint"]:
            return False
    return True


def _problem(storyboard: Path, stored: Mapping[str, Any]) -> Problem:
    place = Place(str(storyboard), stored["place"]["line"], stored["place"]["column"])
    return Problem(place, stored["message"], stored["source"], stored["is_warning"])
