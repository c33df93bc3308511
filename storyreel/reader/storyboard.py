"""A whole storyboard, read from top to bottom."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from storyreel.core.did_you_mean import did_you_mean
from storyreel.core.errors import UsageError
from storyreel.core.quality import aspect_called
from storyreel.engine.graph.experiment import AnyExperiment
from storyreel.reader.chapters import read_chapters
from storyreel.reader.document import Document, open_document
from storyreel.reader.languages import check_language
from storyreel.reader.lexicon import read_lexicon
from storyreel.reader.mapping_check import read_part
from storyreel.reader.networks import read_networks
from storyreel.reader.number_names import LessonNumbers
from storyreel.reader.questions import read_questions
from storyreel.reader.schema_classes import LessonPart
from storyreel.reader.speakers import read_speakers
from storyreel.reader.study_material import read_cards, read_glossary, read_takeaways
from storyreel.reader.themes.theme_file import chosen_theme, read_theme
from storyreel.speech.sounds.music import MUSIC
from storyreel.storyboard.cues_in_file import cues_in, items, network_of, sayings_in
from storyreel.storyboard.digits import LessonDigits
from storyreel.storyboard.model import Storyboard
from storyreel.storyboard.python_source import forget_files
from storyreel.storyboard.themes.built_in import DEFAULT
from storyreel.storyboard.themes.in_use import using
from storyreel.storyboard.vocabulary import SceneType, scene_types


@np.errstate(all="ignore")  # what overflows is found by its value; NumPy's warnings name no place
def read_lesson(
    path: Path, text: str | None, scenes: Path, theme: Path | str | None = None, aspect: str | None = None
) -> Storyboard:
    """The storyboard in the file at `path`, or in `text`; see `storyreel.reader.load`."""
    document = open_document(path, text)
    part = read_part(document, LessonPart, ()) or LessonPart("", [])
    worn = read_theme(document) if theme is None else chosen_theme(theme, path.parent)
    with using(worn):  # texts are measured in its typeface
        read = _read_contents(document, path, part, scene_types(scenes), aspect)
    return replace(read, theme=worn, own_theme=part.theme or DEFAULT)


def _read_contents(
    document: Document,
    path: Path,
    part: LessonPart,
    scene_kinds: Mapping[str, SceneType],
    wanted: str | None,
) -> Storyboard:
    """The storyboard without its theme, whose pictures are laid out in the `wanted` aspect ratio if that is
    given. Raises StoryboardError if anything was reported."""
    experiments = _in_digits(document, scene_kinds, read_networks(document, list(part.networks)))
    forget_files()  # of the scenes, which have all been asked for now
    aspect = _read_aspect(document)
    numbers = LessonNumbers(document, experiments, part.language, wanted or aspect)
    names = numbers.of_lesson
    title = names.text(("title",))
    check_language(document, ("language",), part.language, has_numbers=bool(part.networks))
    speakers = read_speakers(document, part)
    if part.music is not None and part.music not in MUSIC:
        message = f"no music named `{part.music}`{did_you_mean(part.music, MUSIC)}"
        document.report(document.place(("music",)), message)
    lexicon = read_lexicon(document, list(part.lexicon))
    part = replace(part, lexicon=lexicon.words | lexicon.pronunciations)
    chapters = read_chapters(document, part, speakers, scene_kinds, numbers)
    description = names.text(("description",))
    takeaways = read_takeaways(document, len(part.takeaways), names)
    glossary = read_glossary(document, list(part.glossary), names)
    cards = read_cards(document, len(part.cards), numbers)
    questions = read_questions(document, len(part.questions), numbers)
    document.source.stop_at_problems()
    return Storyboard(
        path=path,
        title=title,
        language=part.language,
        speakers=speakers,
        lexicon=lexicon.words,
        networks=numbers.experiments,
        graphs=numbers.graphs,
        lookup=numbers.lookup,
        chapters=chapters,
        description=description,
        takeaways=takeaways,
        glossary=glossary,
        cards=cards,
        questions=questions,
        warnings=document.source.warnings,
        digest=document.source.digest,
        array_files=document.files,
        pronunciations=lexicon.pronunciations,
        language_place=document.place(("language",)),
        music=part.music,
        aspect=aspect,
    )


def _read_aspect(document: Document) -> str | None:
    """The aspect ratio of the film, None if the storyboard gives none."""
    if document.at(("aspect",)) is None:
        return None
    written = document.written(("aspect",)).strip("'\"")
    try:
        return aspect_called(written)
    except UsageError as error:
        document.report(document.place(("aspect",)), str(error))
        return None


def _in_digits(
    document: Document, scenes: Mapping[str, SceneType], experiments: dict[str, AnyExperiment | None]
) -> dict[str, AnyExperiment | None]:
    """The experiments with the notation that the lesson's equations need; equations that are false in any are
    reported."""
    known = {name: experiment for name, experiment in experiments.items() if experiment}
    only = next(iter(experiments)) if len(experiments) == 1 else None
    chapters, digits = document.at(("chapters",)), LessonDigits(known)
    for cue in cues_in(chapters, scenes, only):
        digits.add_cue(cue)
    for question in items(document.at(("questions",))):
        if isinstance(question, dict) and isinstance(question.get("number"), str):
            digits.add_question(network_of(question, only), question["number"])
    for saying in sayings_in(chapters, only):
        digits.add_text(*saying)
    found = dict(experiments)
    for name, experiment in known.items():
        notation, faults = digits.notation(name)
        found[name] = replace(experiment, notation=notation)
        for message, location in faults:
            document.report(document.place(location), message)
    return found
