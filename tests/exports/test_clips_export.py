"""Clips: their files, their animations, and snippets that work after course systems have filtered them."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import nh3
import numpy as np
import pytest
from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, directives
from helpers.page_server import serving
from helpers.quiz_lesson import HOSTILE
from markdown_it import MarkdownIt
from PIL import Image, ImageColor

from storyreel.core.errors import OutsideError, UsageError
from storyreel.exports.base import ExportRequest
from storyreel.exports.clip_pages import snippets_page, snippets_text
from storyreel.exports.clips import write_clips
from storyreel.exports.excerpt import Excerpt, excerpts
from storyreel.exports.gif_webp import write_animations
from storyreel.exports.plain_text import one_line
from storyreel.exports.snippets import snippets
from storyreel.lesson.manifest import Manifest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BASE = "https://example.org/a lesson/(1)/"
ENDINGS = (".mp4", ".en.vtt", ".en.srt", ".jpg", ".png", ".gif", ".webp", ".player.html")


@pytest.fixture(scope="module")
def export_request(
    page_lesson: tuple[Path, Manifest], tmp_path_factory: pytest.TempPathFactory
) -> ExportRequest:
    """A lesson in a temporary folder, with its clips written."""
    folder = tmp_path_factory.mktemp("clips") / "lesson"
    shutil.copytree(page_lesson[0], folder)
    export_request = ExportRequest(folder, page_lesson[1])
    write_clips(export_request)
    return export_request


@pytest.fixture(scope="module")
def film(export_request: ExportRequest) -> list[tuple[Fraction, np.ndarray]]:
    """Every frame of the first chapter with its start time."""
    with av.open(export_request.folder / "chapters" / "forward.mp4") as container:
        return [
            (frame.pts * frame.time_base, frame.to_ndarray(format="rgb24"))
            for frame in container.decode(video=0)
        ]


def hostile_excerpts(export_request: ExportRequest) -> list[Excerpt]:
    chapter = export_request.lesson.chapters[0]
    chapters = tuple(replace(chapter, title=f"{text} end") for text in HOSTILE)
    return list(excerpts(replace(export_request, lesson=replace(export_request.lesson, chapters=chapters))))


def snippet(excerpt: Excerpt, format: str, base_url: str = "") -> str:
    return next(one.text for one in snippets(excerpt, base_url) if one.format == format)


def digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


# Files


def test_a_chapter_has_all_files_and_they_are_reported_after_the_page_of_snippets(
    export_request: ExportRequest,
) -> None:
    folder = export_request.folder / "clips"
    before = digests(folder)
    written = write_clips(export_request)
    assert [path.name for path in written[:2]] == ["snippets.html", "snippets.md"]
    expected = {f"{id}{ending}" for id in ("forward", "loss") for ending in ENDINGS}
    assert sorted(path.name for path in written[2:]) == sorted(expected)
    assert {path.name for path in folder.iterdir()} == {path.name for path in written}
    assert digests(folder) == before  # the same bytes again
    assert (folder / "forward.mp4").read_bytes() == (
        export_request.folder / "chapters" / "forward.mp4"
    ).read_bytes()


def test_beats_have_clips_whose_names_no_chapter_can_have(
    export_request: ExportRequest, tmp_path: Path
) -> None:
    chapter = export_request.lesson.chapters[0]
    lesson = replace(export_request.lesson, chapters=(chapter, replace(chapter, id="forward-1", beats=())))
    chosen = list(excerpts(ExportRequest(tmp_path, lesson, with_beats=True)))
    assert [one.name for one in chosen] == ["forward", "forward.beat-1", "forward.beat-2", "forward-1"]
    assert [one.film for one in chosen][1] == "forward.beat-1.mp4"
    assert chosen[2].captions == {"en": "forward.beat-2.en.vtt"}
    assert chosen[2].title == "Forward (2)"
    assert chosen[2].seconds == chapter.beats[1].end - chapter.beats[1].start


def test_a_film_without_a_background_is_a_clip_where_it_is_asked_for(
    export_request: ExportRequest, tmp_path: Path
) -> None:
    folder = tmp_path / "lesson"
    shutil.copytree(export_request.folder, folder, ignore=shutil.ignore_patterns("clips"))
    for name in ("forward", "loss"):
        (folder / "chapters" / f"{name}.transparent.mov").write_bytes(name.encode())
    written = write_clips(replace(export_request, folder=folder, transparent=True))
    assert {path.name for path in written if path.suffix == ".mov"} == {
        "forward.transparent.mov",
        "loss.transparent.mov",
    }
    assert (folder / "clips" / "loss.transparent.mov").read_bytes() == b"loss"
    assert "forward.transparent.mov" in (folder / "clips" / "snippets.html").read_text("utf-8")


def test_a_beat_that_is_no_film_yet_is_one_clear_line_and_nothing_is_written(
    page_lesson: tuple[Path, Manifest], tmp_path: Path
) -> None:
    folder = tmp_path / "lesson"
    shutil.copytree(page_lesson[0] / "chapters", folder / "chapters")
    with pytest.raises(UsageError) as raised:
        write_clips(ExportRequest(folder, page_lesson[1], with_beats=True))
    assert str(raised.value) == (
        f"{folder}/beats/forward-1.mp4 is not there; with the storyboard instead of lesson.json, "
        "export renders what is missing"
    )
    assert not (folder / "clips").exists()


def test_a_film_that_cannot_be_read_is_said(export_request: ExportRequest, tmp_path: Path) -> None:
    shutil.copytree(export_request.folder / "chapters", tmp_path / "chapters")
    (tmp_path / "chapters" / "loss.mp4").write_bytes(b"no film")
    with pytest.raises(OutsideError, match=r"cannot read the film .*loss\.mp4"):
        write_clips(ExportRequest(tmp_path, export_request.lesson))


# Pictures


def test_the_still_is_the_last_picture_of_the_film(export_request: ExportRequest, film: Any) -> None:
    still = np.asarray(Image.open(export_request.folder / "clips" / "forward.png"))
    np.testing.assert_array_equal(still, film[-1][1])


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_an_animation_shows_what_the_film_shows_at_every_tenth_of_a_second(
    export_request: ExportRequest, film: Any, kind: str
) -> None:
    chapter = export_request.lesson.chapters[0]
    with Image.open(export_request.folder / "clips" / f"forward.{kind}") as animation:
        assert animation.info["loop"] == 0  # for ever
        assert animation.size == (320, 180)  # not enlarged
        frames, at = [], 0
        for number in range(animation.n_frames):
            animation.seek(number)
            animation.load()
            frames.append((at, np.asarray(animation.convert("RGB")).astype(int)))
            at += animation.info["duration"]
    seconds = chapter.end - chapter.start
    assert at / 1000 == pytest.approx(seconds, abs=0.1 if kind == "gif" else 1.0)
    assert len(frames) < 0.8 * seconds * 10  # a still picture is stored once
    for tenth in range(int(seconds * 10)):
        shown = next(frame for start, frame in reversed(frames) if start <= 100 * tenth)
        wanted = next(picture for start, picture in reversed(film) if start <= Fraction(tenth, 10))
        assert np.abs(shown - wanted).mean() < 2.5
        assert np.quantile(np.abs(shown - wanted), 0.98) <= 24


@pytest.mark.parametrize("colours", [["black", "white"], ["white", "black", "red", "black"]])
def test_a_gif_of_few_colours_has_just_these(tmp_path: Path, colours: list[str]) -> None:
    with av.open(tmp_path / "film.mp4", "w") as film:
        stream = film.add_stream("libx264", rate=1, options={"qp": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv444p"
        for colour in colours:
            film.mux(stream.encode(av.VideoFrame.from_image(Image.new("RGB", (64, 64), colour))))
        film.mux(stream.encode())
    write_animations(tmp_path / "film.mp4", tmp_path / "film.gif", tmp_path / "film.webp")
    with Image.open(tmp_path / "film.gif") as animation:
        at = 0
        for number, colour in enumerate(colours):
            while animation.tell() < animation.n_frames - 1 and at < 1000 * number:
                at += animation.info["duration"]
                animation.seek(animation.tell() + 1)
            pixels = np.asarray(animation.convert("RGB")).astype(int)
            assert np.abs(pixels - ImageColor.getrgb(colour)).max() <= 3, (number, colour)


# Snippets


def words(text: str) -> set[str]:
    return set(text.split())


CANVAS: dict[str, Any] = {  # what Canvas's gems/canvas_sanitize allows, as far as it matters here
    "tags": words("a div iframe p span video"),
    "attributes": {
        "*": words("style class id title role lang dir aria-label"),
        "a": words("href target name"),
        "iframe": words("src width height name align frameborder scrolling sandbox allowfullscreen"),
        "video": words("name src allowfullscreen muted poster width height"),
    },
    "filter_style_properties": words(
        "background border clear color cursor direction display float font height left line-height margin "
        "max-height max-width min-height min-width overflow padding padding-bottom padding-left "
        "padding-right padding-top position right text-align top vertical-align visibility width"
    ),
    "url_schemes": {"http", "https"},
    "link_rel": None,
}
MOODLE: dict[str, Any] = {  # what Moodle's HTML Purifier allows (purify_html in lib/weblib.php): no frames
    "tags": words("a div p source span track video"),
    "attributes": {
        "*": words("style class title lang"),
        "a": {"href"},
        "video": words(
            "src crossorigin poster preload autoplay playsinline loop muted controls width height"
        ),
        "source": words("src type"),
        "track": words("src kind srclang label default"),
    },
    "filter_style_properties": words("color height margin max-height max-width padding text-align width"),
    "url_schemes": {"http", "https"},
    "link_rel": None,
}


def test_addresses_are_beside_the_page_or_absolute(export_request: ExportRequest) -> None:
    chosen = next(excerpts(export_request))
    assert 'src="clips/forward.player.html"' in snippet(chosen, "HTML, player")
    assert 'src="https://example.org/a%20lesson/%281%29/clips/forward.mp4"' in snippet(chosen, "Moodle", BASE)
    for one in snippets(chosen, BASE):
        assert "clips/" not in one.text.replace("https://example.org/a%20lesson/%281%29/clips/", ""), (
            one.format
        )


def test_course_systems_keep_what_plays(export_request: ExportRequest) -> None:
    for excerpt in hostile_excerpts(export_request):
        kept = nh3.clean(snippet(excerpt, "Canvas", BASE), **CANVAS)
        assert kept.count("<") == 4
        assert 'src="https://example.org/a%20lesson/%281%29/clips/forward.player.html"' in kept
        assert 'style="position:relative;padding-top:56.25%"' in kept
        assert 'style="position:absolute;top:0;left:0;width:100%;height:100%;border:0"' in kept
        assert "allowfullscreen" in kept
        text = snippet(excerpt, "Moodle", BASE)
        assert "data:" not in text.split("title=")[0]
        kept = nh3.clean(text, **MOODLE)
        assert [tag.split()[0] for tag in kept.split("<")[1:]] == [
            "video",
            "source",
            "track",
            "a",
            "/a>",
            "/video>",
        ]
        for part in ("controls", "forward.jpg", "forward.mp4", "forward.en.vtt", "default", "max-width:100%"):
            assert part in kept


def alt_and_address(markdown: str) -> tuple[str, str, str]:
    """Alternative text, address and link of Markdown that is one linked picture."""
    reader = MarkdownIt("commonmark")
    opening, inline, closing = reader.parse(markdown)
    assert (opening.type, closing.type) == ("paragraph_open", "paragraph_close")
    link, image, end = inline.children
    assert (link.type, image.type, end.type) == ("link_open", "image", "link_close")
    alt = reader.renderer.renderInlineAsText(image.children, reader.options, {})
    return alt, image.attrs["src"], link.attrs["href"]


def test_markdown_is_one_linked_picture_whatever_the_title(export_request: ExportRequest) -> None:
    for excerpt in hostile_excerpts(export_request):
        still = alt_and_address(snippet(excerpt, "Markdown"))
        assert still == (excerpt.title, "clips/forward.jpg", "clips/forward.mp4")
        moving = alt_and_address(snippet(excerpt, "Markdown, moving"))
        assert moving == (excerpt.title, "clips/forward.gif", "clips/forward.mp4")


def test_myst_and_quarto_are_directives_whatever_the_title(export_request: ExportRequest) -> None:
    reader = MarkdownIt("commonmark")
    for excerpt in hostile_excerpts(export_request):
        (fence,) = reader.parse(snippet(excerpt, "MyST in Sphinx"))
        assert (fence.info, fence.content) == ("{raw} html", snippet(excerpt, "HTML, video"))
        for base_url, first in (
            ("", ":::{figure} clips/forward.mp4"),
            ("https://example.org/", ":::{iframe} https://example.org/clips/forward.player.html"),
        ):
            lines = snippet(excerpt, "MyST", base_url).splitlines()
            assert (lines[0], lines[-3], lines[-1]) == (first, "", ":::")
            _, inline, _ = reader.parse(lines[-2])
            assert reader.renderer.renderInlineAsText(inline.children, reader.options, {}) == excerpt.title
        html, other = snippet(excerpt, "Quarto").split(":::\n\n")
        opening, _, rest = html.partition("\n")
        assert opening == '::: {.content-visible when-format="html"}'
        (fence,) = reader.parse(rest)
        assert (fence.info, fence.content) == ("{=html}", snippet(excerpt, "HTML, video"))
        opening, _, rest = other.partition("\n")
        assert opening == '::: {.content-visible unless-format="html"}'
        assert alt_and_address(rest.removesuffix(":::\n"))[0] == excerpt.title


class Only(Directive):
    """A stand-in for Sphinx's `only` directive that keeps all content."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        kept = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, kept)
        return [kept]


