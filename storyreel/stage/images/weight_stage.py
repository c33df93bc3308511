"""The stage of chapters about weights: those that a network has learned, and the arrow of one."""

from manim import Animation, AnimationGroup, Succession, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.motion.verbs import appear, in_place_of, one_after_another, vanish
from storyreel.graphics.networks.images.edge_bundle import bundle_fades, bundle_grows
from storyreel.graphics.networks.images.image_classifier import DIMMED
from storyreel.graphics.networks.images.weight_images import LargeWeightImage, WeightImages
from storyreel.graphics.networks.images.worked_arrow import WorkedArrow
from storyreel.stage.images.text_stage import OVERLAP
from storyreel.stage.images.wave_stage import WaveStage
from storyreel.stage.stage import few_words
from storyreel.storyboard.cue import HiddenName, Text, WeightName, cue

SHARE, GAP, KEY = 0.46, 0.7, 0.8
"""The part of the frame that a large image has, the gap beside it, and the room beside the words of its key,
in Manim units."""
LONGEST = 2.8
"""The largest width of a word above a factor, in Manim units."""


class WeightStage(WaveStage):
    """A stage on which the weights into neurons are images."""

    weight_images: WeightImages | None = None

    def clear_stage(self) -> VGroup:
        """Forget all that is on stage, and return it to be faded out."""
        self.weight_images = None
        return super().clear_stage()

    @cue(
        seconds=6.0,
        requires=("a network", "square inputs"),
        hides=("image", "outputs", "neuron", "examples", "answers", "weights"),
        shows="weights",
    )
    def show_weight_images(
        self,
        first: HiddenName | None = None,
        positive: Text | None = None,
        negative: Text | None = None,
        title: Text | None = None,
    ) -> Animation:
        """The weights into each neuron of the first layer appear as an image: each pixel has a square whose
        area is in proportion to its weight, and which is hollow where that is negative. They are those after
        the steps of `train_answers`, if the answers are on stage. All else fades out.

        `first`: a neuron of the first layer whose image comes first, large, beside those of all; below it is
        a square of each sign, with words for what such a weight does, `positive` and `negative`, and above it
        a `title`.
        """
        network = self.experiment.run(self.trained).networks[-1]
        gone, weights = self.clear_stage(), network.layers[0].weights
        if first is None:
            self.weight_images = WeightImages(weights, self.frame.whole)
            return in_place_of(gone, one_after_another(map(appear, self.weight_images), 0.8), OVERLAP)
        layer, place = network.names[first].layer, network.names[first].index[0]
        if layer != 1:
            raise StoryreelError(f"{first!r} is not a neuron of the first layer, whose weights are of pixels")
        main, side = self.frame.halves(self.frame.whole, SHARE, GAP)
        texts = {"positive": positive, "negative": negative}
        words = {
            sign: few_words(text, main.width - KEY, em=theme.SIZES.body)
            for sign, text in texts.items()
            if text
        }
        heading = few_words(title, main.width, em=theme.SIZES.body) if title else None
        large = LargeWeightImage(weights, place, main, words, heading)
        self.weight_images = images = WeightImages(weights, side, large.largest)
        images.add(large)
        steps = [appear(large), one_after_another(map(appear, images[:-1]), 0.8)]
        return in_place_of(gone, Succession(*steps), OVERLAP)

    @cue(
        seconds=4.0,
        requires=(
            "gradients",
            "drawn weight {weight}",
            "{front} fits 2.8 at 0.3",
            "{behind} fits 2.8 at 0.3",
        ),
        hides="question",
    )
    def work_out_arrow(self, weight: WeightName, front: Text, behind: Text) -> Animation:
        """All connections are dimmed but that of one weight, and above the network appears its arrow, minus
        its gradient: the arrow of the neuron in front of it, times the activation behind it. `front` and
        `behind` are words for these two. It leaves as another title comes, or questions, and all connections
        are as before."""
        classifier, gone = self._shown(), self._headline()
        pairs = (front, "gradient"), (behind, "activation")
        written = [few_words(text, LONGEST, theme.colour(kind), theme.SIZES.smallest) for text, kind in pairs]
        worked = WorkedArrow(classifier.diagram, weight, written[0], written[1], classifier.words)
        self.worked = worked
        first, *others = worked.columns
        others_gone = classifier.leave_arrow(weight)
        return Succession(
            AnimationGroup(
                *map(vanish, [*gone, *others_gone]),
                *(bundle_fades(each, DIMMED) for each in classifier.gradients),
            ),
            AnimationGroup(bundle_grows(worked.line, backwards=True), appear(first)),
            one_after_another(map(appear, others), overlap=0.3),
        )
