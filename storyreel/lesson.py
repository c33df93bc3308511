"""The manifest of a lesson, `lesson.json`, made and written.

It also tells what the lesson's files were made of, so that they need not be made again.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from storyreel.captions import Caption
from storyreel.experiment import Experiment
from storyreel.fingerprint import PACKAGE, code_digest
from storyreel.made_of import is_made_of
from storyreel.manifest import (
    BeatEntry,
    CaptionEntry,
    CaptionFiles,
    ChapterEntry,
    ClipFiles,
    LayerEntry,
    LessonFiles,
    Manifest,
    NetworkEntry,
    Video,
    Word,
)
from storyreel.optimizers import OPTIMIZERS
from storyreel.production import Production
from storyreel.task import Task
from storyreel.timeline import TimedBeat, TimedChapter
from storyreel.values import values_of
from storyreel.whole_file import whole_file


def lesson_manifest(production: Production, captions: Sequence[Caption]) -> Manifest:
    """The manifest, but for what the files are made of."""
    storyboard, timeline, quality = production.storyboard, production.timeline, production.quality
    language = storyboard.language
    return Manifest(
        format=1,
        name=production.name,
        title=storyboard.title,
        description=storyboard.description,
        language=language,
        voice=production.voice,
        seconds=timeline.seconds(timeline.frames),
        video=Video(quality.width, quality.height, quality.fps, timeline.frames),
        files=LessonFiles(
            film="lesson.mp4",
            poster="poster.jpg",
            captions=_caption_files("captions", language),
            chapters="chapters.vtt",
            transcript={language: f"transcript.{language}.txt"},
        ),
        chapters=tuple(_chapter(production, chapter) for chapter in timeline.chapters),
        captions=tuple(CaptionEntry(caption.start, caption.end, caption.text) for caption in captions),
        networks={name: network_entry(experiment) for name, experiment in storyboard.networks.items()},
        takeaways=storyboard.takeaways,
        glossary=storyboard.glossary,
        cards=storyboard.cards,
        questions=storyboard.questions,
    )


def lesson_made_of(production: Production, tasks: Sequence[Task]) -> str:
    """A hash of all that the files of a lesson depend on, found without pictures, sound or captions."""
    facts = [
        code_digest((PACKAGE / "output.py", PACKAGE / "film.py")),
        asdict(lesson_manifest(production, ())),
        [task.name for task in tasks],
        [beat.clip for beat in production.narration.beats],
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:40]


def is_up_to_date(folder: Path, made_of: str) -> bool:
    """Whether all files of the lesson in `folder` are there and made of what has the hash `made_of`.

    Each film tells it by itself, too: a chapter may have been made again, alone and at another quality.
    """
    try:
        # Not by read_manifest, which takes long to look at all that is in it.
        lesson = json.loads((folder / "lesson.json").read_bytes())
        return (
            lesson["made_of"] == made_of
            and all(is_made_of(folder / film, its) for film, its in lesson["films_made_of"].items())
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
    lesson = lesson_manifest(production, captions)
    data = asdict(replace(lesson, made_of=made_of, films_made_of=dict(films_made_of)))
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


def _caption_files(stem: str, language: str) -> dict[str, CaptionFiles]:
    return {language: CaptionFiles(vtt=f"{stem}.{language}.vtt", srt=f"{stem}.{language}.srt")}


def _clip_files(production: Production, stem: str) -> ClipFiles:
    captions = _caption_files(stem, production.storyboard.language)
    return ClipFiles(film=f"{stem}.mp4", poster=f"{stem}.jpg", captions=captions)


def _chapter(production: Production, chapter: TimedChapter) -> ChapterEntry:
    timeline = production.timeline
    return ChapterEntry(
        id=chapter.id,
        title=chapter.title,
        network=chapter.network,
        start=timeline.seconds(chapter.start),
        end=timeline.seconds(chapter.end),
        files=_clip_files(production, f"chapters/{chapter.id}"),
        beats=tuple(_beat(production, beat) for beat in chapter.beats),
    )


def _beat(production: Production, beat: TimedBeat) -> BeatEntry:
    return BeatEntry(
        number=beat.number,
        start=production.timeline.seconds(beat.start),
        end=production.timeline.seconds(beat.end),
        speaker=beat.speaker,
        text=beat.text,
        words=tuple(Word(word.text, word.start, word.end) for word in beat.words),
        files=_clip_files(production, f"beats/{beat.chapter}-{beat.number}"),
    )


def network_entry(experiment: Experiment) -> NetworkEntry:
    """The network of an experiment, as the manifest has it."""
    network, settings = experiment.network, asdict(experiment.optimizer)
    learning_rate = settings.pop("learning_rate")
    return NetworkEntry(
        inputs=tuple(network.input_names),
        layers=tuple(
            LayerEntry(
                name=layer.name,
                activation=layer.activation.name,
                weights=tuple(map(tuple, layer.weights.tolist())),
                bias=None if layer.bias is None else tuple(layer.bias.tolist()),
            )
            for layer in network.layers
        ),
        loss=network.loss.name,
        optimizer=next(name for name, kind in OPTIMIZERS.items() if type(experiment.optimizer) is kind),
        settings=settings,
        learning_rate=learning_rate,
        **values_of(experiment),
    )
