"""The order in which mobjects are drawn: families in the order they were added, lower z-indices first."""

from collections.abc import Iterable
from operator import attrgetter

from manim import Mobject

Z_INDEX = attrgetter("z_index")


def draw_order(mobjects: Iterable[Mobject]) -> list[Mobject]:
    """The members of the families of `mobjects` that have points, each once, the lowest first.

    The same as Manim's `extract_mobject_family_members`, which lists a family again for each of its members.
    As there, who comes twice is drawn at the later place.
    """
    seen: set[Mobject] = set()
    found: list[Mobject] = []

    def visit(mobject: Mobject) -> None:
        # From the last to the first: whoever has been seen has been so with the whole family.
        for member in reversed(mobject.submobjects):
            if member not in seen:
                visit(member)
        seen.add(mobject)
        if len(mobject.points):
            found.append(mobject)

    for mobject in reversed(list(mobjects)):
        if mobject not in seen:
            visit(mobject)
    found.reverse()
    return sorted(found, key=Z_INDEX)
