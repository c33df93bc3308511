"""A weight's label that changes its number; the old number stays above it, struck through."""

from manim import UP, Animation, AnimationGroup, ReplacementTransform, Succession, VMobject

from storyreel.graphics.motion.verbs import appear, draw, ease_out, fly, vanish
from storyreel.graphics.networks.edge import WeightLabel
from storyreel.graphics.text.struck_out import StruckOut


def relabel(
    before: WeightLabel, after: WeightLabel, number: VMobject | None, struck: StruckOut | None
) -> list[Animation]:
    """The label `before` becomes `after`; the new number flies in from `number`, or appears.

    The old number becomes `struck`, above the new one, or fades out without it.
    """
    if struck is None:
        leaving = [vanish(before.number)]
    else:
        struck.next_to(after, UP, buff=0.1).set_x(after.number.get_x())
        up = ReplacementTransform(before.number, struck.number, rate_func=ease_out)
        leaving = [up, draw(struck.stroke)]
    moves = [ReplacementTransform(before.rest, after.rest, rate_func=ease_out)]
    if number is None:
        return [*moves, Succession(AnimationGroup(*leaving), appear(after.number))]
    return [*moves, fly(number, after.number), *leaving]
