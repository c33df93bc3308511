"""The stage of chapters that show the forward and the backward pass of a network side by side."""

from manim import Animation, AnimationGroup, VGroup

from storyreel.graphics import theme
from storyreel.graphics.motion.verbs import appear, in_place_of
from storyreel.graphics.networks.dense.pass_pair import PassPair
from storyreel.stage.plane_stage import PlaneStage
from storyreel.stage.stage import few_words, needed
from storyreel.storyboard.cue import Text, cue

GAP, LONGEST_NAME = 0.6, 3.0
"""Units between the two pictures, and the largest width of the words above one."""

OVERLAP = 0.5
"""The share of its time for which what was on stage still fades out when the pictures appear."""


class PassStage(PlaneStage):
    """A stage with two pictures of one network, for the two passes."""

    passes: PassPair | None = None

    def clear_stage(self) -> VGroup:
        """Forget everything on stage, and return it to be faded out."""
        self.passes = None
        return super().clear_stage()

    @cue(
        seconds=3.5,
        requires=("a network", "{forward, backward} fits 3 at 0.54"),
        hides=("network", "matrices", "map", "example gradients", "costs of batches", "two passes"),
        shows=("two passes", "passes to come on two passes"),
    )
    def compare_passes(self, forward: Text, backward: Text) -> Animation:
        """The network appears twice, side by side or one above the other, without numbers, with these words
        above. `pass_both` lets values go forward in one, and gradients back in the other."""
        for name in (forward, backward):
            few_words(name, LONGEST_NAME, em=theme.SIZES.label)
        before = self.clear_stage()
        areas = self.frame.halves(self.frame.whole, gap=GAP)
        self.passes = pair = PassPair(self.experiment.trace, areas, (forward, backward))
        self.keep(*pair.everything)
        return in_place_of(before, AnimationGroup(*map(appear, pair.everything)), OVERLAP)

    @cue(seconds=9.0, requires="passes to come", hides="passes to come")
    def pass_both(self) -> Animation:
        """Values go forward in the first picture, and gradients back in the second, in step: layer by layer,
        and each layer of both in the same time. The neurons show activations in one, and the gradients of
        their weighted sums in the other; its inputs have none."""
        pair = needed(self.passes, "there are no two passes yet; begin with `compare_passes`")
        moves = pair.run()
        self.keep(*pair.numbers)
        return moves
