"""An empty stage is reported if it stays so for more than a moment, from one chapter to the next, too."""

from types import SimpleNamespace
from typing import cast

import pytest
from manim import Dot, VMobject

from storyreel.checks.blank_periods import BlankPeriods
from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import Place
from storyreel.graphics.layout import Frame
from storyreel.graphics.text.typeset import words
from storyreel.stage.stage import Stage
from storyreel.stage.view import View
from storyreel.timing.beats import TimedBeat, TimedChapter
from storyreel.timing.timeline import Timeline

FPS = 10


def chapter(id: str, start: int, end: int) -> TimedChapter:
    return TimedChapter(id, id, "scene", None, (TimedBeat(id, 1, start, end, (), (), Place(id, 3, 5)),))


TIMELINE = Timeline(FPS, (chapter("one", 0, 30), chapter("two", 30, 60)))


def found(*looks: tuple[int, int, list[VMobject]], title: VMobject | None = None) -> list[tuple[int, str]]:
    """The problems of looks at a frame, for so many frames, at a stage with these mobjects."""
    periods = BlankPeriods(TIMELINE)
    for frame, repeats, mobjects in looks:
        overlays = [] if title is None else [title]
        given = {"mobjects": mobjects, "animations": [], "overlays": overlays}
        stage = cast(Stage, SimpleNamespace(**given, view=View(), shows_all=True, frame=Frame()))
        periods.look(stage, Snapshot(stage), frame, repeats)
    return [(frame, str(problem)) for frame, problem in periods.problems()]


def test_a_blank_of_a_second_and_a_half_is_borne_and_a_longer_one_is_not() -> None:
    dot = Dot()
    assert found((0, 5, [dot]), (5, 15, []), (20, 40, [dot])) == []
    (problem,) = found((0, 5, [dot]), (5, 16, []), (21, 39, [dot]))
    text = "one:3:5: chapter one, beat 1, 0.5 s into it: there is nothing on stage for 1.6 s"
    assert problem == (5, text)


def test_a_blank_goes_on_in_the_next_chapter() -> None:
    dot = Dot()
    (problem,) = found(
        (0, 20, [dot]), *((frame, 1, []) for frame in range(20, 30)), (30, 12, []), (42, 18, [dot])
    )
    assert problem[0] == 20 and problem[1].endswith("there is nothing on stage for 2.2 s")


def test_two_short_blanks_are_not_added_up() -> None:
    dot = Dot()
    assert found((0, 12, []), (12, 1, [dot]), (13, 12, []), (25, 35, [dot])) == []


@pytest.mark.parametrize("opacity", [0.1, 1.0])
def test_the_title_alone_and_what_cannot_be_seen_are_no_picture(opacity: float) -> None:
    title, dot = words("The title"), Dot(fill_opacity=opacity)
    assert bool(found((0, 60, [title, dot]), title=title)) == (opacity < 0.2)
    assert found((0, 60, [title]), title=title)
