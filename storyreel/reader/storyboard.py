"""A whole storyboard, read from top to bottom."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from storyreel.core.plugins import offered
from storyreel.reader.chapters import read_chapters
from storyreel.reader.comments import warn_of_comment
from storyreel.reader.did_you_mean import did_you_mean
from storyreel.reader.document import Document, open_document
from storyreel.reader.languages import check_language
from storyreel.reader.mapping_check import read_part
from storyreel.reader.networks import read_networks
from storyreel.reader.number_names import LessonNumbers
from storyreel.reader.questions import read_questions
from storyreel.reader.schema_classes import LessonPart
from storyreel.reader.study_material import read_cards, read_glossary, read_takeaways
from storyreel.reader.types import report_type
from storyreel.storyboard.model import Storyboard
from storyreel.storyboard.vocabulary import scene_types


def read_lesson(path: Path, text: str | None, scenes: Path) -> Storyboard:
    """The storyboard in the file at `path`, or in `text`; see `storyreel.reader.load`."""
    scene_kinds = scene_types(scenes)  # first, so that the document can reuse the memory of its syntax trees
    document = open_document(path, text)
    part = read_part(document, LessonPart, ()) or LessonPart("", [])
    experiments = read_networks(document, list(part.networks))
    numbers = LessonNumbers(document, experiments)
    names = numbers.of_lesson
    title = names.text(("title",))
    part = replace(part, lexicon=_read_lexicon(document, part.lexicon))
    check_language(document, ("language",), part.language)
    if part.voice is not None:
        _check_voice(document, part.voice)
    chapters = read_chapters(document, part, scene_kinds, numbers)
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
        voice=part.voice,
        lexicon=part.lexicon,
        networks=numbers.experiments,
        lookup=numbers.lookup,
        chapters=chapters,
        description=description,
        takeaways=takeaways,
        glossary=glossary,
        cards=cards,
        questions=questions,
        warnings=document.source.warnings,
        digest=document.source.digest,
    )


def _read_lexicon(document: Document, lexicon: Mapping[str, str]) -> dict[str, str]:
    """The entries that are texts; any other is reported."""
    for word in lexicon:
        if not isinstance(lexicon[word], str):
            report_type(document, ("lexicon", word), "str", f"`{word}`")
        warn_of_comment(document, ("lexicon", word))
    return {word: text for word, text in lexicon.items() if isinstance(text, str)}


def _check_voice(document: Document, voice: str) -> None:
    from storyreel.speech.voices import VOICES  # imported here, as few storyboards name a voice

    known = {*VOICES, *(point.name for point in offered("storyreel.voices"))}
    if voice not in known:
        document.report(document.place(("voice",)), f"no voice named `{voice}`{did_you_mean(voice, known)}")
