"""A weight's label that changes its number: the old one is struck through, and leaves for the new one."""

from manim import Animation, AnimationGroup, Succession

from storyreel.graphics.motion.verbs import appear, one_after_another, slide, vanish
from storyreel.graphics.networks.bias_label import BiasLabel
from storyreel.graphics.networks.edge import WeightLabel
from storyreel.graphics.text.strike import Strike


def relabel(before: WeightLabel | BiasLabel, after: WeightLabel | BiasLabel) -> Animation:
    """The label `before` becomes `after`, in which the new number appears."""
    strike = Strike(before.number)
    # Above the plates, which slide meanwhile and so come on stage later.
    for part in (before.number, strike, after.number):
        part.set_z_index(before.z_index + 1)
    leaving = AnimationGroup(vanish(before.number), slide(before.rest, after.rest))
    return Succession(one_after_another([strike.passes(), leaving], overlap=0.5), appear(after.number))
