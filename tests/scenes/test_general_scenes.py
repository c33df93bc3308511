"""The scenes that any lesson needs: what they show, what they keep apart, and what they refuse to draw."""

from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from helpers.lessons import large_chain
from helpers.stage import Cue, beat_ends, faults_at_every_frame, stage_after
from PIL import Image

from storyreel.core.errors import StoryboardError
from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.graphics import theme
from storyreel.graphics.parts.icon import ICONS
from storyreel.storyboard.vocabulary import scene_types

LONG = "A sentence that goes on for quite a while, so that it has to be broken into several lines"


WORDS: dict[str, list[Cue]] = {
    "title_card": [
        ("show_title", {"title": "Short"}),
        ("show_title", {"title": "A much longer title that needs two lines"}),
        ("show_subtitle", {"subtitle": "Its subtitle"}),
        ("show_network", {}),
    ],
    "bullets": [
        ("add_point", {"text": "One"}),
        ("add_point", {"text": LONG}),
        ("add_point", {"text": "gypsy"}),
        ("light_point", {"number": 2}),
        ("clear_points", {}),
        ("add_point", {"text": "Four"}),
    ],
    "definition": [
        ("define", {"term": "Term", "meaning": f"{LONG}.", "kind": "loss"}),
        ("stress_words", {"words": "so that it has to be broken"}),
        ("stress_words", {"words": "sentence"}),
        ("give_example", {"value": "y"}),
        ("give_example", {"value": "grad.w2"}),
        ("define", {"term": "Another", "meaning": "Thing."}),
    ],
    "comparison": [
        ("name_columns", {"left": "This", "right": "That"}),
        ("add_row", {"left": "First"}),
        ("add_row", {"right": "A sentence that goes on for two lines or three"}),
        ("add_row", {"left": "Second, in a few words more", "right": "Second"}),
        ("choose", {"side": "left"}),
        ("choose", {"side": "right"}),
        ("name_columns", {"left": "Then", "right": "Now"}),
    ],
    "quote": [
        ("show_quote", {"text": LONG}),
        ("name_author", {"author": "Somebody with a rather long name, in a book"}),
        ("stress_words", {"words": "quite a while"}),
        ("show_quote", {"text": "Short."}),
    ],
    "code": [
        (
            "show_code",
            {"code": 'for each in range(3):\n    y = w * x  # {it} [is] "code" \\ #let\n\nprint(y)'},
        ),
        ("light_lines", {"first": 2}),
        ("show_result", {"value": "y", "line": 2}),
        ("light_lines", {"first": 2, "last": 4}),
        ("show_code", {"code": "pass"}),
    ],
    "plot": [
        ("plot_activation", {"name": "tanh"}),
        ("travel", {"x": 3.0}),
        ("show_slope", {}),
        ("travel", {"x": -3.9}),
        ("plot_loss", {"name": "huber", "target": "target", "low": -2.0, "high": 4.0}),
        ("travel", {"to": "y"}),
        ("plot_table", {"x": (3.0, 1.0, 2.0), "y": (-5.0, 1e6, 2.0), "x_label": "a year", "y_label": "b"}),
        ("travel", {"x": 2.0}),
    ],
    "picture": [
        ("show_icon", {"icon": "mountain"}),
        ("label_place", {"text": "the top", "x": 0.4, "y": 0.98}),
        ("label_place", {"text": "a place close to it, with more words", "x": 0.42, "y": 0.9}),
        ("label_place", {"text": "the right", "x": 0.9, "y": 0.0}),
        ("point_out", {"x": 0.5, "y": 0.5}),
        ("clear_labels", {}),
        ("show_icon", {"icon": "test"}),
    ],
}


@cache
def texts_of(scene: str) -> list[list[str]]:
    """What is written on stage when each cue of the scene's words is over."""
    return [end.texts for end in beat_ends(scene, large_chain(), WORDS[scene])]


@pytest.mark.parametrize("scene", WORDS)
def test_nothing_overlaps_or_leaves_its_place_at_any_time(scene: str) -> None:
    assert faults_at_every_frame(scene, large_chain(), WORDS[scene]) == []


@pytest.mark.parametrize("scene", WORDS)
def test_every_cue_is_tried_here(scene: str) -> None:
    untried = set(scene_types()[scene].cues) - {name for name, _ in WORDS[scene]}
    assert untried == ({"show_image"} if scene == "picture" else set())


@pytest.mark.parametrize("scene", ["bullets", "quote", "comparison"])
def test_scenes_of_words_need_no_network(scene: str) -> None:
    assert beat_ends(scene, None, WORDS[scene][:1])[-1].texts


