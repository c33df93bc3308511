"""A network that says what is in an image, whether that is right, and which weights matter for it."""

import numpy as np
from manim import Animation, AnimationGroup, FadeIn, Mobject, Succession, UpdateFromAlphaFunc, VMobject
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import appear, draw, ease_out, ease_travel, vanish, write
from storyreel.graphics.networks.images.image_classifier import DIMMED
from storyreel.graphics.text.paragraph import Paragraph, fitted
from storyreel.stage.image_stage import ImageStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Text, WeightName, cue

EM_OF_TITLE, SMALLEST_TITLE, HEIGHT_OF_TITLE, ABOVE_NETWORK = 0.95, 0.66, 2.2, 0.35
"""The em of a title, the smallest, its room above the network, and its distance from that, in Manim units."""


class Recognition(ImageStage):
    """A network that says what is in an image, whether that is right, and which weights matter for it."""

    title: Paragraph | None = None

    def _texts(self) -> list[VMobject]:
        """Forget the texts on stage, and return them to be faded out: the title, too."""
        texts: list[VMobject] = [*super()._texts(), *filter(None, [self.title])]
        self.title = None
        return texts

    @cue(seconds=1.6, requires=("network", "{title} fits 13.22 × 2.2 at 0.66 bold"))
    def show_title(self, title: Text) -> Animation:
        """A title is written above the network in large letters, as of the lesson."""
        area = self._shown().area
        whole = self.frame.whole
        room = Area("title", whole.left, area.top, whole.right, area.top + HEIGHT_OF_TITLE)
        self.title = written = fitted(
            title, room, em=EM_OF_TITLE, smallest=SMALLEST_TITLE, weight="bold", align="center"
        )
        written.shift(np.array([0.0, area.top + ABOVE_NETWORK + written.extent - written.top, 0.0]))
        return write(written.set_x(whole.centre[0]))

    @cue(seconds=1.2, requires="network", hides="knob", shows="knob {weight} on network")
    def show_knob(self, weight: WeightName, called: Text = "") -> Animation:
        """The connection of a weight lights up as all others are dimmed, and a knob for the weight
        appears below the image; a title fades out.

        `called` is a short symbol for the weight, in place of its own.
        """
        classifier = self._shown()
        gone = [*map(vanish, classifier.clear_below_image()), *map(vanish, filter(None, [self.title]))]
        gone += self._weights_fade(DIMMED)
        self.title = None
        bank = classifier.add_knob(weight, called)
        edge, knob = classifier.diagram.edges[weight], bank.knobs[weight]
        dial = FadeIn(knob.dial, scale=0.4, rate_func=ease_out)
        arrival = dial if knob.label is None else Succession(dial, appear(knob.label))
        return AnimationGroup(*gone, draw(edge), arrival)

    @cue(seconds=1.5, requires="knob {weight}")
    def turn(self, weight: WeightName, to: float | None = None) -> Animation:
        """The knob is turned to a number, and the bars follow; without `to`, to its first value."""
        classifier = self._shown()
        bank = needed(classifier.bank, "there is no knob on stage yet; bring one with `show_knob`")
        if weight not in bank.knobs:
            raise StoryreelError(f"{weight!r} has no knob on stage; bring it with `show_knob`")
        network = classifier.experiment.network
        number = network.names.parameters.index(weight)
        start, end = classifier.parameters, classifier.parameters.copy()
        end[number] = network.parameters[number] if to is None else to
        classifier.parameters = end

        def follow(_: Mobject, share: float) -> None:
            light = {weight: min(1.0, 5 * share, 5 * (1 - share))}
            classifier.show(start + ease_travel(share) * (end - start), light)

        return UpdateFromAlphaFunc(classifier.shapes, follow, rate_func=linear)
