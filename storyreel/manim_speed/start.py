"""Starts: what an animation remembers of its mobject as it was when it began."""

from manim import Animation, Mobject
from manim.animation.updaters.update import UpdateFromAlphaFunc, UpdateFromFunc

from storyreel.manim_speed.replacement import Replacement


def create_starting_mobject(self: Animation) -> Mobject:
    """A copy of the mobject, or itself where the animation calls a function and never looks back."""
    mobject = self.mobject
    assert isinstance(mobject, Mobject)  # and not that of OpenGL
    if type(self) in (UpdateFromFunc, UpdateFromAlphaFunc) and not mobject.get_family_updaters():
        return mobject
    return mobject.copy()


REPLACEMENTS = (Replacement(Animation, "create_starting_mobject", create_starting_mobject),)
