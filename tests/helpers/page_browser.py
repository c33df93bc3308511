"""The browser of the tests of pages: one Chromium, tabs that watch the page in them, and the npm packages."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Frame, Page

HERE = Path(__file__).parents[1]
FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync "
    "--no-first-run --autoplay-policy=no-user-gesture-required --mute-audio"
)
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
window.told = [];
for (const kind of ["progress", "ended", "score"]) {
  document.addEventListener(`storyreel:${kind}`, (event) => told.push([kind, event.detail]));
}
"""
PLAYABLE = "document.querySelector('video').readyState >= 3"
TIME = "document.querySelector('video').currentTime"
COURSE = """<!DOCTYPE html><title>A course</title><link rel="icon" href="data:,">
<iframe sandbox="allow-scripts" width="1200" height="700" src="index.html{}"></iframe>"""
Open = Callable[..., "Frame"]


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """A headless Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no Chromium; scripts/setup_browser sets it up")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def npm_package() -> Path:
    """The folder of the packages in tests/browser/package.json."""
    folder = HERE / "browser" / "node_modules"
    if not (folder / "set-up").is_file():
        pytest.skip("the npm packages are not there; scripts/setup_browser sets them up")
    return folder


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    """A tab of a reader who wants no motion. A page may have no fault in a script."""
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 800})
    context.add_init_script(WATCH)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield page
    for frame in page.frames:
        assert frame.evaluate("window.violations") == []
    context.close()
    assert faults == []


@pytest.fixture
def open_page(page: "Page", page_folder: Path, page_site: str) -> Open:
    """What opens the page at a place, as at an address; gives the frame that it is in, ready to play."""

    def open_at(place: str, address: str = "") -> "Frame":
        if place == "sandbox":
            (page_folder / "course.html").write_text(COURSE.format(address))
            page.goto(f"{page_site}course.html")
            opened = page.frames[1]
        else:
            page.goto(
                (page_site if place == "ranges" else f"{page_folder.as_uri()}/") + f"index.html{address}"
            )
            opened = page.main_frame
        wait_until(opened, PLAYABLE)
        return opened

    return open_at


def wait_until(frame: "Frame", condition: str) -> None:
    """Wait until a condition in JavaScript holds. The browser's own means of it breaks the page's policy."""
    frame.evaluate(f"""new Promise((done, fail) => {{
      const look = () => ({condition} ? done() : requestAnimationFrame(look));
      setTimeout(() => fail(new Error("never")), 15000);
      look();
    }})""")


def seconds(frame: "Frame") -> float:
    """Where the film is, as soon as it is there."""
    wait_until(frame, "!document.querySelector('video').seeking")
    return float(frame.evaluate(TIME))
