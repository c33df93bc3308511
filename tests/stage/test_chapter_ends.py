"""A chapter's picture turns into that with which the next one begins, at its end and for no longer."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from manim import Circle, Square

from storyreel.core.frame import Frame
from storyreel.core.quality import Quality
from storyreel.graphics.layout import Frame as Areas
from storyreel.graphics.parts.dissolve import Dissolve
from storyreel.production.production import Production, plan
from storyreel.reader import load
from storyreel.rendering.play import play, watch
from storyreel.stage.stage import Stage
from storyreel.stage.view import View, visible_shapes
from storyreel.timing.handover import handover_range
from storyreel.timing.performance import Performance

SMALL = Quality(320, 180, 10, "", 0)
LESSON = """
title: Two chapters
voice: silent
networks:
  chain:
    input: {x: 2}
    layers:
      - {name: h, weights: 3}
      - {name: y, weights: 5/6}
    target: 3
    loss: half_squared_error
    learning_rate: 0.01
chapters:
  - id: one
    title: One
    scene: forward_pass
    beats:
      - say: Here it is, and that is all of it.
        do: [draw_network, show_weights, {calculate: {value: h}}]
  - id: two
    title: Two
    scene: loss
    beats:
      - say: "Here it is again. [line] We got {y}."
        do: [carry_network, {number_line: {output: y, at: line}}]
"""


def production(tmp_path: Path, text: str = LESSON, aspect: str = "16:9") -> Production:
    storyboard = load(tmp_path / "lesson.yaml", text=text)
    return plan(storyboard, quality=SMALL.in_aspect(aspect), voice="silent")


def frames(performance: Performance, quality: Quality) -> list[Frame]:
    found: list[Frame] = []
    play(performance, quality, lambda frame, _, repeats: found.extend([frame.copy()] * repeats))
    return found


ANOTHER = (
    LESSON[: LESSON.index("  - id: two")]
    + """\
  - id: two
    title: Two
    scene: plot
    beats:
      - say: And this is a curve.
        do: [plot_activation: {name: tanh, low: -3, high: 3}]
"""
)


@pytest.mark.parametrize("text", [LESSON, ANOTHER])
@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_the_next_chapter_begins_with_the_last_frame(tmp_path: Path, aspect: str, text: str) -> None:
    """All but the title is the same, in equal pixels: what it carries, or draws first."""
    made = production(tmp_path, text, aspect)
    one, two = (frames(made.performance(chapter), made.quality) for chapter in made.timeline.chapters)
    areas = Areas(aspect)
    title = round((areas.height / 2 - areas.title.bottom) / areas.height * made.quality.height) + 1
    assert np.ptp(one[-1][title:]) > 100
    assert np.array_equal(one[-1][title:], two[0][title:])


def test_it_is_the_same_until_then_and_at_rest_afterwards(tmp_path: Path) -> None:
    made = production(tmp_path)
    performance = made.performance(made.timeline.chapters[0])
    turning, still = (
        frames(one, made.quality) for one in (performance, replace(performance, following=None))
    )
    assert len(turning) == len(still)
    beat = performance.chapter.beats[-1]
    first, after = handover_range(beat, SMALL.fps)
    assert all(map(np.array_equal, turning[:first], still[:first]))
    assert not any(map(np.array_equal, turning[first:], still[first:]))
    assert all(np.array_equal(one, other) for one, other in pairwise(turning[after - 1 :]))


def test_the_view_moves_to_that_of_the_next_chapter(tmp_path: Path) -> None:
    made = production(tmp_path)
    views: dict[int, View] = {}
    for chapter in made.timeline.chapters:
        watch(made.performance(chapter), lambda stage, frame, _: views.setdefault(frame, stage.view))
    border = made.timeline.chapters[1].start
    known = [views[frame] for frame in sorted(views)]
    last = known[sorted(views).index(border) - 1]
    assert last == views[border] != views[0]
    shifts = [abs(one.y - other.y) + abs(one.scale - other.scale) for one, other in pairwise(known)]
    assert max(shifts) < 0.35


def test_what_the_first_chapter_of_all_begins_with_is_drawn_before_the_eye(tmp_path: Path) -> None:
    made = production(tmp_path, ANOTHER)
    counts: list[list[int]] = []
    for chapter in made.timeline.chapters:
        counts.append([])
        watch(
            made.performance(chapter),
            lambda stage, *_: counts[-1].append(len(visible_shapes(stage.mobjects)[0])),
        )
    one, two = counts
    assert one[0] < one[10] and two[5] == two[0] > 5


def test_where_nothing_is_carried_all_of_it_fades_out(tmp_path: Path) -> None:
    made = production(tmp_path, LESSON.replace("carry_network, ", ""))
    pictures = frames(made.performance(made.timeline.chapters[0]), made.quality)
    assert np.ptp(pictures[-1].reshape(-1, 4), axis=0).max() == 0


def test_a_chapter_alone_and_the_last_one_stay_as_they_are(tmp_path: Path) -> None:
    made = production(tmp_path)
    alone = replace(made, timeline=replace(made.timeline, chapters=made.timeline.chapters[:1]))
    for one in (made.performance(made.timeline.chapters[1]), alone.performance(made.timeline.chapters[0])):
        shapes: list[int] = []

        def count(stage: Stage, _: int, __: int, shapes: list[int] = shapes) -> None:
            shapes.append(len(stage.mobjects))

        watch(one, count)
        assert one.following is None and shapes[-1] > 5


def test_a_first_cue_that_fails_is_a_fault_of_its_own_chapter(tmp_path: Path) -> None:
    made = production(tmp_path)
    one, two = made.timeline.chapters
    cue = replace(two.beats[0].cues[0], parameters={"gradients": ("nothing",)})
    beat = replace(two.beats[0], cues=(cue, *two.beats[0].cues[1:]))
    chapters = (one, replace(two, beats=(beat,)))
    broken = replace(made, timeline=replace(made.timeline, chapters=chapters))
    assert len(frames(broken.performance(one), made.quality)) == one.end - one.start


def test_shapes_of_both_pictures_stay_and_others_leave_while_others_come() -> None:
    kept, leaving, again, coming = Circle(), Square(), Circle(), Square().scale(0.5)
    dissolve = Dissolve([kept, leaving], [again, coming])
    seen = []
    for share in (0.1, 0.3, 0.5, 0.7, 1.0):
        dissolve.show(share)
        strokes = [shape.get_stroke_opacity() for shape in (kept, leaving, again, coming)]
        assert strokes[0] + strokes[2] == 1
        assert strokes[1] + strokes[3] > 0.35  # never dark
        seen.append((strokes[1], strokes[3]))
    leaves, comes = np.array(seen).round(9).T.tolist()
    assert 1 > leaves[0] > leaves[1] > leaves[2] > leaves[3] == leaves[4] == 0
    assert 0 == comes[0] == comes[1] < comes[2] < comes[3] < comes[4] == 1
    assert seen[2][0] == pytest.approx(seen[2][1])


@pytest.mark.parametrize("other", [Circle(radius=1.1), Circle(color="#00FF00"), Circle(stroke_width=9)])
def test_a_shape_that_looks_different_is_another_one(other: Circle) -> None:
    old = Circle()
    Dissolve([old], [other]).show(0.35)  # half of the share in which each of both fades
    assert 0.45 < old.get_stroke_opacity() < 0.55
    assert other.get_stroke_opacity() < 0.05
