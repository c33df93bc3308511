"""Whether a lesson is finished: all its files are there, and made of what there is now.

To find that out nothing is read, spoken or laid out in time, so that it takes no longer than a glance.
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
    """A lesson that need not be made: its film, and what its author was told about the storyboard."""

    film: Path
    warnings: tuple[Problem, ...]


def up_to_date_lesson(
    storyboard: Path, quality: Quality, voice: str | None, out: Path
) -> UpToDateLesson | None:
    """The finished lesson of a storyboard in the folder `out`; None if there is none, or no longer.

    `voice` goes before the storyboard's own.
    """
    folder = out / storyboard.stem
    try:
        # Not by read_manifest, which takes long to look at all that is in it.
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
            and _sounds_as(lesson["voice"], inputs["sayings"])
        ):
            return None
        warnings = (_problem(storyboard, warning) for warning in inputs["warnings"])
        return UpToDateLesson(folder / "lesson.mp4", tuple(warnings))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StoryreelError):
        return None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _files(lesson: Mapping[str, Any]) -> Iterator[str]:
    """The paths of all files of the lesson, and of its chapters as films of their own."""
    for part in (lesson, *lesson["chapters"]):
        yield from _names(part["files"])


def _names(files: Any) -> Iterator[str]:
    """The paths in the manifest's `files`, however deep they are."""
    if isinstance(files, dict):
        for deeper in files.values():
            yield from _names(deeper)
    else:
        yield files


def _sounds_as(voice_name: str, sayings: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the voice would say all that it has said as it did."""
    from storyreel.speech.voices import Utterance, voice

    speaker = voice(voice_name)
    for saying in sayings:
        utterance = Utterance(saying["text"], saying["language"], saying["speaker"], saying["key"])
        if speaker.fingerprint(utterance) != saying["fingerprint"]:
            return False
    return True


def _problem(storyboard: Path, kept: Mapping[str, Any]) -> Problem:
    place = Place(str(storyboard), kept["place"]["line"], kept["place"]["column"])
    return Problem(place, kept["message"], kept["source"], kept["is_warning"])
