"""The stage of chapters with the learning rate in a corner of the picture."""

from dataclasses import replace

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, UR, Animation, AnimationGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.core.symbol_parts import LEARNING_RATE
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import appear
from storyreel.graphics.networks.label_places import box_of, is_clear, put_clear
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.knob_stage import KnobStage
from storyreel.stage.stage import few_words
from storyreel.storyboard.cue import Text, cue

BELOW_RATE = 0.2
"""Manim units from a learning rate to an equation below it."""
LONGEST_NAME = 3.0
"""The largest width, in Manim units, of the words beside the learning rate."""


class LearningRateStage(KnobStage):
    """A stage on which the learning rate may stand beside the network."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.rate: Tag | None = None
        self.rate_name: Typeset | None = None

    @property
    def formula_area(self) -> Area:
        """The room for an equation, below the learning rate where that stands below the picture."""
        area = super().formula_area
        if self.rate is None:
            return area
        top = min(area.top, float(self.rate.get_bottom()[1]) - BELOW_RATE)
        return replace(area, top=top, bottom=area.bottom - (area.top - top))

    @cue(seconds=0.8, requires=("network", "loss node", "{text} fits 3 at 0.36"))
    def show_learning_rate(self, text: Text | None = None) -> Animation:
        """The learning rate appears in a corner of the picture, with a few words beside it. The network needs
        a node for its loss."""
        if "loss" not in self.network.nodes:
            raise StoryreelError("there is room for the learning rate above the loss; draw it, too")
        self.rate = rate = self._rate_in_corner()
        if text is None:
            return appear(rate, from_above=0.2)
        self.rate_name = name = few_words(text, LONGEST_NAME)
        sides = (LEFT, DOWN, UP, RIGHT)
        places = [name.copy().next_to(rate, side, buff=theme.SPACING.padding).get_center() for side in sides]
        nodes = [box_of(node, theme.SPACING.padding) for node in self.network.nodes.values()]
        put_clear(name, places, [*nodes, *self.network.boxes("loss"), *self.taken()], [1.0, 0.85])
        return AnimationGroup(appear(rate, from_above=0.2), appear(name, from_above=0.2))

    def _rate_in_corner(self) -> Tag:
        """The tag of the learning rate, at the upper right or in another corner, where it covers nothing."""
        experiment, stage = self.experiment, self.frame.stage
        number = experiment.notation.text(LEARNING_RATE, experiment.optimizer.learning_rate)
        rate = Tag(LEARNING_RATE, number, "text")
        rate = stage.place(rate, align="right").align_to(at(0, stage.top), UP)
        targets = [box_of(tag, theme.SPACING.padding) for tag in self.network.targets.values()]
        nodes = [box_of(node, theme.SPACING.padding) for node in self.network.nodes.values()]
        if not is_clear(rate, nodes):
            across, up = rate.width / 2, rate.height / 2
            corners = [
                np.array(at(x, y))
                for x, y in (
                    (stage.left + across, stage.bottom + up),
                    (stage.right - across, stage.bottom + up),
                    (stage.left + across, stage.top - up),
                )
            ]
            put_clear(rate, corners, [*nodes, *self.network.boxes("loss")], [1.0, 0.85, 0.7])
        elif not is_clear(rate, targets):
            room = stage.right - max(right for _, _, right, _ in targets)
            rate.scale(max(room / rate.width, theme.SIZES.crowded / theme.SIZES.label))
            rate.align_to(at(stage.right, stage.top), UR)
        return rate

    def number_on_stage(self, name: str) -> VMobject | None:
        """The number `name` in the picture, or None where it is not shown."""
        if name == LEARNING_RATE:
            return self.rate.number if self.rate else None
        return super().number_on_stage(name)

    def parts_of_picture(self) -> list[VMobject]:
        """The neurons with their symbols, what stands beside them, and the learning rate."""
        rate = (part for part in (self.rate, self.rate_name) if part is not None)
        return [*super().parts_of_picture(), *rate]