def test_points_are_built_up_and_cleared() -> None:
    texts = texts_of("bullets")
    assert [len(text) for text in texts] == [1, 2, 3, 3, 0, 1]
    assert texts[-1] == ["Four"]


def test_a_list_that_is_no_longer_short_is_broken_into_longer_lines() -> None:
    texts = [
        "Short",
        "A point that goes on for quite a while, for two lines",
        "And another one, which is as long and has as many lines",
    ]
    cues: list[Cue] = [("add_point", {"text": text}) for text in texts]
    short, whole = (stage_after("bullets", None, *cues[:number]).points for number in (2, 3))
    assert whole[1].lines < short[1].lines
    assert [point.plain for point in whole] == texts
    assert faults_at_every_frame("bullets", None, cues) == []


def test_points_of_one_line_stay_where_the_list_becomes_wide() -> None:
    texts = ("One", "Two", "Go back and ask who did all this.", "Then turn each weight a little bit,")
    stage = stage_after("bullets", None, *(("add_point", {"text": text}) for text in texts[:3]))
    first, second, third = stage.points
    assert stage.is_narrow and third.lines == 2
    stage.add_point(texts[3])
    assert not stage.is_narrow and [point.plain for point in stage.points] == [*texts]
    assert stage.points[0] is first and stage.points[1] is second
    assert stage.points[2] is not third and stage.points[2].lines == 1


@pytest.mark.parametrize("lit", [[1], [3], [1, 3], [3, 1, 2]])
def test_only_the_current_point_is_bright(lit: list[int]) -> None:
    cues: list[Cue] = [("add_point", {"text": text}) for text in ("One", "Two", "Three")]
    stage = stage_after("bullets", None, *cues, *(("light_point", {"number": number}) for number in lit))
    bright = [point[0].get_fill_color().to_hex() == theme.colour("text").upper() for point in stage.points]
    assert bright == [number == lit[-1] for number in (1, 2, 3)]


def test_a_list_that_becomes_long_has_its_points_one_below_the_other() -> None:
    texts = [
        "First: the forward pass guesses",
        "Look: the loss says how wrong",
        "Back: the backward pass finds gradients",
        "Update: each weight takes a step",
    ]
    stage = stage_after("bullets", None, *(("add_point", {"text": text}) for text in texts))
    tops = [float(point.get_top()[1]) for point in stage.points]
    marks = [float(ring.get_y()) for ring in stage.rings]
    assert all(above - below > stage._em for above, below in pairwise(tops))
    assert all(0 < top - mark < stage._em for top, mark in zip(tops, marks, strict=True))
    assert len({float(ring.get_x()) for ring in stage.rings}) == 1


def test_examples_and_results_are_the_networks() -> None:
    trace, texts = large_chain().trace, texts_of("definition")
    assert {f"y = {shown(trace.number('y'))}", f"grad.w2 = {shown(trace.number('grad.w2'))}"} <= set(texts[4])
    assert shown(trace.number("y")) in texts_of("code")[2]


def test_a_point_reads_the_engine() -> None:
    texts = texts_of("plot")
    assert {"z = 3", f"a = {shown(np.tanh(3))}"} <= set(texts[1])
    assert {"slope", shown(1 - np.tanh(3) ** 2)} <= set(texts[2])
    y = large_chain().trace.number("y")
    assert {f"y = {shown(y)}", f"loss = {shown((y - 1) ** 2 / 2)}"} <= set(texts[5])
    assert texts[7][-4:] == ["a year", "2", "b", "2"]


@pytest.mark.parametrize("icon", ICONS)
def test_every_icon_is_drawn_inside_of_the_picture(icon: str) -> None:
    assert faults_at_every_frame("picture", None, [("show_icon", {"icon": icon})]) == []


