"""The lessons of the tests of pages: a small one that is rendered, and the first one, which is large."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.page_server import serving

from storyreel.core.paths import DEFAULT_STORYBOARD
from storyreel.core.quality import Quality
from storyreel.exports.base import ExportRequest
from storyreel.exports.page import write_page
from storyreel.lesson.manifest import Manifest, read_manifest
from storyreel.production.lesson_writer import lesson_manifest
from storyreel.production.output import make_film
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.storyboard.study import Choice, FlashCard, GlossaryEntry, Mistake, Question, QuestionVariant
from storyreel.timing.caption_files import write_vtt
from storyreel.timing.captions import captions

HERE = Path(__file__).parents[1]
SMALLEST = Quality(320, 180, 15, "ultrafast", 30)


@pytest.fixture(scope="session")
def page_lesson(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    """A rendered lesson of two short chapters, 15 s in all, with everything that a page shows."""
    production = plan(load(HERE / "small_lesson.yaml"), quality=SMALLEST, voice="silent")
    folder = make_film(production, tmp_path_factory.mktemp("page")).folder
    return folder, with_study_texts(read_manifest(folder / "lesson.json"))


@pytest.fixture(scope="session")
def page_folder(page_lesson: tuple[Path, Manifest]) -> Path:
    """The folder of the lesson and its page."""
    write_page(ExportRequest(*page_lesson))
    return page_lesson[0]


@pytest.fixture(scope="session")
def page_site(page_folder: Path) -> Iterator[str]:
    """The address at which the folder of the lesson is, on a server that answers range requests."""
    with serving(page_folder, ranges=True) as address:
        yield address


@pytest.fixture(scope="session")
def first_lesson(
    page_lesson: tuple[Path, Manifest], tmp_path_factory: pytest.TempPathFactory
) -> ExportRequest:
    """The first lesson with its own manifest and captions, and the film of the small one."""
    folder = tmp_path_factory.mktemp("first")
    production = plan(load(DEFAULT_STORYBOARD), quality=SMALLEST, voice="silent")
    timeline = production.timeline
    told = captions([beat.words for beat in timeline.beats], timeline.seconds(timeline.frames))
    lesson = lesson_manifest(production, told)
    write_vtt(folder / lesson.files.captions["en"].vtt, told)
    write_vtt(folder / lesson.files.chapters, ())
    for name in (lesson.files.film, lesson.files.poster):
        shutil.copy(page_lesson[0] / name, folder)
    return ExportRequest(folder, lesson)


def with_study_texts(lesson: Manifest) -> Manifest:
    """The lesson with takeaways, a glossary, flash cards, and a question of each kind."""
    number = QuestionVariant(
        ask="The output is 5 and the target 3. What is the loss?",
        explain="½ · (5 − 3)² = 2",
        answer=2.0,
        shown="2",
        tolerance=0.005,
        mistakes=(Mistake(4.0, "4", 0.005, "You forgot the half."),),
    )
    other = replace(number, ask="And for an output of 4?", answer=0.5, shown="1/2", mistakes=())
    choices = (
        Choice("Along the gradient", False, "That is uphill."),
        Choice("Against the gradient", True),
    )
    return replace(
        lesson,
        description="A small lesson.",
        takeaways=("A gradient points uphill.", "A step goes downhill."),
        glossary=(GlossaryEntry("Gradient", "How much the loss changes when a number changes a little."),),
        cards=(FlashCard("Which way does a step go?", "Downhill."), FlashCard("What is ½ · 2²?", "2")),
        questions=(
            Question("loss", (number, other)),
            Question("way", (QuestionVariant("Which way?", "Downhill.", choices=choices),)),
        ),
    )
