"""The page in the lesson's language: its words, and what it says when one answers."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storyreel.core.messages import messages
from storyreel.exports.base import ExportRequest
from storyreel.exports.page import page_html, write_page
from storyreel.lesson.manifest import Manifest, WordEntry

if TYPE_CHECKING:
    from playwright.sync_api import Page

LANGUAGES = ("de", "es", "fr", "it", "pt", "zh")
Lesson = tuple[Path, Manifest]


def seen(html: str) -> str:
    """What is on the page without its scripts, style and tags."""
    return re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_and_labels_are_in_the_language(page_lesson: Lesson, language: str) -> None:
    folder, lesson = page_lesson
    text = seen(page_html(ExportRequest(folder, replace(lesson, language=language))))
    own, english = messages(language)["page"], messages("en")["page"]
    for key in ("speed", "chapters", "search", "takeaways", "numbers_to_try", "after_one_step", "answers"):
        assert own[key] in text, key
        assert own[key] == english[key] or not re.search(rf"\b{english[key]}\b", text), key
    assert ("0.5×" in text, "0,5×" in text) == ((True, False) if language == "zh" else (False, True))


@pytest.mark.parametrize("language", ["de", "zh"])
def test_the_scripts_say_it_in_the_language(page_lesson: Lesson, page: "Page", language: str) -> None:
    folder, lesson = page_lesson
    write_page(ExportRequest(folder, replace(lesson, language=language)))
    try:
        page.goto((folder / "index.html").as_uri())
        said: Callable[[str], str] = messages(language)["page"].__getitem__
        field = "[data-question=loss]"
        for typed, expected in {
            "zwei": said("type_a_number"),
            "7": said("try_again"),
            "2": said("right"),
        }.items():
            page.fill(f"{field} input", typed)
            page.press(f"{field} input", "Enter")
            assert expected in str(page.text_content(f"{field} .feedback"))
        assert page.text_content(".score") == said("score").format(right=0, asked=2)
        page.click(f"[data-question=way] button:has-text('{said('check')}')")
        assert page.text_content("[data-question=way] .feedback") == said("choose_an_answer")
        figure = page.locator("section.figure").first
        assert figure.get_by_label(said("gradients_backward")).count() == 1
        assert figure.get_by_role("button", name=said("lessons_numbers")).count() == 1
        assert said("learning_rate") in str(figure.locator(".figure-controls").text_content())
        assert said("numbers_below") in str(figure.locator("svg desc").first.text_content())
        page.fill(".search input", "2")
        assert page.text_content(".search output") in {
            said(key).format(n) for n in range(9) for key in ("sentence", "sentences")
        }
        assert set(re.findall("[A-Z][a-z]+", str(figure.locator(".figure-controls").text_content()))) <= {
            word for message in messages(language)["page"].values() for word in re.findall(r"\w+", message)
        }
    finally:
        write_page(ExportRequest(folder, lesson))


def test_no_space_is_between_chinese_sentences(page_lesson: Lesson) -> None:
    folder, lesson = page_lesson
    (chapter, *others), words = lesson.chapters, (("你好。", False), ("再见。", True), ("Bye.", False))
    beat = replace(
        chapter.beats[0],
        text="你好。再见。 Bye.",
        words=tuple(WordEntry(text, k, k + 1, None, joined) for k, (text, joined) in enumerate(words)),
    )
    told = replace(lesson, chapters=(replace(chapter, beats=(beat,)), *others))
    html = page_html(ExportRequest(folder, told))
    paragraph = next(part for part in re.findall(r"<p dir=.*?</p>", html, re.DOTALL) if "你好" in part)
    assert re.sub(r"\s+", " ", re.sub("<[^>]*>", "", paragraph)).strip() == "你好。再见。 Bye."
