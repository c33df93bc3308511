"""A network that says what is in an image, whether that is right, and which weights matter for it."""

from manim import Animation, AnimationGroup, FadeIn, Mobject, Succession, UpdateFromAlphaFunc
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.graphics.motion.verbs import appear, draw, ease_out, ease_travel, vanish
from storyreel.graphics.networks.images.image_classifier import DIMMED
from storyreel.stage.image_stage import ImageStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Text, WeightName, cue


class Recognition(ImageStage):
    """A network that says what is in an image, whether that is right, and which weights matter for it."""

    @cue(
        seconds=1.2,
        requires=("network", "drawn weight {weight}"),
        hides="knob",
        shows="knob {weight} on network",
    )
    def show_knob(self, weight: WeightName, called: Text = "") -> Animation:
        """The connection of a weight lights up as all others are dimmed, and a knob for the weight appears in
        its middle, or below a network without room for that; a title fades out.

        `called` is a short symbol for the weight, in place of its own.
        """
        classifier = self._shown()
        gone = [*map(vanish, (*classifier.clear_knob(), *self._headline())), *self._weights_fade(DIMMED)]
        knob = classifier.add_knob(weight, called)
        edge = classifier.diagram.edges[weight]
        return AnimationGroup(*gone, draw(edge), FadeIn(knob, scale=0.4, rate_func=ease_out))

    @cue(seconds=1.5, requires="knob {weight}")
    def turn(self, weight: WeightName, to: float | None = None) -> Animation:
        """The knob is turned to a number, and the bars follow; without `to`, to its first value. Lines stay
        where the bars ended before, until it is back."""
        classifier = self._shown()
        knob = needed(classifier.knob, "there is no knob on stage yet; bring one with `show_knob`")
        if weight != knob.knob.name:
            raise StoryreelError(f"{weight!r} has no knob on stage; bring it with `show_knob`")
        network = classifier.experiment.network
        number = network.names.parameters.index(weight)
        start, end = classifier.parameters, classifier.parameters.copy()
        end[number] = network.parameters[number] if to is None else to
        classifier.parameters = end

        def follow(_: Mobject, share: float) -> None:
            glow = min(1.0, 5 * share, 5 * (1 - share))
            classifier.show(start + ease_travel(share) * (end - start), glow)

        turning = UpdateFromAlphaFunc(classifier.shapes, follow, rate_func=linear)
        if to is None:
            ends = classifier.bars.clear_last_ends()
            return Succession(turning, vanish(ends).set_run_time(0.2)) if ends else turning
        if classifier.bars.last_ends is None:
            return AnimationGroup(turning, appear(classifier.bars.add_last_ends()))
        return turning
