"""Accessibility of the page: keyboard, small screens, both themes, without scripts, on paper."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from helpers.page_browser import PLAYABLE, Open, seconds, wait_until

from storyreel.exports.base import ExportRequest
from storyreel.exports.page import write_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = """axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
  .then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))"""
FOCUSABLE = "a[href], button, input, select, summary, video"
FOCUS = """(() => {
  const it = document.activeElement;
  const box = it.getClientRects()[0] ?? it.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + Math.min(9, box.width / 2), box.top + box.height / 2);
  return [all.indexOf(it), it.contains(top), it.outerHTML.slice(0, 80)];
})()"""


@pytest.mark.parametrize("width", [375, 1280])
def test_the_keyboard_alone_reaches_everything_and_nothing_covers_it(
    open_page: Open, page: "Page", width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    frame = open_page("file")
    frame.evaluate(
        f"all = [...document.querySelectorAll('{FOCUSABLE}')].filter((it) => it.checkVisibility())"
    )
    spare = "((radios) => radios.length - new Set(radios.map((it) => it.name)).size)"
    radios = frame.evaluate(f"{spare}(all.filter((it) => it.type === 'radio'))")
    count = frame.evaluate("all.length")
    reached = set()
    for _ in range(count + 15):  # a native player has buttons of its own
        page.keyboard.press("Tab")
        index, is_seen, what = frame.evaluate(FOCUS)
        assert is_seen or index < 0, what
        reached.add(index)
    assert (
        len(reached - {-1}) == count - radios
    )  # one of a group of radio buttons; arrow keys choose the others


def test_keys_do_what_a_pointer_does(open_page: Open, page: "Page") -> None:
    frame = open_page("file")
    frame.focus(".chapters li:last-child a")
    page.keyboard.press("Enter")
    assert seconds(frame) > 5
    frame.focus("[data-question=way] input")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert frame.text_content(".score") == "1 of 2 right"
    frame.focus(".skip")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert frame.evaluate("document.activeElement.closest('.more') !== null")
    frame.focus(".deck summary")
    page.keyboard.press("Enter")
    assert frame.is_visible(".deck details p")


@pytest.fixture(scope="module")
def first_address(first_lesson: ExportRequest) -> str:
    """The address of the page of the first lesson, which has more content than the small one."""
    return write_page(first_lesson)[0].as_uri()


OPEN_ALL = "document.querySelectorAll('details').forEach((details) => (details.open = true))"


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_no_violation(
    page: "Page", first_address: str, npm_package: Path, theme: Any, width: int
) -> None:
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{first_address}?t=12")
    wait_until(page.main_frame, PLAYABLE)
    page.click(".choices label")
    page.click(".reply:has(.choices) button")
    page.evaluate(OPEN_ALL)
    page.evaluate((npm_package / "axe-core" / "axe.min.js").read_text("utf-8"))
    assert page.evaluate(AXE) == []


@pytest.mark.parametrize("width", [320, 375, 768, 1024, 1280])
def test_nothing_is_wider_than_the_window(page: "Page", first_address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    page.goto(first_address)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_chosen_theme_lasts_where_there_is_storage(open_page: Open, page: "Page") -> None:
    page.emulate_media(color_scheme="dark")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    frame = open_page("ranges")
    dark = frame.evaluate(ground)
    assert frame.get_attribute(".theme", "aria-pressed") == "true"
    frame.click(".theme")
    assert frame.get_attribute(".theme", "aria-pressed") == "false"
    light = frame.evaluate(ground)
    assert light != dark
    assert open_page("ranges").evaluate(ground) == light
    sandboxed = open_page("sandbox")
    sandboxed.click(".theme")
    assert sandboxed.evaluate(ground) == light


def test_without_scripts_all_texts_and_answers_are_there(browser: "Browser", page_folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{page_folder.as_uri()}/index.html")
    page.click("[data-question=loss] summary")
    assert page.is_visible("[data-question=loss] .shown")
    assert not page.is_visible(".search")
    assert not page.is_visible(".theme")
    context.close()


def test_print_has_the_transcript_a_still_and_the_answers(open_page: Open, page: "Page") -> None:
    frame = open_page("file")
    frame.fill("input[type=search]", "gap")
    page.emulate_media(media="print")
    frame.evaluate("dispatchEvent(new Event('beforeprint'))")
    seen = {
        css: frame.is_visible(css)
        for css in (".still", ".answers .shown", ".deck p", "video", ".quiz button")
    }
    assert seen == {
        ".still": True,
        ".answers .shown": True,
        ".deck p": True,
        "video": False,
        ".quiz button": False,
    }
    assert all(link.is_visible() for link in frame.locator(".transcript .text a").all())
    assert frame.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
