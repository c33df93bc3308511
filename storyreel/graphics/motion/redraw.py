"""Pictures that are drawn anew in every frame, as a function of how far the move has come."""

from collections.abc import Callable
from typing import Any

from manim import Animation, VGroup
from manim.scene.scene import Scene

from storyreel.graphics.text.copy_outlines import overwrite


class Redraw(Animation):
    """`picture(alpha)`, alpha from 0 to 1, is drawn in place of what is in `holder`; in the end `final` is.

    The holder stays the same throughout; afterwards its parts are those of `final`, which can be flown.
    """

    def __init__(
        self, holder: VGroup, picture: Callable[[float], VGroup], final: VGroup, **manim: Any
    ) -> None:
        super().__init__(holder, **manim)
        self.holder, self.picture, self.final = holder, picture, final

    def create_starting_mobject(self) -> VGroup:
        """Called by Manim at the start; what was in the holder is not asked for again."""
        return self.holder

    def interpolate_mobject(self, alpha: float) -> None:
        """Called by Manim in every frame."""
        overwrite(self.holder, self.final if alpha >= 1 else self.picture(alpha))

    def clean_up_from_scene(self, scene: Scene) -> None:
        """Called by Manim at the end."""
        super().clean_up_from_scene(scene)
        self.holder.submobjects = list(self.final.submobjects)
