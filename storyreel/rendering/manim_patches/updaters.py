"""Calls updaters without visiting every mobject of the scene in each frame."""

from manim import Mobject, Scene

from storyreel.rendering.manim_patches.patch import Patch

_update = Mobject.update


def update(self: Mobject, dt: float = 0, recursive: bool = True) -> Mobject:
    """Call the updaters of a mobject and of its family; most mobjects have neither updaters nor parts."""
    if self.updaters or not recursive:
        return _update(self, dt, recursive)
    if not self.updating_suspended:
        for part in self.submobjects:
            if part.submobjects or part.updaters:
                part.update(dt)
    return self


def update_mobjects(self: Scene, dt: float) -> None:
    """Call the updaters of all mobjects of the scene."""
    for mobject in self.mobjects:
        if mobject.submobjects or mobject.updaters:
            mobject.update(dt)


PATCHES = (
    Patch(Mobject, "update", update),
    Patch(Scene, "update_mobjects", update_mobjects),
)
