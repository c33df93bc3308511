"""The stage of chapters in which arrows run back through a whole network with an image."""

from manim import Animation, AnimationGroup, Succession

from storyreel.graphics.motion.verbs import one_after_another, pop, vanish
from storyreel.graphics.networks.images.image_classifier import DIMMED
from storyreel.stage.images.confusion_stage import ConfusionStage
from storyreel.storyboard.cue import cue

ARROWS, LIGHT = 1.2, 1.6
"""The shares of the time, relative to each other, in which the arrows of the outputs grow, and in which light
runs back through a layer from each 10 of its neurons."""


class WaveStage(ConfusionStage):
    """A stage on which the arrows of neurons run back through a network."""

    @cue(seconds=11.0, requires="network", hides=("gradients", "knob"), shows="gradients on image")
    def run_backward(self) -> Animation:
        """An arrow grows on each output, as long as minus the gradient of its weighted sum. Then, layer by
        layer, light runs back from one neuron after the other: the arrows of the neurons before add up from
        what arrives, on one scale, and lines stay on the connections, as after `show_gradients`. What is
        below the network fades out."""
        classifier = self._shown()
        leaving = [*classifier.clear_gradients(), *classifier.clear_row(), *self._words_below()]
        arrows, fans = classifier.add_wave()
        begun = AnimationGroup(*map(vanish, leaving), *self._weights_fade(DIMMED)).set_run_time(0.3)
        grown = one_after_another(map(pop, arrows[-1]), overlap=0.8).set_run_time(ARROWS)
        steps: list[Animation] = [begun, grown]
        for layer in range(len(fans) - 1, -1, -1):
            before = arrows[layer - 1] if layer else None
            steps.append(fans[layer].runs(before).set_run_time(LIGHT + 0.1 * len(fans[layer].gradients)))
        return Succession(*steps)
