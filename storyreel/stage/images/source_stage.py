"""The stage of chapters in which neurons that fire strengthen the weights in front of them."""

import numpy as np
from manim import (
    Animation,
    AnimationGroup,
    ManimColor,
    Mobject,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    interpolate_color,
)
from manim.utils.rate_functions import linear, there_and_back

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.motion.verbs import appear, ease_travel, in_place_of
from storyreel.graphics.networks.images.edge_bundle import EdgeBundle, bundle_grows, pulses
from storyreel.graphics.networks.images.gradient_key import KeyEntry
from storyreel.stage.images.way_stage import FALLING, RISEN, WayStage
from storyreel.storyboard.cue import HiddenName, Text, cue

THICKER = 14.0
"""By how much, in 1/100 unit, the weight with the longest arrow gets thicker."""
SIGN_KINDS = ("positive", "negative")
"""The colours of weights of each sign."""


class SourceStage(WayStage):
    """A stage on which the neurons before an output fire, and the weights between them are strengthened."""

    @cue(seconds=1.0, requires=("neuron", "no gate"))
    def name_signs(self, positive: Text, negative: Text) -> Animation:
        """Above the output, where `show_gate` has its place, appear a line of a positive weight and one of a
        negative weight, with words for both. They leave as others are named, or as the activation function
        appears."""
        room = self._neuron().beside_gate
        pairs = ("positive", positive), ("negative", negative)
        entries = [KeyEntry(sign, text, self.frame, room, SIGN_KINDS) for sign, text in pairs]
        gone, self.signs = self.signs, VGroup(*entries)
        arrivals = (AnimationGroup(bundle_grows(each.line), appear(each.label)) for each in entries)
        return in_place_of(gone, AnimationGroup(*arrivals))

    @cue(seconds=2.4, requires="neuron")
    def light_sources(self) -> Animation:
        """The neurons of the layer before flash, and light runs from them to the output: the brighter a
        neuron, the more it flashes, and the brighter its light."""
        neuron = self._neuron()
        lines = EdgeBundle(np.array([[(edge.start, edge.end) for edge in neuron.edges]]))
        sizes = np.abs(neuron.activations) / (np.abs(neuron.activations).max() or 1.0)
        sources = [(circle, ManimColor(circle.get_fill_color())) for circle in neuron.circles]
        paint = ManimColor(theme.light("activation"))

        def flash(_: Mobject, alpha: float) -> None:
            up = there_and_back(alpha)
            for (circle, own), size in zip(sources, sizes.tolist(), strict=True):
                circle.set_fill(interpolate_color(own, paint, up * size))

        flashes = UpdateFromAlphaFunc(neuron.neurons, flash, rate_func=linear)
        return Succession(flashes.set_run_time(0.35), pulses(lines, sizes, "text").set_run_time(0.65))

    @cue(seconds=2.4, requires="way")
    def strengthen_weights(self, of: HiddenName | None = None) -> Animation:
        """Each connection to the output gets thicker, in proportion to its weight's arrow, or thinner where
        this points to the left, and has the colour of arrows meanwhile. Then all are as before.

        `of`: a neuron before the output. Only its connection does so, and both neurons light up.
        """
        neuron = self._neuron()
        steps = neuron.steps["weights"]
        shares = steps / (np.abs(steps).max() or 1.0)
        lit = list[VMobject]()
        if of is not None:
            if of not in neuron.sources:
                raise StoryreelError(f"{of!r} is not before {neuron.output!r}, so no weight joins them")
            place = neuron.sources.index(of)
            shares = np.where(np.arange(len(shares)) == place, shares, 0.0)
            lit = [neuron.circles[place], neuron.node.circle]
        looks = [
            (ManimColor(edge.get_stroke_color()), float(edge.get_stroke_width())) for edge in neuron.edges
        ]
        fills = [ManimColor(circle.get_fill_color()) for circle in lit]
        paint, light = ManimColor(theme.colour("gradient")), ManimColor(theme.light("activation"))

        def follow(_: Mobject, alpha: float) -> None:
            up = ease_travel(min(1.0, alpha / RISEN, (1 - alpha) / (1 - FALLING)))
            for edge, share, (own, width) in zip(neuron.edges, shares.tolist(), looks, strict=True):
                colour = interpolate_color(own, paint, up * abs(share))
                edge.set_stroke(colour, max(0.0, width + up * share * THICKER))
            for circle, own in zip(lit, fills, strict=True):
                circle.set_fill(interpolate_color(own, light, up))

        return UpdateFromAlphaFunc(VGroup(neuron.edges, *lit), follow, rate_func=linear)
