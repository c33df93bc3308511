"""Pictures that are drawn anew in every frame, as a function of how far the move has come."""

from collections.abc import Callable
from itertools import zip_longest
from typing import Any

from manim import Animation, VGroup, VMobject
from manim.scene.scene import Scene


class Redraw(Animation):
    """`picture(alpha)`, alpha from 0 to 1, is drawn in place of what is in `holder`; in the end `final` is.

    The holder stays the same throughout; afterwards its parts are those of `final`, which can be flown.
    """

    def __init__(
        self, holder: VGroup, picture: Callable[[float], VGroup], final: VGroup, **manim: Any
    ) -> None:
        super().__init__(holder, **manim)
        self.holder, self.picture, self.final = holder, picture, final

    def interpolate_mobject(self, alpha: float) -> None:
        """Called by Manim in every frame."""
        # Manim goes on drawing what was in the holder when the animation began: those shapes are kept and
        # take on the new look one by one; what is not needed is left without points.
        shapes = _shapes(self.holder)
        for shape, new in zip_longest(shapes, _shapes(self.final if alpha >= 1 else self.picture(alpha))):
            if shape is None:
                self.holder.add(new.copy())
            elif new is None:
                shape.clear_points()
            else:
                shape.points = new.points.copy()
                shape.match_style(new, family=False).set_z_index(new.z_index)

    def clean_up_from_scene(self, scene: Scene) -> None:
        """Called by Manim at the end."""
        super().clean_up_from_scene(scene)
        self.holder.submobjects = list(self.final.submobjects)


def _shapes(group: VGroup) -> list[VMobject]:
    """All that is in a group but the groups."""
    family = group.get_family()
    return [shape for shape in family if isinstance(shape, VMobject) and not isinstance(shape, VGroup)]
