"""`render` and `still`: from a file, a text or a storyboard to films and pictures, in one call."""

import base64
import io
import os
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from storyreel.core.errors import Problem, UsageError
from storyreel.core.quality import QUALITIES, Quality
from storyreel.production import picture_digest, production, rendered_film
from storyreel.production.pipeline import render, still
from storyreel.production.rendered_film import RenderedFilm
from storyreel.reader import load
from storyreel.storyboard.vocabulary import scene_types
from storyreel.video.probe import probe

SMALL = Quality(160, 90, 15, "ultrafast", 30)
TEXT = """\
title: Two <words>
voice: silent
chapters:
  - id: only
    title: Only one
    scene: title_card
    beats:
      - say: This is [here] the title [there].
        do:
          - show_title: {title: Two words, at: here}
      - say: This is the end.
"""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("out #1")


@pytest.fixture(scope="module")
def film(out: Path) -> RenderedFilm:
    with pytest.warns(UserWarning, match=r"storyboard:8:39: warning: no cue starts at the mark `\[there\]`"):
        return render(TEXT, quality=SMALL, out=out, progress=False)


def test_a_text_becomes_a_lesson_called_storyboard(film: RenderedFilm, out: Path) -> None:
    assert film == RenderedFilm(
        out / "storyboard/lesson.mp4",
        "Two <words>",
        "en",
        out / "storyboard/captions.en.vtt",
        out / "storyboard/poster.jpg",
    )
    assert film.folder == out / "storyboard"
    assert all(path.is_file() for path in (film.path, film.captions, film.poster))
    assert os.fspath(film) == str(film) == str(film.path)
    assert film.captions.read_text().startswith("WEBVTT")


@pytest.mark.parametrize("give", [lambda: TEXT, lambda: load(TEXT)], ids=["text", "storyboard"])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_is_up_to_date_is_not_made_again(film, out, monkeypatch, give) -> None:
    monkeypatch.setattr(production, "plan", None)
    assert render(give(), quality=SMALL, out=out, progress=False) == film


def test_a_warning_points_at_the_line_that_asked(out: Path) -> None:
    for ask in (
        lambda: render(TEXT, quality=SMALL, out=out / "new", chapter="only", progress=False),
        lambda: still(TEXT, chapter="only", beat=1, quality=SMALL),
    ):
        with pytest.warns(UserWarning) as told:
            ask()
        assert [warning.filename for warning in told if "storyboard:8:39" in str(warning.message)] == [
            __file__
        ]


def test_warnings_are_told_once_for_what_is_read_here(film, out) -> None:
    told: list[Problem] = []
    render(TEXT, quality=SMALL, out=out, progress=False, on_warning=told.append)
    storyboard = load(TEXT)
    assert tuple(told) == storyboard.warnings
    render(storyboard, quality=SMALL, out=out, progress=False, on_warning=told.append)
    assert len(told) == 1


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_chapter_and_a_beat_are_films_of_their_own(out: Path) -> None:
    chapter = render(TEXT, quality=SMALL, out=out, chapter="only", progress=False)
    beat = render(TEXT, quality=SMALL, out=out, chapter="only", beat=2, workers=1, progress=False)
    assert chapter.path == out / "storyboard/chapters/only.mp4"
    assert beat.path == out / "storyboard/beats/only-2.mp4"
    assert beat.captions == out / "storyboard/beats/only-2.en.vtt"
    assert beat.title == "Only one"
    assert probe(beat.path).frames < probe(chapter.path).frames


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_still_is_a_picture_of_its_quality_that_can_be_saved(tmp_path: Path) -> None:
    picture = still(TEXT, chapter="only", beat=1, quality=SMALL)
    assert picture.frame.shape == (90, 160, 4)
    assert repr(picture) == "<Still of 160×90 pixels>"
    path = picture.save(tmp_path / "new" / "still.png")
    for png in (path, io.BytesIO(picture._repr_png_())):
        assert np.array_equal(np.asarray(Image.open(png)), picture.frame[..., :3])


def attribute(html: str, name: str) -> list[str]:
    return re.findall(rf' {name}="(.*?)"', html)


def test_a_small_film_is_inside_its_player(film: RenderedFilm) -> None:
    html = film._repr_html_()
    assert html is not None
    video, captions = attribute(html, "src")
    assert base64.b64decode(video.removeprefix("data:video/mp4;base64,")) == film.path.read_bytes()
    assert base64.b64decode(captions.removeprefix("data:text/vtt;base64,")) == film.captions.read_bytes()
    assert attribute(html, "title") == ["Two &lt;words&gt;"]


def test_the_player_of_a_large_film_reads_the_file_from_where_the_notebook_is(film, out, monkeypatch) -> None:
    monkeypatch.setattr(rendered_film, "LARGEST_EMBEDDED", film.path.stat().st_size - 1)
    monkeypatch.chdir(out.parent)
    video, captions = attribute(film._repr_html_(), "src")
    assert video == "out%20%23" + out.name.removeprefix("out #") + "/storyboard/lesson.mp4"
    assert captions.startswith("data:text/vtt;base64,")
    monkeypatch.setattr(rendered_film, "LARGEST_EMBEDDED", film.path.stat().st_size)
    assert attribute(film._repr_html_(), "src")[0].startswith("data:")


def test_a_film_that_is_gone_has_no_player(film: RenderedFilm, tmp_path: Path) -> None:
    gone = RenderedFilm(tmp_path / "lesson.mp4", "", "en", film.captions, film.poster)
    assert gone._repr_html_() is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"quality": "huge"}, "no quality called 'huge'; there are draft, hd, full, 4k"),
        ({"beat": 2}, "a beat is counted within a chapter: give the chapter, too"),
        ({"voice": "nobody"}, "nobody"),
    ],
)
def test_wrong_usage_is_refused(tmp_path: Path, options, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        render(load(TEXT), out=tmp_path, progress=False, **options)
    assert list(tmp_path.iterdir()) == []


def test_a_plan_takes_what_a_render_takes(tmp_path: Path) -> None:
    (tmp_path / "lesson.yaml").write_text(TEXT)
    plans = [production.plan(one, quality="hd") for one in (TEXT, load(TEXT), tmp_path / "lesson.yaml")]
    assert {one.timeline.frames for one in plans} == {plans[0].timeline.frames}
    assert plans[0].quality == QUALITIES["hd"]
    assert [one.name for one in plans] == ["storyboard", "storyboard", "lesson"]


def test_code_that_has_changed_since_is_seen(tmp_path: Path) -> None:
    """A notebook's kernel lives long; the processes that draw are new, and load the code as it is."""
    scene = tmp_path / "card.py"
    source = scene_types()["title_card"].path.read_text("utf-8")
    scene.write_text(source)
    before = picture_digest.file_digest(scene)
    scene.write_text(f"{source}\n# changed\n")
    picture_digest.forget_code()
    assert picture_digest.file_digest(scene) != before
