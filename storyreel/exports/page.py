"""The page of a lesson: one file, `index.html`, beside the film. It also works from a disk and offline.

Style, scripts, captions and chapters are embedded. Its content security policy allows only its own scripts
and style, by their hashes, and media from its own site.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from markupsafe import Markup

from storyreel.core.atomic_file import atomic_file
from storyreel.core.messages import messages
from storyreel.core.number_format import localized, marks
from storyreel.core.paths import ASSETS
from storyreel.exports.base import Export, ExportRequest
from storyreel.exports.figures.figure import figure_data, figure_rows, html_symbol
from storyreel.exports.figures.graph_figure import graph_figure
from storyreel.exports.page_css_colours import colour_style
from storyreel.exports.page_theme import colour_scheme, font_style, logo_url
from storyreel.exports.page_transcript import page_transcript
from storyreel.exports.schema_org import addresses, video_object
from storyreel.exports.templates import captions_url, content_policy, templates
from storyreel.lesson.manifest import Manifest
from storyreel.lesson.network_entries import GraphEntry, NetworkEntry, TrainedEntry

PAGE_ASSETS = ASSETS / "page"
STYLES = ("page.css", "figure.css")
EARLY_SCRIPT = "theme.js"  # runs before the page is shown
LARGEST_FIGURE = 1_000
"""The most numbers of a network that the page shows."""
SCRIPTS = (
    "words.js",
    "number.js",
    "functions.js",
    "graph.js",
    "training.js",
    "network.js",
    "trained_graph.js",
    "diagram.js",
    "graph_diagram.js",
    "layered_figure.js",
    "graph_figure.js",
    "figure.js",
    "player.js",
    "quiz.js",
)
_AS_TEXT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


def write_page(request: ExportRequest) -> list[Path]:
    """Write the lesson's `index.html`; returns its path. Raises OutsideError if it cannot be written."""
    path = request.folder / "index.html"
    text = page_html(request)
    with atomic_file(path) as temporary:
        temporary.write_text(text, "utf-8", newline="\n")
    return [path]


def page_html(request: ExportRequest, more_scripts: Iterable[str] = ()) -> str:
    """The page as HTML; `more_scripts` are the texts of scripts that run after its own.

    The document has events for these: `storyreel:progress` and `storyreel:ended` (details: `seconds`, `of`)
    and `storyreel:score` (details: `right`, `asked`).
    """
    lesson = request.lesson
    fonts = font_style(request)
    style = colour_style(lesson.theme.colours) + fonts + _assets(STYLES)
    early_script = _assets([EARLY_SCRIPT])
    script = "\n".join([_assets(SCRIPTS), *more_scripts])
    where = addresses(lesson, request.base_url) if request.base_url else None
    environment = templates(PAGE_ASSETS)
    environment.filters["moment"] = lambda seconds: f"{seconds:.2f}"
    environment.filters["localized"] = lambda number: localized(number, lesson.language)
    environment.filters["seconds"] = lambda seconds: f"{seconds:.3f}"
    return environment.get_template("page.html.j2").render(
        lesson=lesson,
        policy=content_policy([style], [early_script, script], has_fonts=bool(fonts)),
        style=Markup(style),
        early_script=Markup(early_script),
        scheme=colour_scheme(request),
        logo=logo_url(request),
        script=Markup(script),
        captions={
            language: captions_url(request.folder / files.vtt)
            for language, files in lesson.files.captions.items()
        },
        chapter_track=captions_url(request.folder / lesson.files.chapters),
        transcript=page_transcript(lesson.chapters),
        figures=_figures(lesson),
        decimal_mark=marks(lesson.language)[0],
        words=messages(lesson.language)["page"],
        data=_json(_data(lesson)),
        address=where and {**asdict(where), "structured_data": _json(video_object(lesson, where))},
    )


def _assets(names: Sequence[str]) -> str:
    return "\n".join((PAGE_ASSETS / name).read_text("utf-8") for name in names)


def _json(data: Any) -> Markup:
    """`data` as JSON that can be embedded anywhere in HTML."""
    return Markup(json.dumps(data, separators=(",", ":")).translate(_AS_TEXT))


def _data(lesson: Manifest) -> dict[str, Any]:
    """The data for the page's scripts."""
    said = messages(lesson.language)
    return {
        "networks": {
            **{name: figure_data(network) for name, network in _readable(lesson.networks).items()},
            **{name: graph_figure(graph) for name, graph in _readable(lesson.graphs).items()},
        },
        "questions": [asdict(question) for question in lesson.questions],
        "words": said["page"],
        "names": said["names"],
    }


PAGE = Export("page", "a page with film, transcript, figures, quiz: one file, index.html", write_page)


def _figures(lesson: Manifest) -> list[dict[str, Any]]:
    """The figures as the template takes them: a name, rows of the table, and which columns it has."""
    networks: dict[str, TrainedEntry] = {**_readable(lesson.networks), **_readable(lesson.graphs)}
    return [_table(name, network, lesson.language) for name, network in networks.items()]


def _table(name: str, network: TrainedEntry, language: str) -> dict[str, Any]:
    # Which examples are in a mini-batch is not known to the script, which keeps a graph's table up to date.
    is_stepless = isinstance(network, GraphEntry) and network.batch_size is not None
    return {
        "name": name,
        "rows": figure_rows(network, language),
        "output": html_symbol(network.output if isinstance(network, GraphEntry) else "loss"),
        "has_cost": bool(network.cost_gradients),
        "has_next": bool(network.next) and not is_stepless,
    }


AnyEntry = TypeVar("AnyEntry", NetworkEntry, GraphEntry)


def _readable(networks: Mapping[str, AnyEntry]) -> dict[str, AnyEntry]:
    """The networks of which the page has a figure and a table: those with few enough numbers to be read."""
    return {name: each for name, each in networks.items() if len(each.values) <= LARGEST_FIGURE}
