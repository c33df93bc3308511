"""The stage of chapters about weights: those that a network has learned, and the arrow of one."""

from manim import Animation, AnimationGroup, Succession, VGroup

from storyreel.graphics import theme
from storyreel.graphics.motion.verbs import appear, in_place_of, one_after_another, vanish
from storyreel.graphics.networks.images.edge_bundle import bundle_fades, bundle_grows
from storyreel.graphics.networks.images.image_classifier import DIMMED
from storyreel.graphics.networks.images.weight_images import WeightImages
from storyreel.graphics.networks.images.worked_arrow import WorkedArrow
from storyreel.stage.images.confusion_stage import ConfusionStage
from storyreel.stage.images.text_stage import OVERLAP
from storyreel.stage.stage import few_words
from storyreel.storyboard.cue import Text, WeightName, cue

LONGEST = 2.8
"""The largest width of a word above a factor, in Manim units."""


class WeightStage(ConfusionStage):
    """A stage on which the weights into neurons are images."""

    weight_images: WeightImages | None = None

    def clear_stage(self) -> VGroup:
        """Forget all that is on stage, and return it to be faded out."""
        self.weight_images = None
        return super().clear_stage()

    @cue(
        seconds=8.0,
        requires=("a network", "square inputs"),
        hides=("image", "outputs", "neuron", "examples", "answers", "weights"),
        shows="weights",
    )
    def show_weight_images(self) -> Animation:
        """The weights into each neuron of the first layer appear as an image: each pixel has a square whose
        area is in proportion to its weight, and which is hollow where that is negative. They are those after
        the steps of `train_answers`, if the answers are on stage. All else fades out."""
        network = self.experiment.run(self.trained).networks[-1]
        gone = self.clear_stage()
        self.weight_images = WeightImages(network.layers[0].weights, self.frame.whole)
        return in_place_of(gone, one_after_another(map(appear, self.weight_images), overlap=0.8), OVERLAP)

    @cue(
        seconds=4.0,
        requires=("gradients", "{front} fits 2.8 at 0.3", "{behind} fits 2.8 at 0.3"),
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
        return Succession(
            AnimationGroup(
                *map(vanish, gone), *(bundle_fades(each, DIMMED) for each in classifier.gradients)
            ),
            AnimationGroup(bundle_grows(worked.line, backwards=True), appear(first)),
            one_after_another(map(appear, others), overlap=0.3),
        )
