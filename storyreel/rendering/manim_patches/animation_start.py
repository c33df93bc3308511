"""The start of an animation: adding its mobject to the scene, and keeping a copy of it."""

from collections.abc import Iterable
from typing import Any

from manim import Animation, Mobject, Scene
from manim.animation.updaters.update import UpdateFromAlphaFunc, UpdateFromFunc

from storyreel.rendering.manim_patches.patch import Patch


def create_starting_mobject(self: Animation) -> Mobject:
    """A copy of the mobject; the mobject itself if the animation only calls a function and needs no copy."""
    mobject = self.mobject
    assert isinstance(mobject, Mobject)  # and not that of OpenGL
    if type(self) in (UpdateFromFunc, UpdateFromAlphaFunc) and not mobject.get_family_updaters():
        return mobject
    return mobject.copy()


def setup_scene(self: Animation, scene: Scene) -> None:
    """Add the mobject of an animation that introduces it to the scene, unless it is there already."""
    if scene is not None and self.is_introducer() and not _is_among(self.mobject, scene.mobjects):
        scene.add(self.mobject)


def _is_among(sought: Any, mobjects: Iterable[Any]) -> bool:
    """True if a mobject is in the families of `mobjects`; no group is searched twice."""
    searched = set()
    waiting = list(mobjects)
    while waiting:
        mobject = waiting.pop()
        if mobject is sought:
            return True
        if mobject.submobjects and mobject not in searched:
            searched.add(mobject)
            waiting += mobject.submobjects
    return False


PATCHES = (
    Patch(Animation, "create_starting_mobject", create_starting_mobject),
    Patch(Animation, "_setup_scene", setup_scene),
)
