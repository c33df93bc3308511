"""Comparison of the frames that storyreel draws with those of Manim's own camera, pixel by pixel.

python -m storyreel.checks.frames_equal -q full lesson.yaml …
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from manim import Mobject, Scene
from manim.renderer.cairo_renderer import CairoRenderer

from storyreel.core.frame import Frame
from storyreel.core.paths import STORYBOARDS
from storyreel.core.quality import QUALITIES, Quality
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.rendering.canvas_renderer import CanvasRenderer
from storyreel.rendering.play import play

FPS = 2
"""Frames a second that are compared: few, as Manim's camera is slow."""


class FrameDiffersError(AssertionError):
    """A frame differs from that of Manim's camera, or has changed outside the boxes reported as changed."""


class ComparingRenderer(CanvasRenderer):
    """Draws each frame also with Manim's renderer; raises FrameDiffersError if the two differ.

    Lines are drawn one by one, as Manim does.
    """

    keeps_pictures = False

    def __init__(self, **manim: Any) -> None:
        super().__init__(**manim)
        self._manim = CairoRenderer(**manim)
        self._manim.camera = self.camera
        self._last: Frame | None = None
        self.compared = 0

    def save_static_frame_data(self, scene: Scene, static_mobjects: Iterable[Mobject]) -> None:
        """Draw what does not move during an animation; called by Manim when it begins."""
        super().save_static_frame_data(scene, static_mobjects)
        if not self.skip_animations:
            self._manim.save_static_frame_data(scene, static_mobjects)

    def update_frame(
        self, scene: Scene, mobjects: Iterable[Mobject] | None = None, *_: Any, **__: Any
    ) -> None:
        """Draw `mobjects` (None: all of the scene) onto the static picture; called by Manim."""
        super().update_frame(scene, mobjects)
        if not self.skip_animations:
            self._manim.update_frame(scene, mobjects)

    def add_frame(self, frame: Frame, num_frames: int = 1) -> None:  # type: ignore[override]
        """Compare `frame` and pass it to the file writer; called by Manim."""
        if not self.skip_animations:
            self._compare(frame, self.camera.pixel_array, "as Manim draws it")
            if self._last is not None and self._changed is not None:
                for left, top, right, bottom in self._changed:
                    self._last[top:bottom, left:right] = frame[top:bottom, left:right]
                self._compare(frame, self._last, "as it was before, outside of what is said to have changed")
            self._last = frame.copy()
            self.compared += 1
        super().add_frame(frame, num_frames)

    def _compare(self, frame: Frame, wanted: Any, what: str) -> None:
        differs = (frame != wanted).any(axis=2)
        if differs.any():
            row, column = np.argwhere(differs)[0]
            raise FrameDiffersError(
                f"frame {self.compared}: {differs.sum()} pixels are not {what}; the first is at "
                f"({column}, {row}), {frame[row, column]} in place of {wanted[row, column]}"
            )


def compare(storyboard: Path, quality: Quality) -> int:
    """Compare two frames of each second of a storyboard's lesson, at the size of `quality`.

    Returns the number of frames compared. Raises FrameDiffersError at the first that differs.
    """
    quality = replace(quality, fps=FPS)
    production = plan(load(storyboard), quality=quality, voice="silent")
    for chapter in production.timeline.chapters:
        play(production.performance(chapter), quality, lambda *_: None, ComparingRenderer)
    return production.timeline.frames


@click.command()
@click.argument("storyboards", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-q", "--quality", "names", multiple=True, type=click.Choice(list(QUALITIES)))
def main(storyboards: tuple[Path, ...], names: tuple[str, ...]) -> None:
    """Compare frames of STORYBOARDS (default: those that come with storyreel), at the sizes of qualities
    (default: all), with those of Manim's own camera; stops at the first that differs."""
    for path in storyboards or sorted(STORYBOARDS.glob("*.yaml")):
        for name in names or QUALITIES:
            click.echo(f"{path.name}, {name}: {compare(path, QUALITIES[name])} frames are equal")


if __name__ == "__main__":
    main()
