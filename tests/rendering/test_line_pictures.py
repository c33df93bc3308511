"""Lines of a bundle that run or fade are drawn from a picture of them, which looks like these lines."""

from collections.abc import Callable

import numpy as np
import pytest
from manim import FadeOut, Scene, Wait

from storyreel.core.frame import Frame
from storyreel.core.quality import Quality
from storyreel.graphics.networks.images.edge_bundle import EdgeBundle, bundle_fades, bundle_grows, pulses
from storyreel.rendering.canvas_renderer import CanvasRenderer
from storyreel.rendering.line_pictures import LinePictures
from storyreel.rendering.play import play_scene

SMALL = Quality(320, 180, 8, "", 0)
ROUNDED, AT_CROSSINGS = 16, 32
"""How far a colour of 0 to 255 may be off: the edges of a line depend a little on where it begins; and where
lines cross, those below do not shine through lines that fade together."""
END = 4
"""Pixels around the end of lines that run, which is straight across all of them."""


class OneByOne(CanvasRenderer):
    """Draws all lines one by one."""

    keeps_pictures = False


def frames(construct: Callable[[Scene], object], renderer: type[CanvasRenderer]) -> list[Frame]:
    scene = type("Planted", (Scene,), {"construct": construct})
    taken: list[Frame] = []
    play_scene(
        lambda renderer: scene(renderer=renderer),
        SMALL,
        lambda frame, _, repeats: taken.extend([frame.copy()] * repeats),
        renderer,
    )
    return taken


def bundle() -> EdgeBundle:
    """Lines from 5 heights at the left to 4 at the right, of different strengths and signs."""
    starts, ends = np.meshgrid(np.linspace(-3, 3, 5), np.linspace(-2, 2, 4))
    left, right = np.full_like(starts, -4.0), np.full_like(starts, 4.0)
    zeros = np.zeros_like(starts)
    lines = np.stack([np.stack([left, starts, zeros], -1), np.stack([right, ends, zeros], -1)], axis=2)
    return EdgeBundle(lines).show_numbers(np.sin(np.arange(20.0)).reshape(4, 5), 1.0)


def differences(construct: Callable[[Scene], object]) -> list[np.ndarray]:
    """For each frame, how much each column of pixels differs from that with all lines drawn one by one."""
    pairs = zip(frames(construct, CanvasRenderer), frames(construct, OneByOne), strict=True)
    return [np.abs(one.astype(int) - other).max(axis=(0, 2)) for one, other in pairs]


@pytest.mark.parametrize("ends", [lambda lines: bundle_fades(lines, 0.3), FadeOut])
def test_lines_that_fade_look_like_all_of_their_lines(ends: Callable[[EdgeBundle], object]) -> None:
    def construct(scene: Scene) -> None:
        scene.add(lines := bundle())
        scene.play(ends(lines))

    first, *others = differences(construct)
    assert max(each.max() for each in others) <= AT_CROSSINGS
    assert first.max() == 0


def test_lines_that_are_dimmed_look_at_rest_as_at_the_end_of_fading() -> None:
    def construct(scene: Scene) -> None:
        scene.add(lines := bundle())
        scene.play(bundle_fades(lines, 0.3))
        scene.play(Wait(1, frozen_frame=False))
        scene.play(bundle_fades(lines, 1.0))
        scene.play(Wait(1, frozen_frame=False))

    taken = frames(construct, CanvasRenderer)
    for last in (7, 23):  # just before the end of fading
        assert np.abs(taken[last].astype(int) - taken[last + 1]).max() <= 4
    np.testing.assert_array_equal(taken[-1], frames(construct, OneByOne)[-1])


@pytest.mark.parametrize(
    "run",
    [
        bundle_grows,
        lambda lines: bundle_grows(lines, backwards=True),
        lambda lines: pulses(lines, np.linspace(0.2, 1, 5), "activation"),
    ],
)
def test_lines_that_run_differ_at_their_ends_only(run: Callable[[EdgeBundle], object]) -> None:
    def construct(scene: Scene) -> None:
        scene.play(run(bundle()))

    for columns in differences(construct):
        assert (columns > ROUNDED).sum() <= 2 * 2 * END


def test_lines_are_drawn_once_while_they_run_and_fade(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    sheet = LinePictures._sheet
    monkeypatch.setattr(
        LinePictures, "_sheet", lambda self, picture: drawn.append(picture) or sheet(self, picture)
    )

    def construct(scene: Scene) -> None:
        scene.play(bundle_grows(lines := bundle()))
        scene.play(bundle_fades(lines, 0.3))

    assert len(frames(construct, CanvasRenderer)) == 16
    assert len(drawn) <= 2  # with full light in between, lines are drawn one by one


def test_lines_that_take_another_place_are_drawn_there() -> None:
    def construct(scene: Scene) -> None:
        scene.add(lines := bundle())
        scene.play(lines.animate.shift([1, 1, 0]).set_opacity(0.5))

    assert max(each.max() for each in differences(construct)) == 0
