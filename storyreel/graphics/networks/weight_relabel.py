"""A weight's label that changes its number; the old number stays above it, struck through."""

from manim import UP, Animation, AnimationGroup, Succession

from storyreel.graphics.motion.verbs import appear, draw, one_after_another, slide, vanish
from storyreel.graphics.networks.edge import WeightLabel
from storyreel.graphics.text.struck_out import StruckOut


def relabel(
    before: WeightLabel, after: WeightLabel, arrival: Animation | None, struck: StruckOut | None
) -> list[Animation]:
    """The label `before` becomes `after`; the new number comes in by `arrival`, or appears.

    The old number becomes `struck`, above the new one, or fades out without it.
    """
    if struck is None:
        leaving = [vanish(before.number)]
    else:
        struck.next_to(after, UP, buff=0.1).set_x(after.number.get_x())
        up = slide(before.number, struck.number)
        leaving = [one_after_another([up, draw(struck.stroke)], overlap=0.3)]
    moves = [slide(before.rest, after.rest)]
    if arrival is None:
        after.number.set_z_index(after.z_index + 1)  # above the plate, which arrives later
        return [*moves, Succession(AnimationGroup(*leaving), appear(after.number))]
    return [*moves, arrival, *leaving]
