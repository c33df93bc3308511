"""The page as a file: its content, escaping, and validation."""

import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
import webvtt
from coloraide import Color
from helpers.quiz_lesson import HOSTILE

from storyreel.core.number_format import shown
from storyreel.exports.base import ExportRequest
from storyreel.exports.page import page_html, write_page
from storyreel.exports.page_css_colours import page_colours
from storyreel.exports.page_transcript import page_transcript, sentences
from storyreel.lesson.manifest import BeatEntry, ClipFiles, Manifest, WordEntry
from storyreel.storyboard.themes.built_in import built_in_names, built_in_theme
from storyreel.timing.caption_files import write_vtt

BASE = "https://example.org/course/"


class Reader(HTMLParser):
    """The elements of a page with their attributes, and the text of each kind of element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._last = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._last = tag
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._last, []).append(data)

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [has for name, has in self.elements if name == tag and wanted.items() <= has.items()]


def hostile(value: Any, texts: Any) -> Any:
    """`value` with a hostile text in place of every text but names of files, languages and kinds."""
    if isinstance(value, str):
        return next(texts)
    if isinstance(value, tuple):
        return tuple(hostile(one, texts) for one in value)
    if not is_dataclass(value) or isinstance(value, ClipFiles | type):
        return value
    kept = {"name", "language", "networks", "id"}
    return replace(
        value, **{f.name: hostile(getattr(value, f.name), texts) for f in fields(value) if f.name not in kept}
    )


@pytest.fixture(scope="module")
def attacked(page_lesson: tuple[Path, Manifest]) -> ExportRequest:
    folder, lesson = page_lesson
    return ExportRequest(folder, hostile(lesson, cycle(HOSTILE)), BASE)


def test_the_same_lesson_makes_the_same_bytes(page_lesson: tuple[Path, Manifest]) -> None:
    (path,) = write_page(ExportRequest(*page_lesson))
    first = path.read_bytes()
    write_page(ExportRequest(*page_lesson))
    assert path.name == "index.html"
    assert path.read_bytes() == first


def test_the_first_lessons_page_is_light(first_lesson: ExportRequest) -> None:
    assert len(gzip.compress(page_html(first_lesson).encode(), 9)) <= 60_000


def test_the_policy_names_what_is_inline_and_nothing_else(page_lesson: tuple[Path, Manifest]) -> None:
    html = page_html(ExportRequest(*page_lesson), ["document.title = 'more';"])
    (policy,) = Reader(html).all("meta", **{"http-equiv": "Content-Security-Policy"})
    rules = dict(rule.strip().split(" ", 1) for rule in str(policy["content"]).split(";"))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in str(policy["content"])
    for kind, rule in (("style", "style-src"), ("script", "script-src")):
        texts = re.findall(rf"<{kind}>(.*?)</{kind}>", html, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
        assert rules[rule] == " ".join(f"'sha256-{digest}'" for digest in digests)
    assert not re.search(r"\s(style|on\w+)=", re.sub(r"<(script|style)>.*?</\1>", "", html, flags=re.DOTALL))


def test_captions_and_chapters_are_inside_of_the_page(page_lesson: tuple[Path, Manifest]) -> None:
    folder, lesson = page_lesson
    english = lesson.files.captions["en"]
    german = replace(english, vtt=lesson.chapters[0].files.captions["en"].vtt)
    lesson = replace(lesson, files=replace(lesson.files, captions={"en": english, "de": german}))
    tracks = Reader(page_html(ExportRequest(folder, lesson))).all("track")
    assert [(track["kind"], track["srclang"], "default" in track) for track in tracks] == [
        ("captions", "en", True),
        ("captions", "de", False),
        ("chapters", "en", False),
    ]
    for track, file in zip(tracks, [english.vtt, german.vtt, lesson.files.chapters], strict=True):
        kind, _, data = str(track["src"]).partition(",")
        assert kind == "data:text/vtt;charset=utf-8"
        assert unquote_to_bytes(data) == (folder / file).read_bytes()


def test_search_engines_are_told_only_where_the_page_is_known_to_be(
    page_lesson: tuple[Path, Manifest],
) -> None:
    folder, lesson = page_lesson
    plain = Reader(page_html(ExportRequest(folder, lesson)))
    assert not plain.all("script", type="application/ld+json")
    assert not any(str(meta.get("property")).startswith("og:") for meta in plain.all("meta"))

    html = page_html(ExportRequest(folder, lesson, BASE))
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    data = json.loads(found)
    assert (data["name"], data["contentUrl"]) == ("Two times three", f"{BASE}lesson.mp4")
    assert [part["name"] for part in data["hasPart"]] == ["Forward", "The loss: 2"]
    assert all(one["endOffset"] == other["startOffset"] for one, other in pairwise(data["hasPart"]))
    assert data["hasPart"][1]["url"] == f"{BASE}index.html?t={data['hasPart'][1]['startOffset']:.2f}"
    properties = {meta.get("property"): meta.get("content") for meta in Reader(html).all("meta")}
    assert properties["og:image"] == f"{BASE}poster.jpg"


def test_hostile_texts_are_text_on_the_page(
    page_lesson: tuple[Path, Manifest], attacked: ExportRequest
) -> None:
    html = page_html(attacked)
    page, kind = Reader(html), Reader(page_html(ExportRequest(*page_lesson, BASE)))
    structure = [
        tag for tag, _ in kind.elements if tag != "a"
    ]  # <a> is a sentence: how many there are depends on the text
    assert [tag for tag, _ in page.elements if tag != "a"] == structure
    shown = "".join(text for tag in ("li", "summary", "p", "dt", "dd") for text in page.texts[tag])
    assert all(text in shown for text in attacked.lesson.takeaways)
    assert "\x00" not in html


def test_data_for_scripts_comes_back_as_it_was(attacked: ExportRequest) -> None:
    (data,) = re.findall(r'id="lesson-data">(.*?)</script>', page_html(attacked), re.DOTALL)
    assert not re.search("[<>&]", data)
    asked = [variant["ask"] for question in json.loads(data)["questions"] for variant in question["variants"]]
    assert asked == [variant.ask for question in attacked.lesson.questions for variant in question.variants]


def test_sentences_begin_with_their_first_words() -> None:
    words = [
        WordEntry(text, time, time + 0.5)
        for time, text in enumerate(("It", "is", "6.", "Really?", "So", "(it", "is.)", "so"))
    ]
    beat = BeatEntry(1, 0.0, 9.0, "…", tuple(words), ClipFiles("", "", {}))
    assert [(one.start, one.text) for one in sentences(beat)] == [
        (0, "It is 6."),
        (3, "Really?"),
        (4, "So (it is.)"),
        (7, "so"),
    ]


def said_by(beat: BeatEntry, speaker: str) -> BeatEntry:
    return replace(beat, words=tuple(replace(word, speaker=speaker) for word in beat.words))


def test_the_transcript_has_every_word_and_names_who_speaks(page_lesson: tuple[Path, Manifest]) -> None:
    first, second = page_lesson[1].chapters
    beats = second.beats
    dialogue = replace(second, beats=tuple(map(said_by, beats, "AB")))
    told = page_transcript((first, dialogue))
    assert [len(chapter.paragraphs) for chapter in told] == [1, 2]
    assert [paragraph.speaker for paragraph in told[1].paragraphs] == ["A", "B"]
    said = " ".join(s.text for chapter in told for part in chapter.paragraphs for s in part.sentences)
    assert said == " ".join(beat.text for chapter in (first, second) for beat in chapter.beats if beat.text)


@pytest.mark.parametrize("kind", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("theme", built_in_names())
def test_every_colour_can_be_read_on_the_page(theme: str, kind: int) -> None:
    own = built_in_theme(theme).colours
    colours = {name: Color(both[kind]) for name, both in page_colours(own).items()}
    grounds = [colours["background"], colours["surface"]]
    for name in colours.keys() - {"background", "surface", "on-input"}:
        least = 3 if name in ("line", "positive", "negative", "falling") else 4.5
        assert all(colours[name].contrast(ground) >= least for ground in grounds), name
    assert colours["on-input"].contrast(colours["input"]) >= 4.5


def test_vnu_finds_no_error(npm_package: Path, attacked: ExportRequest) -> None:
    java = shutil.which("java")
    if java is None:
        pytest.skip("there is no Java; scripts/setup_browser sets it up")
    jar = npm_package / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = [java, "-Xss4m", "-jar", str(jar), "--format", "json", "-"]
    report = subprocess.run(command, input=page_html(attacked), capture_output=True, text=True, check=False)
    # It also warns of inline scripts, as it computes no hashes, and of new CSS.
    found = [one for one in json.loads(report.stderr)["messages"] if one["type"] == "error"]
    assert [one["message"] for one in found if not one["message"].startswith("CSS:")] == []


VALIDATE = """
const { WebVTTParser } = require(process.argv[1]);
const { readFileSync } = require("fs");
for (const file of process.argv.slice(2)) {
  const { cues, errors } = new WebVTTParser().parse(readFileSync(file, "utf8"), "subtitles");
  console.log(JSON.stringify([cues.length, errors]));
}
"""


def test_a_webvtt_validator_finds_no_fault(
    npm_package: Path, page_lesson: tuple[Path, Manifest], tmp_path: Path
) -> None:
    folder, lesson = page_lesson
    attacked = tmp_path / "attacked.vtt"
    write_vtt(
        attacked, [replace(lesson.captions[0], start=k, end=k + 1, text=t) for k, t in enumerate(HOSTILE)]
    )
    files = [*sorted(folder.rglob("*.vtt")), attacked]
    parser = npm_package / "webvtt-parser" / "parser.js"
    command = ["node", "-e", VALIDATE, str(parser), *map(str, files)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    for file, line in zip(files, lines, strict=True):
        count, errors = json.loads(line)
        assert errors == [], file
        assert count == len(webvtt.read(str(file)).captions) > 0


def test_a_network_with_data_has_the_gradients_of_loss_and_cost(first_lesson: ExportRequest) -> None:
    table = re.compile(r'<section class="figure" data-network="(\w+)".*?(<table>.*?</table>)', re.DOTALL)
    tables = dict(table.findall(page_html(first_lesson)))
    layers, chain = tables["layers"], tables["chain"]
    entry = first_lesson.lesson.networks["layers"]
    assert "Gradient of <var>L</var>" in layers and "Gradient of <var>C</var>" in layers
    gradients = shown(entry.gradients["W1[0,0]"]), shown(entry.cost_gradients["W1[0,0]"])
    row = re.search(r'<tr data-name="W1\[0,0\]">.*?</tr>', layers)
    assert row is not None and "<td>{}</td><td>{}</td>".format(*gradients) in row[0]
    cost = re.search(r'<tr data-name="cost"><th[^>]*><var>C</var></th><td>(.*?)</td>', layers)
    assert cost is not None and cost[1] == shown(entry.values["cost"])
    assert "<var>C</var>" not in chain and "Gradient</th>" in chain


def test_a_network_with_too_many_numbers_to_read_has_no_figure_and_no_table(
    first_lesson: ExportRequest,
) -> None:
    page = page_html(first_lesson)
    assert len(first_lesson.lesson.networks["digits"].values) > 1000
    assert 'data-network="chain"' in page
    assert 'data-network="digits"' not in page
    assert "W1[15,63]" not in page
