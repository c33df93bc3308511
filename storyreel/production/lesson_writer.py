"""Makes and writes the manifest of a lesson, `lesson.json`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import Any

from storyreel.core.arrays import Array
from storyreel.core.atomic_file import atomic_file
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.experiment import AnyExperiment, GraphExperiment
from storyreel.engine.optimizers import OPTIMIZERS
from storyreel.engine.serialization import schedule_data
from storyreel.engine.training import Batches
from storyreel.lesson.manifest import (
    BeatEntry,
    CaptionEntry,
    CaptionFiles,
    ChapterEntry,
    ClipFiles,
    LessonFiles,
    Manifest,
    ThemeEntry,
    Video,
    WordEntry,
    content_checksum,
)
from storyreel.lesson.network_entries import ArrayEntry, GraphEntry, LayerEntry, NetworkEntry
from storyreel.production.inputs import inputs_of
from storyreel.production.production import Production
from storyreel.production.spoken import last_step, spoken_numbers
from storyreel.production.theme_copies import theme_copies
from storyreel.storyboard.values import Values, values_of
from storyreel.timing.beats import TimedBeat, TimedChapter
from storyreel.timing.captions import Caption


def lesson_manifest(production: Production, captions: Sequence[Caption]) -> Manifest:
    """The manifest of a lesson without its inputs."""
    storyboard, timeline, quality = production.storyboard, production.timeline, production.quality
    language, spoken = storyboard.language, spoken_numbers(storyboard)
    return Manifest(
        format=1,
        name=production.name,
        title=storyboard.title,
        description=storyboard.description,
        language=language,
        voice=production.cast.name,
        seconds=timeline.seconds(timeline.frames),
        video=Video(quality.width, quality.height, quality.fps, timeline.frames),
        files=LessonFiles(
            film="lesson.mp4",
            poster="poster.jpg",
            captions=_caption_files("captions", language),
            chapters="chapters.vtt",
            transcript={language: f"transcript.{language}.txt"},
            theme={name: path for name, (path, _) in theme_copies(storyboard.theme).items()},
        ),
        chapters=tuple(_chapter(production, chapter) for chapter in timeline.chapters),
        captions=tuple(
            CaptionEntry(caption.start, caption.end, caption.text, caption.speaker) for caption in captions
        ),
        networks={
            name: network_entry(experiment, spoken.get(name))
            for name, experiment in storyboard.networks.items()
        },
        graphs={
            name: graph_entry(experiment, spoken.get(name)) for name, experiment in storyboard.graphs.items()
        },
        takeaways=storyboard.takeaways,
        glossary=storyboard.glossary,
        cards=storyboard.cards,
        questions=storyboard.questions,
        theme=ThemeEntry(storyboard.theme.name, dict(storyboard.theme.colours), storyboard.theme.classes),
    )


def write_lesson(
    path: Path, production: Production, captions: Sequence[Caption], films: Mapping[str, str]
) -> None:
    """Write the manifest to `path`, in the folder of the lesson's other files, which have been written.

    `films` are the content digests of its films, by path in the folder. Raises OutsideError if the file
    cannot be written.
    """
    manifest = lesson_manifest(production, captions)
    parts = (manifest.files, *(chapter.files for chapter in manifest.chapters))
    inputs = inputs_of(production, films, [name for files in parts for name in files.paths()], path.parent)
    data = asdict(replace(manifest, inputs=inputs))
    data["checksum"] = content_checksum(json.loads(json.dumps(data)))
    text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    with atomic_file(path) as temporary:
        temporary.write_text(text, "utf-8", newline="\n")


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
        text=beat.text,
        words=tuple(
            WordEntry(word.text, word.start, word.end, word.speaker, word.is_attached)
            for word in production.timeline.words(beat)
        ),
        files=_clip_files(production, f"beats/{beat.chapter}-{beat.number}"),
    )


def network_entry(experiment: Experiment, spoken: Mapping[str, float] | None = None) -> NetworkEntry:
    """The manifest's entry for the network of an experiment, of which numbers are `spoken`."""
    network, values = experiment.network, values_of(experiment)
    return NetworkEntry(
        inputs=tuple(network.input_names),
        layers=tuple(
            LayerEntry(
                name=layer.name,
                activation=layer.activation.name,
                weights=tuple(map(tuple, layer.weights.tolist())),
                bias=None if layer.bias is None else tuple(layer.bias.tolist()),
                train_weights=layer.train_weights,
                train_bias=layer.train_bias,
            )
            for layer in network.layers
        ),
        loss=network.loss.name,
        data=tuple(values["data"]),
        test=experiment.test and (_array(experiment.test[0]), _array(experiment.test[1])),
        **_numbers(experiment, values),
        **_training(experiment, spoken or {}),
    )


def graph_entry(experiment: GraphExperiment, spoken: Mapping[str, float] | None = None) -> GraphEntry:
    """The manifest's entry for a graph, of which numbers are `spoken`."""
    from storyreel.engine.graph.serialization import operations_of

    values, output = values_of(experiment), experiment.graph.output
    return GraphEntry(
        **operations_of(experiment.graph),
        given=_arrays(experiment.given),
        parameters=experiment.parameters,
        data=_arrays(experiment.data),
        losses=tuple(row[output] for row in values["data"]),
        **_numbers(experiment, values),
        **(_training(experiment, spoken or {}) if experiment.parameters else {}),
    )


def _numbers(experiment: AnyExperiment, values: Values) -> dict[str, Any]:
    """The numbers of a `TrainedEntry`, and how they are written."""
    columns = {name: values[name] for name in ("values", "gradients", "next", "cost_gradients")}
    return {**columns, **experiment.notation.as_data}


def _training(experiment: AnyExperiment, spoken: Mapping[str, float]) -> dict[str, Any]:
    """How it is trained, as a `TrainedEntry` has it."""
    optimizer = experiment.optimizer
    settings = asdict(optimizer)
    learning_rate, _ = settings.pop("learning_rate"), settings.pop("schedule")
    has_batches = experiment.uses_mini_batches
    return {
        "learning_rate": float(learning_rate),
        "optimizer": next(name for name, kind in OPTIMIZERS.items() if type(optimizer) is kind),
        "settings": settings,
        "schedule": schedule_data(optimizer.schedule),
        "l2": experiment.model.l2,
        "reduction": experiment.model.reduction,
        "batch_size": experiment.batch_size if has_batches else None,
        "batches": _batches(experiment, last_step(spoken)) if has_batches else (),
        "spoken": dict(spoken),
    }


def _batches(experiment: AnyExperiment, steps: int) -> tuple[tuple[int, ...], ...]:
    """The rows of the data that each of the first steps is on."""
    size = experiment.batch_size or experiment.data_rows
    batches = Batches(experiment.data_rows, size, experiment.seed, experiment.shuffle)
    return tuple(tuple(rows.tolist()) for rows in islice(batches, steps))


def _arrays(arrays: Mapping[str, Array]) -> dict[str, ArrayEntry]:
    return {name: _array(array) for name, array in arrays.items()}


def _array(array: Array) -> ArrayEntry:
    return ArrayEntry(array.shape, tuple(array.ravel().tolist()))
