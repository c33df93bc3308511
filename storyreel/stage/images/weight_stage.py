"""The stage of chapters about the weights that a network has learned."""

from manim import Animation, VGroup

from storyreel.graphics.motion.verbs import appear, in_place_of, one_after_another
from storyreel.graphics.networks.images.weight_images import WeightImages
from storyreel.stage.images.confusion_stage import ConfusionStage
from storyreel.stage.images.text_stage import OVERLAP
from storyreel.storyboard.cue import cue


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
