"""Arrivals: all that a group of animations brings on stage, which Manim adds one by one."""

from itertools import chain

from manim import Animation, AnimationGroup, Scene

from storyreel.manim_speed.replacement import Replacement
from storyreel.manim_speed.start import setup_scene

_setup_scene = AnimationGroup._setup_scene


def setup_group(self: AnimationGroup, scene: Scene) -> None:
    """Put on stage, at once, what the animations introduce and is not there yet.

    A group of groups, or one whose mobjects are parts of each other, is left to Manim.
    """
    animations = self.animations
    if len(animations) < 2 or scene is None or scene.foreground_mobjects or not _are_plain(animations):
        _setup_scene(self, scene)
        return
    new = [animation.mobject for animation in animations if animation.is_introducer()]
    families = [mobject.get_family() for mobject in new]
    members = set(chain.from_iterable(families))
    if len(members) < sum(map(len, families)):
        _setup_scene(self, scene)
        return
    on_stage = members.intersection(chain.from_iterable(mobject.get_family() for mobject in scene.mobjects))
    arriving = [mobject for mobject in new if mobject not in on_stage]
    if arriving:
        scene.add(*arriving)


def _are_plain(animations: list[Animation]) -> bool:
    return all(type(animation)._setup_scene is setup_scene for animation in animations)


REPLACEMENTS = (Replacement(AnimationGroup, "_setup_scene", setup_group),)
