"""The family of a mobject: itself and all its descendants, each once, in the order of drawing."""

from collections.abc import Hashable, Iterable, Reversible
from operator import attrgetter
from typing import TypeVar

from manim import Mobject, Scene
from manim.animation import composition
from manim.camera import camera as camera_module
from manim.mobject import mobject as mobject_module
from manim.scene import scene as scene_module
from manim.utils import family as family_module

from storyreel.rendering.manim_patches.patch import Patch

Member = TypeVar("Member", bound=Hashable)

Z_INDEX = attrgetter("z_index")

_get_family = Mobject.get_family


def remove_list_redundancies(members: Reversible[Member]) -> list[Member]:
    """`members` without duplicates; the last occurrence of each counts."""
    return list(dict.fromkeys(reversed(members)))[::-1]


def get_family(self: Mobject, recurse: bool = True) -> list[Mobject]:
    """The family of a mobject. Manim's function handles groups that occur twice, maybe within themselves."""
    children = self.submobjects
    if not children:
        return [self]
    family = [self]
    groups = {self}
    waiting = children[::-1]
    while waiting:
        member = waiting.pop()
        family.append(member)
        below = member.submobjects
        if below:
            if member in groups:
                return _get_family(self, recurse)
            groups.add(member)
            waiting += below[::-1]
    return family if len(set(family)) == len(family) else remove_list_redundancies(family)


def extract_mobject_family_members(
    mobjects: Iterable[Mobject], use_z_index: bool = False, only_those_with_points: bool = False
) -> list[Mobject]:
    """The members of all families, each once, in the order of drawing or, without `use_z_index`, of adding.

    Manim lists a family again for each of its members. As there, the last occurrence of a mobject counts.
    """
    seen: set[Mobject] = set()
    found: list[Mobject] = []

    def visit(mobject: Mobject) -> None:
        # From the last to the first. The family of a member that was seen was visited with it.
        for member in reversed(mobject.submobjects):
            if member not in seen:
                if member.submobjects:
                    visit(member)
                else:
                    seen.add(member)
                    found.append(member)
        seen.add(mobject)
        found.append(mobject)

    for mobject in reversed(list(mobjects)):
        if mobject not in seen:
            visit(mobject)
    found.reverse()
    if only_those_with_points:
        found = [mobject for mobject in found if len(mobject.points)]
    return sorted(found, key=Z_INDEX) if use_z_index else found


def family_members_with_points(self: Mobject) -> list[Mobject]:
    """The members of the family that have points."""
    return [member for member in self.get_family() if len(member.points)]


def get_restructured_mobject_list(
    self: Scene, mobjects: Iterable[Mobject], to_remove: Iterable[Mobject]
) -> list[Mobject]:
    """The mobjects without those to remove; a group that contains one is replaced by its other members."""
    rest: list[Mobject] = []

    def add(examined: Iterable[Mobject], removed: set[Mobject]) -> None:
        for mobject in examined:
            if mobject in removed:
                continue
            below = removed.intersection(mobject.get_family()) if mobject.submobjects else None
            if below:
                add(mobject.submobjects, below)
            else:
                rest.append(mobject)

    add(mobjects, set(to_remove))
    return rest


PATCHES = (
    Patch(Scene, "get_restructured_mobject_list", get_restructured_mobject_list),
    Patch(Mobject, "get_family", get_family),
    Patch(Mobject, "family_members_with_points", family_members_with_points),
    *(
        Patch(module, "remove_list_redundancies", remove_list_redundancies)
        for module in (mobject_module, family_module, composition)
    ),
    *(
        Patch(module, "extract_mobject_family_members", extract_mobject_family_members)
        for module in (camera_module, scene_module, family_module)
    ),
)