def test_restructuredtext_is_a_film_and_a_figure_whatever_the_title(export_request: ExportRequest) -> None:
    directives.register_directive("only", Only)
    for excerpt in hostile_excerpts(export_request):
        tree = publish_doctree(snippet(excerpt, "Sphinx"), settings_overrides={"halt_level": 2})
        (raw,), (image,) = tree.findall(nodes.raw), tree.findall(nodes.image)
        assert raw.astext() == snippet(excerpt, "HTML, video").rstrip()
        assert (image["alt"], image["uri"]) == (excerpt.title, "clips/forward.jpg")
        assert image.parent["refuri"] == "clips/forward.mp4"
        assert len(list(tree.findall(nodes.raw))) == 1


def test_the_snippets_as_markdown_are_blocks_whatever_the_title(export_request: ExportRequest) -> None:
    chosen = hostile_excerpts(export_request)
    fences = [
        token.content
        for token in MarkdownIt("commonmark").parse(snippets_text(export_request, chosen))
        if token.type == "fence"
    ]
    assert fences == [one.text for excerpt in chosen for one in snippets(excerpt, "")]


# In a browser


@dataclass(frozen=True)
class Course:
    """A course's site that has the lesson's folder in it, and a page for each course system."""

    address: str
    folder: Path


@pytest.fixture(scope="module")
def course(export_request: ExportRequest) -> Iterator[Course]:
    with serving(export_request.folder, ranges=True) as address:
        excerpt = next(excerpts(export_request))
        for name, format, rules in (("canvas", "Canvas", CANVAS), ("moodle", "Moodle", MOODLE)):
            kept = nh3.clean(snippet(excerpt, format, address), **rules)
            page = f'<!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,"><body>{kept}'
            (export_request.folder / f"{name}.html").write_text(page)
        (export_request.folder / "sandbox.html").write_text(
            '<!DOCTYPE html><link rel="icon" href="data:,">'
            '<iframe sandbox="allow-scripts" src="clips/forward.player.html"></iframe>'
        )
        yield Course(address, export_request.folder)