@pytest.mark.parametrize("size", [(300, 20), (20, 300), (3000, 2000)])
def test_an_image_of_any_shape_fits(tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("RGB", size, "#FF8800").save(tmp_path / "image.png")
    label: Cue = ("label_place", {"text": "here", "x": 0.5, "y": 1.0})
    image: Cue = ("show_image", {"file": "image.png"})
    assert faults_at_every_frame("picture", None, [image, label], tmp_path) == []


@pytest.mark.parametrize(
    ("scene", "cues", "message"),
    [
        ("title_card", [("show_subtitle", {"subtitle": "a"})], "begin with `show_title`"),
        ("title_card", [("show_title", {"title": "word " * 40})], "say it in fewer words"),
        ("bullets", [("light_point", {"number": 1})], "there is no point 1: the list has 0"),
        ("bullets", [("add_point", {"text": "a"})] * 9, "there is no room for another point"),
        ("bullets", [("add_point", {"text": "w" * 90})], "has a word that is too wide for its place"),
        ("definition", [("stress_words", {"words": "a"})], "begin with `define`"),
        ("definition", [("define", {"term": "a", "meaning": "word " * 99})], "say it in fewer words"),
        (
            "definition",
            [("define", {"term": "a", "meaning": "b"}), ("stress_words", {"words": "c"})],
            "“c” is not among the words on screen",
        ),
        ("comparison", [("add_row", {"left": "a"})], "begin with `name_columns`"),
        ("comparison", [WORDS["comparison"][0], ("add_row", {})], "give a text for the left column"),
        (
            "comparison",
            [WORDS["comparison"][0], *[("add_row", {"left": LONG})] * 4],
            "no room for another row",
        ),
        ("quote", [("name_author", {"author": "a"})], "begin with `show_quote`"),
        ("code", [("light_lines", {"first": 1})], "begin with `show_code`"),
        ("code", [("show_code", {"code": "\n"})], "the listing is empty"),
        ("code", [("show_code", {"code": "a\n" * 30})], "a listing of 30 lines with up to 1 characters"),
        ("code", [("show_code", {"code": "a"}), ("light_lines", {"first": 2})], "has the lines 1 to 1"),
        ("plot", [("travel", {"x": 1.0})], "there is no plot yet"),
        ("plot", [("plot_activation", {"name": "softmax"})], "softmax has no curve"),
        (
            "plot",
            [("plot_activation", {"name": "relu", "low": 2.0, "high": 1.0})],
            "`low` must be below `high`",
        ),
        (
            "plot",
            [WORDS["plot"][0], ("travel", {"x": 9.0})],
            "9 is not on the curve, which goes from −4 to 4",
        ),
        ("plot", [WORDS["plot"][6], ("travel", {"x": 1.5})], "the table has no point where x is 1.5"),
        ("plot", [WORDS["plot"][0], ("travel", {})], "say either `to` which number or to which `x`"),
        ("plot", [WORDS["plot"][0], ("show_slope", {})], "there is no point on the curve yet"),
        ("plot", [*WORDS["plot"][6:8], ("show_slope", {})], "a table of data has no slope"),
        ("plot", [*WORDS["plot"][:3], ("show_slope", {})], "the slope is on stage already"),
        (
            "plot",
            [("plot_table", {"x": (1.0, 2.0), "y": (1.0,), "x_label": "a", "y_label": "b"})],
            "a table has a y for each x, not 2 x and 1 y",
        ),
        ("picture", [("label_place", {"text": "a", "x": 0.0, "y": 0.0})], "there is no picture yet"),
        (
            "picture",
            [WORDS["picture"][0], ("label_place", {"text": "a", "x": 1.2, "y": 0.0})],
            "from 0 to 1",
        ),
        (
            "picture",
            [WORDS["picture"][0], *[("label_place", {"text": LONG, "x": 0.1, "y": 0.5})] * 4],
            "there is no room for another label on that side",
        ),
        ("picture", [("show_image", {"file": "text.svg"})], "text.svg cannot be shown: it contains text"),
        ("picture", [("show_image", {"file": "broken.png"})], "broken.png is no PNG, JPEG, GIF, WebP or SVG"),
        ("picture", [("show_image", {"file": "broken.svg"})], "broken.svg is no PNG, JPEG, GIF, WebP or SVG"),
    ],
)
def test_what_cannot_be_shown_is_said_so(
    scene: str, cues: list[Cue], message: str, tmp_path: Path, chain: Experiment
) -> None:
    (tmp_path / "text.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>a</text></svg>')
    for name in ("broken.png", "broken.svg"):
        (tmp_path / name).write_text("this is no picture")
    with pytest.raises(StoryboardError) as error:
        beat_ends(scene, chain, cues, tmp_path)
    assert message in str(error.value)
    assert str(error.value).startswith(f"{tmp_path / 'lesson.yaml'}:1:1: the cue `{cues[-1][0]}`: ")


def test_another_subtitle_and_another_network_take_the_place_of_those_before(chain: Experiment) -> None:
    cues: list[Cue] = [("show_title", {"title": "A title"})]
    for subtitle in ("One line", "Another line"):
        cues += [("show_subtitle", {"subtitle": subtitle}), ("show_network", {})]
    ends = beat_ends("title_card", chain, cues)
    assert ends[-1].texts == ["A title", "Another line"] and not ends[-1].faults
