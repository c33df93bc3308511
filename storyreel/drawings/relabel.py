"""A weight's label takes a new number, and the old one stays above it, struck through."""

from manim import UP, Animation, ReplacementTransform, VMobject

from storyreel.drawings.edge import WeightLabel
from storyreel.drawings.motion import appear, draw, fly, settle, vanish
from storyreel.drawings.struck import Struck


def relabel(
    before: WeightLabel, after: WeightLabel, number: VMobject | None, struck: Struck | None
) -> list[Animation]:
    """The label `before` becomes `after`, whose number arrives from `number` or appears.

    The old number becomes `struck`, above the new one, or fades.
    """
    arrival = appear(after.number) if number is None else fly(number, after.number)
    moves = [ReplacementTransform(before.rest, after.rest, rate_func=settle), arrival]
    if struck is None:
        return [*moves, vanish(before.number)]
    struck.next_to(after, UP, buff=0.1).set_x(after.number.get_x())
    leaving = ReplacementTransform(before.number, struck.number, rate_func=settle)
    return [*moves, leaving, draw(struck.stroke)]
