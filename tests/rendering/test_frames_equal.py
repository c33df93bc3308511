"""Every frame that storyreel draws equals that of Manim's own camera, to the byte."""

from collections.abc import Callable, Sequence
from itertools import cycle

import numpy as np
import pytest
from helpers.shortest_chapters import shortest_chapters
from manim import (
    BLUE,
    DOWN,
    GREEN,
    LEFT,
    ORIGIN,
    RED,
    RIGHT,
    UP,
    WHITE,
    Axes,
    CapStyleType,
    Circle,
    Create,
    DashedLine,
    Dot,
    FadeIn,
    FadeOut,
    LineJointType,
    ManimColor,
    Mobject,
    PointCloudDot,
    Scene,
    Square,
    Star,
    Text,
    Transform,
    Triangle,
    ValueTracker,
    VGroup,
    VMobject,
    always_redraw,
)
from PIL import Image

from storyreel.checks.frames_equal import ComparingRenderer, FrameDiffersError
from storyreel.core.frame import Box, Frame
from storyreel.core.quality import Quality
from storyreel.production.production import plan
from storyreel.rendering import surface
from storyreel.rendering.draw_op_builder import DrawOpBuilder
from storyreel.rendering.draw_ops import ShapeDrawOp
from storyreel.rendering.path_appender import LibraryAppender, PycairoAppender
from storyreel.rendering.play import play, play_scene
from storyreel.rendering.settled_ops import FRAMES
from storyreel.rendering.surface import Surface
from storyreel.storyboard.vocabulary import scene_types

SMALL = Quality(240, 136, 3, "", 0)
Taken = list[tuple[Sequence[Box] | None, int]]


