"""A weight's label that changes its number: the old number is struck through and leaves for the new one."""

from manim import Animation, AnimationGroup, Succession, VGroup

from storyreel.graphics.motion.verbs import appear, draw, slide, vanish
from storyreel.graphics.networks.bias_label import BiasLabel
from storyreel.graphics.networks.edge import WeightLabel
from storyreel.graphics.text.strike import Strike

STRIKING = 0.5
"""The time in which a number is struck through, and in which it fades, in that of the new one."""


def relabel(
    before: WeightLabel | BiasLabel, after: WeightLabel | BiasLabel, arrival: Animation | None
) -> Animation:
    """The label `before` becomes `after`; the new number comes in by `arrival`, or appears."""
    strike = Strike(before.number)
    # Above the plates, which slide meanwhile and so come on stage later.
    for part in (before.number, strike):
        part.set_z_index(before.z_index + 1)
    after.number.set_z_index(after.z_index + 1)
    leaving = AnimationGroup(vanish(VGroup(before.number, strike)), slide(before.rest, after.rest))
    steps = [draw(strike), leaving]
    for step in steps:
        step.run_time = STRIKING
    return Succession(*steps, arrival or appear(after.number))
