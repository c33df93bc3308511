"""Makes and writes the manifest of a lesson, `lesson.json`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path

from storyreel.core.atomic_file import atomic_file
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.optimizers import OPTIMIZERS
from storyreel.engine.serialization import schedule_data
from storyreel.engine.training import Batches
from storyreel.lesson.manifest import (
    ArrayEntry,
    BeatEntry,
    CaptionEntry,
    CaptionFiles,
    ChapterEntry,
    ClipFiles,
    GraphEntry,
    LayerEntry,
    LessonFiles,
    Manifest,
    NetworkEntry,
    ThemeEntry,
    Video,
    WordEntry,
    content_checksum,
)
from storyreel.production.inputs import inputs_of
from storyreel.production.production import Production
from storyreel.production.spoken import last_step, spoken_numbers
from storyreel.production.theme_copies import theme_copies
from storyreel.storyboard.values import values_of
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
            name: network_entry(experiment, spoken.get(name, {}))
            for name, experiment in storyboard.networks.items()
        },
        graphs={name: graph_entry(experiment) for name, experiment in storyboard.graphs.items()},
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
    numbers = dict(spoken or {})
    network, settings, values = experiment.network, asdict(experiment.optimizer), values_of(experiment)
    learning_rate, _ = settings.pop("learning_rate"), settings.pop("schedule")
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
        l2=network.l2,
        reduction=network.reduction,
        optimizer=next(name for name, kind in OPTIMIZERS.items() if type(experiment.optimizer) is kind),
        settings=settings,
        schedule=schedule_data(experiment.optimizer.schedule),
        learning_rate=learning_rate,
        **experiment.notation.as_data,
        values=values["values"],
        gradients=values["gradients"],
        next=values["next"],
        cost_gradients=values["cost_gradients"],
        data=tuple(values["data"]),
        batch_size=experiment.batch_size if experiment.uses_mini_batches else None,
        batches=_batches(experiment, last_step(numbers)) if experiment.uses_mini_batches else (),
        spoken=numbers,
    )


def _batches(experiment: Experiment, steps: int) -> tuple[tuple[int, ...], ...]:
    """The rows of the data that each of the first steps is on."""
    size = experiment.batch_size or experiment.data_rows
    batches = Batches(experiment.data_rows, size, experiment.seed, experiment.shuffle)
    return tuple(tuple(rows.tolist()) for rows in islice(batches, steps))


def graph_entry(experiment: GraphExperiment) -> GraphEntry:
    """The manifest's entry for a graph."""
    from storyreel.engine.graph.serialization import operations_of

    values = values_of(experiment)
    return GraphEntry(
        **operations_of(experiment.graph),
        given={
            name: ArrayEntry(array.shape, tuple(array.ravel().tolist()))
            for name, array in experiment.given.items()
        },
        values=values["values"],
        gradients=values["gradients"],
        **experiment.notation.as_data,
    )
