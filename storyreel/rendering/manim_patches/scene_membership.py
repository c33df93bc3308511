"""Adds and removes the mobjects of a group of animations all at once.

Manim does so one by one, and searches all mobjects of the scene for each.
"""

import inspect
from itertools import chain
from typing import Any

from manim import Animation, AnimationGroup, Mobject, Scene

from storyreel.rendering.manim_patches.animation_start import setup_scene
from storyreel.rendering.manim_patches.patch import Patch

_setup_scene = AnimationGroup._setup_scene
_clean_up = Animation.clean_up_from_scene
_NOTHING_TO_DO = inspect.signature(Animation.__init__).parameters["_on_finish"].default


def setup_group(self: AnimationGroup, scene: Scene) -> None:
    """Add all mobjects to the scene that the animations introduce and that are not in it.

    Manim's function handles groups of groups, and mobjects that are parts of each other.
    """
    animations = self.animations
    is_plain = all(type(animation)._setup_scene is setup_scene for animation in animations)
    new = [animation.mobject for animation in animations if animation.is_introducer()]
    if scene is None or scene.foreground_mobjects or not is_plain or not _are_apart(new):
        _setup_scene(self, scene)
        return
    members = set(chain.from_iterable(mobject.get_family() for mobject in new))
    on_stage = members.intersection(chain.from_iterable(mobject.get_family() for mobject in scene.mobjects))
    arriving: list[Any] = [mobject for mobject in new if mobject not in on_stage]
    if arriving:
        scene.add(*arriving)


def clean_up_group(self: AnimationGroup, scene: Scene) -> None:
    """Remove all mobjects from the scene that the animations of a group, or of groups in it, remove."""
    leaving: list[Any] = []
    _clean_up_members(self, scene, leaving)
    _remove_from(scene, leaving)


def _clean_up_members(group: AnimationGroup, scene: Scene, leaving: list[Any]) -> None:
    """Clean up after the animations of a group.

    Mobjects to remove are collected in `leaving`, and removed before anything that could depend on it.
    """
    if group._on_finish is not _NOTHING_TO_DO:
        _remove_from(scene, leaving)
        group._on_finish(scene)
    for animation in group.animations:
        if group.remover:
            animation.remover = group.remover
        clean_up = type(animation).clean_up_from_scene
        if isinstance(animation, AnimationGroup) and clean_up is clean_up_group:
            _clean_up_members(animation, scene, leaving)
        elif clean_up is _clean_up and animation._on_finish is _NOTHING_TO_DO:
            if animation.is_remover():
                leaving.append(animation.mobject)
        else:
            _remove_from(scene, leaving)
            animation.clean_up_from_scene(scene)


def _remove_from(scene: Scene, leaving: list[Any]) -> None:
    if not leaving:
        return
    if _are_apart(leaving):
        scene.remove(*leaving)
    else:
        for mobject in leaving:
            scene.remove(mobject)
    leaving.clear()


def _are_apart(mobjects: list[Any]) -> bool:
    """True if no mobject is part of another or occurs twice."""
    families: list[list[Mobject]] = [mobject.get_family() for mobject in mobjects]
    return len(set(chain.from_iterable(families))) == sum(map(len, families))


PATCHES = (
    Patch(AnimationGroup, "_setup_scene", setup_group),
    Patch(AnimationGroup, "clean_up_from_scene", clean_up_group),
)
