"""Smoothness: planted faults are found, and none in motion by the film's own easings."""

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from manim import RIGHT, Dot, VGroup

from storyreel.checks.smoothness import Inspector, RoughMove
from storyreel.core.errors import Place
from storyreel.graphics.layout import Frame
from storyreel.graphics.motion.verbs import ease_out, ease_run, ease_travel
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.typeset import words
from storyreel.stage.stage import Stage
from storyreel.stage.view import View
from storyreel.timing.beats import TimedBeat, TimedChapter, TimedCue

NOWHERE = Place("lesson.yaml", 1, 1)
BEAT, BEATS = 30, 4
PIXELS = 135.0
"""Pixels in a Manim unit of a film that is 1920 pixels wide."""


def rough(pictures: Iterable[list[Dot]]) -> list[RoughMove]:
    """The rough moves in a chapter with one cue a beat; `pictures` has the dots on stage for each frame."""
    beats = []
    for number in range(BEATS):
        start, end = number * BEAT, (number + 1) * BEAT
        cue = TimedCue(f"cue_{number + 1}", {}, start, end, NOWHERE)
        beats.append(TimedBeat("chapter", number + 1, start, end, (cue,), (), NOWHERE))
    inspector = Inspector(TimedChapter("chapter", "A chapter", "scene", None, tuple(beats)))
    for frame, dots in enumerate(pictures):
        inspector.look(cast(Stage, _stage(dots)), frame, 1)
    inspector.finish()
    return inspector.found


def _stage(dots: object) -> object:
    return SimpleNamespace(
        mobjects=dots, animations=[], view=View(), shows_all=True, overlays=[], frame=Frame()
    )


def moving(places: Iterable[float]) -> list[RoughMove]:
    """The rough moves of a dot at these places for each frame, in units from the left."""
    dot = Dot(radius=0.2)
    return rough([dot.move_to(RIGHT * place)] for place in places)


def fading(opacities: Iterable[float]) -> list[RoughMove]:
    """The rough changes of a dot with these opacities for each frame."""
    dot = Dot(radius=0.2)
    return rough([dot.set_opacity(opacity)] for opacity in opacities)


def eased(easing: Callable[[float], float], frames: int = BEAT) -> list[float]:
    """The places of a dot that rests for five frames, moves four units by an easing, and rests."""
    return [0.0] * 5 + [4.0 * easing((frame + 1) / frames) for frame in range(frames)] + [4.0] * 5


@pytest.mark.parametrize("easing", [ease_out, ease_travel, ease_run])
@pytest.mark.parametrize("frames", [8, 30, 100])
def test_moves_by_the_easings_of_the_film_are_smooth(easing: Callable[[float], float], frames: int) -> None:
    assert moving(eased(easing, frames)) == []


@pytest.mark.parametrize("easing", [ease_out, ease_travel])
def test_one_move_right_after_another_is_smooth(easing: Callable[[float], float]) -> None:
    there = eased(easing, 60)[:-5]
    assert moving(there + [4.0 - place for place in there[5:]]) == []


def round_a_ring(turns: float, frames: int) -> list[np.ndarray]:
    """The places of a dot that goes round an ellipse by the easing of sparks."""
    angles = [2 * np.pi * turns * ease_travel(frame / frames) for frame in range(frames + 1)]
    return [np.array([4.5 * np.cos(angle), 2 * np.sin(angle), 0.0]) for angle in angles]


def on_a_path(places: Iterable[np.ndarray]) -> list[RoughMove]:
    """The rough moves of a dot at these points for each frame, in units."""
    dot = Dot(radius=0.2)
    return rough([dot.move_to(place)] for place in places)


@pytest.mark.parametrize("turns", [0.25, 1, 2])
def test_a_ring_is_gone_round_smoothly_however_often(turns: float) -> None:
    assert on_a_path(round_a_ring(turns, frames=110)) == []


@pytest.mark.parametrize("turns", [0.25, 1, 2])
def test_a_step_out_of_line_on_a_ring_is_found(turns: float) -> None:
    places = round_a_ring(turns, frames=110)
    places[60] = places[60] * 1.04
    (found,) = on_a_path(places)
    assert found.rule == "takes a step out of line" and found.frame in (60, 61, 62)


def test_a_corner_that_is_turned_at_full_speed_is_found() -> None:
    corners = [(0.1 * min(frame, 20), 0.1 * max(frame - 20, 0), 0.0) for frame in range(40)]
    (found,) = [one for one in on_a_path(map(np.array, corners)) if one.rule == "takes a step out of line"]
    assert found.frame == 21


