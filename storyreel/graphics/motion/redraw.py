"""An animation that draws a new picture in every frame."""

from collections.abc import Callable
from typing import Any

from manim import Animation, VGroup
from manim.scene.scene import Scene

from storyreel.graphics.text.copy_outlines import copy_outlines


class Redraw(Animation):
    """Shows `picture(alpha)`, alpha from 0 to 1, in `holder`, and at the end `final`.

    The holder stays the same mobject; after the animation its parts are those of `final`.
    """

    def __init__(
        self, holder: VGroup, picture: Callable[[float], VGroup], final: VGroup, **manim: Any
    ) -> None:
        super().__init__(holder, **manim)
        self.holder, self.picture, self.final = holder, picture, final

    def create_starting_mobject(self) -> VGroup:
        """Called by Manim at the start, for a copy of the holder, which is not needed here."""
        return self.holder

    def interpolate_mobject(self, alpha: float) -> None:
        """Called by Manim in every frame."""
        copy_outlines(self.holder, self.final if alpha >= 1 else self.picture(alpha))

    def clean_up_from_scene(self, scene: Scene) -> None:
        """Called by Manim at the end."""
        super().clean_up_from_scene(scene)
        self.holder.submobjects = list(self.final.submobjects)
