"""The stage of chapters that look back, in small pictures."""

from dataclasses import replace
from typing import Literal

from manim import Animation, AnimationGroup, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import appear, in_place_of
from storyreel.graphics.networks.images.pixel_grid import rows_of
from storyreel.graphics.networks.images.recap_picture import recap_picture
from storyreel.stage.images.text_stage import OVERLAP
from storyreel.stage.images.weight_stage import WeightStage
from storyreel.stage.stage import few_words
from storyreel.storyboard.cue import NetworkName, Text, cue

MOST = 4
"""The pictures that have room together."""
ROOM_FOR_WORDS, BASELINE, WIDEST, GAP = 0.65, 0.15, 3.0, 0.6
"""The height of the words below a picture, that of their baseline, their largest width, and the gap between
two pictures, in Manim units."""


class RecapStage(WeightStage):
    """A stage with up to four small pictures of what a lesson has shown."""

    recalled: list[VGroup]

    def clear_stage(self) -> VGroup:
        """Forget all that is on stage, and return it to be faded out."""
        self.recalled = []
        return super().clear_stage()

    @cue(
        seconds=1.4,
        requires=(
            "a network if no `network`",
            "square inputs if no `network`",
            "square inputs of {network}",
            "{text} fits 3 at 0.36",
        ),
        hides=("image", "outputs", "neuron", "examples", "answers", "weights"),
        shows="recap",
    )
    def recall(
        self,
        of: Literal["errors", "gradients", "means", "training"],
        text: Text,
        network: NetworkName | None = None,
    ) -> Animation:
        """A small picture of a `network`, by default the chapter's, appears without numbers beside those
        before it, up to four, with `text`, a word for it, below; what else is on stage fades out.

        `of`: the `errors` of its outputs, the `gradients` of its weights for the image, the `means` of these
        for examples, or the right answers in a `training` of 1000 steps.
        """
        experiment = self.experiment if network is None else self.performance.experiments[network]
        rows_of(experiment.inputs.shape[1])  # what is recalled is of an image
        word = few_words(text, WIDEST, em=theme.SIZES.small)
        fresh = not self.recalled or len(self.recalled) == MOST
        gone = self.clear_stage() if fresh else VGroup()
        room = self._room(len(self.recalled))
        above = replace(room, bottom=room.bottom + ROOM_FOR_WORDS)
        picture = recap_picture(of, experiment, self.frame, above)
        word.set_x(room.centre[0]).on_baseline(room.bottom + BASELINE)
        recalled = VGroup(picture, word)
        self.recalled.append(recalled)
        return in_place_of(gone, AnimationGroup(appear(picture), appear(word)), OVERLAP)

    def _room(self, number: int) -> Area:
        """The room of a picture: a quarter of the frame, row by row."""
        rows = self.frame.halves(self.frame.whole, gap=GAP, stacked=True)
        row = rows[number // 2]
        return self.frame.halves(row, gap=GAP, stacked=False)[number % 2]