PLAY = """async (video) => {
  video.muted = true;
  await video.play();
  while (video.currentTime < 0.2) await new Promise((done) => setTimeout(done, 20));
  const track = video.textTracks[0];
  while (!track.cues || !track.cues.length) await new Promise((done) => setTimeout(done, 20));
  return [track.mode, video.videoWidth, Math.round(video.getBoundingClientRect().width)];
}"""


@pytest.mark.parametrize("place", ["canvas", "moodle", "sandbox", "disk"])
def test_a_pasted_clip_plays_with_captions(browser: "Browser", course: Course, place: str) -> None:
    context = browser.new_context(viewport={"width": 300, "height": 400})
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.goto(
        (course.folder / "clips" / "forward.player.html").as_uri()
        if place == "disk"
        else f"{course.address}{place}.html"
    )
    frame = page.frames[-1]
    frame.wait_for_selector("video")
    mode, film_width, width = frame.eval_on_selector("video", PLAY)
    assert (mode, film_width, width <= 300) == ("showing", 320, True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") or place == "sandbox"
    assert faults == []
    context.close()


def test_the_page_of_snippets_shows_and_copies_them(
    browser: "Browser", export_request: ExportRequest
) -> None:
    chosen = hostile_excerpts(export_request)
    path = export_request.folder / "clips" / "hostile.html"
    path.write_text(snippets_page(replace(export_request, base_url=BASE), chosen), "utf-8", newline="\n")
    context = browser.new_context(viewport={"width": 320, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("dialog", lambda dialog: faults.append("a dialog"))
    page.goto(path.as_uri())
    texts = page.eval_on_selector_all("code", "codes => codes.map((code) => code.textContent)")
    expected = [one.text for excerpt in chosen for one in snippets(excerpt, BASE)]
    assert [text for text in texts if text != BASE] == expected
    assert page.evaluate("document.scripts.length") == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.select_option("#format", "Moodle")
    assert page.locator(".snippet:visible").count() == len(chosen)
    page.locator("button:visible").first.click()
    page.get_by_role("status").filter(has_text="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == snippet(chosen[0], "Moodle", BASE)
    assert faults == []
    context.close()


def test_the_pages_are_accessible_in_both_themes(
    browser: "Browser", export_request: ExportRequest, npm_package: Path
) -> None:
    page = browser.new_page()
    axe = (npm_package / "axe-core" / "axe.min.js").read_text()
    for name in ("snippets.html", "forward.player.html"):
        page.goto((export_request.folder / "clips" / name).as_uri())
        page.evaluate(axe)
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate("axe.run().then(({ violations }) => violations.map(({ id }) => id))")
            assert found == [], (name, scheme)
    page.close()


def test_titles_are_one_line_without_control_characters(export_request: ExportRequest) -> None:
    assert [one.title for one in hostile_excerpts(export_request)] == [
        one_line(f"{text} end") for text in HOSTILE
    ]
