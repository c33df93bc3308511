"""The stage of chapters that compare the valleys of a curve."""

import numpy as np
from manim import Animation, AnimationGroup, Circle, Succession, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.motion.verbs import appear, draw, in_place_of
from storyreel.graphics.plots.dashes import Dashes
from storyreel.stage.stage import needed
from storyreel.stage.updates.descent_stage import DescentStage
from storyreel.storyboard.cue import cue

RING = 0.24
"""The radius of the ring around the lowest place of a valley, in units."""
DASH = 0.05
"""The length of the dashes from there to the axis of the cost, in units."""
SAMPLES = 400
"""The places of a curve at which its valleys are looked for."""


class ValleyStage(DescentStage):
    """A stage with a curve whose valleys can be marked."""

    valleys = VGroup()
    """The rings at the lowest places of the curve, and the lines from these to the axis."""

    @cue(seconds=1.8, requires="curve")
    def mark_valleys(self) -> Animation:
        """A ring is drawn around the lowest place of each valley of the curve, and a dashed line appears from
        there to the axis of the cost or loss, at its depth."""
        curve = needed(self.curve, "there is no curve on stage; begin with `plot_loss`")
        landscape = curve.landscape_with(curve.changed)
        xs = np.linspace(*curve.axes.ends(landscape, curve.value), SAMPLES)
        losses = landscape.losses(xs[:, np.newaxis])
        inside = np.arange(1, SAMPLES - 1)
        lowest = inside[(losses[inside] < losses[inside - 1]) & (losses[inside] <= losses[inside + 1])]
        rings, lines = VGroup(), VGroup()
        for place in lowest.tolist():
            there = curve.point_at(landscape.lowest_near(float(xs[place]), float(xs[1] - xs[0])))
            ring = Circle(RING, theme.colour("text"), stroke_width=theme.SPACING.stroke).move_to(there)
            rings.add(ring)
            lines.add(Dashes("loss", DASH, 1.0).run(there, np.array(at(curve.axes.left, there[1]))))
        before, self.valleys = self.valleys, VGroup(lines, rings)
        steps = AnimationGroup(*map(draw, rings)), AnimationGroup(*map(appear, lines))
        return in_place_of(before, Succession(*steps))
