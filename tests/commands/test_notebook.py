"""One notebook from end to end: the blocks of the README, run by a kernel."""

import base64
import re
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import nbformat
import pytest
from nbclient import NotebookClient

from storyreel.production.pipeline import still

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
LESSON = re.findall(r"^```yaml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)[0]
SCRIPTS = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
MAGIC = "%%storyreel -q draft --voice silent"
CELLS = {
    "render": SCRIPTS[0] + "film",
    "picture": "picture",
    "trace": "trace",
    "network": SCRIPTS[1] + "network",
    "gradient": "print(gradient)",
    "extension": "%load_ext storyreel",
    "a beat": f"{MAGIC} mine --chapter forward --beat 1\n{LESSON}",
    "problems": f"{MAGIC}\n" + LESSON.replace("draw_network", "draw_netwrk").replace("{h}", "{hh}"),
    "no such chapter": f"{MAGIC} --chapter forwrd\n{LESSON}",
    "no such option": f"{MAGIC} --colour\n{LESSON}",
    "half a quotation": f"{MAGIC} '\n{LESSON}",
    "help": f"%%storyreel --help\n{LESSON}",
    "a text": f"storyreel.load('''{LESSON}''').path",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebook")
    (folder / "lesson.yaml").write_text(LESSON)
    return folder


@pytest.fixture(scope="module")
def outputs(folder: Path) -> dict[str, list[Any]]:
    """What each cell has shown."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS.values()])
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=600, allow_errors=True, resources=resources).execute()
    nbformat.validate(notebook)
    return {name: cell.outputs for name, cell in zip(CELLS, notebook.cells, strict=True)}


def shown(outputs: list[Any], kind: str) -> str:
    """The content of a kind that the last output has."""
    assert outputs[-1].output_type == "execute_result", outputs
    return str(outputs[-1].data[kind])


def player(html: str) -> Any:
    """The player, as an element; HTML lets attributes stand without a value, and elements without an end."""
    html = re.sub(r" (controls|playsinline|default)(?=[ >])", r' \1=""', html)
    return fromstring(re.sub(r"(<(source|track)[^>]*)>", r"\1/>", html)).find("video")


def data(url: str, kind: str) -> bytes:
    start = f"data:{kind};base64,"
    assert url.startswith(start)
    return base64.b64decode(url.removeprefix(start))


@pytest.mark.parametrize(
    ("cell", "film"), [("render", "out/lesson/lesson"), ("a beat", "out/mine/beats/forward-1")]
)
def test_a_film_is_a_player_with_captions(outputs: Any, folder: Path, cell: str, film: str) -> None:
    video = player(shown(outputs[cell], "text/html"))
    source, track = video.find("source"), video.find("track")
    assert data(source.attrib["src"], "video/mp4") == (folder / f"{film}.mp4").read_bytes()
    captions = "out/lesson/captions" if film.endswith("lesson") else film
    assert data(track.attrib["src"], "text/vtt") == (folder / f"{captions}.en.vtt").read_bytes()
    assert (track.attrib["kind"], track.attrib["srclang"]) == ("captions", "en")
    assert data(video.attrib["poster"], "image/jpeg").startswith(b"\xff\xd8")
    assert video.attrib["title"]


@pytest.mark.parametrize("cell", ["render", "a beat"])
def test_the_progress_bar_is_gone_in_the_end(outputs: Any, cell: str) -> None:
    bar, _ = outputs[cell]
    assert bar.output_type == "display_data"
    assert bar.data == {"text/plain": "", "text/html": ""}


def test_a_still_is_a_picture(outputs: Any, folder: Path) -> None:
    png = base64.b64decode(shown(outputs["picture"], "image/png"))
    assert png == still(folder / "lesson.yaml", chapter="forward", beat=2, quality="draft")._repr_png_()


def test_a_trace_is_a_table_and_a_network_a_diagram(outputs: Any) -> None:
    rows = fromstring(shown(outputs["trace"], "text/html")).iter("tr")
    assert ["w2", "5/6", "12"] in [["".join(cell.itertext()) for cell in row] for row in rows]
    svg = fromstring(shown(outputs["network"], "image/svg+xml"))
    assert {"0.5", "−1.2", "2"} <= {
        "".join(text.itertext()) for text in svg.iter() if text.tag.endswith("text")
    }


def test_a_number_of_a_network_made_by_hand_is_right(outputs: Any) -> None:
    # By central differences: x = 2, h = tanh(w x + 0.1), y = 2 h[0] + h[1], Huber's loss of y − 3.
    from math import tanh

    def loss(weight: float) -> float:
        error = abs(2 * tanh(0.5 * 2 + 0.1) + tanh(weight * 2 + 0.1) - 3)
        return 0.5 * error**2 if error <= 1 else error - 0.5

    (stream,) = outputs["gradient"]
    assert float(stream.text) == pytest.approx((loss(-1.2 + 1e-6) - loss(-1.2 - 1e-6)) / 2e-6, rel=1e-6)


def test_problems_are_shown_with_their_lines_and_no_traceback(outputs: Any) -> None:
    cell = CELLS["problems"].splitlines()
    first, second = (next(n for n, line in enumerate(cell, 1) if word in line) for word in ("netwrk", "{hh}"))
    (error,) = outputs["problems"]
    assert error.ename == "StoryboardError"
    lines = error.traceback
    assert lines[0].startswith(f"storyboard:{first}:13: no cue named `draw_netwrk`")
    assert lines[1].endswith("- draw_netwrk")
    assert lines[2] == " " * 16 + "^"
    assert lines[3].startswith(f"storyboard:{second}:")
    assert len(lines) == 6


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("no such chapter", "storyreel: no chapter called 'forwrd'; did you mean `forward`?"),
        ("no such option", "storyreel: No such option '--colour'."),
        ("half a quotation", f"storyreel: {MAGIC} ': No closing quotation"),
    ],
)
def test_wrong_usage_is_one_line(outputs: Any, cell: str, message: str) -> None:
    (line,) = outputs[cell][-1].traceback
    assert line.startswith(message)


def test_help_lists_the_options(outputs: Any) -> None:
    (stream,) = outputs["help"]
    assert stream.text.startswith("Usage: %%storyreel [OPTIONS] [NAME]")
    assert "--frame-rate" in stream.text


def test_a_text_is_a_storyboard_of_its_own(outputs: Any) -> None:
    assert shown(outputs["a text"], "text/plain") == "PosixPath('storyboard')"
