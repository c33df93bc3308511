"""Measures what each cue of a chapter shows, by playing them all on another stage without drawing."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from manim import Animation, Mobject, tempconfig
from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene.scene_file_writer import SceneFileWriter

from storyreel.core.errors import StoryboardError
from storyreel.stage.view import Box, box_around
from storyreel.stage.view_plan import Extent
from storyreel.timing.performance import Performance

if TYPE_CHECKING:
    from storyreel.stage.stage import Stage

PIXELS = 16
"""The width and the height of pictures that are not drawn."""
SAMPLES = (1 / 3, 2 / 3)
"""The shares of a cue's time at which its extent is measured, besides its start and its end."""


def measured_extents(
    kind: "type[Stage]", performance: Performance, beats: int | None = None
) -> list[list[Extent]]:
    """For each beat the extent of what is on stage at its start, and of what each group of cues shows.

    `beats` is how many of them, by default all. What comes after a cue that fails, as it will when it is
    drawn, has no extent.
    """
    stage = unseen(kind, performance)
    chosen = performance.chapter.beats[:beats]
    measured = [[Extent(None)] for _ in chosen]
    before = box_around(stage.mobjects)
    for beat, extents in zip(chosen, measured, strict=True):
        extents[0] = _extent(stage, [before])
        for _, group in groupby(beat.cues, key=lambda cue: cue.start):
            try:
                with stage.playing(beat, tuple(group)) as moves:
                    boxes = _sampled(stage, moves)
                    extents.append(_extent(stage, [before, *boxes]))
                    before = boxes[-1]
            except StoryboardError:
                return measured
    return measured


def unseen(kind: "type[Stage]", performance: Performance) -> "Stage":
    """A stage of a scene class that is set up to be played without drawing; its camera has few pixels, as it
    takes long to fill many."""
    with tempconfig({"pixel_width": PIXELS, "pixel_height": PIXELS}):
        stage = kind(performance, renderer=CairoRenderer(_NoFiles))
    stage.setup()
    return stage


class _NoFiles(SceneFileWriter):
    """Manim's file writer, which is never asked to write."""

    def __init__(self, *_: object) -> None:
        """Prepare nothing."""


def _sampled(stage: "Stage", moves: Sequence[Animation]) -> list[Box | None]:
    """Play animations without frames, and return the box of all that is on stage at some moments."""
    if not moves:
        return [box_around(stage.mobjects)]
    animations, boxes = stage.begin(moves), list[Box | None]()
    longest = max(animation.run_time for animation in animations)
    for share in SAMPLES:
        for animation in animations:
            animation.interpolate(min(1.0, share * longest / animation.run_time))
        boxes.append(box_around(stage.mobjects))
    stage.finish(animations)
    return [*boxes, box_around(stage.mobjects)]


def _on_stage(stage: "Stage", mobjects: Sequence[Mobject]) -> list[Mobject]:
    """The parts of mobjects that are on stage; Manim takes a group apart when one of its parts changes."""
    there = {id(part) for part in stage.get_mobject_family_members()}
    return [part for mobject in mobjects for part in mobject.get_family() if id(part) in there]


def _extent(stage: "Stage", boxes: Sequence[Box | None]) -> Extent:
    """What cues show: on each side where it ends, or where it reaches farther in between than before and
    after. `boxes` are those before, in between, and after."""
    if (close := box_around(_on_stage(stage, stage.focused))) is not None:
        return Extent(close, is_close=True)
    first, *between, last = boxes if len(boxes) > 1 else [*boxes, *boxes]
    if last is None:
        return Extent(None)
    left, bottom, right, top = last
    before = first or last
    for one in filter(None, between):
        left = one[0] if one[0] < min(before[0], left) else left
        bottom = one[1] if one[1] < min(before[1], bottom) else bottom
        right = one[2] if one[2] > max(before[2], right) else right
        top = one[3] if one[3] > max(before[3], top) else top
    return Extent((left, bottom, right, top), room=stage.room)
