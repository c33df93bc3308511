"""Calls updaters, without visiting the many mobjects that have none."""

from manim import Mobject

from storyreel.rendering.manim_patches.patch import Patch

_update = Mobject.update


def update(self: Mobject, dt: float = 0, recursive: bool = True) -> Mobject:
    """Call the updaters of a mobject and of its descendants."""
    if self.updating_suspended:
        return self
    if self.updaters:
        _update(self, dt, recursive=False)
    if recursive:
        for member in self.submobjects:
            if member.submobjects or member.updaters or type(member).update is not update:
                member.update(dt, recursive=recursive)
    return self


PATCHES = (Patch(Mobject, "update", update),)
