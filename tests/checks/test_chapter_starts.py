"""A chapter begins with the picture with which the one before ended: what is not so is found."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from manim import RIGHT, Animation, Circle, FadeIn, Mobject, Square, Wait

from storyreel.checks.chapter_starts import ChapterStarts
from storyreel.checks.layout_report import MEASURED
from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import Place
from storyreel.graphics.layout import Frame
from storyreel.production.production import Production, plan
from storyreel.rendering.play import watch
from storyreel.stage.stage import Stage
from storyreel.stage.view import View
from storyreel.timing.beats import TimedBeat, TimedChapter
from storyreel.timing.timeline import Timeline

SMALL_LESSON = Path(__file__).parents[1] / "small_lesson.yaml"


def chapter(id: str, start: int, end: int) -> TimedChapter:
    return TimedChapter(id, id, "scene", None, (TimedBeat(id, 1, start, end, (), (), Place(id, 3, 5)),))


TIMELINE = Timeline(10, (chapter("one", 0, 30), chapter("two", 30, 60)))
BEGINS = "two:3:5: chapter two begins with another picture than the chapter before ends with: "


def found(
    before: list[Mobject],
    after: list[Mobject],
    views: tuple[View, View] = (View(), View()),
    moves: tuple[Animation, ...] = (Wait(),),
    title: tuple[Mobject, ...] = (),
) -> list[str]:
    """The problems of a film whose first chapter ends, and whose second begins, with these mobjects."""
    starts = ChapterStarts(TIMELINE)
    looks: list[tuple[int, list[Mobject], View, Any]] = [
        (0, before, views[0], ()),
        (30, after, views[1], moves),
    ]
    for frame, mobjects, view, animations in looks:
        given = {"mobjects": mobjects, "animations": animations, "overlays": title}
        stage = cast(Stage, SimpleNamespace(**given, view=view, shows_all=True, frame=Frame()))
        starts.look(stage, Snapshot(stage), frame)
    return [str(problem) for _, problem in starts.problems()]


def test_the_same_picture_is_no_cut_with_a_title_over_it_neither() -> None:
    title = Square(side_length=0.5)
    assert found([Circle()], [Circle()]) == []
    assert found([Circle()], [Circle(), title], title=(title,)) == []


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ([Circle(), Square(), Square()], [Circle()], "2 shapes vanish at once"),
        ([Circle()], [Circle(), Circle(), Square()], "2 shapes appear at once"),
        ([Circle()], [Circle().shift(0.4 * RIGHT)], "1 shapes jump by up to 0.40 units"),
        (
            [Circle(), Square()],
            [Circle().shift(0.2 * RIGHT)],
            "1 shapes vanish at once, 1 shapes jump by up to",
        ),
    ],
)
def test_a_cut_is_told_in_the_place_of_the_chapter(
    before: list[Mobject], after: list[Mobject], text: str
) -> None:
    (problem,) = found(before, after)
    assert problem.startswith(BEGINS + text)


def test_a_jump_is_one_on_the_frame() -> None:
    """A circle of radius 1 that is shown 1.3 times as large has its edges 0.3 units farther out."""
    (problem,) = found([Circle()], [Circle()], views=(View(), View(scale=1.3)))
    assert problem == BEGINS + "1 shapes jump by up to 0.30 units"
    assert found([Circle()], [Circle().scale(0.5)], views=(View(), View(scale=2.0))) == []


def test_what_the_first_cue_moves_is_no_cut() -> None:
    arriving, moved = Square(), Circle().shift(0.4 * RIGHT)
    assert found([Circle()], [moved, arriving], moves=(FadeIn(arriving), FadeIn(moved))) == []


def cuts(storyboard: Path) -> list[str]:
    """The problems of a storyboard, looked at where chapters meet."""
    production = plan(storyboard, quality=replace(MEASURED, fps=5), voice="silent")
    starts = ChapterStarts(production.timeline)
    for one in production.timeline.chapters:

        def look(stage: Stage, frame: int, repeats: int, one: TimedChapter = one) -> None:
            if frame == one.start or frame + repeats >= one.end:
                starts.look(stage, Snapshot(stage), frame)

        watch(production.performance(one), look)
    return [str(problem) for _, problem in starts.problems()]


def test_chapters_flow_into_each_other_whether_they_carry_something_or_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    carrying = tmp_path / "lesson.yaml"
    carrying.write_text(
        SMALL_LESSON.read_text().replace("- number_line:", "- carry_network\n          - number_line:")
    )
    assert cuts(SMALL_LESSON) == cuts(carrying) == []
    monkeypatch.setattr(Production, "performance", Production._performance)
    (cut,), (jump,) = cuts(SMALL_LESSON), cuts(carrying)
    assert "small_lesson.yaml:29:9: chapter loss begins" in cut and "vanish at once" in cut
    assert "lesson.yaml:29:9: chapter loss begins" in jump and "appear at once" in jump