@pytest.fixture(autouse=True, params=[LibraryAppender, PycairoAppender])
def appender(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw all frames of these tests with each way to add paths to a context, those of the scenes with one:
    `test_path_appender` compares the paths."""
    monkeypatch.setattr(surface, "path_appender", request.param)


SHORTEST = shortest_chapters()


@pytest.mark.parametrize("appender", [LibraryAppender], indirect=True)
@pytest.mark.parametrize("scene", sorted(SHORTEST))
def test_every_scene_is_drawn_as_manim_draws_it(scene: str) -> None:
    storyboard, chapter = SHORTEST[scene]
    production = plan(storyboard, quality=SMALL, voice="silent")
    frames = 0

    def take(_: Frame, changed: Sequence[Box] | None, repeats: int) -> None:
        nonlocal frames
        frames += repeats

    timed = production.chapter(chapter)
    play(production.performance(timed), SMALL, take, ComparingRenderer)
    assert frames == timed.end - timed.start


def test_no_scene_is_left_out() -> None:
    assert set(SHORTEST) == set(scene_types())


def compare(construct: Callable[[Scene], object], quality: Quality = SMALL) -> Taken:
    """Draw a scene with both renderers; returns the changed boxes and repetitions reported for each frame."""
    scene = type("Planted", (Scene,), {"construct": construct})
    taken: Taken = []
    play_scene(
        lambda renderer: scene(renderer=renderer),
        quality,
        lambda _, changed, repeats: taken.append((changed, repeats)),
        ComparingRenderer,
    )
    return taken


def see_through(colour: ManimColor, side: float = 3) -> Square:
    return Square(side, fill_color=colour, fill_opacity=0.5, stroke_opacity=0.7)


def test_shapes_that_let_others_shine_through() -> None:
    def construct(scene: Scene) -> None:
        red, blue = see_through(RED), see_through(BLUE).shift(RIGHT)
        scene.add(red, blue)
        scene.play(red.animate.shift(2 * RIGHT).rotate(1))
        scene.wait(1)
        scene.play(blue.animate.set_fill(GREEN, 0.2), FadeOut(red))

    compare(construct)


def test_a_shape_that_leaves_the_frame_and_comes_back() -> None:
    def construct(scene: Scene) -> None:
        star = Star(color=RED, fill_opacity=1)
        scene.add(star, Dot())
        scene.play(star.animate.shift(20 * LEFT))
        scene.play(star.animate.shift(1e9 * RIGHT))
        scene.play(star.animate.move_to(ORIGIN))

    compare(construct)


def test_what_lies_over_and_under_a_moving_shape() -> None:
    def construct(scene: Scene) -> None:
        dot = Dot(3 * LEFT, radius=0.5)
        scene.add(see_through(RED), dot, see_through(BLUE).shift(DOWN))
        scene.play(dot.animate.shift(6 * RIGHT))
        scene.play(dot.animate.set_z_index(1).shift(3 * LEFT))
        scene.play(dot.animate.set_z_index(-1).shift(3 * LEFT))

    compare(construct)


def areas(taken: Taken) -> list[int]:
    """The pixels in the changed boxes of each frame after the first."""
    return [
        sum((right - left) * (bottom - top) for left, top, right, bottom in changed)
        for changed, _ in taken[1:]
        if changed is not None
    ]


def alternating_z_index(mobject: Mobject, dt: float) -> None:
    """Bring a mobject to the front at one frame, and behind all others at the next."""
    if dt:
        mobject.set_z_index(-1 if mobject.z_index > 0 else 1)


def brought_to_front(scene: Scene, *mobjects: Mobject) -> Callable[[Mobject, float], object]:
    """Add each of the mobjects to the scene again, which puts it last, in turn."""
    turn = cycle(mobjects)
    return lambda _, dt: scene.bring_to_front(next(turn)) if dt else None


@pytest.mark.parametrize("by_z_index", [True, False])
def test_an_order_that_changes_while_nothing_moves(by_z_index: bool) -> None:
    """With nothing on stage that is drawn anew in each frame, as that would hide a change overlooked."""

    def construct(scene: Scene) -> None:
        red, blue = see_through(RED), see_through(BLUE).shift(RIGHT)
        scene.add(red, blue, Dot(5 * LEFT))
        red.add_updater(alternating_z_index if by_z_index else brought_to_front(scene, red, blue))
        scene.wait(2)

    changed = areas(compare(construct))
    assert len(changed) == 5
    # The squares overlap by 2 × 3 of Manim's 8 units of height, which are 136 pixels.
    overlap = 2 * 3 * (SMALL.height / 8) ** 2
    assert all(overlap < area < SMALL.width * SMALL.height / 2 for area in changed)


def test_shapes_that_come_and_go_mid_way() -> None:
    def construct(scene: Scene) -> None:
        time, parts = ValueTracker(1), VGroup(see_through(RED, 1))
        row = always_redraw(
            lambda: VGroup(*(see_through(BLUE, 1).shift(i * RIGHT) for i in range(round(time.get_value()))))
        )
        parts.add_updater(lambda parts: parts.add(Dot(len(parts) * 0.2 * UP)))
        scene.add(row, parts)
        scene.play(time.animate.set_value(4))
        scene.play(time.animate.set_value(2), Create(Circle()))
        scene.remove(row)
        scene.wait(1)

    compare(construct)


def test_a_static_shape_that_is_changed_behind_the_back_of_its_animation() -> None:
    def construct(scene: Scene) -> None:
        still, mover = see_through(RED), Dot()
        mover.add_updater(lambda _: still.shift(0.1 * RIGHT))
        scene.add(still, mover)
        scene.wait(1)
        scene.wait(1)

    compare(construct)


def test_a_background_that_changes() -> None:
    def construct(scene: Scene) -> None:
        scene.add(see_through(RED))
        scene.wait(1)
        scene.renderer.camera.background_color = BLUE
        scene.wait(1)
        scene.play(FadeIn(Dot(2 * LEFT)))

    compare(construct)


def test_outlines_of_all_kinds() -> None:
    def construct(scene: Scene) -> None:
        spikes = VGroup(
            Star(12, outer_radius=2, inner_radius=0.2, stroke_width=12, joint_type=joint).shift(shift)
            for joint, shift in zip(LineJointType, (4 * LEFT, LEFT, 2 * RIGHT, 5 * RIGHT), strict=True)
        )
        ends = VGroup(
            DashedLine(3 * LEFT, 3 * RIGHT, stroke_width=20, cap_style=cap).shift(i * DOWN)
            for i, cap in enumerate(CapStyleType)
        )
        behind = Text("behind").set_stroke(RED, 8, background=True)
        scene.add(spikes, ends, behind)
        scene.play(spikes.animate.scale(0.5).rotate(1), ends.animate.shift(UP), behind.animate.rotate(2))

    compare(construct)


def test_shapes_of_unusual_points() -> None:
    def construct(scene: Scene) -> None:
        open_end = VMobject().set_points(Circle().points)
        open_end.start_new_path(2 * UP)
        infinite = Square()
        infinite.points[5] = np.nan
        points = VMobject().set_points(np.repeat([[1.0, 1, 0]], 8, axis=0)).set_stroke(WHITE, 10)
        shapes = VGroup(open_end, infinite, points, Triangle())
        scene.add(shapes)
        scene.play(shapes.animate.shift(LEFT))

    compare(construct)


@pytest.mark.parametrize(
    "special",
    [
        lambda: Square(2, fill_opacity=1).set_color([RED, BLUE]),
        lambda: Circle(fill_opacity=1).set_sheen(-0.5, UP),
        lambda: PointCloudDot(radius=1),
        lambda: Square(3, fill_opacity=1).color_using_background_image(
            Image.linear_gradient("L").convert("RGBA")
        ),
    ],
    ids=["gradient", "sheen", "points", "background-image"],
)
def test_what_only_manim_can_draw(special: Callable[[], Mobject]) -> None:
    def construct(scene: Scene) -> None:
        mobject, dot = special(), Dot(3 * LEFT)
        scene.add(see_through(RED), mobject, see_through(BLUE, 1))
        scene.play(mobject.animate.shift(RIGHT), dot.animate.shift(UP))
        scene.wait(1)
        scene.play(dot.animate.shift(DOWN))

    compare(construct)


def test_a_transform_of_text_over_axes() -> None:
    def construct(scene: Scene) -> None:
        one = Text("forward")
        scene.add(Axes(), one)
        scene.play(Transform(one, Text("backward").shift(UP)))

    compare(construct)


def test_nothing_on_stage() -> None:
    assert compare(lambda scene: scene.wait(2)) == [(None, 6)]


def test_a_hold_is_one_frame_and_a_move_that_shows_nothing_new_changes_no_box() -> None:
    def construct(scene: Scene) -> None:
        dot = Dot()
        scene.play(FadeIn(dot))
        scene.wait(2)
        scene.wait(1)
        scene.play(dot.animate.shift(0 * UP))

    taken = compare(construct)
    # The second wait shows what the first did; a move has another frame before it than a wait.
    assert [repeats for _, repeats in taken] == [1, 1, 1, 6, 3, 1, 1, 1]
    assert taken[4][0] == taken[6][0] == taken[7][0] == []


def test_a_small_move_changes_a_small_part() -> None:
    def construct(scene: Scene) -> None:
        dot = Dot(3 * LEFT)
        scene.add(Square(7), dot)
        scene.play(dot.animate.shift(UP))

    taken = compare(construct, Quality(1280, 720, 10, "", 0))
    # The dot is 14 pixels wide, its way 90 pixels; tiles of 16 pixels are told of as a whole.
    assert len(areas(taken)) == 9
    assert max(areas(taken)) <= (3 * 16) * (5 * 16)


def test_what_rests_below_a_moving_shape_is_drawn_once_until_it_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draws, draw = list[float](), ShapeDrawOp.draw

    def counted(op: ShapeDrawOp, surface: Surface) -> None:
        draws.append(op.fill[3] if op.fill else 0.0)
        draw(op, surface)

    def construct(scene: Scene) -> None:
        red, dot = see_through(RED), Dot()
        scene.add(red, dot)
        # Manim takes the square for a moving one until the last of the two moves ends.
        scene.play(red.animate(run_time=0.5).shift(RIGHT), dot.animate(run_time=6).shift(2 * RIGHT))
        scene.play(red.animate(run_time=0.5).set_fill(GREEN), dot.animate(run_time=3).shift(LEFT))

    monkeypatch.setattr(ShapeDrawOp, "draw", counted)
    assert len(compare(construct, Quality(240, 136, 10, "", 0))) == 90
    assert 10 < draws.count(0.5) <= 2 * (5 + FRAMES + 3)
    assert draws.count(1.0) >= 90


def test_a_frame_that_differs_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = DrawOpBuilder._boxes
    monkeypatch.setattr(
        DrawOpBuilder,
        "_boxes",
        lambda builder, edges: [(a, b, c - 4, d) for a, b, c, d in boxes(builder, edges)],
    )

    def construct(scene: Scene) -> None:
        dot = Dot(radius=0.5)
        scene.add(dot)
        scene.play(dot.animate.shift(RIGHT))

    with pytest.raises(FrameDiffersError, match="pixels are not as"):
        compare(construct, Quality(854, 480, 3, "", 0))
