"""The manifest of a lesson, `lesson.json`: all that an export needs, so that it reads nothing else.

It also tells what the lesson's files were made of, so that they need not be made again.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from storyreel.captions import Caption
from storyreel.experiment import Experiment
from storyreel.fingerprint import PACKAGE, code_digest
from storyreel.production import Production
from storyreel.task import Task
from storyreel.timeline import TimedBeat, TimedChapter
from storyreel.values import values_of
from storyreel.whole_file import whole_file

FORMAT = 1
"""Of the manifest; a new one is for changes that a reader of the old one would not understand."""


def lesson_data(production: Production, captions: Sequence[Caption]) -> dict[str, Any]:
    """The manifest as JSON data. Times are in seconds of the film, paths relative to its folder."""
    storyboard, timeline, quality = production.storyboard, production.timeline, production.quality
    language = storyboard.language
    return {
        "format": FORMAT,
        "name": production.name,
        "title": storyboard.title,
        "language": language,
        "voice": production.voice,
        "seconds": timeline.seconds(timeline.frames),
        "video": {
            "width": quality.width,
            "height": quality.height,
            "fps": quality.fps,
            "frames": timeline.frames,
        },
        "files": {
            "film": "lesson.mp4",
            "poster": "poster.jpg",
            "chapters": "chapters.vtt",
            "captions": {language: {kind: f"captions.{language}.{kind}" for kind in ("vtt", "srt")}},
            "transcript": {language: f"transcript.{language}.txt"},
        },
        "chapters": [_chapter(production, chapter) for chapter in timeline.chapters],
        "captions": [{"start": c.start, "end": c.end, "text": c.text} for c in captions],
        "networks": {name: _network(experiment) for name, experiment in storyboard.networks.items()},
    }


def lesson_made_of(production: Production, tasks: Sequence[Task]) -> str:
    """A hash of all that the files of a lesson depend on, found without pictures, sound or captions."""
    facts = [
        code_digest((PACKAGE / "output.py", PACKAGE / "film.py")),
        lesson_data(production, ()),
        [task.name for task in tasks],
        [beat.clip for beat in production.narration.beats],
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:40]


def is_up_to_date(folder: Path, made_of: str) -> bool:
    """Whether all files of the lesson in `folder` are there and made of what has the hash `made_of`.

    Each film tells it by itself, too: a chapter may have been made again, alone and at another quality.
    """
    from storyreel.film import made_of as film_made_of

    try:
        lesson = json.loads((folder / "lesson.json").read_text("utf-8"))
        return (
            lesson["made_of"] == made_of
            and all(film_made_of(folder / film) == its for film, its in lesson["films_made_of"].items())
            and all(
                (folder / name).is_file()
                for part in (lesson, *lesson["chapters"])
                for name in _names(part["files"])
            )
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def write_lesson(
    path: Path,
    production: Production,
    captions: Sequence[Caption],
    made_of: str,
    films_made_of: Mapping[str, str],
) -> None:
    """Write the manifest. Raises OutsideError if the disk refuses.

    `made_of` is from `lesson_made_of`; `films_made_of` has the hash of each film, by its path in the folder.
    """
    data = {**lesson_data(production, captions), "made_of": made_of, "films_made_of": dict(films_made_of)}
    text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    with whole_file(path) as temporary:
        temporary.write_text(text, "utf-8", newline="\n")


def _names(files: Any) -> Iterator[str]:
    """The paths in the manifest's `files`, however deep they are."""
    if isinstance(files, dict):
        for deeper in files.values():
            yield from _names(deeper)
    else:
        yield files


def _chapter(production: Production, chapter: TimedChapter) -> dict[str, Any]:
    timeline, language = production.timeline, production.storyboard.language
    stem = f"chapters/{chapter.id}"
    return {
        "id": chapter.id,
        "title": chapter.title,
        "network": chapter.network,
        "start": timeline.seconds(chapter.start),
        "end": timeline.seconds(chapter.end),
        "files": {
            "film": f"{stem}.mp4",
            "poster": f"{stem}.jpg",
            "captions": {language: {kind: f"{stem}.{language}.{kind}" for kind in ("vtt", "srt")}},
        },
        "beats": [_beat(production, beat) for beat in chapter.beats],
    }


def _beat(production: Production, beat: TimedBeat) -> dict[str, Any]:
    return {
        "number": beat.number,
        "start": production.timeline.seconds(beat.start),
        "end": production.timeline.seconds(beat.end),
        "speaker": beat.speaker,
        "text": beat.text,
        "words": [[word.text, word.start, word.end] for word in beat.words],
    }


def _network(experiment: Experiment) -> dict[str, Any]:
    network = experiment.network
    return {
        "inputs": list(network.input_names),
        "layers": [
            {
                "name": layer.name,
                "activation": layer.activation.name,
                "weights": layer.weights.tolist(),
                "bias": None if layer.bias is None else layer.bias.tolist(),
            }
            for layer in network.layers
        ],
        "loss": network.loss.name,
        "learning_rate": experiment.optimizer.learning_rate,
        **values_of(experiment),
    }
