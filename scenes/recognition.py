"""A network that says what is in an image, whether that is right, and which weights matter for it."""

import numpy as np
from manim import Animation, AnimationGroup, FadeIn, Mobject, Succession, UpdateFromAlphaFunc, VGroup
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import (
    appear,
    draw,
    ease_out,
    ease_travel,
    vanish,
    write,
)
from storyreel.graphics.networks.images.edge_bundle import bundle_fades, bundle_grows, pulses
from storyreel.graphics.networks.images.image_classifier import DIMMED
from storyreel.graphics.parts.question_row import QuestionRow
from storyreel.graphics.text.paragraph import Paragraph, fitted
from storyreel.stage.image_stage import ImageStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Text, WeightName, cue

EM_OF_TITLE, SMALLEST_TITLE, HEIGHT_OF_TITLE, ABOVE_NETWORK = 0.95, 0.66, 2.2, 0.35
"""The em of a title, the smallest, its room above the network, and its distance from that, in Manim units."""


class Recognition(ImageStage):
    """A network that says what is in an image, whether that is right, and which weights matter for it."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.questions = QuestionRow()
        self.title: Paragraph | None = None

    def clear_stage(self) -> VGroup:
        """Forget what is on stage, and return it to be faded out before an image is shown."""
        texts = [*self.questions.written, *filter(None, [self.title])]
        self.questions, self.title = QuestionRow(), None
        return VGroup(*super().clear_stage(), *texts)

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
    def show_knob(self, weight: WeightName) -> Animation:
        """The connection of a weight lights up, and a knob for the weight appears below the image; a title
        fades out."""
        classifier = self._shown()
        gone = [*self.knob_vanishes(), *map(vanish, filter(None, [self.title]))]
        self.title = None
        bank = classifier.add_knob(weight)
        edge, knob = classifier.diagram.edges[weight], bank.knobs[weight]
        dial = FadeIn(knob.dial, scale=0.4, rate_func=ease_out)
        arrival = dial if knob.label is None else Succession(dial, appear(knob.label))
        return AnimationGroup(*gone, draw(edge), arrival)

    @cue(seconds=2.0, requires="knob {weight}")
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

    @cue(seconds=0.8, requires="network")
    def ask(self, text: Text) -> Animation:
        """A short question appears below the network, to the right of those before it."""
        return self.questions.ask(text, self._shown().words)

    @cue(seconds=0.8, requires="network", hides="knob")
    def clear_words(self) -> Animation:
        """What is around the network and its bars fades out: a title, questions, the knob, and the marks of
        the answer."""
        marks = self._shown().clear_marks()
        gone = [*self.questions.written, *filter(None, [self.title]), *([marks] if len(marks) else [])]
        self.questions, self.title = QuestionRow(), None
        return AnimationGroup(*map(vanish, gone), *self.knob_vanishes())

    @cue(seconds=4.0, requires="bars", shows="gradients")
    def show_gradients(self) -> Animation:
        """Light runs back from the outputs, layer by layer, and leaves the gradients of all weights on their
        connections: the larger, the wider and brighter."""
        classifier = self._shown()
        diagram, bundles = classifier.diagram, classifier.add_gradients()
        trace = classifier.experiment.trace
        dim = AnimationGroup(*(bundle_fades(bundle, DIMMED) for bundle in diagram.bundles))
        steps: list[Animation] = [dim]
        for layer in range(len(bundles), 0, -1):
            slopes = np.abs(trace.gradients.pre_activations[layer - 1][0, diagram.drawn(layer)])
            light = pulses(bundles[layer - 1], slopes / (slopes.max() or 1.0), "gradient", backwards=True)
            steps.append(AnimationGroup(light, bundle_grows(bundles[layer - 1], backwards=True)))
        return Succession(*steps)
