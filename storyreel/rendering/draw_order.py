"""The order in which mobjects are drawn: by z-index, then families in the order in which they were added."""

from collections.abc import Iterable
from operator import attrgetter

from manim import Mobject

Z_INDEX = attrgetter("z_index")


def draw_order(mobjects: Iterable[Mobject]) -> list[Mobject]:
    """The members of the families of `mobjects` that have points, each once, in the order of drawing.

    Equals Manim's `extract_mobject_family_members`, without listing a family again for each of its members.
    As there, a mobject that occurs twice is drawn at the later position.
    """
    seen: set[Mobject] = set()
    found: list[Mobject] = []

    def visit(mobject: Mobject) -> None:
        # From the last to the first, so that the last occurrence counts. The family of a member that was
        # seen was visited with it.
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
