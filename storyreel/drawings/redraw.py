"""Pictures that are drawn anew in every frame, as a function of how far the move has come."""

from collections.abc import Callable
from itertools import zip_longest
from typing import Any

from manim import Animation, VGroup, VMobject
from manim.scene.scene import Scene

from storyreel.drawings.glyph import Glyph


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
        # Manim goes on drawing what was in the holder when the animation began: those shapes are kept and
        # take on the new look one by one; what is not needed is left without points.
        picture = self.final if alpha >= 1 else self.picture(alpha)
        for are_glyphs in (False, True):
            for shape, new in zip_longest(_shapes(self.holder, are_glyphs), _shapes(picture, are_glyphs)):
                if shape is None:
                    self.holder.add(new.copy())
                elif new is None:
                    shape.clear_points()
                else:
                    shape.points = new.points.copy()
                    shape.set_z_index(new.z_index).interpolate_color(shape, new, 1)

    def clean_up_from_scene(self, scene: Scene) -> None:
        """Called by Manim at the end."""
        super().clean_up_from_scene(scene)
        self.holder.submobjects = list(self.final.submobjects)


def _shapes(group: VGroup, are_glyphs: bool) -> list[VMobject]:
    """All glyphs in a group, or all that is drawn and no glyph."""
    family = (part for part in group.get_family() if isinstance(part, VMobject))
    return [part for part in family if not isinstance(part, VGroup) and isinstance(part, Glyph) == are_glyphs]
