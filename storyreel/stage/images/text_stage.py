"""The stage of what is written around a network that says what is in an image, and of its examples."""

from dataclasses import replace

import numpy as np
from manim import Animation, AnimationGroup, VGroup, VMobject

from storyreel.graphics import theme
from storyreel.graphics.motion.verbs import appear, in_place_of, one_after_another, vanish, write
from storyreel.graphics.networks.images.edge_bundle import bundle_fades
from storyreel.graphics.networks.images.image_classifier import ImageClassifier
from storyreel.graphics.networks.images.worked_arrow import WorkedArrow
from storyreel.graphics.parts.question_row import QuestionRow
from storyreel.graphics.text.paragraph import Paragraph, fitted
from storyreel.graphics.text.sentence import sentence
from storyreel.stage.stage import Stage, needed
from storyreel.storyboard.cue import Text, cue

OVERLAP = 0.6
"""The share of the time of what fades out that is still to come as something appears in its place."""
EM_OF_TITLE, SMALLEST_TITLE, ABOVE_NETWORK = 0.6, 0.42, 0.1
"""The em of a title, the smallest, and its distance from the network, in Manim units."""
HEIGHT_OF_TITLE, HEIGHT_OF_QUESTIONS = 2.2, 0.6
"""The heights of the room of a title, which has one line in a wide frame, and of that of questions, in
units."""


class ImageTextStage(Stage):
    """A stage with a network that says what is in an image, and with a title, questions or examples above it
    and a key or a sentence below it."""

    classifier: ImageClassifier | None = None
    title: Paragraph | None
    questions: QuestionRow
    examples: VGroup
    key: list[VMobject]
    written: VGroup
    worked: WorkedArrow | None

    def _without_texts(self) -> None:
        """Nothing is around the network yet."""
        self.title, self.questions, self.examples, self.key = None, QuestionRow(), VGroup(), []
        self.written = VGroup()
        self.worked = None

    def _shown(self) -> ImageClassifier:
        return needed(self.classifier, "there is no image on stage yet; begin with `show_image`")

    def _texts(self) -> list[VMobject]:
        """Forget the texts on stage, and return them to be faded out."""
        return [*self._headline(), *self._words_below()]

    def _words_below(self) -> list[VMobject]:
        """Forget the words below the network, a sentence and the key of gradients, and return them to be
        faded out."""
        written, self.written = self.written, VGroup()
        key, self.key = self.key, []
        return [*key, *written]

    def _headline(self) -> list[VMobject]:
        """Forget what is above the network: a title, questions or examples, and return it to be faded out."""
        examples, self.examples = self.examples, VGroup()
        return [*self._words_above(), *([examples] if len(examples) else [])]

    def _words_above(self) -> list[VMobject]:
        """Forget the title, the questions or the product above the network, and return them to be faded
        out."""
        worked = () if self.worked is None else (*self.worked.columns, self.worked.line)
        written: list[VMobject] = [*filter(None, [self.title]), *self.questions.parts, *worked]
        self.title, self.questions, self.worked = None, QuestionRow(), None
        return written

    @cue(seconds=0.8, requires="network", shows="question {text} on network")
    def ask(self, text: Text) -> Animation:
        """A short question appears above the network, to the right of those before it."""
        area = self._shown().words
        area = replace(area, top=area.bottom + HEIGHT_OF_QUESTIONS)
        title, self.title = self.title, None
        question = self.questions.ask(text, area)
        return AnimationGroup(vanish(title), question) if title is not None else question

    @cue(seconds=0.6, requires="question {text}")
    def answer(self, text: Text) -> Animation:
        """A question that was asked takes the colour of gradients, as these answer it, and is underlined."""
        return self.questions.answer(text, "gradient")

    @cue(seconds=1.0, requires=("network", "{text} fits 13.22 × 0.52 at 0.3"))
    def write(self, text: Text) -> Animation:
        """A sentence appears below the network, in place of what was there."""
        classifier = self._shown()
        before = VGroup(*self._words_below(), *classifier.clear_row())
        self.written = VGroup(sentence(text, classifier.below, theme.SIZES.label))
        return in_place_of(before, appear(self.written))

    @cue(seconds=1.4, requires="network", hides="question")
    def show_examples(self) -> Animation:
        """Small images of the network's data appear in a row above it, the first one of each class; a title
        or questions fade out."""
        gone = self._headline()
        self.examples = examples = self._shown().add_examples()
        arrival = one_after_another([appear(image) for image in examples], overlap=0.8)
        return in_place_of(VGroup(*gone), arrival, OVERLAP)

    @cue(seconds=1.6, requires=("network", "{title} fits 13.22 × 0.6 at 0.42 bold"), hides="question")
    def show_title(self, title: Text) -> Animation:
        """A title is written above the network in large letters, as of the lesson; questions fade out, and
        gradients that were dimmed light up again."""
        dimmed = [each for each in self._shown().gradients if each.light != 1]
        area, gone = self._shown().words, self._headline()
        high = area.height if self.frame.is_wide else HEIGHT_OF_TITLE
        room = replace(area, top=area.bottom + high)
        self.title = written = fitted(
            title, room, em=EM_OF_TITLE, smallest=SMALLEST_TITLE, weight="bold", align="center"
        )
        written.shift(np.array([0.0, area.bottom + ABOVE_NETWORK + written.extent - written.top, 0.0]))
        written.set_x(area.centre[0])
        light = (bundle_fades(each, 1.0) for each in dimmed)
        return in_place_of(VGroup(*gone), AnimationGroup(*light, write(written)))