def test_a_move_that_has_all_but_come_to_rest_is_over() -> None:
    there = eased(ease_out, frames=20)[:-5]
    further = [4.0 + 0.5 * (1 - np.cos(np.pi * frame / 60)) for frame in range(1, 61)]
    assert moving(there + further) == []


def test_a_move_that_is_turned_back_before_it_has_become_slow_is_found() -> None:
    there = eased(ease_travel, 60)[:-17]
    found = moving(there + [there[-1] - place for place in eased(ease_travel, 60)[5:]])
    assert [(one.frame, one.rule) for one in found] == [(53, "takes a step out of line")]


def test_a_slow_move_that_stops_at_once_after_a_fast_one_is_found() -> None:
    places = eased(ease_out, frames=20)[:-5]
    for frame in range(1, 21):
        places.append(places[-1] + 0.06 * frame / 20)
    (found,) = moving(places + places[-1:] * 5)
    assert (found.frame, found.rule) == (44, "stops at once")


def test_a_move_that_stutters_is_found_at_its_frame_and_in_its_cue() -> None:
    places = eased(ease_travel)
    places[15] = places[14]
    found = moving(places)
    assert found and {one.frame for one in found} <= {14, 15, 16, 17}
    assert {(one.chapter, one.beat, one.cues) for one in found} == {("chapter", 1, ("cue_1",))}


def test_a_step_out_of_line_is_found() -> None:
    places = eased(ease_travel)
    places[20] += 0.1
    assert "takes a step out of line" in {one.rule for one in moving(places)}


def test_a_move_that_stops_at_once_is_found() -> None:
    places = eased(lambda share: share)
    assert [(one.frame, one.rule) for one in moving(places)] == [(34, "stops at once")]


def test_a_jump_at_the_border_of_two_beats_is_found() -> None:
    (found,) = moving([0.0] * BEAT + [0.5] * BEAT)
    assert (found.frame, found.beat, found.rule) == (BEAT, 2, "jumps")
    assert found.size == pytest.approx(0.5 * PIXELS, abs=2.0)


def test_a_flicker_is_found() -> None:
    dot = Dot(radius=0.2)
    found = rough([[dot]] * 5 + [[]] + [[dot]] * 5)
    assert [(one.frame, one.rule) for one in found] == [(5, "disappears at once"), (6, "flickers")]


def test_what_appears_at_once_is_found_and_what_fades_in_and_out_is_smooth() -> None:
    other, dot = Dot(RIGHT * 3, radius=0.2), Dot(radius=0.2)
    (found,) = rough([[other]] * 5 + [[other, dot]] * 5)
    assert (found.frame, found.rule) == (5, "appears at once")
    into = [ease_out((frame + 1) / 20) for frame in range(20)]
    assert fading([*into, 1.0, 1.0, *(1 - share for share in into)]) == []


def test_a_colour_that_changes_at_once_is_found() -> None:
    dot = Dot(radius=0.2)
    (found,) = rough([dot.set_color("#ffffff" if frame < 5 else "#000000")] for frame in range(10))
    assert (found.frame, found.rule) == (5, "changes its colour at once")


def test_what_passes_over_another_thing_that_stays_goes_on_with_its_move() -> None:
    places, dot = eased(ease_travel), Dot(radius=0.2)
    still = Dot(RIGHT * places[15], radius=0.2)
    assert rough([still, dot.move_to(RIGHT * place)] for place in places) == []


def test_what_fades_on_its_way_does_not_stop() -> None:
    dot = Dot(radius=0.2)
    shares = [1.0] * 20 + [0.75, 0.5, 0.25, 0.0, 0.0]
    assert (
        rough([dot.move_to(RIGHT * 0.1 * frame).set_opacity(share)] for frame, share in enumerate(shares))
        == []
    )


def test_a_number_that_rolls_as_it_moves_goes_on_with_its_move() -> None:
    label = VGroup()
    texts = [words(f"0.{digit}", em=0.5) for digit in range(10)]

    def picture(frame: int) -> list[Dot]:
        copy_outlines(label, texts[(frame + 1) // 2 % 10].move_to(RIGHT * 0.05 * frame))
        return cast(list[Dot], [Dot(), label])

    assert rough(picture(frame) for frame in range(20)) == []


def test_what_takes_the_place_of_its_like_neither_comes_nor_goes() -> None:
    assert rough([[Dot(radius=0.2)] for _ in range(10)]) == []
