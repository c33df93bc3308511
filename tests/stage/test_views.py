"""The view of the stage: what it shows, when it changes, and what stays in its place while it moves."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from helpers import lessons
from helpers.stage import Cue, performance, stage_after

from storyreel.checks.frames_equal import ComparingRenderer
from storyreel.core.errors import Place
from storyreel.core.quality import Quality
from storyreel.engine.experiment import Experiment
from storyreel.graphics.layout import Area, Frame
from storyreel.rendering.play import play, scene_class, watch
from storyreel.stage.beat_views import view_track
from storyreel.stage.measurement import measured_extents
from storyreel.stage.stage import Stage
from storyreel.stage.view import Box, View, box_around, visible_shapes
from storyreel.stage.view_plan import (
    CLOSEST,
    EARLY,
    LARGEST,
    LATE,
    SOON,
    Extent,
    calmed,
    move_times,
    views_of_beat,
)
from storyreel.stage.view_track import ViewTrack
from storyreel.timing.beats import TimedBeat, TimedCue

AREA = Area("area", -6.0, -3.0, 6.0, 3.0)
FPS, WHOLE = 10, Frame().whole
CHAIN: Sequence[Cue] = (
    ("draw_network", {"filled": True}),
    ("calculate", {"value": "y"}),
    ("clear_equation", {}),
    ("focus", {"on": ("h",)}),
    ("focus", {"on": ("w2", "y")}),
    ("focus", {"on": ("all",)}),
)


def test_a_box_fills_an_area_of_the_frame_and_is_centred_in_it() -> None:
    view = View.of((1.0, 2.0, 9.0, 4.0), AREA, 10.0)
    assert view.scale == 1.5  # 12 / 8 is less than 6 / 2
    np.testing.assert_allclose(view.on_frame(np.array([1.0, 2.0, 9.0, 4.0])), [-6.0, -1.5, 6.0, 1.5])
    assert View.of((1.0, 2.0, 9.0, 4.0), AREA, 1.2).scale == 1.2
    off = View.of((0.0, 0.0, 1.0, 1.0), Area("upper left", -5.0, 1.0, -3.0, 3.0), 10.0)
    np.testing.assert_allclose(off.on_frame(np.array([0.0, 0.0, 1.0, 1.0])), [-5.0, 1.0, -3.0, 3.0])


def test_between_two_views_the_edges_of_what_the_frame_shows_move_along_straight_lines() -> None:
    one, other = View(0.0, 0.0, 1.0), View(3.0, -1.0, 2.0)

    def edges(view: View) -> list[float]:
        half = 7.0 / view.scale
        return [view.x - half, view.x + half]

    for share in (0.0, 0.25, 0.5, 1.0):
        wanted = [(1 - share) * a + share * b for a, b in zip(edges(one), edges(other), strict=True)]
        assert edges(one.towards(other, share)) == pytest.approx(wanted)


WIDE, LOWER = (-6.0, 0.0, 6.0, 3.0), (-6.0, -3.0, 6.0, 3.0)
SMALL = (-1.0, -1.0, 1.0, 1.0)


def scales(boxes: Sequence[Box | None], before: View | None = None) -> list[float | None]:
    views = views_of_beat([Extent(box) for box in boxes], before, AREA)
    return [view and round(view.scale, 2) for view in views]


def test_a_view_changes_where_something_would_be_left_out_or_could_be_much_larger() -> None:
    assert scales([None, WIDE]) == [None, 1.0]
    assert scales([WIDE, WIDE, SMALL]) == [1.0, 1.0, LARGEST]
    nearly = (-5.0, -2.5, 5.0, 2.5)  # could be 1.2 times as large
    assert scales([nearly], View()) == [1.0]
    smaller = (-4.0, -2.0, 4.0, 2.0)  # 1.5 times
    assert scales([smaller], View()) == [1.5]


def test_a_view_is_at_once_that_of_the_cues_after_it_in_the_beat() -> None:
    first, last = views_of_beat([Extent(WIDE), Extent(LOWER)], None, AREA)
    assert first == last == View.of(LOWER, AREA, LARGEST)
    first, last = views_of_beat([Extent(SMALL), Extent(LOWER)], None, AREA)
    assert first == View.of(SMALL, AREA, LARGEST)  # it would be much smaller in the view of the last
    assert last == View.of(LOWER, AREA, LARGEST)


def test_a_view_shows_the_room_that_is_kept_free_around_what_is_there() -> None:
    room = (-6.0, -3.0, 6.0, 3.0)
    extents = [Extent(SMALL, room=room), Extent(WIDE, room=room), Extent(LOWER, room=room)]
    assert views_of_beat(extents, None, AREA) == [View.of(room, AREA, LARGEST)] * 3
    assert Extent(None, room=room).whole is None  # where nothing is, nothing is shown


def test_the_view_over_a_network_with_an_image_stays_as_words_come_and_go() -> None:
    cues: Sequence[Cue] = (
        ("draw_image_network", {}),
        ("recognise", {}),
        ("show_title", {"title": "A title"}),
        ("count_connections", {}),
        ("ask", {"text": "Which way?"}),
        ("show_gradients", {}),
    )
    views: list[View] = []

    def look(stage: Stage, *_: object) -> None:
        views.append(stage._views.at(stage._frame))

    watch(performance("recognition", lessons.image_of((16,), 10, 8), cues), look)
    assert len(set(views[FPS:])) == 1


def test_a_view_that_another_one_would_follow_soon_is_left_out() -> None:
    extents = [Extent(LOWER), Extent(SMALL), Extent(LOWER)]
    near, far = (View.of(box, AREA, LARGEST) for box in (SMALL, LOWER))
    assert calmed([far, near, far], extents, [0.0, 3.0, 2.9 + SOON], AREA) == [far, far, far]
    assert calmed([far, near, far], extents, [0.0, 3.0, 3.1 + SOON], AREA) == [far, near, far]
    # What another view does not show stays, and so does the view of the beat before.
    assert calmed([near, far, near], [*extents[1:], extents[2]], [0.0, 3.0, 4.0], AREA) == [near, far, near]
    assert calmed([near, far, far], [*extents[1:], extents[2]], [0.0, 0.5, 1.0], AREA)[0] == near


def test_a_view_makes_room_before_a_cue_and_comes_near_after_what_leaves_has_faded() -> None:
    extents = [Extent(SMALL), Extent(LOWER), Extent(SMALL)]
    near, far = (View.of(box, AREA, LARGEST) for box in (SMALL, LOWER))

    def times(views: list[View | None], seconds: list[float], end: float = 20.0) -> list[float]:
        return move_times(views, extents, seconds, end, AREA)

    assert times([near, far, near], [0.0, 3.0, 6.0]) == [0.0, 3.0 - EARLY, 6.0 + LATE]
    assert times([near, far, far], [0.0, 0.2, 6.0]) == [0.0, 0.0, 6.0]
    assert times([near, far, near], [0.0, 3.0, 6.0], 7.0)[2] == 6.0  # there would be no time for the move
    # What is in focus is there already: nothing has to leave.
    focused = [Extent(LOWER), Extent(SMALL, is_close=True)]
    assert move_times([far, near], focused, [0.0, 3.0], 9.0, AREA) == [0.0, 3.0]
    # One move is over before the next begins, unless their cues are closer than that.
    wider = View.of((-9.0, -4.0, 9.0, 4.0), AREA, LARGEST)
    assert times([near, far, wider], [0.0, 3.0, 3.4])[2] == pytest.approx(3.3)
    assert times([near, far, wider], [0.0, 3.0, 3.1])[2] == 3.1


def test_what_is_in_focus_is_shown_close_and_nothing_else_decides() -> None:
    near = Extent((2.0, 0.0, 3.0, 1.0), is_close=True)
    views = views_of_beat([Extent(LOWER), near, near, Extent(LOWER)], None, AREA)
    assert [view and view.scale for view in views] == [1.0, CLOSEST, CLOSEST, 1.0]
    np.testing.assert_allclose(views[1].on_frame(np.array([2.5, 0.5])), [0.0, 0.0], atol=1e-9)


def test_a_view_moves_evenly_in_both_directions_and_arrives() -> None:
    one, other = View(), View(1.0, 0.0, 1.5)
    track = ViewTrack([(0, one), (10, other), (60, one)], 100, 30)
    assert track.at(9) == one and track.at(36) == track.at(59) == other and track.at(99) == one
    steps = np.diff([track.at(frame).x for frame in range(9, 37)])
    assert (steps > 0).all() and steps.argmax() in (13, 14) and steps[0] < 0.1 * steps.max()
    assert track.moving == [(10, 37), (60, 87)]
    cut = ViewTrack([(0, one), (95, other)], 100, 30)  # the beat ends sooner
    assert cut.at(99) == other


def test_a_view_that_makes_room_at_the_start_of_a_beat_sets_off_fast() -> None:
    near, far = View(0.0, 0.0, 1.5), View()
    late, early, closer = (
        ViewTrack([(0, one), (start, other)], 100, 30)
        for one, start, other in ((near, 0, far), (near, 10, far), (far, 0, near))
    )
    shares = [
        (track.at(start + 4).scale - one.scale) / (other.scale - one.scale)
        for track, start, one, other in ((late, 0, near, far), (early, 10, near, far), (closer, 0, far, near))
    ]
    assert shares[0] > 0.5 > 0.2 > max(shares[1:])
    assert late.moving == [(0, 18)] and late.at(17) == far


@pytest.mark.parametrize(
    ("scene", "cues"),
    [
        (
            "title_card",
            [("show_title", {"title": "When"}), ("show_subtitle", {"subtitle": "Saturation, " * 3})],
        ),
        ("forward_pass", [CHAIN[0], ("show_gates", {"of": ["h"]}), ("plot_response", {"of": "h"})]),
    ],
)
def test_what_appears_at_the_start_of_a_beat_is_not_cut_by_the_frame(
    scene: str, cues: Sequence[Cue], chain: Experiment
) -> None:
    """From a tenth of a second after it can be seen, all of it is in the frame."""
    cut = list[float]()

    def look(stage: Stage, frame: int, repeats: int) -> None:
        _, boxes = visible_shapes(stage.mobjects)
        low, high = boxes[:, :2].min(axis=0, initial=0.0), boxes[:, 2:].max(axis=0, initial=0.0)
        seen = stage.view.on_frame(np.concatenate([low, high]))
        half = np.array([stage.frame.width, stage.frame.height]) / 2
        cut.append(float((np.abs(seen).reshape(2, 2) - half).max()))

    watch(performance(scene, chain, cues, fps=30), look)
    assert sum(over > 0 for over in cut) <= 3


def looks(chain: Experiment, cues: Sequence[Cue] = CHAIN) -> list[tuple[int, View, Box | None, Box | None]]:
    """For each frame its number, the view, and on the frame the box of the title and that of all else."""
    seen = []

    def look(stage: Stage, frame: int, repeats: int) -> None:
        def on_frame(shapes: list) -> Box | None:
            box = box_around(shapes)
            return box and tuple(stage.view.on_frame(np.array(box)).tolist())

        title = [part for part in stage.mobjects if part in stage.overlays]
        others = [part for part in stage.mobjects if part not in stage.overlays]
        for repeat in range(repeats):
            seen.append((frame + repeat, stage.view, on_frame(title), on_frame(others)))

    watch(performance("forward_pass", chain, cues, fps=FPS), look)
    return seen


def test_the_title_is_shown_for_two_seconds_in_its_place_and_what_is_there_is_below_it(
    chain: Experiment,
) -> None:
    seen = looks(chain)
    titles = [title for _, _, title, _ in seen]
    first = titles[0]
    assert first is not None and first[0] == pytest.approx(WHOLE.left, abs=0.02)
    shown = [title is not None for title in titles]
    assert 1.7 * FPS < shown.index(False) <= 2.0 * FPS and not any(shown[2 * FPS :])
    for title in titles[: shown.index(False)]:
        np.testing.assert_allclose(title, first, atol=1e-6)
    boxes = [box for _, _, title, box in seen if title is not None and box is not None]
    assert boxes and all(box[3] <= Frame().below_title.top + 0.07 for box in boxes)


@pytest.mark.parametrize("later", [None, 40])
def test_the_room_of_the_title_is_used_from_the_next_cue_on_or_as_the_beat_ends(later: int | None) -> None:
    frame, place = Frame(), Place("lesson.yaml", 1, 1)
    cues = [TimedCue("draw", {}, start, start + 5, place) for start in (0, later) if start is not None]
    beat = TimedBeat("chapter", 1, 0, 80, tuple(cues), (), place)
    tall = Extent((-4.0, -4.0, 4.0, 4.0))
    extents = [Extent(None), *[tall for _ in cues]]
    views = views_of_beat(extents, None, frame.whole)
    track = view_track(beat, extents, views, frame, FPS, has_title=True)
    below, whole = (View.of(tall.box, area, LARGEST) for area in (frame.below_title, frame.whole))
    moves = later or 71  # 0.9 s before the end
    assert {track.at(number) for number in range(moves)} == {below}
    assert track.at(moves) != below and track.at(79) == whole


def test_all_that_is_on_stage_fills_the_frame_at_the_end_of_each_beat(chain: Experiment) -> None:
    play_of = performance("forward_pass", chain, CHAIN, fps=FPS)
    ends = {beat.end - 1: beat.number for beat in play_of.chapter.beats}
    seen = {ends[frame]: (view, box) for frame, view, _, box in looks(chain) if frame in ends}
    for number in (1, 2, 3, 6):
        view, box = seen[number]
        assert box is not None
        assert box[0] >= WHOLE.left - 0.07 and box[2] <= WHOLE.right + 0.07
        assert box[1] >= WHOLE.bottom - 0.07 and box[3] <= WHOLE.top + 0.07
        fills = max((box[2] - box[0]) / WHOLE.width, (box[3] - box[1]) / WHOLE.height)
        assert fills > 0.79 or view.scale == pytest.approx(LARGEST)
    assert seen[4][0].scale > seen[5][0].scale > seen[6][0].scale


def test_a_beat_has_the_same_view_when_those_before_it_are_skipped(chain: Experiment) -> None:
    whole = performance("forward_pass", chain, CHAIN, fps=FPS)
    views = {frame: view for frame, view, _, _ in looks(chain)}
    for beat in whole.chapter.beats:
        seen: list[View] = []
        watch(replace(whole, drawn={beat.number}), lambda stage, *_, seen=seen: seen.append(stage.view))
        assert seen[-1] == views[beat.end - 1]


def test_what_has_changed_before_can_be_in_focus(chain: Experiment) -> None:
    cues: list[Cue] = [("draw_network", {}), ("reveal", {"value": "x"}), ("focus", {"on": ("x", "h")})]
    played = performance("forward_pass", chain, cues, fps=FPS)
    extent = measured_extents(scene_class(played), played)[-1][-1]
    nodes = stage_after("forward_pass", chain, *cues[:2]).diagram.nodes
    assert extent.box == pytest.approx(box_around([nodes["x"], nodes["h"]]), abs=0.01)


def test_what_is_in_focus_is_drawn_anew_as_manim_draws_it(chain: Experiment) -> None:
    compared = 0

    def take(_: object, __: object, repeats: int) -> None:
        nonlocal compared
        compared += repeats

    whole = performance("forward_pass", chain, CHAIN[:1] + CHAIN[3:], fps=FPS)
    play(whole, Quality(320, 180, FPS, "ultrafast", 22), take, ComparingRenderer)
    assert compared == whole.chapter.end
