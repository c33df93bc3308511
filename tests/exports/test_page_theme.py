"""A page wears the theme of its film: colours, typeface and logo."""

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from helpers.page_fixtures import HERE, SMALLEST

from storyreel.core.paths import FONTS
from storyreel.exports.base import ExportRequest
from storyreel.exports.clip_pages import player_page
from storyreel.exports.excerpt import excerpts
from storyreel.exports.page import page_html, write_page
from storyreel.lesson.manifest import Manifest, read_manifest
from storyreel.production.output import make_film
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.storyboard.themes.built_in import built_in_theme

if TYPE_CHECKING:
    from playwright.sync_api import Page

COURSE = """\
extends: light
colours: {background: "#FFFDF7", surface: "#F6F2E8"}
typeface: [regular.otf, bold.otf]
logo: logo.svg
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 9"><rect width="18" height="9"/></svg>'
AXE = "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map((n) => n.html)]))"
GROUND = "getComputedStyle(document.documentElement).backgroundColor"


@pytest.fixture(scope="module")
def course_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a rendered lesson in a course's own theme, whose files are gone."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "course.yaml").write_text(COURSE)
    (folder / "logo.svg").write_text(LOGO)
    shutil.copy(FONTS / "Inter-Regular.otf", folder / "regular.otf")
    shutil.copy(FONTS / "Inter-Bold.otf", folder / "bold.otf")
    lesson = "theme: course.yaml\n" + (HERE / "small_lesson.yaml").read_text("utf-8")
    (folder / "small_lesson.yaml").write_text(lesson)
    production = plan(load(folder / "small_lesson.yaml"), quality=SMALLEST, voice="silent")
    made = make_film(production, folder / "out").folder
    for name in ("course.yaml", "logo.svg", "regular.otf", "bold.otf"):
        (folder / name).unlink()
    return made


@pytest.fixture
def request_of_course(course_folder: Path) -> ExportRequest:
    return ExportRequest(course_folder, read_manifest(course_folder / "lesson.json"))


def worn(lesson: Manifest, theme: str) -> Manifest:
    colours = dict(built_in_theme(theme).colours)
    return replace(lesson, theme=replace(lesson.theme, name=theme, colours=colours))


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5))})"


def test_a_page_begins_as_its_film_looks_and_else_as_the_system_is_set(
    page_lesson: tuple[Path, Manifest],
) -> None:
    folder, lesson = page_lesson
    begins = {}
    for theme in ("dark", "light", "print"):
        page = page_html(ExportRequest(folder, worn(lesson, theme)))
        begins[theme] = re.findall(r'<html [^>]*data-theme="(\w+)"', page)
    assert begins == {"dark": [], "light": ["light"], "print": ["light"]}


def test_the_files_of_a_theme_are_beside_the_film(request_of_course: ExportRequest) -> None:
    files = request_of_course.lesson.files.theme
    assert files == {"font1": "theme/font1.otf", "font2": "theme/font2.otf", "logo": "theme/logo.svg"}
    assert (request_of_course.folder / files["logo"]).read_text() == LOGO
    fonts = [(request_of_course.folder / files[name]).read_bytes() for name in ("font1", "font2")]
    assert fonts == [(FONTS / f"Inter-{weight}.otf").read_bytes() for weight in ("Regular", "Bold")]


def test_fonts_are_embedded_with_their_weights(request_of_course: ExportRequest) -> None:
    page = page_html(request_of_course)
    assert re.findall(r'font-family: "Lesson"; font-weight: (\d+); font-style: (\w+)', page) == [
        ("400", "normal"),
        ("700", "normal"),
    ]
    assert "font-src data:" in page


def test_a_page_in_our_typeface_loads_no_font(page_lesson: tuple[Path, Manifest]) -> None:
    page = page_html(ExportRequest(*page_lesson))
    assert "font-src" not in page and "@font-face" not in page and 'class="logo"' not in page


@pytest.mark.parametrize("system", ["dark", "light"])
def test_the_page_looks_like_the_film_until_its_reader_chooses(
    page: "Page", request_of_course: ExportRequest, system: str
) -> None:
    page.emulate_media(color_scheme=system)  # type: ignore[arg-type]
    page.goto(write_page(request_of_course)[0].as_uri())
    assert page.evaluate(GROUND) == rgb("#FFFDF7")
    assert page.get_attribute(".theme", "aria-pressed") == "false"
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('bold 16px Lesson'))")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily").startswith("Lesson")
    faces = "[...document.fonts].filter((face) => face.status === 'loaded').length"
    assert page.evaluate(faces) >= 1
    assert page.evaluate("document.querySelector('.logo').naturalWidth") > 0
    logo, title = (page.locator(name).bounding_box() for name in (".logo", "h1"))
    assert logo is not None and title is not None
    assert logo["x"] + logo["width"] <= title["x"]
    page.click(".theme")
    assert page.evaluate(GROUND) == rgb(built_in_theme("dark").colours["background"])


def test_axe_finds_no_violation_on_either_side(
    page: "Page", request_of_course: ExportRequest, npm_package: Path
) -> None:
    page.goto(write_page(request_of_course)[0].as_uri())
    page.evaluate((npm_package / "axe-core" / "axe.min.js").read_text("utf-8"))
    assert page.evaluate(AXE) == []
    page.click(".theme")
    assert page.evaluate(AXE) == []


def test_a_clip_plays_on_the_background_of_its_film(request_of_course: ExportRequest) -> None:
    excerpt = next(excerpts(request_of_course))
    assert "--background: #FFFDF7" in player_page(request_of_course, excerpt)
