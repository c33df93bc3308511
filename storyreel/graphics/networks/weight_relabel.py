"""A weight's label that changes its number: the old one is struck through, and leaves for the new one."""

from manim import Animation, AnimationGroup, Succession, linear, squish_rate_func

from storyreel.graphics.motion.verbs import appear, one_after_another, slide, vanish
from storyreel.graphics.networks.bias_label import BiasLabel
from storyreel.graphics.networks.edge import WeightLabel
from storyreel.graphics.text.strike import Strike

LEAVES = (0.4, 0.75)
"""The shares of the new number's way between which the old one fades out: it stays until this is near."""


def relabel(
    before: WeightLabel | BiasLabel, after: WeightLabel | BiasLabel, arrival: Animation | None
) -> Animation:
    """The label `before` becomes `after`; the new number comes in by `arrival`, or appears."""
    strike = Strike(before.number)
    # Above the plates, which slide meanwhile and so come on stage later.
    for part in (before.number, strike, after.number):
        part.set_z_index(before.z_index + 1)
    leaving = AnimationGroup(vanish(before.number), slide(before.rest, after.rest))
    if arrival is None:
        return Succession(one_after_another([strike.passes(), leaving], overlap=0.5), appear(after.number))
    leaving.run_time, leaving.rate_func = arrival.run_time, squish_rate_func(linear, *LEAVES)
    return one_after_another([strike.passes(), AnimationGroup(arrival, leaving)], overlap=0.5)
