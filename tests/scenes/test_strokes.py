"""Every stroke on stage has one of the widths of the stroke system, and round joints and ends."""

from collections.abc import Iterator
from typing import Any

import pytest
from helpers.shortest_chapters import shortest_chapters
from manim import CapStyleType, Line, LineJointType, Square, VMobject
from manim.camera.camera import CAP_STYLE_MAP, LINE_JOIN_MAP
from manim.mobject.svg.svg_mobject import VMobjectFromSVGPath

from storyreel.checks.snapshot import Snapshot
from storyreel.graphics import theme
from storyreel.graphics.networks.edge import Edge
from storyreel.graphics.networks.images.edge_bundle import BundledLines
from storyreel.graphics.networks.neuron import GLOW
from storyreel.production.production import plan
from storyreel.rendering.play import watch_beats
from storyreel.stage.stage import Stage

SHORTEST = shortest_chapters()
WIDTHS = (theme.SPACING.thin_stroke, theme.SPACING.stroke, theme.SPACING.bold_stroke)
FAINTEST = max(opacity for _, opacity in GLOW)


def faults(shapes: list[VMobject]) -> Iterator[str]:
    """What is wrong with the strokes of shapes; widths of connections and of light stand for numbers, and
    pictures of authors are as they are."""
    for shape in shapes:
        width, opacity = shape.get_stroke_width(), shape.get_stroke_opacity()
        if not width or not opacity:
            continue
        joins = LINE_JOIN_MAP[shape.joint_type], CAP_STYLE_MAP[shape.cap_style]
        if joins != (LINE_JOIN_MAP[LineJointType.ROUND], CAP_STYLE_MAP[CapStyleType.ROUND]):
            yield f"a {type(shape).__name__} with {joins}"
        is_light = isinstance(shape, Line) and opacity <= FAINTEST
        if (
            not isinstance(shape, Edge | BundledLines | VMobjectFromSVGPath)
            and not is_light
            and min(abs(width - each) for each in WIDTHS) > 1e-6
        ):
            yield f"a {type(shape).__name__} with a stroke of {width:g}"


@pytest.mark.parametrize("scene", sorted(SHORTEST))
def test_strokes_are_of_the_stroke_system(scene: str) -> None:
    storyboard, chapter = SHORTEST[scene]
    production = plan(storyboard, voice="silent")
    found: set[str] = set()

    def look(stage: Stage) -> None:
        found.update(faults(Snapshot(stage, is_still=True).shapes))

    watch_beats(production.performance(production.chapter(chapter), draw=()), look)
    assert found == set()


@pytest.mark.parametrize(
    "look", [{"stroke_width": 4}, {"stroke_width": 3, "joint_type": LineJointType.MITER}]
)
def test_other_strokes_are_found(look: dict[str, Any]) -> None:
    square = Square(**look)
    assert len(list(faults([square]))) == 1
